package bittorrent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"

	"seeder/internal/atomicfile"
	"seeder/internal/fault"
	"seeder/message"
	"seeder/swarm"
)

// contentKey tells the contents of a community apart: an archive id and the
// hash of the piece hashes that a torrent gives it. Generations share a
// content whose key is equal, and with it its pieces.
type contentKey struct {
	id     message.ArchiveID
	pieces [sha256.Size]byte
}

// content is one archive as torrents describe it, and how much of it is here:
// nothing, some verified pieces in a .part file, or the archive in place.
//
// The .part file has the padded size: padding is taken from peers and must be
// verified with the last piece. Beside it, <name>.have says which pieces are
// verified and synced.
type content struct {
	files *swarm.Files
	open  *openFiles
	c     message.CommunityID
	key   contentKey
	raw   int64
	size  int64
	path  string // of the archive in place
	part  string
	users int // views that show it; guarded by the community

	// mu is held for moments only, never during input or output: the library
	// asks for completion under its own lock.
	mu       sync.Mutex
	stored   bool
	conflict bool // another content lies at path
	sealed   bool // whole, the padding verified and about to be cut off
	have     []bool
	missing  int
	dirty    bool // have changed since it was saved
}

func newContent(files *swarm.Files, open *openFiles, c message.CommunityID, f swarm.File, key contentKey) *content {
	n := int(f.Size / swarm.PieceLength)
	return &content{
		files: files, open: open, c: c, key: key,
		raw: int64(f.Size - f.Padding), size: int64(f.Size),
		path: files.Path(c, f.ID),
		part: files.PartPath(c, f.ID, hex.EncodeToString(key.pieces[:4])),
		have: make([]bool, n), missing: n,
	}
}

// load finds out what is on disk. An archive in place without piece hashes is
// hashed; the count is of bytes hashed.
func (a *content) load(ctx context.Context) (int64, error) {
	p, hashed, err := a.files.ReadPieces(ctx, a.c, a.key.id)
	switch {
	case err == nil:
		same := sha256.Sum256(p.Hashes) == a.key.pieces && int64(p.Raw) == a.raw
		a.mu.Lock()
		defer a.mu.Unlock()
		a.stored, a.conflict = same, !same
		return hashed, nil
	case !errors.Is(err, swarm.ErrMissing):
		return hashed, err
	}
	have, cut, err := a.readHave()
	if err != nil {
		return hashed, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stored, a.conflict, a.sealed = false, false, cut
	a.setHave(have)
	return hashed, nil
}

// refresh notices files that were removed or put in place by others.
func (a *content) refresh(ctx context.Context) (int64, error) {
	_, err := os.Stat(a.path)
	inPlace := err == nil
	_, err = os.Stat(a.part)
	begun := err == nil
	a.mu.Lock()
	reload := inPlace != (a.stored || a.conflict)
	lost := !inPlace && !begun && a.missing < len(a.have)
	a.mu.Unlock()
	if lost {
		a.open.forget(a.part)
		a.lost()
	}
	if !reload {
		return 0, nil
	}
	a.open.forget(a.path)
	return a.load(ctx)
}

func (a *content) setHave(have []bool) {
	a.have, a.missing = have, 0
	for _, ok := range have {
		if !ok {
			a.missing++
		}
	}
}

// savedHave is the file beside a .part file.
type savedHave struct {
	Size   int64  `json:"size"`
	Pieces string `json:"pieces"` // SHA-256 of the piece hashes
	Have   []bool `json:"have"`
}

func (a *content) havePath() string { return a.part + ".have" }

// readHave returns the verified pieces of an earlier run; none when its files
// do not fit this content. Cut says that the padding was verified and cut off.
func (a *content) readHave() (have []bool, cut bool, err error) {
	none := make([]bool, a.size/swarm.PieceLength)
	b, err := os.ReadFile(a.havePath())
	if errors.Is(err, fs.ErrNotExist) {
		return none, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read progress: %w", err)
	}
	saved, ok := a.decodeHave(b)
	if !ok {
		return none, false, nil
	}
	info, err := os.Stat(a.part)
	if errors.Is(err, fs.ErrNotExist) {
		return none, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("look up download: %w", err)
	}
	if info.Size() == a.raw && a.raw < a.size && !slices.Contains(saved.Have, false) {
		return saved.Have, true, nil
	}
	for i := range saved.Have {
		if int64(i+1)*swarm.PieceLength > info.Size() {
			saved.Have[i] = false
		}
	}
	return saved.Have, false, nil
}

// decodeHave reads the file beside a .part file, if it is of this content.
func (a *content) decodeHave(b []byte) (saved savedHave, ok bool) {
	err := json.Unmarshal(b, &saved)
	return saved, err == nil && saved.Size == a.size &&
		saved.Pieces == hex.EncodeToString(a.key.pieces[:]) &&
		int64(len(saved.Have)) == a.size/swarm.PieceLength
}

// save makes the verified pieces durable: first the bytes, then the list.
func (a *content) save() error {
	a.mu.Lock()
	if !a.dirty || a.stored {
		a.mu.Unlock()
		return nil
	}
	have := slices.Clone(a.have)
	a.dirty = false
	a.mu.Unlock()
	if err := a.open.sync(a.part); err != nil {
		return fmt.Errorf("sync download: %w", err)
	}
	b, err := json.Marshal(savedHave{Size: a.size, Pieces: hex.EncodeToString(a.key.pieces[:]), Have: have})
	if err != nil {
		return fmt.Errorf("encode progress: %w", err)
	}
	if err := atomicfile.Write(a.havePath(), b, 0o644); err != nil {
		return fmt.Errorf("save progress: %w", err)
	}
	return nil
}

// has reports whether piece i is verified and can be served.
func (a *content) has(i int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stored || (!a.conflict && a.have[i])
}

type contentState struct{ stored, conflict, whole bool }

func (a *content) state() contentState {
	a.mu.Lock()
	defer a.mu.Unlock()
	return contentState{a.stored, a.conflict, a.missing == 0}
}

// mark notes whether piece i is verified, and reports whether that made the
// archive whole.
func (a *content) mark(i int, ok bool) (whole bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stored || a.have[i] == ok {
		return false
	}
	a.have[i], a.dirty = ok, true
	if !ok {
		a.missing++
		return false
	}
	a.missing--
	return a.missing == 0
}

// lost notes that the archive in place was removed behind our back.
func (a *content) lost() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stored, a.conflict, a.sealed, a.dirty = false, false, false, false
	a.setHave(make([]bool, len(a.have)))
}

