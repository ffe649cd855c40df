package bittorrent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"unique"

	"seeder/internal/atomicfile"
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

func keyOf(id message.ArchiveID, hashes []byte) contentKey {
	return contentKey{id, sha256.Sum256(hashes)}
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
	dir   unique.Handle[string] // of the community's archives
	// hashes are those of its pieces, [swarm.HashSize] each.
	hashes  []byte
	users   int // views that show it; guarded by the community
	notices notices
	hashers hashers

	// disk is held by what moves the files of the archive, before mu; writing is
	// held, shared, while a download writes.
	disk    sync.Mutex
	writing sync.RWMutex

	// mu is held for moments only, never during input or output: the library
	// asks for completion under its own lock.
	mu       sync.Mutex
	stored   bool
	conflict bool // another content lies at path
	sealed   bool // whole, the padding verified and about to be cut off
	have     []bool
	checked  []bool // compared with their hash in this run
	bad      []bool // damaged pieces of an archive in place; nil: none known
	seen     stamp  // of the archive in place, when checked was last cleared
	missing  int
	dirty    bool // have changed since it was saved
	// tidy says that no download of it had left anything when it was made.
	tidy bool
	// leaving counts the evictions that run, evicted those that are over. An
	// archive that is gone was evicted and not admitted since: nothing is written
	// of it. Told says that peers were told that it is going.
	leaving    int
	evicted    uint64
	gone, told bool
}

func newContent(files *swarm.Files, open *openFiles, c message.CommunityID, f swarm.File, hashes []byte) *content {
	n := int(f.Size / swarm.PieceLength)
	key := keyOf(f.ID, hashes)
	return &content{
		files: files, open: open, c: c, key: key,
		hashes: hashes, notices: noNotices,
		raw: int64(f.Size - f.Padding), size: int64(f.Size),
		dir:  unique.Make(filepath.Dir(files.Path(c, f.ID))),
		have: make([]bool, n), checked: make([]bool, n), missing: n,
	}
}

// path is of the archive in place. A node has many contents, so paths are not
// kept.
func (a *content) path() string {
	return a.dir.Value() + string(filepath.Separator) + a.key.id.String()
}

// part is the path of an unfinished download.
func (a *content) part() string {
	return a.files.PartPath(a.c, a.key.id, hex.EncodeToString(a.key.pieces[:4]))
}

// load finds out what is on disk. An archive in place without piece hashes is
// hashed; the count is of bytes hashed.
func (a *content) load(ctx context.Context) (int64, error) {
	a.disk.Lock()
	defer a.disk.Unlock()
	return a.loadLocked(ctx)
}

func (a *content) loadLocked(ctx context.Context) (int64, error) {
	p, hashed, err := a.hashers.soundPieces(ctx, a.files, a.c, a.key.id)
	switch {
	case err == nil, errors.Is(err, swarm.ErrDamaged):
		same := sha256.Sum256(p.Hashes) == a.key.pieces && int64(p.Raw) == a.raw
		now, seenErr := a.open.stat(a.path())
		if seenErr != nil {
			return hashed, fmt.Errorf("look up archive: %w", seenErr)
		}
		a.mu.Lock()
		a.stored, a.conflict, a.gone, a.bad, a.seen = same, !same, false, nil, now
		a.setHave(make([]bool, len(a.have)))
		a.mu.Unlock()
		if err != nil && same {
			a.notices.aside(a.setAsideLocked(ctx))
		} else if same && !a.tidy {
			a.removeDownload()
		}
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
	a.stored, a.conflict, a.sealed, a.bad = false, false, cut, nil
	a.setHave(have)
	return hashed, nil
}

// refresh notices files that were removed or put in place by others.
func (a *content) refresh(ctx context.Context) (int64, error) {
	a.disk.Lock()
	defer a.disk.Unlock()
	_, err := os.Stat(a.path())
	inPlace, begun := err == nil, false
	if !inPlace {
		_, err = os.Stat(a.part())
		begun = err == nil
	}
	a.mu.Lock()
	reload := inPlace != (a.stored || a.conflict)
	lost := !inPlace && !begun && a.missing < len(a.have)
	a.mu.Unlock()
	if lost {
		a.open.forget(a.part())
		a.lost()
	}
	if !reload {
		return 0, nil
	}
	a.open.forget(a.path())
	return a.loadLocked(ctx)
}

func (a *content) setHave(have []bool) {
	a.have, a.missing = have, 0
	clear(a.checked)
	for _, ok := range have {
		if !ok {
			a.missing++
		}
	}
}

// removeDownload removes what is left of a download of an archive that is in
// place. It is no harm when that fails.
func (a *content) removeDownload() {
	a.open.forget(a.part())
	_ = os.Remove(a.havePath())
	_ = os.Remove(a.part())
}

// savedHave is the file beside a .part file.
type savedHave struct {
	Size   int64  `json:"size"`
	Pieces string `json:"pieces"` // SHA-256 of the piece hashes
	Have   []bool `json:"have"`
}

func (a *content) havePath() string { return a.part() + ".have" }

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
	info, err := os.Stat(a.part())
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
	a.disk.Lock()
	defer a.disk.Unlock()
	a.mu.Lock()
	if !a.dirty || a.stored {
		a.mu.Unlock()
		return nil
	}
	have := slices.Clone(a.have)
	a.dirty = false
	a.mu.Unlock()
	if err := a.open.sync(a.part()); err != nil {
		a.distrust()
		return fmt.Errorf("sync download: %w", err)
	}
	err := a.writeHave(have)
	if err != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.dirty = true
	}
	return err
}

