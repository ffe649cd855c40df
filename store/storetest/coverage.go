package storetest

import (
	"errors"
	"slices"
	"testing"

	"seeder/message"
	"seeder/store"
)

func (s suite) coverage(t *testing.T) {
	t.Run("covered spans are merged", s.merged)
	t.Run("classes", s.classes)
	t.Run("import promotes", s.promotes)
	t.Run("covering marks only the part not covered before", s.coverMarks)
	t.Run("demoting", s.demotes)
	t.Run("uncovering", s.uncovers)
	t.Run("dropping the messages of an archive", s.drops)
	t.Run("seal", s.seal)
	t.Run("seal of late messages", s.sealLate)
}

func (s suite) merged(t *testing.T) {
	type spans = []message.Span
	for name, tc := range map[string]struct{ add, want spans }{
		"none":        {nil, nil},
		"empty":       {spans{{From: 5, To: 5}}, nil},
		"apart":       {spans{{From: 20, To: 30}, {From: 1, To: 9}}, spans{{From: 1, To: 9}, {From: 20, To: 30}}},
		"touching":    {spans{{From: 10, To: 20}, {From: 20, To: 30}, {From: 5, To: 10}}, spans{{From: 5, To: 30}}},
		"overlapping": {spans{{From: 10, To: 20}, {From: 15, To: 30}}, spans{{From: 10, To: 30}}},
		"inside":      {spans{{From: 10, To: 20}, {From: 12, To: 13}}, spans{{From: 10, To: 20}}},
		"over all":    {spans{{From: 10, To: 20}, {From: 30, To: 40}, {From: 5, To: 50}}, spans{{From: 5, To: 50}}},
		"bridging":    {spans{{From: 10, To: 20}, {From: 30, To: 40}, {From: 20, To: 30}}, spans{{From: 10, To: 40}}},
		"twice":       {spans{{From: 10, To: 20}, {From: 10, To: 20}}, spans{{From: 10, To: 20}}},
	} {
		t.Run(name, func(t *testing.T) {
			db := s.with(t, 1)
			update(t, db, func(tx store.Tx) error {
				for _, span := range tc.add {
					if err := tx.Cover(Community(1), span); err != nil {
						return err
					}
				}
				return nil
			})
			view(t, db, func(tx store.Tx) error {
				got, err := tx.Covered(Community(1))
				if !slices.Equal(got, tc.want) {
					t.Errorf("covered %v, want %v", got, tc.want)
				}
				return err
			})
		})
	}
}

// wantClasses compares what each class holds, as the first bytes of hashes.
func wantClasses(t *testing.T, db store.DB, pending, canonical, late string) {
	t.Helper()
	for class, want := range map[store.Class]string{store.Pending: pending, store.Canonical: canonical, store.Late: late} {
		if got := firsts(t, db, Community(1), message.Forever(), class); got != want {
			t.Errorf("class %d holds %q, want %q", class, got, want)
		}
		view(t, db, func(tx store.Tx) error {
			n, err := tx.CountMessages(Community(1), message.Forever(), class)
			if n != uint64(len(want)) {
				t.Errorf("class %d counts %d, want %d", class, n, len(want))
			}
			_, ok, err2 := tx.FirstMessage(Community(1), message.Forever(), class)
			if ok != (want != "") {
				t.Errorf("class %d has a first message: %v", class, ok)
			}
			return errors.Join(err, err2)
		})
	}
}

func (s suite) classes(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	update(t, db, func(tx store.Tx) error {
		if err := tx.Cover(c, message.Span{From: 10, To: 20}); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, each(msg(9, 'a'), msg(10, 'b'), msg(19, 'c'), msg(20, 'd')))
		return err
	})
	wantClasses(t, db, "ad", "", "bc")
	update(t, db, func(tx store.Tx) error {
		_, err := tx.ImportMessages(c, each(msg(15, 'e')))
		return err
	})
	wantClasses(t, db, "ad", "e", "bc")
	for _, tc := range []struct {
		class store.Class
		span  message.Span
		first uint64
		ok    bool
	}{
		{store.All, message.Span{From: 10, To: 20}, 10, true},
		{store.Canonical, message.Forever(), 15, true},
		{store.Canonical, message.Span{To: 15}, 0, false},
		{store.Late, message.Span{From: 11, To: 99}, 19, true},
		{store.Pending, message.Span{From: 10, To: 20}, 0, false},
		{store.Pending, message.Span{From: 10, To: 21}, 20, true},
	} {
		view(t, db, func(tx store.Tx) error {
			first, ok, err := tx.FirstMessage(c, tc.span, tc.class)
			if first != tc.first || ok != tc.ok {
				t.Errorf("first of class %d in %v: %d %v, want %d %v", tc.class, tc.span, first, ok, tc.first, tc.ok)
			}
			return err
		})
	}
}

