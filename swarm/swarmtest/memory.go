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

// Fetch implements [swarm.Swarm].
func (m *Memory) Fetch(ctx context.Context, ref swarm.Ref, r swarm.Receiver) error {
	if err := ref.Check(); err != nil {
		return err
	}
	ctx, leave, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	m.AddPeers(ref.Community, ref.Peers...)
	k, err := m.files.Kept(ref.Community, ref.InfoHash)
	if err != nil {
		if k, err = m.fetchIndex(ctx, ref); err != nil {
			return err
		}
	}
	files, want, err := r.Index(k.Index)
	if err == nil {
		err = swarm.CheckLayout(files, k.Meta.DataSize)
	}
	if err != nil {
		return err
	}
	order, err := swarm.Select(files, want)
	if err != nil {
		return err
	}
	k.Files = files
	if err := errors.Join(m.files.Prepare(ref.Community), m.files.Keep(k), m.serve(k)); err != nil {
		return err
	}
	return m.fetchArchives(ctx, k, order, r)
}

// wait calls found until it is content or ctx ends, after every change.
func (m *Memory) wait(ctx context.Context, c message.CommunityID, found func(peers []*Memory, raw [][]byte) (bool, error)) error {
	for {
		m.net.mu.Lock()
		moved := m.net.moved
		var peers []*Memory
		var raw [][]byte
		var book []string
		if err := m.with(c, func(st *memoryState) { book = st.peers }); err != nil {
			m.net.mu.Unlock()
			return err
		}
		for _, a := range book {
			if p := m.net.nodes[a]; p != nil && p != m {
				peers = append(peers, p)
			}
			if info := m.net.raw[a]; info != nil {
				raw = append(raw, info)
			}
		}
		m.net.mu.Unlock()
		if ok, err := found(peers, raw); ok || err != nil {
			return err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// generation returns what the node serves under an infohash.
func (m *Memory) generation(c message.CommunityID, hash swarm.InfoHash) (k swarm.Kept, ok bool) {
	err := m.with(c, func(st *memoryState) {
		for _, g := range st.gens {
			if g.Meta.InfoHash == hash {
				k, ok = g, true
			}
		}
	})
	return k, ok && err == nil
}

func (m *Memory) fetchIndex(ctx context.Context, ref swarm.Ref) (k swarm.Kept, err error) {
	err = m.wait(ctx, ref.Community, func(peers []*Memory, raw [][]byte) (bool, error) {
		for _, info := range raw {
			if _, err := swarm.CheckInfo(info, ref.Community, ref.InfoHash); err != nil {
				return false, err
			}
		}
		for _, p := range peers {
			if g, ok := p.generation(ref.Community, ref.InfoHash); ok && p.gives(ref.Community) {
				k = swarm.Kept{Meta: g.Meta, Index: g.Index}
				return true, m.count(p, ref.Community, int64(len(g.Index)))
			}
		}
		return false, nil
	})
	return k, err
}

// count notes payload that came from a peer and was hashed.
func (m *Memory) count(from *Memory, c message.CommunityID, n int64) error {
	// A peer that closed meanwhile has nobody left to ask it.
	_ = from.with(c, func(st *memoryState) {
		st.stats.UploadedBytes += n
		st.traffic[m.addr] = traffic{st.traffic[m.addr].up + n, st.traffic[m.addr].down}
	})
	return m.with(c, func(st *memoryState) {
		st.stats.DownloadedBytes += n
		st.stats.HashedBytes += n
		st.traffic[from.addr] = traffic{st.traffic[from.addr].up, st.traffic[from.addr].down + n}
	})
}

func (m *Memory) fetchArchives(ctx context.Context, k swarm.Kept, order []int, r swarm.Receiver) error {
	var refused []error
	var noRoom error
	evicted, err := m.evictions(k.Meta.Community, k, order)
	if err != nil {
		return err
	}
	for _, i := range order {
		f := k.Files[i]
		if m.missing(k.Meta.Community, f.ID) {
			if noRoom == nil {
				noRoom = r.Room(f.ID)
			}
			if errors.Is(noRoom, swarm.ErrNoSpace) {
				continue
			}
			if noRoom != nil {
				return noRoom
			}
		}
		leave, err := m.begin(k.Meta.Community, f)
		if err != nil {
			return err
		}
		err = m.fetchArchive(ctx, k, f, evicted[f.ID])
		leave()
		if errors.Is(err, errEvicted) {
			continue
		}
		if errors.Is(err, swarm.ErrConflict) {
			refused = append(refused, err)
			continue
		}
		if err != nil {
			return err
		}
		if err := r.Archive(f.ID); err != nil {
			return fmt.Errorf("take archive %s: %w", f.ID, err)
		}
	}
	return errors.Join(append(refused, noRoom)...)
}

// begin notes that an archive is under way, until leave is called.
func (m *Memory) begin(c message.CommunityID, f swarm.File) (leave func(), err error) {
	one := swarm.ArchiveTransfer{ID: f.ID, TotalBytes: int64(f.Size - f.Padding)}
	set := func(list ...swarm.ArchiveTransfer) error {
		return m.with(c, func(st *memoryState) { st.underWay = list })
	}
	return func() { _ = set() }, set(one) // closed: nobody asks
}

// errEvicted ends the fetch of an archive that was evicted meanwhile.
var errEvicted = errors.New("archive was evicted")

// evictions returns how often each archive was evicted up to now.
func (m *Memory) evictions(c message.CommunityID, k swarm.Kept, order []int) (map[message.ArchiveID]int, error) {
	counts := make(map[message.ArchiveID]int, len(order))
	err := m.with(c, func(st *memoryState) {
		for _, i := range order {
			counts[k.Files[i].ID] = st.evicted[k.Files[i].ID]
		}
	})
	return counts, err
}

// stays reports with an errEvicted that an archive was evicted since.
func (m *Memory) stays(c message.CommunityID, id message.ArchiveID, since int) error {
	gone := false
	err := m.with(c, func(st *memoryState) { gone = st.evicted[id] != since })
	if err == nil && gone {
		err = errEvicted
	}
	return err
}

func (m *Memory) missing(c message.CommunityID, id message.ArchiveID) bool {
	_, err := m.files.Pieces(c, id)
	return errors.Is(err, swarm.ErrMissing)
}

func (m *Memory) fetchArchive(ctx context.Context, k swarm.Kept, f swarm.File, evictions int) error {
	c := k.Meta.Community
	if err := m.stays(c, f.ID, evictions); err != nil {
		return err
	}
	p, hashed, err := m.files.ReadPieces(ctx, c, f.ID)
	switch {
	case err == nil && bytes.Equal(p.Hashes, k.Meta.ArchivePieces(f)):
		return m.with(c, func(st *memoryState) { st.stats.HashedBytes += hashed })
	case err == nil:
		return fmt.Errorf("%w: %s", swarm.ErrConflict, f.ID)
	case !errors.Is(err, swarm.ErrMissing):
		return err
	}
	return m.wait(ctx, c, func(peers []*Memory, _ [][]byte) (bool, error) {
		if err := m.stays(c, f.ID, evictions); err != nil {
			return false, err
		}
		for _, peer := range peers {
			if _, ok := peer.generation(c, k.Meta.InfoHash); !ok || !peer.gives(c) {
				continue
			}
			has, err := peer.files.Pieces(c, f.ID)
			if err != nil || !bytes.Equal(has.Hashes, k.Meta.ArchivePieces(f)) {
				continue
			}
			if err := m.copyArchive(ctx, peer, c, f); err != nil {
				return false, err
			}
			m.net.changed()
			return true, m.count(peer, c, int64(f.Size))
		}
		return false, nil
	})
}

func (m *Memory) copyArchive(ctx context.Context, from *Memory, c message.CommunityID, f swarm.File) error {
	d, err := m.files.Create(c)
	if err != nil {
		return err
	}
	defer d.Abort()
	alone := f
	alone.Offset, alone.Padding = 0, f.Padding
	var padded bytes.Buffer
	if err := from.files.WriteData(ctx, &padded, c, []swarm.File{alone}); err != nil {
		return err
	}
	if _, err := d.Write(padded.Bytes()[:f.Size-f.Padding]); err != nil {
		return err
	}
	return d.Commit(f.ID)
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
