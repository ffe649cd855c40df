package storetest

import (
	"errors"
	"slices"
	"testing"

	"seeder/message"
	"seeder/store"
)

func (s suite) uncovers(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	coverTwo(t, db, msg(5, 'a'), msg(12, 'l'), msg(25, 'm'), msg(40, 'z'))
	for _, want := range []uint64{2, 0} { // the second time there is nothing
		update(t, db, func(tx store.Tx) error {
			n, err := tx.Uncover(c, message.Span{From: 0, To: 20})
			if n != want {
				t.Errorf("%d messages deleted, want %d", n, want)
			}
			return err
		})
		wantClasses(t, db, "alz", "d", "m")
	}
	wantCovered(t, db, message.Span{From: 20, To: 30})
	view(t, db, func(tx store.Tx) error {
		n, err := tx.CountMessages(Community(2), message.Forever(), store.Canonical)
		if n != 3 {
			t.Errorf("another community has %d canonical messages, want 3", n)
		}
		return err
	})
	update(t, db, func(tx store.Tx) error { // a later import is as the first one was
		if err := tx.Cover(c, message.Span{From: 10, To: 20}); err != nil {
			return err
		}
		added, err := tx.ImportMessages(c, each(msg(10, 'b'), msg(12, 'l'), msg(15, 'c')))
		if want := (store.Added{New: 2, Promoted: 1}); added != want {
			t.Errorf("imported again: %+v, want %+v", added, want)
		}
		return err
	})
	wantClasses(t, db, "az", "blcd", "m")
	update(t, db, func(tx store.Tx) error {
		_, err := tx.Uncover(c, message.Span{From: 14, To: 16}) // in the middle
		return err
	})
	wantClasses(t, db, "az", "bld", "m")
	wantCovered(t, db, message.Span{From: 10, To: 14}, message.Span{From: 16, To: 30})
	err := db.Update(limited(t), func(tx store.Tx) error {
		_, err := tx.Uncover(Community(9), message.Forever())
		return err
	})
	wantError(t, err, store.ErrNotFound)
}

func wantCovered(t *testing.T, db store.DB, want ...message.Span) {
	t.Helper()
	view(t, db, func(tx store.Tx) error {
		covered, err := tx.Covered(Community(1))
		if !slices.Equal(covered, want) {
			t.Errorf("covered %v, want %v", covered, want)
		}
		return err
	})
}

// drops evicts the archives of two weeks one after the other. The first week has
// an amendment, and an archive that another owner has cut lies across both.
func (s suite) drops(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	archives := []store.Archive{
		{ID: message.ArchiveID{1}, Span: message.Span{From: 10, To: 20}},
		{ID: message.ArchiveID{2}, Span: message.Span{From: 10, To: 20}, Amends: 1},
		{ID: message.ArchiveID{3}, Span: message.Span{From: 18, To: 25}},
		{ID: message.ArchiveID{4}, Span: message.Span{From: 20, To: 30}},
	}
	contents := [][]message.Message{
		{msg(10, 'a'), msg(19, 'b')}, {msg(11, 'c')}, {msg(19, 'b'), msg(21, 'd')}, {msg(21, 'd'), msg(29, 'e')},
	}
	update(t, db, func(tx store.Tx) error {
		if _, err := tx.AddMessages(c, each(msg(12, 'l'), msg(40, 'p'))); err != nil {
			return err
		}
		for i := range archives {
			a := &archives[i]
			a.Community, a.State, a.Entry = c, store.Imported, []byte{1}
			if err := errors.Join(tx.Cover(c, a.Span), tx.PutArchive(*a)); err != nil {
				return err
			}
			if _, err := tx.ImportMessages(c, each(contents[i]...)); err != nil {
				return err
			}
		}
		return nil
	})
	wantClasses(t, db, "p", "acbde", "l")
	for i, step := range []struct {
		dropped                  uint64
		pending, canonical, late string
	}{
		{0, "p", "acbde", "l"}, // its amendment is here
		{2, "lp", "bde", ""},   // but not where the third begins
		{1, "lp", "de", ""},    // but not where the fourth begins
		{2, "lp", "", ""},
	} {
		update(t, db, func(tx store.Tx) error {
			row := archives[i]
			n, err := store.DropMessages(tx, row)
			if n != step.dropped {
				t.Errorf("archive %d: %d messages deleted, want %d", i+1, n, step.dropped)
			}
			row.State = store.Evicted
			return errors.Join(err, tx.PutArchive(row))
		})
		wantClasses(t, db, step.pending, step.canonical, step.late)
	}
}