func (s suite) promotes(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	archive := func() (added store.Added) {
		update(t, db, func(tx store.Tx) (err error) {
			if err := tx.Cover(c, message.Span{From: 10, To: 20}); err != nil {
				return err
			}
			added, err = tx.ImportMessages(c, each(msg(10, 'a'), msg(11, 'b'), msg(12, 'c')))
			return err
		})
		return added
	}
	update(t, db, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, each(msg(10, 'a'), msg(13, 'x'), msg(30, 'p')))
		return err
	})
	if got, want := archive(), (store.Added{New: 2, Promoted: 1}); got != want {
		t.Errorf("first import %+v, want %+v", got, want)
	}
	wantClasses(t, db, "p", "abc", "x")
	if got, want := archive(), (store.Added{Known: 3}); got != want {
		t.Errorf("second import %+v, want %+v", got, want)
	}
	wantClasses(t, db, "p", "abc", "x")
	update(t, db, func(tx store.Tx) error {
		other := msg(14, 'x') // the archive knows the late message at another second
		added, err := tx.ImportMessages(c, each(other))
		if want := (store.Added{Promoted: 1}); added != want {
			t.Errorf("added %+v, want %+v", added, want)
		}
		return err
	})
	wantClasses(t, db, "p", "abcx", "")
}

// coverTwo has an archive of the messages b, c and d in communities 1 and 2, which
// cover 10 to 30, and adds others.
func coverTwo(t *testing.T, db store.DB, others ...message.Message) {
	t.Helper()
	update(t, db, func(tx store.Tx) error {
		for _, id := range []message.CommunityID{Community(1), Community(2)} {
			if err := tx.Cover(id, message.Span{From: 10, To: 30}); err != nil {
				return err
			}
			if _, err := tx.ImportMessages(id, each(msg(10, 'b'), msg(15, 'c'), msg(20, 'd'))); err != nil {
				return err
			}
			if _, err := tx.AddMessages(id, each(others...)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s suite) demotes(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	coverTwo(t, db, msg(5, 'a'), msg(12, 'l'))
	for range 2 { // twice changes nothing
		update(t, db, func(tx store.Tx) error { return tx.Demote(c, message.Span{From: 0, To: 20}) })
		wantClasses(t, db, "a", "d", "blc")
	}
	update(t, db, func(tx store.Tx) error {
		added, err := tx.ImportMessages(c, each(msg(15, 'c'), msg(16, 'e')))
		if want := (store.Added{New: 1, Promoted: 1}); added != want {
			t.Errorf("imported again: %+v, want %+v", added, want)
		}
		return err
	})
	wantClasses(t, db, "a", "ced", "bl")
	view(t, db, func(tx store.Tx) error {
		covered, err := tx.Covered(c)
		if want := []message.Span{{From: 10, To: 30}}; !slices.Equal(covered, want) {
			t.Errorf("covered %v, want %v", covered, want)
		}
		n, err2 := tx.CountMessages(Community(2), message.Forever(), store.Canonical)
		if n != 3 {
			t.Errorf("another community has %d canonical messages, want 3", n)
		}
		return errors.Join(err, err2)
	})
	err := db.Update(t.Context(), func(tx store.Tx) error { return tx.Demote(Community(9), message.Forever()) })
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown community: %v, want %v", err, store.ErrNotFound)
	}
}

func (s suite) coverMarks(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	update(t, db, func(tx store.Tx) error {
		if err := tx.Cover(c, message.Span{From: 10, To: 20}); err != nil {
			return err
		}
		if _, err := tx.ImportMessages(c, each(msg(15, 'm'))); err != nil {
			return err
		}
		if _, err := tx.AddMessages(c, each(msg(5, 'a'), msg(25, 'z'), msg(35, 'p'))); err != nil {
			return err
		}
		return tx.Cover(c, message.Span{From: 5, To: 30})
	})
	wantClasses(t, db, "p", "m", "az")
}

func (s suite) seal(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	span := message.Span{From: 10, To: 20}
	update(t, db, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, each(msg(9, 'a'), msg(10, 'b'), msg(19, 'c'), msg(20, 'd')))
		return err
	})
	for _, want := range []uint64{0, 1, 3, 4} {
		err := db.Update(limited(t), func(tx store.Tx) error { return tx.Seal(c, span, false, want) })
		wantError(t, err, store.ErrChanged)
	}
	wantClasses(t, db, "abcd", "", "")
	update(t, db, func(tx store.Tx) error { return tx.Seal(c, span, false, 2) })
	wantClasses(t, db, "ad", "bc", "")
	update(t, db, func(tx store.Tx) error {
		if err := tx.Seal(c, span, false, 0); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, each(msg(12, 'l')))
		return err
	})
	wantClasses(t, db, "ad", "bc", "l")
	// Part of it is sealed already: only what is pending counts.
	update(t, db, func(tx store.Tx) error { return tx.Seal(c, message.Span{From: 5, To: 25}, false, 2) })
	wantClasses(t, db, "", "abcd", "l")
}

func (s suite) sealLate(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	span := message.Span{From: 10, To: 20}
	update(t, db, func(tx store.Tx) error {
		if err := tx.Seal(c, span, false, 0); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, each(msg(12, 'l'), msg(13, 'm'), msg(22, 'p')))
		return err
	})
	wantClasses(t, db, "p", "", "lm")
	err := db.Update(limited(t), func(tx store.Tx) error { return tx.Seal(c, span, true, 1) })
	wantError(t, err, store.ErrChanged)
	update(t, db, func(tx store.Tx) error { return tx.Seal(c, message.Span{From: 13, To: 20}, true, 1) })
	wantClasses(t, db, "p", "m", "l")
	update(t, db, func(tx store.Tx) error { return tx.Seal(c, message.Span{From: 10, To: 30}, true, 2) })
	wantClasses(t, db, "", "lmp", "")
}
