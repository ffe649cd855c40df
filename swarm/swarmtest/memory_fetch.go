package swarmtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"seeder/message"
	"seeder/swarm"
)

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
