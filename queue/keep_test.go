package queue_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/queue"
	"seeder/store"
)

func TestOnlyNewerIsAccepted(t *testing.T) {
	n := newWorld(t).newNode(nil)
	n.accept(at(0), at(time.Hour))
	for what, test := range map[string]struct {
		clock uint64
		want  error
	}{
		"the same":       {at(time.Hour), store.ErrStale},
		"an older one":   {at(0), store.ErrStale},
		"one in between": {at(time.Minute), store.ErrStale},
		"the future":     {at(25 * time.Hour), announce.ErrClockAhead},
	} {
		r := n.received(test.clock, start)
		for name, keep := range map[string]func() error{
			"accept": func() error { return n.queue.Accept(t.Context(), r) },
			"hear":   func() error { return n.queue.Hear(t.Context(), r) },
		} {
			if err := keep(); !errors.Is(err, test.want) {
				t.Errorf("%s of %s: %v, want %v", name, what, err, test.want)
			}
		}
	}
	if diff := cmp.Diff([]uint64{at(time.Hour), at(0)}, n.clocks()); diff != "" {
		t.Errorf("kept (-want +got)\n%s", diff)
	}
}

// The clock of the node jumps by two days, both ways: what was accepted stays,
// nothing older takes its place, and what was refused is accepted in its time.
func TestClockJumps(t *testing.T) {
	const days = 48 * time.Hour
	n := newWorld(t).newNode(nil)
	n.accept(at(0))
	n.clock.Advance(days)
	n.accept(at(days + time.Hour)) // in this node's future once the clock is back
	n.clock.Advance(-days)
	for _, test := range []struct {
		clock uint64
		want  error
	}{
		{at(time.Hour), store.ErrStale},
		{at(days), announce.ErrClockAhead},
		{at(days + 2*time.Hour), announce.ErrClockAhead},
	} {
		if err := n.queue.Hear(t.Context(), n.received(test.clock, start)); !errors.Is(err, test.want) {
			t.Errorf("clock %d: %v, want %v", test.clock, err, test.want)
		}
	}
	n.clock.Advance(-days) // two days before the beginning
	if err := n.queue.Hear(t.Context(), n.received(at(days+2*time.Hour), start)); !errors.Is(err, announce.ErrClockAhead) {
		t.Errorf("four days ahead: %v, want %v", err, announce.ErrClockAhead)
	}
	n.clock.Advance(2*days + 3*time.Hour)
	n.accept(at(days + 2*time.Hour))
	if diff := cmp.Diff([]uint64{at(days + 2*time.Hour), at(days + time.Hour), at(0)}, n.clocks()); diff != "" {
		t.Errorf("kept (-want +got)\n%s", diff)
	}
}

// A flood of validly signed announcements is bounded in rows and bytes, and the
// newest is always kept.
func TestFloodIsBounded(t *testing.T) {
	for name, limits := range map[string]queue.Limits{
		"rows":          {Rows: 8},
		"one row":       {Rows: 1},
		"bytes":         {Bytes: 5000},
		"hardly a byte": {Bytes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			n := newWorld(t).newNode(func(o *queue.Options) { o.Limits = limits })
			rowBound, byteBound := 1<<30, uint64(1<<40)
			if limits.Rows > 0 {
				rowBound = limits.Rows
			}
			if limits.Bytes > 0 {
				byteBound = limits.Bytes
			}
			for i := range 40 {
				clk := at(time.Duration(i) * time.Millisecond)
				n.accept(clk)
				rows := n.rows()
				var size uint64
				for _, row := range rows {
					size += uint64(len(row.Signed) + len(row.Envelope) + len(row.Magnet))
				}
				if rows[0].Clock != clk {
					t.Fatalf("the newest is %d, want %d", rows[0].Clock, clk)
				}
				if len(rows) > rowBound || (size > byteBound && len(rows) > 1) {
					t.Fatalf("%d rows of %d bytes are kept", len(rows), size)
				}
			}
			if kept := len(n.rows()); name == "rows" && kept < 4 {
				t.Errorf("%d rows are kept, though %d may be", kept, limits.Rows)
			}
		})
	}
}

// Rows that were there before the process began count as well.
func TestRowsOfBeforeCount(t *testing.T) {
	w := newWorld(t)
	n := w.newNode(nil)
	for i := range 20 {
		n.accept(at(time.Duration(i) * time.Second))
	}
	again := queue.New(queue.Options{Community: n.owner.ID(), DB: n.db, Clock: n.clock, Limits: queue.Limits{Rows: 10}, Logger: discard()})
	if err := again.Accept(t.Context(), n.received(at(time.Minute), start)); err != nil {
		t.Fatal(err)
	}
	if kept := n.clocks(); len(kept) > 10 || kept[0] != at(time.Minute) {
		t.Errorf("kept %v", kept)
	}
}

