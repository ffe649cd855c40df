package bittorrent

import (
	"context"
	"crypto/sha1" // BEP 3
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/anacrolix/torrent"

	"seeder/swarm"
)

// What came in this run was verified when it came. What an earlier process
// verified lies on a disk since then, and disks forget: each piece is compared
// with its hash before it is given to a peer for the first time in a run, and
// again when its file was touched. A restart reads nothing therefore, and no
// peer gets a piece that it would have to refuse.

// notices are calls from a content to its community. They wait for nothing.
type notices struct {
	// damaged is told of the first piece found damaged, compared of bytes that
	// were read to find out, and aside of an archive that was set aside by
	// setAsideLocked, with what that returned.
	damaged  func()
	compared func(bytes int64)
	aside    func(pieces int, err error)
}

var noNotices = notices{damaged: func() {}, compared: func(int64) {}, aside: func(int, error) {}}

// stamp tells versions of a file apart.
type stamp struct{ size, modified int64 }

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime().UnixNano()} }

// serve reads from piece i for a peer. The error wraps [swarm.ErrDamaged] when
// the piece is no longer what it was; the piece then counts as missing.
func (a *content) serve(b []byte, i int, off int64) (int, error) {
	if off == 0 {
		a.noticeTouch()
	}
	a.mu.Lock()
	here, checked := a.hasLocked(i), a.checked[i]
	a.mu.Unlock()
	if !here {
		return 0, fmt.Errorf("%w: piece %d of archive %s", swarm.ErrMissing, i, a.key.id)
	}
	if checked {
		return a.readAt(b, int64(i)*swarm.PieceLength+off)
	}
	buf := pieceBuffers.Get().(*[swarm.PieceLength]byte)
	defer pieceBuffers.Put(buf)
	if err := a.check(buf, i); err != nil {
		return 0, err
	}
	if n := copy(b, buf[off:]); n < len(b) {
		return n, io.ErrUnexpectedEOF
	}
	return len(b), nil
}

// check reads piece i into buf and compares it with its hash.
func (a *content) check(buf *[swarm.PieceLength]byte, i int) error {
	defer a.hashers.begin()()
	_, err := a.readAt(buf[:], int64(i)*swarm.PieceLength)
	// A file that was cut and a sector that cannot be read are damage too.
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, syscall.EIO) {
		return err
	}
	a.notices.compared(swarm.PieceLength)
	if err == nil && sha1.Sum(buf[:]) == a.hash(i) { // BEP 3
		a.mu.Lock()
		defer a.mu.Unlock()
		a.checked[i] = true
		return nil
	}
	a.damage(i)
	return fmt.Errorf("%w: piece %d of archive %s", swarm.ErrDamaged, i, a.key.id)
}

func (a *content) hash(i int) [swarm.HashSize]byte {
	return [swarm.HashSize]byte(a.hashes[i*swarm.HashSize:])
}

// noticeTouch makes the pieces of an archive in place be checked again when
// its file was written to.
func (a *content) noticeTouch() {
	a.mu.Lock()
	stored := a.stored
	a.mu.Unlock()
	if !stored {
		return // a download is written to all the time
	}
	now, err := a.open.stat(a.path())
	if err != nil {
		return // the read will tell
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stored && a.seen != now {
		a.seen = now
		clear(a.checked)
	}
}

// damage notes that piece i is no longer what it was, and tells the community
// of the first such piece.
func (a *content) damage(i int) {
	a.mu.Lock()
	first := false
	switch {
	case a.stored:
		if first = a.bad == nil; first {
			a.bad = make([]bool, len(a.have))
		}
		a.bad[i] = true
	case a.have[i]:
		a.have[i], a.checked[i], a.dirty = false, false, true
		a.missing++
		first = true
	}
	a.mu.Unlock()
	if first {
		a.notices.damaged()
	}
}

// setAside turns an archive in place of which pieces are damaged into a
// download that has the others, so that these go on being served and only the
// damaged ones have to come again. It returns how many are damaged; when none
// are after all, the archive stays.
func (a *content) setAside(ctx context.Context) (damaged int, err error) {
	a.disk.Lock()
	defer a.disk.Unlock()
	if !a.state().stored {
		return 0, nil // it was removed meanwhile
	}
	return a.setAsideLocked(ctx)
}

func (a *content) setAsideLocked(ctx context.Context) (damaged int, err error) {
	a.mu.Lock()
	if a.bad == nil {
		a.bad = make([]bool, len(a.have)) // who reads meanwhile sees that it is being moved
	}
	a.mu.Unlock()
	good, err := a.survey(ctx)
	if errors.Is(err, swarm.ErrMissing) {
		a.open.forget(a.path())
		a.lost()
		return 0, nil
	}
	if err != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.bad = nil // the next read of a damaged piece tries again
		clear(a.checked)
		return 0, err
	}
	for _, ok := range good {
		if !ok {
			damaged++
		}
	}
	switch damaged {
	case 0:
	case len(good):
		err = a.files.Remove(a.c, a.key.id)
	default:
		// Where the list cannot be written everything comes again after a restart.
		_ = a.writeHave(good)
		err = a.files.SetAside(a.c, a.key.id, a.part(), a.size)
	}
	_, gone := os.Stat(a.path())
	a.mu.Lock()
	if a.bad = nil; damaged > 0 && gone != nil {
		a.stored, a.sealed, a.dirty = false, false, true
		a.setHave(good)
		copy(a.checked, good)
	}
	a.mu.Unlock()
	a.open.forget(a.path())
	a.open.forget(a.part())
	return damaged, err
}

