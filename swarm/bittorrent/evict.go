package bittorrent

import (
	"context"
	"errors"

	"seeder/message"
)

// errEvicted keeps late bytes of an evicted archive from being written.
var errEvicted = errors.New("archive was evicted")

// evictions returns how often the archive was evicted up to now, not counting
// the eviction that runs.
func (a *content) evictions() uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.evicted
}

// evictedSince reports whether the archive was evicted since evictions was n,
// or is about to be.
func (a *content) evictedSince(n uint64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.leaving > 0 || a.evicted != n
}

// admit says that there is room for the archive.
func (a *content) admit() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.leaving == 0 {
		a.gone = false
	}
}

func (a *content) isGone() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.gone
}

// Evict implements [swarm.Swarm].
func (s *Swarm) Evict(_ context.Context, id message.CommunityID, archive message.ArchiveID) error {
	return s.Discard(id, archive)
}
