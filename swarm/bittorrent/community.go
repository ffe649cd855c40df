package bittorrent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/anacrolix/torrent"

	"seeder/internal/fault"
	"seeder/message"
	"seeder/swarm"
)

// community is what a node shares of one community: its generations, newest
// first, and the contents they have in common.
type community struct {
	s    *Swarm
	id   message.CommunityID
	book *book
	// turn holds one token: Seed, Fetch and Drop come one at a time.
	turn chan struct{}
	// fetches is even while no Fetch runs; it grows when one begins and ends.
	fetches atomic.Uint64
	// hashed counts bytes hashed by this package, not by the library.
	hashed atomic.Int64
	// hashedIndexes counts those of them that are of indexes.
	hashedIndexes atomic.Int64
	// compared counts bytes compared with their hash, damagedPieces what failed.
	compared, damagedPieces atomic.Int64

	// evicting is held by an eviction that removes files.
	evicting sync.Mutex

	mu   sync.Mutex
	mute bool // nothing is uploaded
	// evictions counts those that are over.
	evictions uint64
	gens      []*generation
	contents  map[contentKey]*content
	past      swarm.Stats // sums over generations that were dropped
	// download is that of the Fetch that runs; nil without one.
	download *download
}

// generation is a torrent in the client.
type generation struct {
	hash swarm.InfoHash
	view *view
	// trackers are those it is announced to, if tracked, or is to be; tracking
	// guards both.
	tracking sync.Mutex
	trackers []string
	tracked  bool
	// failed receives the first error of writing a chunk.
	failed chan error
	// announced is how announces to the DHT went.
	announced announced

	// mu guards the torrent against calls after it was dropped, which the
	// library does not survive everywhere.
	mu      sync.RWMutex
	t       *torrent.Torrent
	dropped chan struct{}
}

// do calls f with the torrent unless it was dropped.
func (g *generation) do(f func(*torrent.Torrent)) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	select {
	case <-g.dropped:
	default:
		f(g.t)
	}
}

func newCommunity(s *Swarm, id message.CommunityID) *community {
	return &community{
		s: s, id: id, contents: make(map[contentKey]*content),
		turn: make(chan struct{}, 1), book: newBook(s.opts, s.files.Dir(id)),
	}
}

// lock waits for the community's turn.
func (c *community) lock(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *community) unlock() { <-c.turn }

// fetching reports whether a Fetch runs.
func (c *community) fetching() bool { return c.fetches.Load()%2 != 0 }

func (c *community) find(hash swarm.InfoHash) *generation {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, g := range c.gens {
		if g.hash == hash {
			return g
		}
	}
	return nil
}

func (c *community) generations() []*generation {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*generation(nil), c.gens...)
}

// add puts a view into the client. Where its torrent and layout are set
// before, all that is here is served at once.
func (c *community) add(v *view, trackers []string) (*generation, error) {
	opts := torrent.AddTorrentOpts{InfoHash: v.hash, Storage: v, DisableInitialPieceCheck: true}
	c.mu.Lock()
	opts.DisallowDataUpload = c.mute
	c.mu.Unlock()
	if m := v.metainfo(); m != nil {
		opts.InfoBytes = m.Info
	}
	c.mu.Lock()
	evictions := c.evictions
	c.mu.Unlock()
	g := &generation{hash: v.hash, view: v, failed: make(chan error, 1), dropped: make(chan struct{}), trackers: trackers}
	v.throttle, v.hashers = c.s.opts.Throttle, c.s.hashers
	t, fresh := c.s.client.AddTorrentOpt(opts)
	if !fresh {
		return nil, fmt.Errorf("%w: infohash %x is another community's", swarm.ErrTorrent, v.hash)
	}
	g.t = t
	v.torrent.Store(t)
	v.setRecheck(func(p int) { c.recheck(g, p) })
	t.SetOnWriteChunkError(g.fail)
	if opts.InfoBytes != nil && t.Info() == nil {
		v.drop(t)
		return nil, fmt.Errorf("%w: the library refuses the torrent", swarm.ErrTorrent)
	}
	c.s.conns.watch(t, c.book, v)
	c.mu.Lock()
	c.gens = append([]*generation{g}, c.gens...)
	stale := c.evictions != evictions
	c.mu.Unlock()
	if slots := v.slots.Load(); stale && slots != nil {
		for _, s := range *slots {
			g.update(s) // the library saw what was here before
		}
	}
	c.applyServing(g) // it may have been set meanwhile
	if c.s.opts.UseTrackers {
		c.s.track(g) // as they are named now
	}
	c.book.retry()
	c.dial()
	return g, nil
}

// show gives a view its layout: each archive's content, shared with the other
// generations of the community. It looks at the disk: at contents that were
// shown before, too, since others may have removed files or put them in place.
func (c *community) show(ctx context.Context, v *view, files []swarm.File) error {
	m := v.metainfo()
	if err := swarm.CheckLayout(files, m.DataSize); err != nil {
		return err
	}
	begun, err := c.s.files.Begun(c.id)
	if err != nil {
		return err
	}
	slots := make([]slot, len(files))
	for i, f := range files {
		a, err := c.content(ctx, f, m.ArchivePieces(f), !begun[f.ID])
		if err != nil {
			c.release(slots[:i])
			return err
		}
		slots[i] = slot{file: f, first: int(f.Offset / swarm.PieceLength), content: a}
	}
	v.slots.Store(&slots)
	return nil
}

