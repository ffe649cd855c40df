package bittorrent

import (
	"slices"

	"github.com/anacrolix/torrent"
)

// lists are the options that may change while the swarm runs; the swarm's mu
// guards them.
type lists struct{ peers, trackers []string }

func (s *Swarm) trackers() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lists.trackers
}

// SetPeers replaces the peers that are tried for every community, as given in
// [Options].Peers. What is known of those that are no longer named stays known, and
// connections to them last.
func (s *Swarm) SetPeers(addrs []string) {
	s.mu.Lock()
	s.lists.peers = slices.Clone(addrs)
	s.mu.Unlock()
	for _, c := range s.all() {
		c.book.add(addrs...)
		c.dial()
	}
}

// SetTrackers replaces the trackers that torrents are announced to, as given in
// [Options].Trackers, and that are named in links made from now on. It reports false,
// and does nothing, when the swarm was made without UseTrackers.
func (s *Swarm) SetTrackers(urls []string) bool {
	if !s.opts.UseTrackers {
		return false
	}
	s.mu.Lock()
	before := s.lists.trackers
	s.lists.trackers = slices.Clone(urls)
	s.mu.Unlock()
	for _, c := range s.all() {
		lists := make(map[*generation][]string)
		c.mu.Lock()
		for _, g := range c.gens {
			g.trackers = exchange(g.trackers, before, urls)
			lists[g] = g.trackers
		}
		c.mu.Unlock()
		for g, list := range lists {
			g.do(func(t *torrent.Torrent) { t.ModifyTrackers([][]string{list}) })
		}
	}
	return true
}

// exchange returns a list in which those before are replaced by those now; others,
// which a link named, stay.
func exchange(list, before, now []string) []string {
	out := slices.Clone(now)
	for _, t := range list {
		if !slices.Contains(before, t) && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
