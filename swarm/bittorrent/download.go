package bittorrent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/anacrolix/torrent"

	"seeder/swarm"
)

const (
	// windowPieces is how many pieces are wanted at a time without a limit (16 MiB).
	windowPieces = 160
	// saveEvery is how often progress is saved.
	saveEvery = time.Second
	// nudgeMin and nudgeMax bound the pauses after which a download without
	// progress asks again.
	nudgeMin = 2 * time.Second
	nudgeMax = time.Minute
)

// priorities of the window without a limit: up to each bound, the pieces nearest to
// the front have the priority.
var priorities = []struct {
	bound    int
	priority torrent.PiecePriority
}{
	{16, torrent.PiecePriorityNow},
	{48, torrent.PiecePriorityNext},
	{80, torrent.PiecePriorityReadahead},
	{120, torrent.PiecePriorityHigh},
	{windowPieces, torrent.PiecePriorityNormal},
}

// download is the work of one Fetch after its index is known. Four goroutines
// share it: one asks for room, one slides the window of priorities, one saves
// progress and puts whole archives in place, and the caller of Fetch gives them
// to the receiver, so that a slow import, disk or eviction does not keep the
// network waiting.
type download struct {
	c     *community
	g     *generation
	slots []slot
	order []int // positions of slots, in the order wanted
	// since is how often each slot's content was evicted before.
	since map[int]uint64

	// hungry is signalled when the window has room for more pieces, fed when
	// admitted grew, and results when done did.
	hungry, fed, results chan struct{}
	mu                   sync.Mutex
	admitted             []int // slots that may be downloaded, for the window to take
	begun                []int // all that were admitted, in order
	done                 []result
	noRoom               error // why some were left out
}

// result is an archive in place, or what keeps it from being so. A fatal error
// ends the fetch. One that was left out is not handed over.
type result struct {
	slot  int
	err   error
	fatal bool
	left  bool
}

func newDownload(c *community, g *generation, order []int) *download {
	d := &download{
		c: c, g: g, slots: *g.view.slots.Load(), order: order, since: make(map[int]uint64, len(order)),
		hungry: make(chan struct{}, 1), fed: make(chan struct{}, 1), results: make(chan struct{}, 1),
	}
	for _, i := range order {
		d.since[i] = d.slots[i].content.evictions()
	}
	return d
}

// evicted reports whether the archive at position i was evicted since the
// download began, or is about to be.
func (d *download) evicted(i int) bool {
	since, wanted := d.since[i]
	return wanted && d.slots[i].content.evictedSince(since)
}

func (d *download) push(r result) {
	d.mu.Lock()
	d.done = append(d.done, r)
	d.mu.Unlock()
	signal(d.results)
}

func (d *download) take() []result {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.done
	d.done = nil
	return r
}