// survey compares every piece of the archive in place with its hash.
func (a *content) survey(ctx context.Context) ([]bool, error) {
	f, err := a.files.Open(a.c, a.key.id)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	defer a.hashers.begin()()
	good := make([]bool, len(a.hashes)/swarm.HashSize)
	buf := make([]byte, swarm.PieceLength)
	for i := range good {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		from := int64(i) * swarm.PieceLength
		n, err := f.ReadAt(buf[:max(0, min(a.raw-from, swarm.PieceLength))], from)
		clear(buf[n:]) // a piece that cannot be read is not zeros, so it fails
		a.notices.compared(swarm.PieceLength)
		good[i] = (err == nil || n == 0 && from >= a.raw) && sha1.Sum(buf) == a.hash(i) // BEP 3
	}
	return good, nil
}

func (c *community) notices(a *content) notices {
	return notices{
		damaged:  func() { c.damaged(a) },
		compared: func(n int64) { c.compared.Add(n) },
		aside: func(pieces int, err error) {
			c.s.spawn(func() { c.report(a, true, pieces, err) })
		},
	}
}

// damaged is called when a piece was found damaged. The call may come from the
// library, so all the rest happens in a goroutine.
func (c *community) damaged(a *content) {
	c.s.spawn(func() { c.mend(a) })
}

// mend stops serving what is damaged of an archive and reports it.
func (c *community) mend(a *content) {
	inPlace := a.state().stored
	damaged, err := 1, error(nil)
	if inPlace {
		damaged, err = a.setAside(c.s.ctx)
	}
	c.tell(a, nil)
	c.report(a, inPlace, damaged, err)
	for _, g := range c.generations() {
		if len(g.showing(a)) == 0 {
			continue
		}
		g.hangUp(func(*torrent.PeerConn) bool { return true })
		// A download that runs does not know that a piece which it had is missing.
		if !inPlace {
			g.fail(fmt.Errorf("%w: a piece of %s that was fetched before", swarm.ErrDamaged, a.key.id))
		}
	}
}

// report counts damage and tells the owner of the archive.
func (c *community) report(a *content, inPlace bool, damaged int, err error) {
	log := c.s.opts.Logger.With("community", c.id.String(), "archive", a.key.id.String())
	c.damagedPieces.Add(int64(damaged))
	switch {
	case err != nil && c.s.ctx.Err() != nil:
		return // it is found again after the restart
	case err != nil:
		log.Error("cannot set a damaged archive aside", "error", err)
	case damaged > 0:
		log.Error("archive was damaged on disk", "pieces", damaged, "in_place", inPlace)
	}
	if inPlace && damaged > 0 && c.s.opts.Damaged != nil {
		c.s.opts.Damaged(c.id, a.key.id)
	}
}

// hangUp ends connections. There is no message that takes a Have back, and
// peers whose requests were turned down wait for ever; when either side dials
// again they are told what is here.
func (g *generation) hangUp(which func(*torrent.PeerConn) bool) {
	g.do(func(t *torrent.Torrent) {
		for _, pc := range t.PeerConns() {
			if which(pc) {
				_ = pc.Close() // never fails
			}
		}
	})
}

// fail hands an error to the fetch that runs.
func (g *generation) fail(err error) {
	select {
	case g.failed <- err:
	default: // it has one already
	}
}
