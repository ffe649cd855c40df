package swarmtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"

	"seeder/message"
	"seeder/swarm"
)

// Network joins in-memory swarms. Its zero value is not usable.
type Network struct {
	mu    sync.Mutex
	nodes map[string]*Memory
	raw   map[string][]byte // info dictionaries served without any check
	next  int
	moved chan struct{} // closed and renewed at every change
}

// NewNetwork returns a network without nodes.
func NewNetwork() *Network {
	return &Network{nodes: make(map[string]*Memory), raw: make(map[string][]byte), moved: make(chan struct{})}
}

func (n *Network) changed() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.moved)
	n.moved = make(chan struct{})
}

func (n *Network) address() string {
	n.next++
	return net.JoinHostPort("memory", fmt.Sprint(n.next))
}

// Raw serves an info dictionary that no honest node would, and returns the
// address that does.
func (n *Network) Raw(info []byte) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	addr := n.address()
	n.raw[addr] = info
	return addr
}

// Memory is a [swarm.Swarm] whose nodes copy between their folders. It has no
// protocol, no limits and no partial archives.
type Memory struct {
	net   *Network
	files *swarm.Files
	addr  string

	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu    sync.Mutex
	state map[message.CommunityID]*memoryState
	ended bool
}

type memoryState struct {
	gens  []swarm.Kept // newest first
	peers []string
	stats swarm.Stats
	// mute says that the archives are not given to others.
	mute bool
	// evicted counts how often an archive was evicted.
	evicted map[message.ArchiveID]int
	// underWay are archives that the fetch that runs was given room for.
	underWay []swarm.ArchiveTransfer
	// traffic is what passed with each peer, by address.
	traffic map[string]traffic
}

// traffic is payload to and from a peer.
type traffic struct{ up, down int64 }

var _ swarm.Swarm = (*Memory)(nil)

// NewMemory joins a node to the network.
func NewMemory(n *Network, files *swarm.Files) *Memory {
	m := &Memory{net: n, files: files, state: make(map[message.CommunityID]*memoryState)}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	n.mu.Lock()
	defer n.mu.Unlock()
	m.addr = n.address()
	n.nodes[m.addr] = m
	return m
}

// with calls f with the state of a community unless the node is closed.
func (m *Memory) with(c message.CommunityID, f func(*memoryState)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended {
		return swarm.ErrClosed
	}
	st := m.state[c]
	if st == nil {
		st = &memoryState{evicted: make(map[message.ArchiveID]int), traffic: make(map[string]traffic)}
		m.state[c] = st
	}
	f(st)
	return nil
}

func (m *Memory) enter(ctx context.Context) (context.Context, func(), error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended {
		return nil, nil, swarm.ErrClosed
	}
	m.running.Add(1)
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(m.ctx, func() { cancel(swarm.ErrClosed) })
	return ctx, func() { stop(); cancel(nil); m.running.Done() }, nil
}

// serve puts a generation in front, unless it is served already.
func (m *Memory) serve(k swarm.Kept) error {
	err := m.with(k.Meta.Community, func(st *memoryState) {
		if !slices.ContainsFunc(st.gens, func(g swarm.Kept) bool { return g.Meta.InfoHash == k.Meta.InfoHash }) {
			st.gens = append([]swarm.Kept{k}, st.gens...)
		}
	})
	m.net.changed()
	return err
}

// Seed implements [swarm.Swarm].
func (m *Memory) Seed(ctx context.Context, gen swarm.Generation) (swarm.Torrent, error) {
	ctx, leave, err := m.enter(ctx)
	if err != nil {
		return swarm.Torrent{}, err
	}
	defer leave()
	if len(gen.Files) == 0 || len(gen.Index) == 0 {
		return swarm.Torrent{}, fmt.Errorf("%w: empty generation", swarm.ErrLayout)
	}
	last := gen.Files[len(gen.Files)-1]
	if err := swarm.CheckLayout(gen.Files, last.Offset+last.Size); err != nil {
		return swarm.Torrent{}, err
	}
	absent, err := m.files.AbsentPieces(gen.Community, gen.Absent)
	if err != nil {
		return swarm.Torrent{}, err
	}
	t := swarm.Torrent{HashedBytes: int64(len(gen.Index))}
	var hashes []byte
	for _, f := range gen.Files {
		if p, ok := absent[f.ID]; ok && p.Raw == f.Size-f.Padding {
			hashes = append(hashes, p.Hashes...)
			continue
		}
		p, hashed, err := m.files.ReadPieces(ctx, gen.Community, f.ID)
		if err != nil {
			return swarm.Torrent{}, err
		}
		if p.Raw != f.Size-f.Padding {
			return swarm.Torrent{}, fmt.Errorf("%w: archive %s has another length", swarm.ErrLayout, f.ID)
		}
		t.HashedBytes += hashed
		hashes = append(hashes, p.Hashes...)
	}
	meta, err := swarm.NewMetainfo(gen.Community, hashes, gen.Index)
	if err != nil {
		return swarm.Torrent{}, err
	}
	k := swarm.Kept{Meta: meta, Index: gen.Index, Files: gen.Files}
	if err := errors.Join(m.files.Prepare(gen.Community), m.files.Keep(k), m.serve(k)); err != nil {
		return swarm.Torrent{}, err
	}
	t.InfoHash = meta.InfoHash
	t.Magnet = swarm.Ref{Community: gen.Community, InfoHash: meta.InfoHash}.Magnet()
	return t, m.with(gen.Community, func(st *memoryState) { st.stats.HashedBytes += t.HashedBytes })
}

