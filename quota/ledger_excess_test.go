package quota_test

import (
	"testing"

	"seeder/message"
	"seeder/quota"
)

// What is over a cap is told, with the reason why it is there.
func TestExcess(t *testing.T) {
	l := quota.NewLedger(quota.LedgerOptions{})
	c := community(1)
	if got := l.Excess(c); got != (quota.Excess{}) || got.String() != "" {
		t.Errorf("of a community that is not there %+v", got)
	}
	item := func(n byte, original bool) quota.Item {
		return quota.Item{ID: message.ArchiveID{n}, Span: message.Span{From: uint64(n), To: uint64(n) + 1}, Bytes: 1 << 20, Original: original}
	}
	l.Load(c, []quota.Item{item(1, false), item(2, true), item(3, true)})
	pin := []message.Span{{From: 1, To: 3}}
	for _, tt := range []struct {
		limit quota.Size
		pins  []message.Span
		lend  bool
		want  quota.Excess
		text  string
	}{
		{0, nil, false, quota.Excess{}, ""},
		{3 << 20, nil, false, quota.Excess{}, ""},
		{1 << 20, nil, false, quota.Excess{Bytes: 2 << 20, Originals: 2 << 20}, "2.0 MiB are originals, which stay while evict_originals is off"},
		{1 << 20, nil, true, quota.Excess{Bytes: 2 << 20, Lent: 2 << 20}, "2.0 MiB are originals, which go when other seeders hold them"},
		{1 << 20, pin, false, quota.Excess{Bytes: 2 << 20, Pinned: 2 << 20, Originals: 1 << 20}, "2.0 MiB are pinned, 1.0 MiB are originals, which stay while evict_originals is off"},
	} {
		l.SetCommunity(c, tt.limit, tt.pins, tt.lend)
		if got := l.Excess(c); got != tt.want || got.String() != tt.text {
			t.Errorf("cap %s: %+v, %s", tt.limit, got, got)
		}
	}
	l.SetCommunity(c, 0, nil, false)
	l.SetNode(1<<20, quota.Free{})
	if got := l.NodeExcess(); got.Bytes != 2<<20 || got.Originals != 2<<20 {
		t.Errorf("of the node %+v", got)
	}
	other := community(2)
	l.Load(other, []quota.Item{item(1, false)})
	l.SetCommunity(other, 1, nil, false)
	if got := l.Excess(other).String(); got != "the oldest archives are being evicted" {
		t.Error(got)
	}
	l.Load(other, nil)
	l.Overhead(other, 4096)
	if got := l.Excess(other).String(); got != "4.0 KiB are torrents and indexes" {
		t.Error(got)
	}
}
