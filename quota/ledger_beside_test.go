package quota_test

import (
	"errors"
	"testing"

	"seeder/quota"
)

// TestRoomBesideArchives sets aside what storing messages takes: it counts for the
// disk until it is stored, and for no cap.
func TestRoomBesideArchives(t *testing.T) {
	const block = quota.Block
	total := int64(1000 * block)
	free := total
	l := quota.NewLedger(quota.LedgerOptions{Free: func() (int64, int64, error) { return free, total, nil }})
	l.SetNode(4*block, quota.Free{Bytes: 990 * block}) // ten blocks of room
	item := weekly(1, 1, 2)
	item.Bytes, item.Peak, item.Beside = 2*block, 2*block, 9*block
	c, id := item.Community, item.ID
	reserve := func(want error) {
		t.Helper()
		if err := l.Reserve(t.Context(), item); !errors.Is(err, want) {
			t.Fatalf("got %v, want %v", err, want)
		}
	}
	reserve(quota.ErrNoSpace)
	item.Beside = 8 * block
	reserve(nil)
	reserve(nil) // keeps it
	if u := l.NodeUsage(); u.Reserved != 2*block || l.Room() != 0 {
		t.Errorf("%+v, room for %d", u, l.Room())
	}
	free -= 2 * block // downloaded
	l.Commit(c, id, 2*block)
	if l.Room() != 8*block {
		t.Errorf("room for %d after its messages were stored", l.Room())
	}
	// It is here, and its messages are to be stored again.
	item.Bytes, item.Peak, item.Beside = 0, 0, 9*block
	reserve(quota.ErrNoSpace)
	item.Beside = 8 * block
	reserve(nil)
	if u := l.NodeUsage(); u.Used != 2*block || u.Reserved != 0 || u.Archives != 1 || l.Room() != 0 {
		t.Errorf("%+v, room for %d", u, l.Room())
	}
	l.Settle(c, id)
	reserve(nil)
	l.Release(c, id)
	if l.Room() != 8*block {
		t.Errorf("room for %d after it was released", l.Room())
	}
}

// TestSpareSpace keeps some of a disk free without a minimum, of a small one a
// twentieth.
func TestSpareSpace(t *testing.T) {
	for total, want := range map[int64]int64{1 << 40: quota.SpareSpace, 20 << 20: 1 << 20} {
		l := quota.NewLedger(quota.LedgerOptions{Free: func() (int64, int64, error) { return total, total, nil }})
		if kept := total - l.Room(); kept != want {
			t.Errorf("of %d bytes %d are kept free, want %d", total, kept, want)
		}
	}
}
