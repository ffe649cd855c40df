package bittorrent

import (
	"net/netip"
	"slices"

	"github.com/anacrolix/torrent"
)

// lists are the options that may change while the swarm runs; the swarm's mu
// guards them.
type lists struct {
	peers, trackers []string
	// former are the trackers that were named once and may not be any more.
	former []string
	// inward are the addresses of this machine alone that may be dialled.
	inward map[netip.AddrPort]bool
}

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
	s.lists.former = exchange(s.lists.former, nil, s.lists.trackers)
	s.lists.trackers = slices.Clone(urls)
	s.mu.Unlock()
	for _, c := range s.all() {
		for _, g := range c.generations() {
			s.track(g)
		}
	}
	return true
}

// track has a generation announced to the trackers named now instead of those
// named when its list was made. It gets all of them at once: the library begins to
// announce then, and would read without a lock what a further one changes
// (anacrolix/torrent before v1.62.0).
func (s *Swarm) track(g *generation) {
	g.tracking.Lock()
	defer g.tracking.Unlock()
	s.mu.Lock()
	now, former := s.lists.trackers, s.lists.former
	s.mu.Unlock()
	list := exchange(g.trackers, former, now)
	if g.tracked && slices.Equal(list, g.trackers) || !g.tracked && len(list) == 0 {
		return
	}
	g.trackers, g.tracked = list, true
	g.do(func(t *torrent.Torrent) { t.ModifyTrackers([][]string{list}) })
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
