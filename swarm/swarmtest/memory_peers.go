package swarmtest

import (
	"maps"
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

// common are the nodes that this one knows and has a generation in common with, in
// order of address, and the newest such generation.
func (m *Memory) common(c message.CommunityID) (nodes []*Memory, gens []swarm.Kept) {
	m.net.mu.Lock()
	defer m.net.mu.Unlock()
	var book []string
	var own []swarm.Kept
	_ = m.with(c, func(st *memoryState) { // closed: no peers
		book, own = slices.Clone(st.peers), slices.Clone(st.gens)
	})
	slices.Sort(book)
	for _, a := range slices.Compact(book) {
		p := m.net.nodes[a]
		if p == nil || p == m {
			continue
		}
		for _, g := range own { // newest first
			if _, ok := p.generation(c, g.Meta.InfoHash); ok {
				nodes, gens = append(nodes, p), append(gens, g)
				break
			}
		}
	}
	return nodes, gens
}

// peers counts the nodes that this one knows and has a generation in common with.
func (m *Memory) peers(c message.CommunityID) int {
	nodes, _ := m.common(c)
	return len(nodes)
}

// Transfers implements [swarm.Swarm]. Nothing is under way for long, so that there
// are no rates.
func (m *Memory) Transfers(c message.CommunityID) swarm.Transfers {
	t := swarm.Transfers{Torrents: m.Stats(c).Torrents, Archives: []swarm.ArchiveTransfer{}, Peers: []swarm.Peer{}}
	passed := make(map[string]traffic)
	_ = m.with(c, func(st *memoryState) { // closed: nothing
		t.Archives = append(t.Archives, st.underWay...)
		maps.Copy(passed, st.traffic)
	})
	for i := range t.Archives {
		t.Archives[i].Copies = m.Copies(c, t.Archives[i].ID)
	}
	nodes, gens := m.common(c)
	for i, p := range nodes {
		t.Peers = append(t.Peers, swarm.Peer{
			Address: p.addr, Client: "memory", Transport: swarm.TCP, Direction: swarm.Outgoing,
			UpBytes: passed[p.addr].up, DownBytes: passed[p.addr].down,
			PiecesComplete: p.complete(c, gens[i]), Pieces: gens[i].Meta.NumPieces(),
		})
	}
	return t
}
