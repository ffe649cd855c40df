package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/archive"
	"seeder/catalog"
	"seeder/message"
	"seeder/store"
)

// TestHistoryOf gives each of six weeks another fate.
func TestHistoryOf(t *testing.T) {
	k := key(t)
	c := k.Community()
	db := openDB(t, c)
	entries := sealed(t, k, 6, 1000) // holding 1 to 6 messages; every second an amendment
	messages := func(week, n int) func(func(message.Message, error) bool) {
		return func(yield func(message.Message, error) bool) {
			for i := range n {
				m := message.Message{Timestamp: uint64(week+1)*message.PartitionSeconds + uint64(i), Topic: "abcd", Payload: []byte{byte(i)}}
				if !yield(m, nil) {
					return
				}
			}
		}
	}
	states := []store.ArchiveState{store.Imported, store.Imported, store.Listed, store.Quarantined, store.Evicted}
	err := db.Update(t.Context(), func(tx store.Tx) error {
		for i, state := range states { // the sixth has no row
			row := catalog.Row(c, &entries[i], state)
			if state == store.Quarantined {
				row.Reason, row.NextTry = "forged", 77
			}
			if state == store.Evicted {
				row.Reason = store.OverCap
			}
			if err := tx.PutArchive(row); err != nil {
				return err
			}
		}
		for _, week := range []int{0, 1} {
			if err := tx.Cover(c, entries[week].Span); err != nil {
				return err
			}
		}
		if _, err := tx.ImportMessages(c, messages(0, 1)); err != nil {
			return err
		}
		// Of the second week a message was lost, and two came late: of those one
		// has the time of the lost one.
		if _, err := tx.ImportMessages(c, messages(1, 1)); err != nil {
			return err
		}
		if _, err := tx.AddMessages(c, messages(1, 3)); err != nil {
			return err
		}
		if _, err := tx.AddMessages(c, messages(9, 4)); err != nil {
			return err
		}
		return tx.PutGeneration(store.Generation{Community: c, InfoHash: store.InfoHash{1}, Clock: 5, Index: archive.EncodeIndex(entries)})
	})
	if err != nil {
		t.Fatal(err)
	}
	pending := message.PartitionOf(10 * message.PartitionSeconds)
	gap := func(i int, m catalog.MissingArchive) []catalog.MissingArchive {
		m.Archive = entries[i].ID
		return []catalog.MissingArchive{m}
	}
	want := catalog.History{Indexed: true, Spans: []catalog.SpanHistory{
		{Span: entries[0].Span, State: catalog.Complete, Archived: 1, Imported: 1, Expected: 1, Canonical: 1},
		{Span: entries[1].Span, State: catalog.Gap, Archived: 1, Amended: 1, Imported: 1, Expected: 2, Canonical: 1, Late: 2, Lacking: 1},
		{Span: entries[2].Span, State: catalog.Gap, Archived: 1, Missing: 1, Expected: 3, Gaps: gap(2, catalog.MissingArchive{State: store.Listed})},
		{Span: entries[3].Span, State: catalog.Gap, Archived: 1, Amended: 1, Quarantined: 1, Expected: 4,
			Gaps: gap(3, catalog.MissingArchive{State: store.Quarantined, Reason: "forged", NextTry: 77})},
		{Span: entries[4].Span, State: catalog.GivenUp, Archived: 1, Evicted: 1, OverCap: 1, Expected: 5},
		{Span: entries[5].Span, State: catalog.Gap, Archived: 1, Amended: 1, Missing: 1, Expected: 6,
			Gaps: gap(5, catalog.MissingArchive{Reason: "this node has no row of it"})},
		{Span: pending, State: catalog.Unsealed, Pending: 4},
	}, Totals: catalog.SpanHistory{
		Span: message.Span{From: entries[0].Span.From, To: pending.To}, State: catalog.Gap, Archived: 6, Amended: 3, Imported: 2, Missing: 2,
		Evicted: 1, OverCap: 1, Quarantined: 1, Expected: 21, Canonical: 2, Late: 2, Pending: 4, Lacking: 1,
	}}
	history := func(keeps bool) (h catalog.History) {
		err := db.View(t.Context(), func(tx store.Tx) (err error) {
			h, err = catalog.HistoryOf(tx, c, keeps)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	got := history(true)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Gaps() != 3 {
		t.Errorf("%d gaps, want 3", got.Gaps())
	}
	if got = history(false); got.Totals.Lacking != 0 || got.Spans[1].State != catalog.Complete {
		t.Errorf("on a node that only serves: %+v", got.Spans[1])
	}
}

func TestHistoryOfNothing(t *testing.T) {
	k := key(t)
	db := openDB(t, k.Community())
	err := db.View(t.Context(), func(tx store.Tx) error {
		h, err := catalog.HistoryOf(tx, k.Community(), true)
		if h.Indexed || h.Spans == nil || len(h.Spans) != 0 || h.Totals.State != catalog.Complete {
			t.Errorf("history %+v", h)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
