package quota

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"github.com/dustin/go-humanize"

	"seeder/message"
)

var (
	// ErrNoRoom reports an archive that fits under no cap, or not without the loss
	// of one that counts more. It comes wrapped in a [*RoomError].
	ErrNoRoom = errors.New("no room under the storage cap")
	// ErrNoSpace reports that the disk has no room, or would have less than is to
	// be left free. It comes wrapped in a [*RoomError].
	ErrNoSpace = errors.New("no space on the disk")
)

const (
	// Block is the unit in which files count, in bytes: the block size of common
	// file systems.
	Block = 4096
	// SpareSpace is what is left free on a disk even where no minimum is set, in
	// bytes: for settings, the state of work and lists of pieces. On a disk of which
	// that is more than a twentieth it is a twentieth.
	SpareSpace = 16 << 20
	spareShare = 20
)

func spare(total int64) int64 { return min(SpareSpace, total/spareShare) }

// OnDisk returns what a file of n bytes counts: n rounded up to a [Block].
func OnDisk(n int64) int64 { return (n + Block - 1) / Block * Block }

// Item is one archive as the ledger counts it.
type Item struct {
	Community message.CommunityID
	ID        message.ArchiveID
	Span      message.Span
	// Offset is its place in the data of the torrent; it orders archives of one
	// span.
	Offset uint64
	// Bytes is what it takes on disk when it is whole, side files included, each
	// by [OnDisk].
	Bytes int64
	// Peak is the most it takes while it is downloaded; below Bytes it counts as
	// Bytes. This is what is reserved.
	Peak int64
	// Beside is the most that storing its messages takes on the same disk. It
	// counts for the disk until Commit, Settle or Release, and never for a cap.
	Beside int64
	// Original says that this node made the archive.
	Original bool
	// Unfinished says, for [Ledger.Load], that it is being downloaded: it counts
	// as a reservation.
	Unfinished bool
	// Evicted says, for [Ledger.Wanted], that it was here once and had to go.
	Evicted bool
	// Asked says, for [Ledger.Wanted], that somebody asked for this one: it is wanted
	// where it fits beside all that is here, though newer ones do not.
	Asked bool
	// Cause is set where the ledger gives the item to Evict.
	Cause Cause
}

// most is what the archive takes at its largest.
func (i *Item) most() int64 { return max(i.Bytes, i.Peak) }

// Cause says why an archive has to go.
type Cause string

// The causes.
const (
	CauseCommunity Cause = "community" // newer history of its community came, over the community's cap
	CauseNode      Cause = "node"      // newer history came, over the cap of the node
	CauseLowered   Cause = "lowered"   // a cap was lowered, or what counts beside archives grew
)

// compareAge orders archives from the oldest to the newest: by the end of the span,
// then its beginning, then the place in the data. No two are equal.
func compareAge(a, b *Item) int {
	if c := cmp.Or(cmp.Compare(a.Span.To, b.Span.To), cmp.Compare(a.Span.From, b.Span.From),
		cmp.Compare(a.Offset, b.Offset)); c != 0 {
		return c
	}
	if c := slices.Compare(a.Community[:], b.Community[:]); c != 0 {
		return c
	}
	return slices.Compare(a.ID[:], b.ID[:])
}

// RoomError reports an archive that there is no room for. It wraps
// [ErrNoRoom] or [ErrNoSpace].
type RoomError struct {
	Err   error // ErrNoRoom or ErrNoSpace
	Scope string
	// Need is what the archive takes, Room what could be made for it by all that
	// may go, both in bytes; Room may be negative.
	Need, Room int64
}

// Error says how much there is no room for, and where.
func (e *RoomError) Error() string {
	return fmt.Sprintf("%v of the %s: %s are needed, %s more than there is room for",
		e.Err, e.Scope, humanize.IBytes(uint64(e.Need)), humanize.IBytes(uint64(e.Need-max(e.Room, 0))))
}

