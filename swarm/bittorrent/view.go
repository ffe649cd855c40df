package bittorrent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/anacrolix/torrent"
	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"
	"github.com/anacrolix/torrent/storage"

	"seeder/message"
	"seeder/swarm"
)

var (
	errNoLayout    = errors.New("the place of archives is not known yet")
	errNotWritable = errors.New("a newer generation is being downloaded")
)

// slot is one archive's place in the data of a generation.
type slot struct {
	file    swarm.File
	first   int // piece
	content *content
}

func (s slot) pieces() int { return int(s.file.Size / swarm.PieceLength) }

// view is the storage of one generation: its pieces, shown over the archive
// files of the community. The library calls it from many goroutines, some of
// them under the lock of the whole client; nothing here waits for the client.
type view struct {
	c    message.CommunityID
	hash swarm.InfoHash
	open *openFiles

	// throttle is what payload waits for; nil for nothing. The waits end with ctx,
	// which is cancelled just before the torrent is dropped.
	throttle Throttle
	hashers  hashers
	ctx      context.Context
	cancel   context.CancelCauseFunc
	// up and down are what payload of each direction waits with.
	up, down *waits
	// surplus is payload that came and is not written, because it was here
	// already: several peers may send the same. The next write waits for it, too.
	surplus atomic.Int64

	// torrent is what the view is read and written by; nil for a moment at first.
	torrent atomic.Pointer[torrent.Torrent]
	// writable is set while archives may be downloaded into this generation.
	writable atomic.Bool
	// slots are in order of offset; nil until the layout is known.
	slots atomic.Pointer[[]slot]
	// changed is signalled when a piece was verified, for the goroutine that
	// gives out priorities.
	changed chan struct{}
	// whole is signalled when an archive or the index became whole.
	whole chan struct{}
	// dirtied is signalled when there is something to save.
	dirtied chan struct{}

	mu       sync.Mutex
	meta     *swarm.Metainfo // nil until the info is known
	refused  error           // why the info was refused
	refusing chan struct{}   // closed when refused is set
	finished []int           // slots to look at: they became whole, or were evicted
	index    indexPieces
	torn     tornPieces
	unsaved  map[int]bool // slots with pieces that were verified since the last save
}

func newView(c message.CommunityID, hash swarm.InfoHash, open *openFiles) *view {
	ctx, cancel := context.WithCancelCause(context.Background())
	return &view{
		c: c, hash: hash, open: open, ctx: ctx, cancel: cancel, up: newWaits(ctx), down: newWaits(ctx),
		changed: make(chan struct{}, 1), whole: make(chan struct{}, 1), refusing: make(chan struct{}),
		torn: newTornPieces(), unsaved: make(map[int]bool), dirtied: make(chan struct{}, 1),
	}
}

// isDropped reports whether the library has closed the torrent.
func (v *view) isDropped() bool {
	t := v.torrent.Load()
	if t == nil {
		return false
	}
	select {
	case <-t.Closed():
		return true
	default:
		return false
	}
}

// setMeta takes a torrent that was checked.
func (v *view) setMeta(m *swarm.Metainfo) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.meta = m
	n := m.NumPieces() - m.DataPieces()
	v.index = indexPieces{buf: make([]byte, m.IndexSize), have: make([]bool, n), missing: n}
}

// metainfo returns the torrent, nil while it is unknown.
func (v *view) metainfo() *swarm.Metainfo {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.meta
}

// lookAgain makes the download that runs, if any, look at a slot.
func (v *view) lookAgain(slot int) {
	v.mu.Lock()
	if !slices.Contains(v.finished, slot) {
		v.finished = append(v.finished, slot)
	}
	v.mu.Unlock()
	signal(v.whole)
	signal(v.changed)
}

// toSave notes that a slot is to be saved.
func (v *view) toSave(slot int) {
	v.mu.Lock()
	v.unsaved[slot] = true
	v.mu.Unlock()
	signal(v.dirtied)
}

