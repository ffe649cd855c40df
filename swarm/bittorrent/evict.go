package bittorrent

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/anacrolix/torrent"

	"seeder/internal/fault"
	"seeder/message"
)

// errEvicted keeps late bytes of an evicted archive from being written.
var errEvicted = errors.New("archive was evicted")

// Evict implements [swarm.Swarm].
func (s *Swarm) Evict(ctx context.Context, id message.CommunityID, archive message.ArchiveID) error {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	c, err := s.community(id)
	if err != nil {
		return err
	}
	return c.evict(ctx, archive)
}

// eviction is one that runs. It waits for nobody's turn, so the community's
// generations may come and go meanwhile.
type eviction struct {
	c        *community
	archive  message.ArchiveID
	contents []*content
	// offered are the generations in which something of it was here.
	offered map[*generation]bool
	// told counts the pieces that a peer was told are going.
	told map[*torrent.PeerConn]int
}

func (c *community) evict(ctx context.Context, archive message.ArchiveID) error {
	e := &eviction{
		c: c, archive: archive, contents: c.contentsOf(archive),
		offered: make(map[*generation]bool), told: make(map[*torrent.PeerConn]int),
	}
	for _, a := range e.contents {
		a.leave()
	}
	e.cancel()
	e.tell()
	if e.useful() {
		grace := time.NewTimer(c.s.opts.EvictGrace)
		select {
		case <-grace.C:
		case <-ctx.Done():
		}
		grace.Stop()
	}
	return e.remove(ctx)
}

// contentsOf returns the contents that generations have under one id.
func (c *community) contentsOf(archive message.ArchiveID) (list []*content) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, a := range c.contents {
		if key.id == archive {
			list = append(list, a)
		}
	}
	return list
}

// each calls f for each place at which a generation shows the archive.
func (e *eviction) each(f func(g *generation, i int, s slot)) {
	for _, g := range e.c.generations() {
		slots := g.view.slots.Load()
		if slots == nil {
			continue
		}
		for i, s := range *slots {
			if s.file.ID == e.archive {
				f(g, i, s)
			}
		}
	}
}

// cancel takes the priorities of the archive's pieces back, and has a download
// that wants it leave it out.
func (e *eviction) cancel() {
	e.each(func(g *generation, i int, s slot) {
		g.do(func(t *torrent.Torrent) { t.CancelPieces(s.first, s.first+s.pieces()) })
		g.view.lookAgain(i)
	})
}

// tell says to every connected peer that was not told, and understands, which
// pieces are going.
func (e *eviction) tell() {
	e.each(func(g *generation, _ int, s slot) {
		pieces := s.held()
		if len(pieces) == 0 {
			return
		}
		e.offered[g] = true
		g.do(func(t *torrent.Torrent) {
			for _, pc := range t.PeerConns() {
				if e.told[pc] >= len(pieces) {
					continue
				}
				e.c.s.conns.evicting(pc)
				if tellGone(pc, pieces) {
					e.told[pc] = len(pieces)
					s.content.setTold()
				}
			}
		})
	})
}

// useful reports whether somebody could still fetch pieces of the archive.
func (e *eviction) useful() (yes bool) {
	e.c.mu.Lock()
	mute := e.c.mute
	e.c.mu.Unlock()
	if mute {
		return false
	}
	e.each(func(g *generation, _ int, s slot) {
		pieces := s.held()
		g.do(func(t *torrent.Torrent) {
			for _, pc := range t.PeerConns() {
				yes = yes || slices.ContainsFunc(pieces, func(p int) bool { return e.c.s.conns.lacks(pc, p, 1) })
			}
		})
	})
	return yes
}

