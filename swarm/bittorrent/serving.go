package bittorrent

import (
	"github.com/anacrolix/torrent"

	"seeder/message"
)

// SetServing implements [swarm.Swarm].
func (s *Swarm) SetServing(id message.CommunityID, on bool) {
	c, err := s.community(id)
	if err != nil {
		return
	}
	c.mu.Lock()
	c.mute = !on
	c.mu.Unlock()
	for _, g := range c.generations() {
		c.applyServing(g)
	}
	if on {
		// A torrent that neither gives nor needs anything takes no connections.
		c.book.retry()
		c.dial()
	}
}

// applyServing makes a generation upload or not, as it was set last.
func (c *community) applyServing(g *generation) {
	g.do(func(t *torrent.Torrent) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.mute {
			t.DisallowDataUpload()
		} else {
			t.AllowDataUpload()
		}
		g.view.up.set(!c.mute)
	})
}

// Copies implements [swarm.Swarm].
func (s *Swarm) Copies(id message.CommunityID, archive message.ArchiveID) (whole int) {
	s.mu.Lock()
	c := s.communities[id]
	s.mu.Unlock()
	if c == nil {
		return 0
	}
	peers := make(map[torrent.PeerID]struct{})
	for _, g := range c.generations() {
		slots := g.view.slots.Load()
		if slots == nil {
			continue
		}
		for _, s := range *slots {
			if s.file.ID == archive {
				g.do(func(t *torrent.Torrent) { c.s.conns.holders(t, s.first, s.pieces(), peers) })
			}
		}
	}
	return len(peers)
}