// takeUnsaved returns the slots to be saved since the last call.
func (v *view) takeUnsaved() map[int]bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	slots := v.unsaved
	v.unsaved = make(map[int]bool)
	return slots
}

// takeFinished returns the slots to look at since the last call.
func (v *view) takeFinished() []int {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := v.finished
	v.finished = nil
	return f
}

// find returns the slot of a data piece.
func (v *view) find(piece int) (i int, s slot, ok bool) {
	slots := v.slots.Load()
	if slots == nil {
		return 0, slot{}, false
	}
	i = sort.Search(len(*slots), func(i int) bool { return (*slots)[i].first > piece }) - 1
	return i, (*slots)[i], true
}

// OpenTorrent implements [storage.ClientImpl]. An error here keeps the library
// from looking any further at an info dictionary, which it does not check
// well enough to survive every one.
func (v *view) OpenTorrent(_ context.Context, info *metainfo.Info, _ metainfo.Hash) (storage.TorrentImpl, error) {
	if v.metainfo() == nil {
		m, err := checkInfo(info, v.c)
		if err != nil {
			v.refuse(err)
			return storage.TorrentImpl{}, err
		}
		v.setMeta(m)
	}
	return storage.TorrentImpl{
		Piece: func(p metainfo.Piece) storage.PieceImpl { return piece{v, p.Index()} },
		Close: func() error { return nil },
	}, nil
}

// refuse keeps the first reason.
func (v *view) refuse(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refused == nil {
		v.refused = err
		close(v.refusing)
	}
}

func (v *view) refusal() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.refused
}

// checkInfo checks what the library made of an info dictionary by the rules
// for the dictionary itself. Its infohash is not that of the original.
func checkInfo(info *metainfo.Info, c message.CommunityID) (*swarm.Metainfo, error) {
	b, err := bencode.Marshal(info)
	if err != nil {
		return nil, fmt.Errorf("%w: encode info: %w", swarm.ErrTorrent, err)
	}
	m, err := swarm.ParseInfo(b)
	if err != nil {
		return nil, err
	}
	if m.Community != c {
		return nil, fmt.Errorf("%w: named %s, want %s", swarm.ErrTorrent, m.Community, c)
	}
	return m, nil
}

// piece implements [storage.PieceImpl].
type piece struct {
	v     *view
	index int
}

// place is where a piece of the data lies.
type place struct {
	slot  int // its number
	in    *content
	piece int // within the archive
}

// isIndex reports a piece of the index; the others are of the data.
func (p piece) isIndex() bool { return p.index >= p.v.metainfo().DataPieces() }

// place locates a piece of the data.
func (p piece) place() (place, error) {
	i, s, ok := p.v.find(p.index)
	if !ok {
		return place{}, errNoLayout
	}
	return place{i, s.content, p.index - s.first}, nil
}

// ReadAt implements [io.ReaderAt]. The library reads through it what it gives
// to peers.
//
// The library panics when a read for a peer fails after its torrent was dropped:
// it then keeps the request that it has no answer to. Such a read succeeds with
// zeros, which go nowhere, because the connections are closed under the same
// lock as the torrent.
func (p piece) ReadAt(b []byte, off int64) (int, error) {
	if !p.v.mayUpload(len(b)) {
		clear(b)
		return len(b), nil
	}
	n, err := p.read(b, off)
	if err != nil && p.v.isDropped() {
		clear(b)
		return len(b), nil
	}
	return n, err
}

func (p piece) read(b []byte, off int64) (int, error) {
	if p.isIndex() {
		return p.v.readIndex(b, p.indexOffset()+off)
	}
	at, err := p.place()
	if err != nil {
		return 0, err
	}
	return at.in.serve(b, at.piece, off)
}