// source tells where to read and up to where: behind end are zeros.
func (a *content) source() (path string, end int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.stored:
		return a.path, a.raw
	case a.sealed:
		return a.part, a.raw
	}
	return a.part, a.size
}

// readAt reads from the padded archive.
func (a *content) readAt(b []byte, off int64) (int, error) {
	path, end := a.source()
	n, err := a.readFrom(path, end, b, off)
	if err == nil {
		return n, nil
	}
	// The archive may have been put in place meanwhile.
	if now, nowEnd := a.source(); now != path || nowEnd != end {
		path = now
		n, err = a.readFrom(now, nowEnd, b, off)
	}
	if path == a.path && errors.Is(err, fs.ErrNotExist) {
		a.lost()
		return 0, fmt.Errorf("%w: %s", swarm.ErrMissing, a.key.id)
	}
	return n, err
}

func (a *content) readFrom(path string, end int64, b []byte, off int64) (int, error) {
	data := b[:max(0, min(int64(len(b)), end-off))]
	if len(data) > 0 {
		if n, err := a.open.readAt(path, data, off); err != nil {
			return n, err
		}
	}
	clear(b[len(data):])
	return len(b), nil
}

// writeAt writes to a piece that is not verified. Bytes for a verified piece
// are late duplicates and are dropped.
func (a *content) writeAt(b []byte, off int64) (int, error) {
	if a.has(int(off / swarm.PieceLength)) {
		return len(b), nil
	}
	return a.open.writeAt(a.part, b, off)
}

// finish puts a whole archive in place: the padding must be zero and is cut
// off, then the file is synced and renamed.
func (a *content) finish(hashes []byte) error {
	if err := a.checkPadding(); err != nil {
		return err
	}
	a.mu.Lock()
	a.sealed = true // from here on readers do not look at the padding
	a.mu.Unlock()
	f, err := a.open.acquire(a.part, true)
	if err != nil {
		return fmt.Errorf("open finished archive: %w", err)
	}
	err = fault.Point(fault.DownloadFinishBefore)
	if err == nil {
		err = errors.Join(f.Truncate(a.raw), f.Sync())
	}
	a.open.release(f)
	if err != nil {
		return fmt.Errorf("sync finished archive: %w", err)
	}
	if err := fault.Point(fault.DownloadFinishAfter); err != nil {
		return err
	}
	pieces := swarm.Pieces{Raw: uint64(a.raw), Hashes: hashes}
	if err := a.files.Publish(a.c, a.key.id, a.part, pieces); err != nil {
		return err
	}
	a.mu.Lock()
	a.stored = true
	a.mu.Unlock()
	a.open.forget(a.part)
	a.open.forget(a.path) // a file that stood there before
	if err := fault.Point(fault.DownloadUnlistBefore); err != nil {
		return err
	}
	if err := os.Remove(a.havePath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove progress: %w", err)
	}
	return nil
}

// checkPadding reads what peers sent as padding. The torrent vouches for the
// bytes, but only the owner's good will for their being zero.
func (a *content) checkPadding() error {
	// A file that was truncated by a finish that died has zeros there.
	b := make([]byte, a.size-a.raw)
	n, err := a.open.readAt(a.part, b, a.raw)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read padding: %w", err)
	}
	for _, x := range b[:n] {
		if x != 0 {
			return fmt.Errorf("%w: archive %s is not padded with zeros", swarm.ErrLayout, a.key.id)
		}
	}
	return nil
}

// discard gives up what was downloaded of a refused archive.
func (a *content) discard() error {
	a.mu.Lock()
	a.setHave(make([]bool, len(a.have)))
	a.dirty = false
	a.mu.Unlock()
	a.open.forget(a.part)
	errs := []error{fault.Point(fault.DownloadDiscardBefore)}
	for _, path := range []string{a.havePath(), a.part} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("discard download: %w", err))
		}
	}
	return errors.Join(errs...)
}

// begun reports whether some piece is here.
func (a *content) begun() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.missing < len(a.have)
}
