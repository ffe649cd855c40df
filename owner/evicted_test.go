package owner_test

import (
	"os"
	"testing"
	"time"

	"seeder/message"
	"seeder/operation"
	"seeder/store"
)

// What an owner allowed to be evicted is not lost: it is neither written anew nor
// asked for, and later history is announced with it.
func TestEvictedOriginalsStayAway(t *testing.T) {
	r := newRig(t)
	r.seeds.strict = true
	r.add(history(9, 0, 1)...)
	r.atWeek(4)
	first := r.round()
	gone := r.archives()[0]
	gone.State, gone.Reason = store.Evicted, store.OverCap
	r.update(func(tx store.Tx) error { return tx.PutArchive(gone) })
	if err := r.seeds.files.Remove(r.key.Community(), gone.ID); err != nil {
		t.Fatal(err)
	}
	if report := r.round(); report.New || report.InfoHash != first.InfoHash {
		t.Errorf("with one archive evicted: %+v, want %+v", report, first)
	}
	r.add(history(9, 2)...)
	r.atWeek(6)
	if report := r.round(); !report.New || report.InfoHash == first.InfoHash {
		t.Errorf("later history was not announced: %+v", report)
	}
	rows := r.archives()
	if len(rows) != 3 || rows[0].State != store.Evicted || rows[0].Reason != store.OverCap || r.seeds.fetched != 0 {
		t.Errorf("%d archives, the first is %s (%s), %d fetches", len(rows), rows[0].State, rows[0].Reason, r.seeds.fetched)
	}
	if _, err := os.Stat(r.seeds.files.Path(r.key.Community(), gone.ID)); err == nil {
		t.Error("the evicted archive was written anew")
	}
	op, err := r.desk().Create(t.Context(), operation.Request{Community: r.key.Community(), Kind: operation.Fetch, Span: gone.Span})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.owner().Operate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if op, err = r.desk().Get(t.Context(), op.ID); err != nil || op.State != store.OperationDone || op.Done != 1 {
		t.Errorf("asked for: %+v, %v", op, err)
	}
	if row := r.archives()[0]; row.State != store.Imported {
		t.Errorf("what was asked for is %s (%s)", row.State, row.Reason)
	}
	if _, err := os.Stat(r.seeds.files.Path(r.key.Community(), gone.ID)); err != nil {
		t.Error(err)
	}
	if err := r.seeds.files.Remove(r.key.Community(), rows[1].ID); err != nil {
		t.Fatal(err)
	}
	r.round() // what is lost without leave comes back
	if _, err := os.Stat(r.seeds.files.Path(r.key.Community(), rows[1].ID)); err != nil {
		t.Error(err)
	}
}

// What was asked for is here when that is done, however often it failed before.
func TestBroughtBackIsHere(t *testing.T) {
	r := newRig(t)
	r.add(history(9, 0)...)
	r.atWeek(4)
	r.round()
	c, gone := r.key.Community(), r.archives()[0]
	content, err := os.ReadFile(r.files.Path(c, gone.ID))
	if err != nil {
		t.Fatal(err)
	}
	gone.State, gone.Reason = store.Evicted, store.OverCap
	r.update(func(tx store.Tx) error { return tx.PutArchive(gone) })
	if err := r.files.Remove(c, gone.ID); err != nil {
		t.Fatal(err)
	}
	r.sql("DELETE FROM message") // so it cannot be written anew, and no member has it
	op, err := r.desk().Create(t.Context(), operation.Request{Community: c, Kind: operation.Fetch, Span: gone.Span})
	if err != nil {
		t.Fatal(err)
	}
	operate := func() {
		t.Helper()
		if _, err := r.owner().Operate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if op, err = r.desk().Get(t.Context(), op.ID); err != nil {
			t.Fatal(err)
		}
		r.clock.Advance(time.Minute) // to the next try
	}
	for n := range 3 {
		if operate(); op.Ended() || op.Attempts != n+1 || op.Done != 0 {
			t.Errorf("without the archive, try %d: %+v", n, op)
		}
	}
	r.seeds.members = map[message.ArchiveID][]byte{gone.ID: content}
	if operate(); op.State != store.OperationDone || op.Done != 1 {
		t.Errorf("with the archive: %+v", op)
	}
	if _, err := os.Stat(r.files.Path(c, gone.ID)); err != nil {
		t.Error(err)
	}
}