// What is older than the retention goes; the newest stays for ever.
func TestExpiry(t *testing.T) {
	w := newWorld(t)
	n := w.newNode(nil)
	n.accept(at(0), at(time.Second))
	n.clock.Advance(20 * 24 * time.Hour)
	n.accept(at(20 * 24 * time.Hour))
	n.clock.Advance(11 * 24 * time.Hour)
	n.run()
	eventually(t, "what is older than 30 days is gone", func() bool {
		return slices.Equal(n.clocks(), []uint64{at(20 * 24 * time.Hour)})
	})
	ear := w.newEar()
	n.clock.Advance(2 * 365 * 24 * time.Hour)
	ear.due(n.clock) // the sweep of that time is over
	if diff := cmp.Diff([]uint64{at(20 * 24 * time.Hour)}, n.clocks()); diff != "" {
		t.Errorf("two years later (-want +got)\n%s", diff)
	}
}

// An owner that lost sight of what it announced would announce anew.
func TestOwnAnnouncementOutlivesRetention(t *testing.T) {
	n := newWorld(t).newNode(nil)
	n.accept(at(0))
	n.clock.Advance(time.Hour)
	n.putOwn(at(time.Hour))
	n.clock.Advance(time.Hour)
	n.accept(at(2*time.Hour), at(3*time.Hour)) // of another owner
	n.clock.Advance(60 * 24 * time.Hour)
	n.run()
	eventually(t, "the announcement before is gone", func() bool { return len(n.rows()) == 3 })
	if diff := cmp.Diff([]uint64{at(3 * time.Hour), at(2 * time.Hour), at(time.Hour)}, n.clocks()); diff != "" {
		t.Errorf("kept (-want +got)\n%s", diff)
	}
}

func TestShelf(t *testing.T) {
	w := newWorld(t)
	n := w.newNode(nil)
	if got := n.envelopes(w.owner.ID(), time.Time{}); len(got) != 0 {
		t.Errorf("%d envelopes on an empty shelf", len(got))
	}
	if got := n.envelopes(announcetest.NewOwner(t).ID(), time.Time{}); len(got) != 0 {
		t.Errorf("%d envelopes of an unknown community", len(got))
	}
	n.accept(at(0))
	n.clock.Advance(time.Hour)
	n.accept(at(time.Hour))
	if got := n.envelopes(w.owner.ID(), start.Add(-time.Hour)); len(got) != 2 {
		t.Errorf("%d envelopes, want 2", len(got))
	}
	later := n.envelopes(w.owner.ID(), start.Add(48*time.Hour))
	if len(later) != 1 || !bytes.Equal(later[0], n.rows()[0].Envelope) {
		t.Errorf("%d envelopes, want that of the newest", len(later))
	}
	n.clock.Advance(time.Hour)
	n.putOwn(at(2 * time.Hour)) // not sent yet
	if got := n.envelopes(w.owner.ID(), start.Add(-time.Hour)); len(got) != 2 {
		t.Errorf("%d envelopes, want those that there are", len(got))
	}
}

// Whatever comes in whatever order with whatever clock of the node: the highest
// clock accepted never goes down, nothing too far ahead is accepted, and rows
// are within the limit.
func TestAcceptedClockNeverGoesDown(t *testing.T) {
	w := newWorld(t)
	signed := make(map[uint64]announce.Received)
	rapid.Check(t, func(rt *rapid.T) {
		n := w.newNode(func(o *queue.Options) { o.Limits.Rows = 5 })
		defer func() { _ = n.bus.Close() }()
		highest := uint64(0)
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			n.clock.Advance(time.Duration(rapid.IntRange(-72, 72).Draw(rt, "jump")) * time.Hour)
			clk := at(time.Duration(rapid.IntRange(-100, 100).Draw(rt, "clock")) * time.Hour)
			r, ok := signed[clk]
			if !ok {
				r = w.received(clk, start)
				signed[clk] = r
			}
			ahead := clk > uint64(n.clock.Now().Add(announce.MaxClockAhead).UnixMilli())
			err := n.queue.Hear(t.Context(), r)
			switch {
			case ahead && !errors.Is(err, announce.ErrClockAhead):
				rt.Fatalf("too far ahead: %v", err)
			case !ahead && clk <= highest && !errors.Is(err, store.ErrStale):
				rt.Fatalf("not newer: %v", err)
			case !ahead && clk > highest && err != nil:
				rt.Fatalf("newer: %v", err)
			}
			if err == nil {
				highest = clk
			}
			rows := n.rows()
			if len(rows) > 5 || (highest > 0 && rows[0].Clock != highest) {
				rt.Fatalf("%d rows, highest clock not %d", len(rows), highest)
			}
		}
		n.clock.Advance(start.Sub(n.clock.Now()))
	})
}