// content returns the content of an archive, looked up on the disk. Tidy says that
// no download of it has left anything.
func (c *community) content(ctx context.Context, f swarm.File, pieces []byte, tidy bool) (*content, error) {
	key := keyOf(f.ID, pieces)
	c.mu.Lock()
	a := c.contents[key]
	if a != nil {
		a.users++
	}
	evictions := c.evictions
	c.mu.Unlock()
	if a != nil {
		err := c.lookAgain(ctx, a)
		if err != nil {
			c.release([]slot{{content: a}})
		}
		return a, err
	}
	a = c.newContent(f, pieces)
	a.tidy = tidy
	if err := c.load(ctx, a); err != nil {
		return nil, err
	}
	a.tidy = false // it is downloaded from now on, perhaps
	a.users = 1
	c.mu.Lock()
	c.contents[key] = a
	stale := c.evictions != evictions
	c.mu.Unlock()
	if stale {
		return a, c.load(ctx, a)
	}
	return a, nil
}

// lookAgain notices that others removed the file of a content or put it in place.
func (c *community) lookAgain(ctx context.Context, a *content) error {
	hashed, err := a.refresh(ctx)
	c.hashed.Add(hashed)
	if err != nil {
		return fmt.Errorf("look up archive %s: %w", a.key.id, err)
	}
	return nil
}

// load finds out what is on disk of a content.
func (c *community) load(ctx context.Context, a *content) error {
	hashed, err := a.load(ctx)
	c.hashed.Add(hashed)
	if err != nil {
		return fmt.Errorf("look up archive %s: %w", a.key.id, err)
	}
	return nil
}

func (c *community) newContent(f swarm.File, pieces []byte) *content {
	a := newContent(c.s.files, c.s.open, c.id, f, bytes.Clone(pieces))
	a.notices, a.hashers = c.notices(a), c.s.hashers
	return a
}

// countIndex counts an index that was hashed.
func (c *community) countIndex(index []byte) {
	c.hashed.Add(int64(len(index)))
	c.hashedIndexes.Add(int64(len(index)))
}

// release takes slots out of use; a content goes with its last one.
func (c *community) release(slots []slot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range slots {
		s.content.users--
		if s.content.users == 0 {
			delete(c.contents, s.content.key)
		}
	}
}

// tell makes the library look again at the pieces of a content, in every
// generation that shows it but one.
func (c *community) tell(a *content, except *generation) {
	for _, g := range c.generations() {
		if g == except {
			continue
		}
		for _, s := range g.showing(a) {
			g.update(s)
		}
	}
}

// showing returns the slots of the generation that show a content.
func (g *generation) showing(a *content) (list []slot) {
	slots := g.view.slots.Load()
	if slots == nil {
		return nil
	}
	for _, s := range *slots {
		if s.content == a {
			list = append(list, s)
		}
	}
	return list
}

// update makes the library take over the completion of a slot's pieces. What
// is missing is not fetched before somebody asks for it anew. A piece that the
// library is hashing or marking is looked at again afterwards: it would count as
// complete though it was lost meanwhile, and nobody would be asked for it.
func (g *generation) update(s slot) {
	if !s.content.state().stored {
		g.do(func(t *torrent.Torrent) { t.CancelPieces(s.first, s.first+s.pieces()) })
	}
	for p := s.first; p < s.first+s.pieces(); p++ {
		g.do(func(t *torrent.Torrent) {
			if st := t.PieceState(p); st.Hashing || st.Marking {
				g.view.checkLater(p)
			}
			t.Piece(p).UpdateCompletion()
		})
	}
}

func (c *community) drop(hash swarm.InfoHash) error {
	if err := c.lock(c.s.ctx); err != nil {
		return swarm.ErrClosed
	}
	defer c.unlock()
	if g := c.find(hash); g != nil {
		return c.remove(g)
	}
	return nil
}

// remove takes a generation out of the client.
func (c *community) remove(g *generation) error {
	err := c.save(g)
	g.mu.Lock()
	close(g.dropped)
	g.mu.Unlock()
	c.mu.Lock()
	for i, other := range c.gens {
		if other == g {
			c.gens = append(c.gens[:i:i], c.gens[i+1:]...)
			break
		}
	}
	sum(&c.past, g.t)
	c.mu.Unlock()
	c.s.conns.forget(g.t)
	g.view.drop(g.t)
	if slots := g.view.slots.Load(); slots != nil {
		c.release(*slots)
	}
	return err
}

// save makes the progress of a generation's downloads durable.
func (c *community) save(g *generation) error {
	slots := g.view.slots.Load()
	if slots == nil {
		return nil
	}
	var errs []error
	for _, s := range *slots {
		errs = append(errs, c.saveSlot(s))
	}
	return errors.Join(errs...)
}

func (c *community) saveSlot(s slot) error {
	err := s.content.save()
	if err != nil {
		c.tell(s.content, nil) // pieces that were not saved may count no more
	}
	return err
}

func (c *community) close() error {
	var errs []error
	for _, g := range c.generations() {
		errs = append(errs, c.remove(g))
	}
	return errors.Join(append(errs, c.book.save())...)
}

// Discard implements [swarm.Swarm]. It may be called from a Receiver.
func (s *Swarm) Discard(id message.CommunityID, archive message.ArchiveID) error {
	c, err := s.community(id)
	if err != nil {
		return err
	}
	return c.discard(archive)
}

func (c *community) discard(archive message.ArchiveID) error {
	contents := c.contentsOf(archive)
	for _, a := range contents {
		a.lost()
		c.tell(a, nil)
	}
	if err := fault.Point(fault.SwarmDiscardBefore); err != nil {
		return err
	}
	if err := c.s.files.Remove(c.id, archive); err != nil {
		return err
	}
	for _, a := range contents {
		a.open.forget(a.path())
		a.open.forget(a.part())
	}
	return nil
}
