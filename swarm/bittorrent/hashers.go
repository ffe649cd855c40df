package bittorrent

import (
	"context"
	"errors"

	"seeder/message"
	"seeder/swarm"
)

// hashers bounds how many pieces or archives are hashed at a time, over all
// torrents. The library's own bound is by torrent (and, over all, the number
// of CPUs), and knows nothing of what is hashed here: pieces that are checked
// before they are first given, and archives whose hashes are not kept. Nil does
// not bound.
type hashers chan struct{}

func newHashers(n int) hashers {
	if n <= 0 {
		return nil
	}
	return make(hashers, n)
}

// begin waits for a turn, which ends with the function returned. Who has one
// does not ask for another.
func (h hashers) begin() (end func()) {
	if h == nil {
		return func() {}
	}
	h <- struct{}{}
	return func() { <-h }
}

// soundPieces is [swarm.Files.SoundPieces] with a turn for hashing, if it hashes.
func (h hashers) soundPieces(ctx context.Context, files *swarm.Files, c message.CommunityID, id message.ArchiveID) (swarm.Pieces, int64, error) {
	p, err := files.Pieces(c, id)
	if !errors.Is(err, swarm.ErrStale) {
		return p, 0, err
	}
	defer h.begin()()
	return files.SoundPieces(ctx, c, id)
}