// deliver hands archives to the receiver, in the order wanted as far as they
// come in time, until each was handed over or refused.
func (d *download) deliver(ctx context.Context, r swarm.Receiver) error {
	var refused []error
	turn := newHandover(d.order, d.c.s.opts.HoldBack)
	defer turn.timer.Stop()
	for !turn.over() {
		for _, res := range d.take() {
			if res.fatal {
				return res.err
			}
			turn.add(res)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if res, ok := turn.pop(); ok {
			if res.err != nil {
				refused = append(refused, res.err)
			}
			if res.err != nil || res.left || d.evicted(res.slot) {
				continue
			}
			id := d.slots[res.slot].file.ID
			if err := r.Archive(id); err != nil {
				return fmt.Errorf("take archive %s: %w", id, err)
			}
			continue
		}
		select {
		case <-d.results:
		case <-turn.wait():
			turn.release()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return errors.Join(append(refused, d.noRoom)...)
}

// keepFiles puts whole archives in place and saves the progress of others.
func (d *download) keepFiles(ctx context.Context) {
	wanted := make(map[int]bool, len(d.order))
	for _, i := range d.order {
		wanted[i] = !d.settle(ctx, i)
	}
	late, running := time.NewTimer(saveEvery), false
	late.Stop()
	defer late.Stop()
	for ctx.Err() == nil {
		select {
		case <-d.g.view.whole:
			for _, i := range d.g.view.takeFinished() {
				if wanted[i] && ctx.Err() == nil {
					wanted[i] = !d.settle(ctx, i)
				}
			}
		case <-d.g.view.dirtied:
			if !running {
				running = true
				late.Reset(saveEvery)
			}
		case <-late.C:
			running = false
			if err := d.saveProgress(); err != nil {
				d.push(result{err: err, fatal: true})
				return
			}
		case <-ctx.Done():
		}
	}
}

// saveProgress makes the pieces durable that were verified since the last time.
func (d *download) saveProgress() error {
	for i := range d.g.view.takeUnsaved() {
		if err := d.c.saveSlot(d.slots[i]); err != nil {
			return err // the end of the fetch saves the others
		}
	}
	return nil
}

// settle reports an archive that needs no more pieces, and whether it does not.
func (d *download) settle(ctx context.Context, i int) bool {
	if ctx.Err() != nil {
		return false
	}
	s := d.slots[i]
	st := s.content.state()
	switch {
	case d.evicted(i):
		d.push(result{slot: i, left: true})
	case st.stored:
		d.push(result{slot: i})
	case st.conflict:
		d.push(result{slot: i, err: fmt.Errorf("%w: %s", swarm.ErrConflict, s.file.ID)})
	case st.whole:
		d.finish(i)
	default:
		return false
	}
	return true
}

func (d *download) finish(i int) {
	s := d.slots[i]
	err := s.content.finish()
	switch {
	case errors.Is(err, errEvicted):
		d.push(result{slot: i, left: true})
	case errors.Is(err, swarm.ErrLayout):
		err = errors.Join(err, s.content.discard())
		d.g.update(s)
		d.push(result{slot: i, err: err})
	case err != nil:
		d.c.tell(s.content, nil)
		d.push(result{err: fmt.Errorf("put archive %s in place: %w", s.file.ID, err), fatal: true})
	default:
		d.c.tell(s.content, d.g)
		d.push(result{slot: i})
	}
}

// keepWindow gives priorities to the next missing pieces, and takes them all
// back when bytes cannot be written.
func (d *download) keepWindow(ctx context.Context) {
	select {
	case <-d.g.failed: // of an earlier fetch
	default:
	}
	w := window{d: d, given: make(map[int]torrent.PiecePriority)}
	pause := nudgeMin
	quiet := time.NewTimer(pause)
	defer quiet.Stop()
	for {
		limit := d.g.view.limit()
		size := windowAt(limit)
		w.slide(size, limit > 0)
		if len(w.front) < size {
			signal(d.hungry)
		}
		select {
		case <-d.fed:
		case <-d.g.view.changed:
			pause = nudgeMin
			quiet.Reset(pause)
		case <-quiet.C:
			w.nudge()
			pause = min(2*pause, nudgeMax)
			quiet.Reset(pause)
		case err := <-d.g.failed:
			d.g.stop()
			if !errors.Is(err, swarm.ErrDamaged) {
				err = fmt.Errorf("write archive: %w", err)
			}
			d.push(result{err: err, fatal: true})
			return
		case <-ctx.Done():
			return
		}
	}
}

// missingOf lists the pieces to fetch of the archive at position i.
func (d *download) missingOf(i int) (pieces []int) {
	s := d.slots[i]
	if st := s.content.state(); st.stored || st.conflict || st.whole {
		return nil
	}
	for p := range s.pieces() {
		if !s.content.has(p) {
			pieces = append(pieces, s.first+p)
		}
	}
	return pieces
}

// window is the front of the missing pieces, the part with priorities.
type window struct {
	d       *download
	missing []int // of archives that were admitted, behind the window
	front   []int
	given   map[int]torrent.PiecePriority
}

// slide takes what is over out of the window and fills it up to size, with one
// priority for all of it, or several.
func (w *window) slide(size int, one bool) {
	for _, i := range w.d.takeAdmitted() {
		w.missing = append(w.missing, w.d.missingOf(i)...)
	}
	front := w.front[:0]
	for _, p := range w.front {
		if !w.over(p) {
			front = append(front, p)
		}
	}
	for len(front) < size && len(w.missing) > 0 {
		if p := w.missing[0]; !w.over(p) {
			front = append(front, p)
		}
		w.missing = w.missing[1:]
	}
	w.front = front
	class := 0
	w.d.g.do(func(t *torrent.Torrent) {
		for i, p := range front {
			for i >= priorities[class].bound {
				class++
			}
			prio := priorities[class].priority
			if one {
				prio = torrent.PiecePriorityNormal
			}
			if w.given[p] != prio {
				w.given[p] = prio
				t.Piece(p).SetPriority(prio)
			}
		}
	})
}

// nudge makes the library ask again. It asks a peer that turned its last
// requests down, as one does that evicts, for nothing more before something
// else happens.
func (w *window) nudge() {
	w.d.g.do(func(t *torrent.Torrent) {
		for _, p := range w.front {
			t.Piece(p).SetPriority(torrent.PiecePriorityNone)
			t.Piece(p).SetPriority(w.given[p])
		}
	})
}

// over reports a piece that is here, or that is not to be fetched any more as
// its archive was evicted.
func (w *window) over(p int) bool {
	i, s, ok := w.d.g.view.find(p)
	if !ok {
		return false
	}
	evicted := w.d.evicted(i)
	if !evicted && !s.content.has(p-s.first) {
		return false
	}
	if _, given := w.given[p]; given && evicted {
		// The eviction did so too, but perhaps before it was given the priority.
		w.d.g.do(func(t *torrent.Torrent) { t.CancelPieces(p, p+1) })
	}
	delete(w.given, p)
	return true
}