// WriteAt implements [io.WriterAt]. The library writes through it what comes
// from peers. What comes for a torrent that was dropped while it waited goes
// nowhere: nothing of the torrent is hashed or asked for any more, and an error
// would be reported as one of the disk.
func (p piece) WriteAt(b []byte, off int64) (int, error) {
	if !p.v.mayDownload(len(b)) {
		return len(b), nil
	}
	if p.isIndex() {
		return p.v.writeIndex(b, p.indexOffset()+off)
	}
	at, err := p.place()
	if err != nil {
		return 0, err
	}
	// A late chunk of an older generation must not meet the same piece being
	// verified in the newer one.
	if !p.v.writable.Load() && !at.in.has(at.piece) {
		return 0, errNotWritable
	}
	n, err := at.in.writeAt(b, int64(at.piece)*swarm.PieceLength+off)
	if errors.Is(err, errEvicted) {
		p.v.tear(p.index)
		return len(b), nil
	}
	return n, err
}

// WriteTo implements [io.WriterTo]. The library hashes a piece that came
// through it.
func (p piece) WriteTo(w io.Writer) (int64, error) {
	defer p.v.hashers.begin()()
	b := pieceBuffers.Get().(*[swarm.PieceLength]byte)
	defer pieceBuffers.Put(b)
	n := p.length()
	if err := p.begin(b[:n]); err != nil {
		return 0, err
	}
	written, err := w.Write(b[:n])
	return int64(written), err
}

// readRaw reads the whole piece, verified or not.
func (p piece) readRaw(b []byte) error {
	if p.isIndex() {
		_, err := p.v.readIndex(b, p.indexOffset())
		return err
	}
	at, err := p.place()
	if err != nil {
		return err
	}
	_, err = at.in.readAt(b, int64(at.piece)*swarm.PieceLength)
	return err
}

var pieceBuffers = sync.Pool{New: func() any { return new([swarm.PieceLength]byte) }}

func (p piece) length() int64 {
	m := p.v.metainfo()
	total := int64(m.DataSize + m.IndexSize)
	return min(swarm.PieceLength, total-int64(p.index)*swarm.PieceLength)
}

// MarkComplete implements [storage.PieceImpl]: the piece was verified.
func (p piece) MarkComplete() error {
	defer signal(p.v.changed)
	if p.isIndex() {
		p.v.markIndex(p.indexPiece(), true)
		return nil
	}
	at, err := p.place()
	if err != nil {
		return err
	}
	whole, stale := at.in.markHashed(at.piece, true, p.hashedAt())
	p.v.toSave(at.slot)
	if stale {
		p.v.checkLater(p.index) // the library takes it for complete whatever is returned
	}
	if whole {
		p.v.mu.Lock()
		p.v.finished = append(p.v.finished, at.slot)
		p.v.mu.Unlock()
		signal(p.v.whole)
	}
	p.v.isMarked(p.index)
	return nil
}

// MarkNotComplete implements [storage.PieceImpl]: the piece failed its hash.
func (p piece) MarkNotComplete() error {
	if p.isIndex() {
		p.v.markIndex(p.indexPiece(), false)
		return nil
	}
	at, err := p.place()
	if err != nil {
		return err
	}
	at.in.markHashed(at.piece, false, p.hashedAt())
	return nil
}

// Completion implements [storage.PieceImpl]. What is not known to be complete
// is incomplete: the library is never asked to look for itself.
func (p piece) Completion() storage.Completion {
	if p.isIndex() {
		return storage.Completion{Ok: true, Complete: p.v.hasIndex(p.indexPiece())}
	}
	at, err := p.place()
	return storage.Completion{Ok: true, Complete: err == nil && at.in.has(at.piece)}
}

func (p piece) indexPiece() int { return p.index - p.v.metainfo().DataPieces() }

func (p piece) indexOffset() int64 { return int64(p.indexPiece()) * swarm.PieceLength }

// signal wakes a goroutine without ever blocking.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
