package bittorrent

import (
	"crypto/sha1" // BEP 3
	"io"
	"time"

	"github.com/anacrolix/torrent"
)

// tornPieces are what an eviction leaves behind in a view; guarded by its mu.
type tornPieces struct {
	// torn are the pieces of which the library has chunks that are gone.
	torn map[int]bool
	// hashing is how often the archive of a piece that is being hashed had been
	// evicted when it was read.
	hashing map[int]uint64
	// recheck makes the library look again at a piece when it has done with it.
	recheck func(piece int)
	// marked is called when a piece counts as complete here and not yet in the
	// library; tests set it.
	marked func(piece int)
}

func newTornPieces() tornPieces {
	return tornPieces{torn: make(map[int]bool), hashing: make(map[int]uint64), recheck: func(int) {}, marked: func(int) {}}
}

// begin reads the piece to be hashed.
//
// The library does not forget the chunks it got of a piece whose archive was
// evicted, and would ban the peers that give the others when the archive comes
// anew. An error of the disk is nobody's fault: it fetches the whole piece
// then. It logs errors other than this one.
func (p piece) begin(b []byte) error {
	if p.isIndex() {
		return p.readRaw(b)
	}
	at, err := p.place()
	if err != nil {
		return err
	}
	evictions := at.in.evictions()
	p.v.mu.Lock()
	p.v.torn.hashing[p.index] = evictions
	torn := p.v.torn.torn[p.index]
	delete(p.v.torn.torn, p.index)
	p.v.mu.Unlock()
	err = p.readRaw(b)
	gone := at.in.isGone()
	if torn && (err != nil || gone || sha1.Sum(b) != at.in.hash(at.piece)) || gone { // BEP 3
		return io.EOF
	}
	return err
}

// tear notes that the library has chunks of a piece that are gone.
func (v *view) tear(piece int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.torn.torn[piece] = true
}

// hashedAt returns how often the archive of a piece that was hashed had been
// evicted when it was read.
func (p piece) hashedAt() uint64 {
	p.v.mu.Lock()
	defer p.v.mu.Unlock()
	n := p.v.torn.hashing[p.index]
	delete(p.v.torn.hashing, p.index)
	return n
}

// markHashed is mark for a piece that was read when its archive had been
// evicted so many times. It does nothing if that happened again since.
func (a *content) markHashed(i int, ok bool, evictions uint64) (whole, stale bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.evicted != evictions {
		return false, true
	}
	return a.markLocked(i, ok), false
}

func (v *view) setRecheck(f func(piece int)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.torn.recheck = f
}

func (v *view) setMarked(f func(piece int)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.torn.marked = f
}

func (v *view) isMarked(piece int) {
	v.mu.Lock()
	f := v.torn.marked
	v.mu.Unlock()
	f(piece)
}

func (v *view) checkLater(piece int) {
	v.mu.Lock()
	f := v.torn.recheck
	v.mu.Unlock()
	f(piece)
}

const recheckEvery = 10 * time.Millisecond

// recheck makes the library look again at a piece when it has done with hashing
// and marking it: what it makes of that counts before it looks.
func (c *community) recheck(g *generation, piece int) {
	c.s.spawn(func() {
		tick := time.NewTicker(recheckEvery)
		defer tick.Stop()
		for busy := true; busy; {
			busy = false
			g.do(func(t *torrent.Torrent) {
				st := t.PieceState(piece)
				if busy = st.Hashing || st.Marking; !busy {
					t.Piece(piece).UpdateCompletion()
				}
			})
			select {
			case <-tick.C:
			case <-c.s.ctx.Done():
				return
			}
		}
	})
}
