package swarmtest

import (
	"slices"

	"seeder/message"
	"seeder/swarm"
)

// Copies implements [swarm.Swarm]. Whom this node knows it is connected to.
func (m *Memory) Copies(c message.CommunityID, id message.ArchiveID) (whole int) {
	m.net.mu.Lock()
	defer m.net.mu.Unlock()
	var book []string
	_ = m.with(c, func(st *memoryState) { book = slices.Clone(st.peers) }) // closed: no peers
	slices.Sort(book)
	for _, a := range slices.Compact(book) {
		if p := m.net.nodes[a]; p != nil && p != m && !p.missing(c, id) {
			whole++
		}
	}
	return whole
}

// peers counts the nodes that this one knows and has a generation in common with.
func (m *Memory) peers(c message.CommunityID) (count int) {
	m.net.mu.Lock()
	defer m.net.mu.Unlock()
	var book []string
	own := make(map[swarm.InfoHash]bool)
	_ = m.with(c, func(st *memoryState) { // closed: no peers
		book = slices.Clone(st.peers)
		for _, g := range st.gens {
			own[g.Meta.InfoHash] = true
		}
	})
	slices.Sort(book)
	for _, a := range slices.Compact(book) {
		p := m.net.nodes[a]
		if p == nil || p == m {
			continue
		}
		_ = p.with(c, func(st *memoryState) {
			if slices.ContainsFunc(st.gens, func(g swarm.Kept) bool { return own[g.Meta.InfoHash] }) {
				count++
			}
		})
	}
	return count
}