// Hint says what to do about it.
func (e *RoomError) Hint() string {
	if errors.Is(e.Err, ErrNoSpace) {
		return "free space on the disk, or lower min_free"
	}
	return "raise the cap of the " + e.Scope + ", or pin less"
}

// Unwrap returns the sentinel.
func (e *RoomError) Unwrap() error { return e.Err }

// LedgerOptions connect a ledger with the disk.
type LedgerOptions struct {
	// Free returns how many bytes can be written to the disk of the archives,
	// and its size. Nil, or after an error, the disk is not looked at. Called by
	// Reserve, without a lock; may be called by several goroutines.
	Free func() (free, total int64, err error)
	// Written returns how much of an unfinished download is on disk, in bytes: so
	// much of its reservation takes no more room. Nil counts as none. Called like
	// Free.
	Written func(Item) int64
	// Evict removes an archive, whole or unfinished: first the state, then peers
	// are told, then the file goes. It returns when the bytes are free. After an
	// error they count on. Called without a lock, by several goroutines for
	// different archives; it may use the ledger but not wait for its Reserve or
	// Enforce. Nil refuses.
	Evict func(ctx context.Context, victim Item) error
	// Logger is told when Free fails; nil discards.
	Logger *slog.Logger
}

// Usage is what archives take, in bytes.
type Usage struct {
	// Used is what is on disk: whole archives and Overhead.
	Used int64 `json:"used"`
	// Reserved is promised to downloads, whether already written or not.
	Reserved int64 `json:"reserved"`
	// Overhead is the part of Used that is not archives: torrents and indexes.
	Overhead int64 `json:"overhead"`
	// Pinned is the part of Used and Reserved that is never evicted: pinned
	// archives and originals.
	Pinned int64 `json:"pinned"`
	// Cap is what Used and Reserved may take together; 0 is no cap.
	Cap Size `json:"cap"`
	// Archives is the number of whole archives.
	Archives int `json:"archives"`
}

// OverCap reports whether it is more than the cap allows.
func (u Usage) OverCap() bool { return !under(u.Used+u.Reserved, u.Cap) }

// Ledger counts what archives take on disk, and lets nothing be written that
// does not fit under the caps. See docs/design.md for its rules. It is safe for
// concurrent use.
type Ledger struct {
	opts LedgerOptions

	// turn is held by who evicts: one at a time, so that nobody counts on room
	// that another makes. It is taken before mu.
	turn chan struct{}

	mu       sync.Mutex
	accounts map[message.CommunityID]*account
	limit    Size
	minFree  Free
	// claim is what the holder of turn makes room for.
	claim *Item
	// barred were evicted, and nothing has happened since that could give them
	// room for good.
	barred map[archiveKey]struct{}
	// beside is what storing messages of archives still takes on the disk.
	beside map[archiveKey]int64
}

type archiveKey struct {
	c  message.CommunityID
	id message.ArchiveID
}

// NewLedger returns a ledger without caps in which nothing is.
func NewLedger(opts LedgerOptions) *Ledger {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Evict == nil {
		opts.Evict = func(context.Context, Item) error { return errors.New("nothing may be evicted here") }
	}
	return &Ledger{
		opts:     opts,
		turn:     make(chan struct{}, 1),
		accounts: make(map[message.CommunityID]*account),
		barred:   make(map[archiveKey]struct{}),
		beside:   make(map[archiveKey]int64),
	}
}

// account returns the account of a community, which is made where there is none.
func (l *Ledger) account(c message.CommunityID) *account {
	a, ok := l.accounts[c]
	if !ok {
		a = &account{byID: make(map[message.ArchiveID]*entry)}
		l.accounts[c] = a
	}
	return a
}

// SetNode sets the cap over all communities, and how much of the disk is left
// free. What is over a lowered cap stays until [Ledger.Enforce].
func (l *Ledger) SetNode(limit Size, minFree Free) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if raised(l.limit, limit) {
		clear(l.barred)
	}
	l.limit, l.minFree = limit, minFree
}

