package quota_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"seeder/message"
	"seeder/quota"
)

// steps and evictions count what all runs did.
var ledgerSteps, ledgerEvictions atomic.Int64

// TestLedgerModel compares the ledger with the model over random histories. A run is 120
// steps, so that the default of 100 runs makes 12,000.
func TestLedgerModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(r)
		w.settle()
		for range 120 {
			w.step()
			w.check()
			ledgerSteps.Add(1)
		}
		w.settle()
	})
	t.Logf("%d steps, %d evictions", ledgerSteps.Load(), ledgerEvictions.Load())
}

var errRefused = errors.New("busy")

// world is a ledger, its model, and what happens to both.
type world struct {
	diskModel
	r *rapid.T
	l *quota.Ledger
	// tame: archives come in order, nothing is refused or lost, pins stay. The kept
	// set is the newest archives then, without a gap.
	tame bool
	// dirty: caps may not hold, until the next Enforce.
	dirty bool
	made  uint16

	// now counts causes for fetching again what was evicted; at has them when an archive
	// was.
	now mark
	at  map[message.ArchiveID]mark

	// mu guards what Evict does, and model during it.
	mu      sync.Mutex
	victims []message.ArchiveID
	refuse  map[message.ArchiveID]bool
	half    bool // a refusal comes after the database says evicted
}

func newWorld(r *rapid.T) *world {
	w := &world{
		r: r, tame: rapid.Bool().Draw(r, "tame"), at: make(map[message.ArchiveID]mark),
		diskModel: diskModel{
			index: make(map[message.CommunityID][]quota.Item), disk: make(map[message.ArchiveID]*file),
			evicted: make(map[message.ArchiveID]bool), barred: make(map[message.ArchiveID]bool),
			overhead: make(map[message.CommunityID]int64), limit: make(map[message.CommunityID]quota.Size),
			pins: make(map[message.CommunityID][]message.Span), give: make(map[message.CommunityID]bool),
		},
	}
	for i := range rapid.IntRange(1, 3).Draw(r, "communities") {
		c := message.CommunityID{2, byte(i)}
		w.communities = append(w.communities, c)
		w.limit[c] = w.someCap(80)
		if rapid.IntRange(0, 2).Draw(r, "with pins") == 0 {
			w.pins[c] = w.somePins()
		}
	}
	w.node = w.someCap(160)
	if rapid.IntRange(0, 2).Draw(r, "with disk") == 0 {
		w.space = quota.SpareSpace + rapid.Int64Range(20, 200).Draw(r, "space")*blockSize
	}
	w.restart()
	return w
}

func (w *world) someCap(most int64) quota.Size {
	if rapid.IntRange(0, 3).Draw(w.r, "no cap") == 0 {
		return 0
	}
	return quota.Size(rapid.Int64Range(10, most).Draw(w.r, "cap") * blockSize)
}

func (w *world) somePins() []message.Span {
	from := rapid.Uint64Range(0, 40).Draw(w.r, "pin")
	return []message.Span{{From: from * week, To: (from + rapid.Uint64Range(1, 3).Draw(w.r, "weeks")) * week}}
}

// evict is what the ledger calls.
func (w *world) evict(_ context.Context, v quota.Item) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.underCaps()
	f := w.disk[v.ID]
	if f == nil || w.stays(&f.Item) || v.Cause == "" {
		w.r.Errorf("%v is to go: %+v", v, f)
		return nil
	}
	if w.refuse[v.ID] {
		if w.half && f.whole {
			w.evicted[v.ID] = true
		}
		w.now.freed++
		return errRefused
	}
	ledgerEvictions.Add(1)
	w.victims = append(w.victims, v.ID)
	w.evicted[v.ID] = w.evicted[v.ID] || f.whole
	w.barred[v.ID] = true
	w.at[v.ID] = w.now
	delete(w.disk, v.ID)
	return nil
}

// underCaps requires what has to hold at every moment.
func (w *world) underCaps() {
	if w.dirty {
		return
	}
	for _, c := range w.communities {
		if u := w.l.Usage(c); tooMuch(u.Used+u.Reserved, u.Cap) {
			w.r.Errorf("over the cap of a community: %+v", u)
		}
	}
	if u := w.l.NodeUsage(); tooMuch(u.Used+u.Reserved, u.Cap) {
		w.r.Errorf("over the cap of the node: %+v", u)
	}
}
