package quota_test

import (
	"context"
	"errors"
	"slices"
	"testing"

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