// SetCommunity sets the cap of a community, the spans whose archives are never
// evicted, and whether its originals may be. What is over a lowered cap stays until
// [Ledger.Enforce].
func (l *Ledger) SetCommunity(c message.CommunityID, limit Size, pins []message.Span, evictOriginals bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.account(c)
	if raised(a.limit, limit) || !slices.Equal(a.pins, pins) || a.evictOriginals != evictOriginals {
		clear(l.barred)
	}
	a.limit, a.pins, a.evictOriginals = limit, slices.Clone(pins), evictOriginals
	for _, e := range a.order {
		a.count(e, -1)
		e.fixed = a.protects(&e.Item)
		a.count(e, 1)
	}
}

func raised(before, now Size) bool { return before != 0 && (now == 0 || now > before) }

// Load replaces what is known of a community's archives by what is on disk. An
// unfinished one counts as a reservation of the most it can take.
func (l *Ledger) Load(c message.CommunityID, held []Item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.account(c)
	for _, e := range a.order {
		a.count(e, -1)
	}
	a.order = a.order[:0]
	clear(a.byID)
	for _, i := range held {
		i.Community = c
		l.hold(a, i)
	}
	clear(l.barred)
}

// Add counts an archive that is on disk without having been reserved: one that this
// node made, or found. Where it is over a cap, [Ledger.Enforce] makes room.
func (l *Ledger) Add(i Item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hold(l.account(i.Community), i)
}

func (l *Ledger) hold(a *account, i Item) {
	if i.Unfinished {
		i.Bytes = i.most()
	}
	a.put(i, !i.Unfinished)
}

// Overhead sets what the folder of a community holds beside archives, in bytes.
func (l *Ledger) Overhead(c message.CommunityID, bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.account(c).Overhead = max(bytes, 0)
}

// Commit says that a reserved archive is whole and what it takes now, in bytes.
// One that is not known, because it was evicted meanwhile, stays so.
func (l *Ledger) Commit(c message.CommunityID, id message.ArchiveID, bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.beside, archiveKey{c, id})
	a := l.account(c)
	e, ok := a.byID[id]
	if !ok {
		return
	}
	a.count(e, -1)
	e.held, e.Bytes, e.Unfinished = true, bytes, false
	a.count(e, 1)
}

// Release says that an archive takes no room any more: its download was given up,
// or its file is gone. One that is not known is no error.
func (l *Ledger) Release(c message.CommunityID, id message.ArchiveID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.account(c)
	if e, ok := a.byID[id]; ok && e.held {
		clear(l.barred)
	}
	delete(l.beside, archiveKey{c, id})
	a.drop(id)
}

// Settle says that the messages of an archive are stored, or will not be for now:
// what was set aside for them beside it is free again.
func (l *Ledger) Settle(c message.CommunityID, id message.ArchiveID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.beside, archiveKey{c, id})
}

// Usage returns what a community takes.
func (l *Ledger) Usage(c message.CommunityID) Usage {
	l.mu.Lock()
	defer l.mu.Unlock()
	a, ok := l.accounts[c]
	if !ok {
		return Usage{}
	}
	u := a.Usage
	u.Used += u.Overhead
	u.Cap = a.limit
	return u
}

// NodeUsage returns what all communities take together.
func (l *Ledger) NodeUsage() Usage {
	l.mu.Lock()
	defer l.mu.Unlock()
	u := Usage{Cap: l.limit}
	for _, a := range l.accounts {
		u.Used += a.Used + a.Overhead
		u.Reserved += a.Reserved
		u.Overhead += a.Overhead
		u.Pinned += a.Pinned
		u.Archives += a.Archives
	}
	return u
}

// Next returns the archive of a community that goes next; false when none may.
func (l *Ledger) Next(c message.CommunityID) (Item, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a, ok := l.accounts[c]; ok {
		for _, e := range a.order {
			if !e.fixed && !e.leaving {
				return e.Item, true
			}
		}
	}
	return Item{}, false
}

// total is what all communities take.
func (l *Ledger) total() (sum int64) {
	for _, a := range l.accounts {
		sum += a.total()
	}
	return sum
}