// remove stops serving the archive and removes its files.
func (e *eviction) remove(ctx context.Context) error {
	c := e.c
	c.evicting.Lock()
	defer c.evicting.Unlock()
	e.tell() // those who came meanwhile, and of what came meanwhile
	for _, a := range e.contents {
		a.disk.Lock()
		a.vanish()
		a.stay()
	}
	e.update()
	err := fault.Point(fault.SwarmEvictBefore)
	if err == nil {
		err = c.s.files.Remove(c.id, e.archive)
	}
	for _, a := range e.contents {
		a.open.forget(a.path())
		a.open.forget(a.part())
		a.disk.Unlock()
	}
	e.hangUp()
	return errors.Join(err, e.strays(context.WithoutCancel(ctx)))
}

// update makes the library look again at the pieces of the archive.
func (e *eviction) update() {
	e.each(func(g *generation, i int, s slot) {
		for p := s.first; p < s.first+s.pieces(); p++ {
			g.do(func(t *torrent.Torrent) {
				if t.PieceState(p).Partial {
					g.view.tear(p) // the library goes on believing that it has some chunks
				}
			})
		}
		g.update(s)
		g.view.lookAgain(i)
	})
}

// strays takes care of contents that came to be during the eviction, and may
// have seen the file.
func (e *eviction) strays(ctx context.Context) error {
	e.c.mu.Lock()
	e.c.evictions++
	e.c.mu.Unlock()
	var errs []error
	for _, a := range e.c.contentsOf(e.archive) {
		if slices.Contains(e.contents, a) {
			continue
		}
		a.disk.Lock()
		a.vanish()
		_, err := a.loadLocked(ctx) // it may have been put in place again
		a.disk.Unlock()
		errs = append(errs, err)
		e.c.tell(a, nil)
	}
	return errors.Join(errs...)
}

// hangUp ends the connections of peers that go on believing that the archive is
// here, and may ask for it: the library would end these then. They are dialled
// again soon, and see in a new bitfield what is here.
func (e *eviction) hangUp() {
	e.each(func(g *generation, _ int, s slot) {
		if !e.offered[g] {
			return
		}
		g.hangUp(func(pc *torrent.PeerConn) bool {
			return e.told[pc] == 0 && e.c.s.conns.lacks(pc, s.first, s.pieces())
		})
	})
}

// welcomeBack ends the connections of peers that were told that these archives
// were going, and that lack something of them: the library tells nobody twice
// that a piece has come. Who connects anew sees all.
func (c *community) welcomeBack(slots []slot) {
	for _, s := range slots {
		if !s.content.state().stored || !s.content.takeTold() {
			continue
		}
		for _, g := range c.generations() {
			for _, other := range g.showing(s.content) {
				g.hangUp(func(pc *torrent.PeerConn) bool {
					return c.s.conns.lacks(pc, other.first, other.pieces())
				})
			}
		}
	}
}

// held lists the pieces of the slot that are here, as the torrent counts them.
func (s slot) held() (pieces []int) {
	for p := range s.pieces() {
		if s.content.has(p) {
			pieces = append(pieces, s.first+p)
		}
	}
	return pieces
}

// leave says that an eviction of the archive begins, stay that it is over.
func (a *content) leave() { a.leaves(1) }

func (a *content) stay() { a.leaves(-1) }

func (a *content) leaves(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.leaving += n
}

// vanish forgets the archive and all that was downloaded of it. Nothing is
// written of it after that before it is admitted again. It is called with disk
// held.
func (a *content) vanish() {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.lost()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.evicted++
	a.gone = true
}

// evictions returns how often the archive was evicted up to now, not counting
// the eviction that runs.
func (a *content) evictions() uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.evicted
}

// evictedSince reports whether the archive was evicted since evictions was n,
// or is about to be.
func (a *content) evictedSince(n uint64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.leaving > 0 || a.evicted != n
}

// admit says that there is room for the archive.
func (a *content) admit() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.gone = false
}

func (a *content) isGone() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.gone
}

// setTold notes that peers were told of the eviction, takeTold returns that
// once.
func (a *content) setTold() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.told = true
}

func (a *content) takeTold() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	told := a.told
	a.told = false
	return told
}