// distrust forgets the pieces that were not saved. After a sync that failed
// the system may have dropped their bytes, and the next sync does not tell.
func (a *content) distrust() {
	have, cut, err := a.readHave()
	if err != nil {
		have, cut = make([]bool, len(a.have)), false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.setHave(have)
	a.sealed, a.dirty = cut, true
}

func (a *content) writeHave(have []bool) error {
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
	return a.hasLocked(i)
}

func (a *content) hasLocked(i int) bool {
	if a.stored {
		return len(a.bad) == 0 || !a.bad[i]
	}
	return !a.conflict && a.have[i]
}

type contentState struct{ stored, conflict, whole bool }

func (a *content) state() contentState {
	a.mu.Lock()
	defer a.mu.Unlock()
	return contentState{a.stored, a.conflict, a.missing == 0}
}

// markLocked notes whether piece i is verified, and reports whether that made
// the archive whole.
func (a *content) markLocked(i int, ok bool) (whole bool) {
	if a.stored || a.have[i] == ok {
		return false
	}
	a.have[i], a.checked[i], a.dirty = ok, ok, true
	if !ok {
		a.missing++
		return false
	}
	a.missing--
	return a.missing == 0
}

// moving reports whether the archive in place is about to be set aside.
func (a *content) moving() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.bad != nil
}

// lost notes that the archive in place was removed behind our back.
func (a *content) lost() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stored, a.conflict, a.sealed, a.dirty, a.bad = false, false, false, false, nil
	a.setHave(make([]bool, len(a.have)))
}

// source tells where to read and up to where: behind end are zeros.
func (a *content) source() (path string, end int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.stored:
		return a.path(), a.raw
	case a.sealed:
		return a.part(), a.raw
	}
	return a.part(), a.size
}

// readAt reads from the padded archive.
func (a *content) readAt(b []byte, off int64) (int, error) {
	path, end := a.source()
	n, err := a.readFrom(path, end, b, off)
	for err != nil {
		// The archive may be put in place meanwhile: it is sealed, and then renamed.
		now, nowEnd := a.source()
		if now == path && nowEnd == end {
			break
		}
		path, end = now, nowEnd
		n, err = a.readFrom(path, end, b, off)
	}
	if err == nil {
		return n, nil
	}
	if path == a.path() && errors.Is(err, fs.ErrNotExist) {
		if !a.moving() {
			a.lost()
		}
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
// are late duplicates and are dropped. The error is errEvicted for an archive
// that is gone.
func (a *content) writeAt(b []byte, off int64) (int, error) {
	if a.has(int(off / swarm.PieceLength)) {
		return len(b), nil
	}
	a.writing.RLock()
	defer a.writing.RUnlock()
	if a.isGone() {
		return 0, errEvicted // a file that nobody counts must not appear
	}
	return a.open.writeAt(a.part(), b, off)
}

// begun reports whether some piece is here.
func (a *content) begun() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.missing < len(a.have)
}
