package swarm

import (
	"fmt"

	"seeder/message"
)

// AbsentPieces returns the piece hashes of archives whose files need not be in the
// folder, as the generations that are kept have them. The error wraps
// [ErrMissing] when none has an archive.
func (f *Files) AbsentPieces(c message.CommunityID, ids []message.ArchiveID) (map[message.ArchiveID]Pieces, error) {
	found := make(map[message.ArchiveID]Pieces, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	hashes, err := f.Generations(c)
	if err != nil {
		return nil, err
	}
	wanted := make(map[message.ArchiveID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	for _, hash := range hashes {
		k, err := f.Kept(c, hash)
		if err != nil {
			continue // another may have them
		}
		for _, file := range k.Files {
			if wanted[file.ID] {
				from, to := file.Offset/PieceLength*HashSize, (file.Offset+file.Size)/PieceLength*HashSize
				found[file.ID] = Pieces{Raw: file.Size - file.Padding, Hashes: k.Meta.Pieces[from:to]}
			}
		}
	}
	for _, id := range ids {
		if _, ok := found[id]; !ok {
			return nil, fmt.Errorf("%w: no generation that is kept has %s", ErrMissing, id)
		}
	}
	return found, nil
}
