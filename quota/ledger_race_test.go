package quota_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"seeder/message"
	"seeder/quota"
)

// sharedDisk is what several goroutines write to and evict from.
type sharedDisk struct {
	t       *testing.T
	limit   map[message.CommunityID]int64
	node    int64
	mu      sync.Mutex
	bytes   map[message.ArchiveID]int64
	of      map[message.CommunityID]int64
	all     int64
	begun   map[message.ArchiveID]bool // an eviction
	removed map[message.ArchiveID]bool
	checks  bool
}

// set changes what an archive takes, under mu. It may at no moment be over a cap.
func (d *sharedDisk) set(i *quota.Item, bytes int64) {
	before := d.bytes[i.ID]
	d.bytes[i.ID] = bytes
	d.of[i.Community] += bytes - before
	d.all += bytes - before
	if d.checks && (d.of[i.Community] > d.limit[i.Community] || d.all > d.node) {
		d.t.Errorf("%d bytes of a community, %d of the node are on disk", d.of[i.Community], d.all)
	}
}

// write is what a download does; false when it was evicted. While it is being evicted it
// waits.
func (d *sharedDisk) write(i *quota.Item, bytes int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.begun[i.ID] {
		d.mu.Unlock()
		runtime.Gosched()
		d.mu.Lock()
	}
	if !d.removed[i.ID] {
		d.set(i, bytes)
	}
	return !d.removed[i.ID]
}

func (d *sharedDisk) evict(ctx context.Context, v quota.Item) error {
	d.mu.Lock()
	twice := d.begun[v.ID]
	d.begun[v.ID] = true
	d.mu.Unlock()
	if twice {
		d.t.Errorf("%s is evicted twice at a time", v.ID)
	}
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.begun[v.ID] = false
	}()
	for range 3 {
		runtime.Gosched() // the grace that peers get
	}
	if v.Span.From%5 == 0 && rand.IntN(2) == 0 {
		return errRefused
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.set(&v, 0)
	d.removed[v.ID] = true
	return ctx.Err()
}

// TestManyReserveAtOnce has several goroutines reserve, write, give up and enforce. The disk
// is never over a cap, nothing hangs, and in the end the ledger is what is on it.
func TestManyReserveAtOnce(t *testing.T) {
	const communities, fetchers, archives = 3, 4, 150
	d := &sharedDisk{
		t: t, node: 100 * quota.Block, limit: make(map[message.CommunityID]int64), checks: true,
		bytes: make(map[message.ArchiveID]int64), of: make(map[message.CommunityID]int64), begun: make(map[message.ArchiveID]bool),
		removed: make(map[message.ArchiveID]bool),
	}
	l := quota.NewLedger(quota.LedgerOptions{
		Evict: d.evict,
		Free:  func() (int64, int64, error) { return 1 << 40, 1 << 40, nil },
		Written: func(i quota.Item) int64 {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.bytes[i.ID]
		},
	})
	l.SetNode(quota.Size(d.node), quota.Free{})
	for c := range byte(communities) {
		id := weekly(c, 0, 0).Community
		d.limit[id] = int64(40+10*c) * quota.Block
		l.SetCommunity(id, quota.Size(d.limit[id]), nil, false)
	}
	var fetching, watching sync.WaitGroup
	done := make(chan struct{})
	for c := range byte(communities) {
		for f := range fetchers {
			fetching.Go(func() {
				for n := f; n < archives; n += fetchers {
					d.fetch(l, weekly(c, uint64(n), int64(1+n%5)))
				}
			})
		}
	}
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if u := l.NodeUsage(); u.Used+u.Reserved > d.node {
				t.Errorf("%+v", u)
			}
			for c, limit := range d.limit {
				if u := l.Usage(c); u.Used+u.Reserved > limit {
					t.Errorf("%+v", u)
				}
				l.Wanted(c, []quota.Item{weekly(c[1], 1000, 3)})
			}
			if err := l.Enforce(t.Context()); err != nil && !errors.Is(err, errRefused) {
				t.Error(err)
			}
		}
	})
	fetching.Wait()
	close(done)
	watching.Wait()
	u := l.NodeUsage()
	if u.Reserved != 0 || u.Used != d.all || len(d.removed) == 0 {
		t.Errorf("%+v; %d bytes are on disk after %d evictions", u, d.all, len(d.removed))
	}
	d.lower(l)
}

// fetch downloads an archive, and gives up one in eight.
func (d *sharedDisk) fetch(l *quota.Ledger, i quota.Item) {
	err := l.Reserve(d.t.Context(), i)
	if errors.Is(err, quota.ErrNoRoom) || errors.Is(err, errRefused) {
		return
	}
	if err != nil {
		d.t.Error(err)
		return
	}
	for _, bytes := range []int64{i.Peak / 2, i.Peak, i.Bytes} {
		if !d.write(&i, bytes) {
			return // a newer one needed the room
		}
		runtime.Gosched()
	}
	if rand.IntN(8) == 0 {
		if d.write(&i, 0) {
			l.Release(i.Community, i.ID)
		}
		return
	}
	l.Commit(i.Community, i.ID, i.Bytes)
}

// lower lowers every cap while Reserve goes on.
func (d *sharedDisk) lower(l *quota.Ledger) {
	d.checks = false
	l.SetNode(20*quota.Block, quota.Free{})
	var work sync.WaitGroup
	for c := range byte(3) {
		work.Go(func() { d.fetch(l, weekly(c, 2000, 3)) })
	}
	work.Go(func() {
		for l.Enforce(d.t.Context()) != nil {
			runtime.Gosched() // what was busy may go now
		}
	})
	work.Wait()
	if u := l.NodeUsage(); u.Used+u.Reserved > 20*quota.Block || u.Used != d.all {
		d.t.Errorf("after the cap was lowered: %+v, %d bytes on disk", u, d.all)
	}
}
