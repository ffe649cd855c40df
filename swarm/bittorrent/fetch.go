package bittorrent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/anacrolix/torrent"

	"seeder/swarm"
)

// Requests in flight when a generation is retired are waited for until no
// bytes came for drainQuiet, at most drainMax.
const (
	drainQuiet = 100 * time.Millisecond
	drainMax   = 2 * time.Second
)

// Fetch implements [swarm.Swarm].
func (s *Swarm) Fetch(ctx context.Context, ref swarm.Ref, r swarm.Receiver) error {
	if err := ref.Check(); err != nil {
		return err
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	c, err := s.community(ref.Community)
	if err != nil {
		return err
	}
	if err := c.lock(ctx); err != nil {
		return err
	}
	defer c.unlock()
	c.fetches.Add(1)
	defer c.fetched()
	c.book.hint(ref.Peers...)
	return full(c.fetch(ctx, ref, r))
}

func (c *community) fetch(ctx context.Context, ref swarm.Ref, r swarm.Receiver) error {
	if err := c.s.files.Prepare(c.id); err != nil {
		return err
	}
	g, err := c.opened(ctx, ref)
	if err != nil {
		return err
	}
	c.dial()
	if err := c.makeWritable(ctx, g); err != nil {
		return err
	}
	meta, index, err := c.takeIndex(ctx, g, ref)
	if errors.Is(err, swarm.ErrTorrent) {
		return c.refuse(g, err)
	}
	if err != nil {
		return err
	}
	files, want, err := r.Index(index)
	if err != nil {
		return c.refuse(g, fmt.Errorf("read index: %w", err))
	}
	if err := swarm.CheckLayout(files, meta.DataSize); err != nil {
		return c.refuse(g, err)
	}
	order, err := swarm.Select(files, want)
	if err != nil {
		return err
	}
	if err := c.place(ctx, g, swarm.Kept{Meta: meta, Index: index, Files: files}); err != nil {
		return err
	}
	return c.downloadInto(ctx, g, order, r)
}

// opened returns the generation's torrent: the one that is open, or one that
// was kept, or one of which only the infohash is known.
func (c *community) opened(ctx context.Context, ref swarm.Ref) (*generation, error) {
	if g := c.find(ref.InfoHash); g != nil {
		return g, nil
	}
	trackers := c.s.trackersOf(ref)
	k, err := c.s.files.Kept(c.id, ref.InfoHash)
	if errors.Is(err, swarm.ErrMissing) {
		return c.add(newView(c.id, ref.InfoHash, c.s.open), trackers)
	}
	if err != nil {
		return nil, err
	}
	c.countIndex(k.Index)
	return c.restore(ctx, k, trackers)
}

// makeWritable retires the generation downloaded into before. Its requests in
// flight are drained first: pieces that they complete carry over.
func (c *community) makeWritable(ctx context.Context, g *generation) error {
	for _, old := range c.generations() {
		if old == g || !old.view.writable.Load() {
			continue
		}
		old.stop()
		if err := old.drain(ctx); err != nil {
			return err
		}
		old.view.writable.Store(false)
		if err := c.save(old); err != nil {
			return err
		}
	}
	g.view.writable.Store(true)
	return nil
}

// stop takes back every priority.
func (g *generation) stop() {
	g.do(func(t *torrent.Torrent) {
		if t.Info() != nil {
			t.CancelPieces(0, t.NumPieces())
		}
	})
}

// drain waits until no more payload arrives.
func (g *generation) drain(ctx context.Context) error {
	limit := time.NewTimer(drainMax)
	defer limit.Stop()
	tick := time.NewTicker(drainQuiet)
	defer tick.Stop()
	var last int64 = -1
	for {
		now := last
		g.do(func(t *torrent.Torrent) {
			st := t.Stats()
			now = st.BytesReadData.Int64()
		})
		if now == last {
			return nil
		}
		last = now
		select {
		case <-tick.C:
		case <-limit.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// takeIndex waits for the torrent's info and then for its index.
func (c *community) takeIndex(ctx context.Context, g *generation, ref swarm.Ref) (*swarm.Metainfo, []byte, error) {
	select {
	case <-g.t.GotInfo():
	case <-g.view.refusing:
		return nil, nil, g.view.refusal()
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
	if g.view.slots.Load() != nil {
		k, err := c.s.files.Kept(c.id, g.hash)
		if err != nil {
			return nil, nil, err
		}
		return k.Meta, k.Index, nil
	}
	info := g.t.Metainfo()
	meta, err := swarm.CheckInfo(info.InfoBytes, c.id, g.hash)
	if err != nil {
		return nil, nil, err
	}
	meta.Trackers = ref.Trackers
	c.s.conns.suspect(g.t)
	index, err := g.fetchIndex(ctx, meta)
	return meta, index, err
}

// fetchIndex gives priority to the pieces of the index and to no others.
func (g *generation) fetchIndex(ctx context.Context, meta *swarm.Metainfo) ([]byte, error) {
	g.do(func(t *torrent.Torrent) {
		for p := meta.DataPieces(); p < meta.NumPieces(); p++ {
			t.Piece(p).SetPriority(torrent.PiecePriorityNow)
		}
	})
	for {
		if index, ok := g.view.indexBytes(); ok {
			return index, nil
		}
		select {
		case <-g.view.whole:
		case err := <-g.failed:
			g.stop()
			return nil, fmt.Errorf("write index: %w", err)
		case <-ctx.Done():
			g.stop()
			return nil, context.Cause(ctx)
		}
	}
}

// refuse drops a generation whose torrent or index was refused. One that was
// accepted before stays: this node may be the last to have it.
func (c *community) refuse(g *generation, err error) error {
	if g.view.slots.Load() != nil {
		return err
	}
	return errors.Join(err, c.remove(g))
}

// place keeps a generation whose index is known and shows its archives.
func (c *community) place(ctx context.Context, g *generation, k swarm.Kept) error {
	if shown := g.view.slots.Load(); shown != nil {
		same := slices.EqualFunc(*shown, k.Files, func(s slot, f swarm.File) bool { return s.file == f })
		if !same {
			return fmt.Errorf("%w: the index was read differently before", swarm.ErrLayout)
		}
		return c.reload(ctx, g)
	}
	if err := c.s.files.Keep(k); err != nil {
		return err
	}
	g.view.setIndexFile(c.s.files.IndexPath(c.id, g.hash))
	if err := c.show(ctx, g.view, k.Files); err != nil {
		return err
	}
	// The library asked for completion before the layout was known.
	for _, s := range *g.view.slots.Load() {
		if st := s.content.state(); st.stored || s.content.begun() {
			g.update(s)
		}
	}
	return nil
}

// downloadInto gets the archives at the positions in order, and hands each one to
// the receiver.
func (c *community) downloadInto(ctx context.Context, g *generation, order []int, r swarm.Receiver) error {
	d := newDownload(c, g, order)
	c.setDownload(d)
	defer c.setDownload(nil)
	inner, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { d.keepAdmitting(inner, r) })
	running.Go(func() { d.keepWindow(inner) })
	running.Go(func() { d.keepFiles(inner) })
	err := d.deliver(ctx, r)
	cancel()
	running.Wait()
	g.stop()
	c.welcomeBack(d.slots)
	return errors.Join(err, c.save(g))
}