// Drop implements [swarm.Swarm].
func (m *Memory) Drop(c message.CommunityID, hash swarm.InfoHash) error {
	return m.with(c, func(st *memoryState) {
		st.gens = slices.DeleteFunc(st.gens, func(g swarm.Kept) bool { return g.Meta.InfoHash == hash })
	})
}

// Leave implements [swarm.Swarm].
func (m *Memory) Leave(c message.CommunityID) error {
	err := m.with(c, func(*memoryState) { delete(m.state, c) })
	m.net.changed()
	return err
}

// Discard implements [swarm.Swarm].
func (m *Memory) Discard(c message.CommunityID, id message.ArchiveID) error {
	return errors.Join(m.with(c, func(*memoryState) {}), m.files.Remove(c, id))
}

// Evict implements [swarm.Swarm], without a grace time.
func (m *Memory) Evict(_ context.Context, c message.CommunityID, id message.ArchiveID) error {
	err := errors.Join(m.with(c, func(st *memoryState) { st.evicted[id]++ }), m.files.Remove(c, id))
	m.net.changed()
	return err
}

// SetServing implements [swarm.Swarm].
func (m *Memory) SetServing(c message.CommunityID, on bool) {
	_ = m.with(c, func(st *memoryState) { st.mute = !on }) // closed: gives nothing
	m.net.changed()
}

func (m *Memory) gives(c message.CommunityID) (yes bool) {
	err := m.with(c, func(st *memoryState) { yes = !st.mute })
	return yes && err == nil
}

// AddPeers implements [swarm.Swarm].
func (m *Memory) AddPeers(c message.CommunityID, addrs ...string) {
	_ = m.with(c, func(st *memoryState) { st.peers = append(st.peers, addrs...) }) // closed: no peers
	m.net.changed()
}

// Stats implements [swarm.Swarm].
func (m *Memory) Stats(c message.CommunityID) (s swarm.Stats) {
	defer func(peers int) { s.Peers = peers }(m.peers(c))
	m.mu.Lock()
	defer m.mu.Unlock()
	s.Torrents = []swarm.TorrentStats{}
	st := m.state[c]
	if st == nil {
		return s
	}
	s = st.stats
	s.Torrents = []swarm.TorrentStats{}
	for _, g := range st.gens {
		s.Torrents = append(s.Torrents, swarm.TorrentStats{
			InfoHash: fmt.Sprintf("%x", g.Meta.InfoHash), Pieces: g.Meta.NumPieces(), PiecesComplete: m.complete(c, g),
		})
	}
	return s
}

// complete counts the pieces of a generation that are here.
func (m *Memory) complete(c message.CommunityID, g swarm.Kept) int {
	n := g.Meta.NumPieces() - g.Meta.DataPieces()
	for _, f := range g.Files {
		if p, err := m.files.Pieces(c, f.ID); err == nil && bytes.Equal(p.Hashes, g.Meta.ArchivePieces(f)) {
			n += len(p.Hashes) / swarm.HashSize
		}
	}
	return n
}

// Addrs implements [swarm.Swarm].
func (m *Memory) Addrs() []string { return []string{m.addr} }

// Close implements [swarm.Swarm].
func (m *Memory) Close() error {
	m.mu.Lock()
	m.ended = true
	m.mu.Unlock()
	m.cancel()
	m.running.Wait()
	m.net.mu.Lock()
	delete(m.net.nodes, m.addr)
	m.net.mu.Unlock()
	return nil
}
