package catalog

import (
	"errors"
	"fmt"

	"seeder/message"
	"seeder/swarm"
)

// Listed returns the archives that the torrents kept in the folder list. They
// were served from here, whatever the database knows of them.
func Listed(files *swarm.Files, c message.CommunityID) (map[message.ArchiveID]bool, error) {
	listed := make(map[message.ArchiveID]bool)
	hashes, err := files.Generations(c)
	if err != nil {
		return nil, fmt.Errorf("list torrents: %w", err)
	}
	for _, hash := range hashes {
		kept, err := files.Kept(c, hash)
		if errors.Is(err, swarm.ErrMissing) {
			continue // damaged, or written half: it is not served
		}
		if err != nil {
			return nil, fmt.Errorf("read torrent %x: %w", hash, err)
		}
		for _, f := range kept.Files {
			listed[f.ID] = true
		}
	}
	return listed, nil
}
