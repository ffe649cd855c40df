package quota_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"seeder/message"
	"seeder/quota"
)

const week = message.PartitionSeconds

// weekly is the archive of one week, of so many blocks when it is whole, and one more
// while it is downloaded.
func weekly(c byte, n uint64, blocks int64) quota.Item {
	return quota.Item{
		Community: message.CommunityID{2, c}, ID: message.ArchiveID{c, byte(n >> 8), byte(n)},
		Span: message.Span{From: n * week, To: (n + 1) * week}, Offset: n << 20,
		Bytes: blocks * quota.Block, Peak: (blocks + 1) * quota.Block,
	}
}

// fetch reserves and commits.
func fetch(t *testing.T, l *quota.Ledger, i quota.Item) {
	t.Helper()
	if err := l.Reserve(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	l.Commit(i.Community, i.ID, i.Bytes)
}

func TestOldestGoesFirst(t *testing.T) {
	var gone []uint64
	l := quota.NewLedger(quota.LedgerOptions{Evict: func(_ context.Context, v quota.Item) error {
		gone = append(gone, v.Span.From/week)
		return nil
	}})
	l.SetNode(25*quota.Block, quota.Free{})
	for n := range uint64(4) {
		fetch(t, l, weekly(1, 10+n, 4))
	}
	fetch(t, l, weekly(2, 5, 4))  // 20 blocks are used
	fetch(t, l, weekly(1, 14, 4)) // 24 are
	if gone != nil {
		t.Fatalf("evicted %v though all fit", gone)
	}
	fetch(t, l, weekly(1, 15, 4))
	fetch(t, l, weekly(2, 16, 8))
	if want := []uint64{5, 10, 11}; !slices.Equal(gone, want) {
		t.Errorf("evicted %v, want %v", gone, want)
	}
	if err := l.Reserve(t.Context(), weekly(1, 4, 1)); !errors.Is(err, quota.ErrNoRoom) {
		t.Errorf("an archive older than all: %v", err)
	}
	if u := l.NodeUsage(); u.Used != 24*quota.Block || u.Reserved != 0 || u.Archives != 5 {
		t.Errorf("%+v", u)
	}
}

// blocking is an Evict that says when it is called and waits.
type blocking struct{ called, goOn chan struct{} }

func newBlocking() *blocking {
	return &blocking{make(chan struct{}), make(chan struct{})}
}

func (b *blocking) evict(ctx context.Context, _ quota.Item) error {
	b.called <- struct{}{}
	select {
	case <-b.goOn:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// While peers get their grace, everything else goes on, and nobody takes the room that is
// being made.
func TestEvictionHoldsNobodyUp(t *testing.T) {
	b := newBlocking()
	l := quota.NewLedger(quota.LedgerOptions{Evict: b.evict})
	one, two := weekly(1, 1, 4), weekly(2, 2, 4)
	l.SetNode(14*quota.Block, quota.Free{})
	fetch(t, l, one)
	fetch(t, l, two)
	reserved := make(chan error, 1)
	go func() { reserved <- l.Reserve(t.Context(), weekly(1, 3, 6)) }()
	<-b.called
	if u := l.NodeUsage(); u.Used != 8*quota.Block || u.Reserved != 0 {
		t.Errorf("while the archive goes: %+v", u)
	}
	if _, ok := l.Next(one.Community); ok {
		t.Error("what goes already is not next to go")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Reserve(ended, weekly(2, 4, 3)); !errors.Is(err, context.Canceled) {
		t.Errorf("room that is spoken for was given away: %v", err)
	}
	one.Peak, two.Peak = one.Bytes, two.Bytes
	if err := l.Reserve(ended, one); !errors.Is(err, context.Canceled) {
		t.Errorf("what is about to go has room: %v", err)
	}
	if err := l.Reserve(ended, two); err != nil {
		t.Errorf("what is here needs no room: %v", err)
	}
	l.Commit(two.Community, two.ID, 3*quota.Block)
	l.Overhead(two.Community, quota.Block)
	b.goOn <- struct{}{}
	if err := <-reserved; err != nil {
		t.Fatal(err)
	}
	if u := l.NodeUsage(); u.Used != 4*quota.Block || u.Reserved != 7*quota.Block || u.Overhead != quota.Block {
		t.Errorf("%+v", u)
	}
}

// An eviction that its context ends leaves everything as it was.
func TestEvictionGivenUp(t *testing.T) {
	b := newBlocking()
	l := quota.NewLedger(quota.LedgerOptions{Evict: b.evict})
	l.SetNode(5*quota.Block, quota.Free{})
	fetch(t, l, weekly(1, 1, 4))
	for _, work := range []func(context.Context) error{
		func(ctx context.Context) error { return l.Reserve(ctx, weekly(1, 2, 4)) },
		func(ctx context.Context) error {
			l.SetNode(1, quota.Free{})
			return l.Enforce(ctx)
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() { failed <- work(ctx) }()
		<-b.called
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := work(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("the second time: %v", err)
		}
		if next, ok := l.Next(weekly(1, 1, 4).Community); !ok || next.Span.From != week {
			t.Errorf("next to go: %+v, %v", next, ok)
		}
		if u := l.NodeUsage(); u.Used != 4*quota.Block || u.Reserved != 0 {
			t.Errorf("%+v", u)
		}
	}
}

func TestWithoutEvict(t *testing.T) {
	l := quota.NewLedger(quota.LedgerOptions{})
	l.SetNode(5*quota.Block, quota.Free{})
	fetch(t, l, weekly(1, 1, 4))
	if err := l.Reserve(t.Context(), weekly(1, 2, 4)); err == nil {
		t.Error("something was evicted")
	}
}

func TestReasonsForNoRoom(t *testing.T) {
	free := int64(quota.SpareSpace + 8*quota.Block)
	var broken error
	l := quota.NewLedger(quota.LedgerOptions{Free: func() (int64, int64, error) { return free, 100 * free, broken }})
	c := weekly(1, 0, 0).Community
	try := func(want error, text, hint string) {
		t.Helper()
		err := l.Reserve(t.Context(), weekly(1, 1, 7))
		var room *quota.RoomError
		if !errors.Is(err, want) || !errors.As(err, &room) || room.Error() != text || room.Hint() != hint {
			t.Errorf("%v, hint %q", err, room.Hint())
		}
	}
	l.SetNode(7*quota.Block, quota.Free{})
	try(quota.ErrNoRoom, "no room under the storage cap of the node: 32 KiB are needed, 4.0 KiB more than there is room for",
		"raise the cap of the node, or pin less")
	l.SetCommunity(c, quota.Block, nil, false)
	l.Overhead(c, 2*quota.Block)
	try(quota.ErrNoRoom, "no room under the storage cap of the community: 32 KiB are needed, 32 KiB more than there is room for",
		"raise the cap of the community, or pin less")
	l.SetCommunity(c, 0, nil, false)
	l.SetNode(0, quota.Free{Percent: 2})
	try(quota.ErrNoSpace, "no space on the disk of the node: 32 KiB are needed, 32 KiB more than there is room for",
		"free space on the disk, or lower min_free")
	l.SetNode(0, quota.Free{Bytes: quota.SpareSpace + 1})
	try(quota.ErrNoSpace, "no space on the disk of the node: 32 KiB are needed, 1 B more than there is room for",
		"free space on the disk, or lower min_free")
	l.SetNode(0, quota.Free{})
	if err := l.Reserve(t.Context(), weekly(1, 1, 7)); err != nil {
		t.Errorf("it fits to the byte: %v", err)
	}
	if err := l.Reserve(t.Context(), weekly(1, 2, 7)); !errors.Is(err, quota.ErrNoSpace) {
		t.Errorf("the room of a download that has not written was given away: %v", err)
	}
	broken = errors.New("unplugged")
	if err := l.Reserve(t.Context(), weekly(1, 3, 7)); err != nil {
		t.Errorf("a disk that cannot be asked: %v", err)
	}
}

// What is here is the newest, without a gap, and the next older one would not
// have fitted when it went.
func TestKeepsTheNewest(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		limit := rapid.Int64Range(9, 60).Draw(r, "cap")
		kept := make(map[uint64]int64)
		l := quota.NewLedger(quota.LedgerOptions{Evict: func(_ context.Context, v quota.Item) error {
			delete(kept, v.Span.From/week)
			return nil
		}})
		c := weekly(1, 0, 0).Community
		l.SetCommunity(c, quota.Size(limit*quota.Block), nil, false)
		for n := range rapid.Uint64Range(1, 60).Draw(r, "weeks") {
			i := weekly(1, n, rapid.Int64Range(1, 8).Draw(r, "blocks"))
			sum := i.Peak / quota.Block // of what should be kept
			from := n
			for ; from > 0 && kept[from-1] > 0 && sum+kept[from-1] <= limit; from-- {
				sum += kept[from-1]
			}
			if got := l.Wanted(c, []quota.Item{i}); !slices.Equal(got, []message.ArchiveID{i.ID}) {
				r.Fatalf("wants %v", got)
			}
			if err := l.Reserve(t.Context(), i); err != nil {
				r.Fatal(err)
			}
			l.Commit(c, i.ID, i.Bytes)
			kept[n] = i.Bytes / quota.Block
			for k := range n + 1 {
				if (kept[k] > 0) != (k >= from) {
					r.Fatalf("week %d is kept: %v; the newest that fit begin at %d", k, kept[k] > 0, from)
				}
			}
		}
	})
}

// many fills a ledger with 100 communities of 520 weeks.
func many(b *testing.B) (l *quota.Ledger, listed []quota.Item) {
	b.Helper()
	l = quota.NewLedger(quota.LedgerOptions{Evict: func(context.Context, quota.Item) error { return nil }})
	for c := range byte(100) {
		var held []quota.Item
		for n := range uint64(520) {
			held = append(held, weekly(c, n, 250))
		}
		if c == 0 {
			listed, held = held, held[500:]
		}
		l.Load(held[0].Community, held)
	}
	u := l.NodeUsage()
	l.SetNode(quota.Size(u.Used+1000*quota.Block), quota.Free{})
	return l, listed
}

func BenchmarkReserveFits(b *testing.B) {
	l, _ := many(b)
	i := weekly(0, 600, 250)
	for b.Loop() {
		if err := l.Reserve(b.Context(), i); err != nil {
			b.Fatal(err)
		}
		l.Release(i.Community, i.ID)
	}
}

// The Evict of this one does nothing: what is measured is to find the victim.
func BenchmarkReserveEvicts(b *testing.B) {
	l, _ := many(b)
	for n := range uint64(3) {
		if err := l.Reserve(b.Context(), weekly(0, 600+n, 250)); err != nil {
			b.Fatal(err)
		}
	}
	n := uint64(1000)
	for b.Loop() {
		if err := l.Reserve(b.Context(), weekly(0, n, 250)); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func BenchmarkWanted(b *testing.B) {
	l, listed := many(b)
	for b.Loop() {
		if len(l.Wanted(listed[0].Community, listed)) == 0 {
			b.Fatal("nothing is wanted")
		}
	}
}

// What was asked for comes where nothing has to go for it, though it was evicted and
// newer ones that are larger do not fit.
func TestAskedForComesWhereItFits(t *testing.T) {
	l := quota.NewLedger(quota.LedgerOptions{Evict: func(context.Context, quota.Item) error { return nil }})
	c := weekly(1, 0, 0).Community
	l.SetCommunity(c, 12*quota.Block, nil, false)
	fetch(t, l, weekly(1, 9, 5))
	large, small := weekly(1, 8, 8), weekly(1, 1, 3)
	wants := func(want ...quota.Item) {
		t.Helper()
		ids := []message.ArchiveID{}
		for _, i := range want {
			ids = append(ids, i.ID)
		}
		if got := l.Wanted(c, []quota.Item{large, small}); !slices.Equal(got, ids) {
			t.Errorf("wanted are %v, want %v", got, ids)
		}
	}
	wants() // the newer one does not fit, and nothing behind it comes
	small.Asked = true
	wants(small)
	small.Evicted = true
	wants(small)
	fetch(t, l, small)
	wants()
	large.Asked = true
	wants()
	if u := l.Usage(c); u.Used != 8*quota.Block || u.Archives != 2 {
		t.Errorf("usage %+v", u)
	}
	oldest := weekly(1, 0, 1)
	oldest.Asked, oldest.Evicted = true, true
	small = oldest
	wants(oldest)
	l.SetNode(9*quota.Block, quota.Free{})
	wants() // all communities together have no room for it
}
