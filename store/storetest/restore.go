package storetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/message"
	"seeder/store"
)

// restore replays an archive over rows that differ from it.
func (s suite) restore(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	whole := message.Message{
		Timestamp: 12, Topic: "/a/1/b/c", Payload: []byte("payload"), Sig: []byte{4}, Padding: []byte{5},
		Hash: msg(0, 'a').Hash, ThirdPartyID: "bridge",
	}
	unhashed := message.Message{Timestamp: 13, Payload: []byte("by content"), Hash: []byte("short")}
	archived := []message.Message{msg(11, 'z'), whole, unhashed}
	update(t, db, func(tx store.Tx) error { return tx.Cover(c, message.Span{From: 10, To: 20}) })
	replay(t, db, c, archived, store.Added{New: 3})
	replay(t, db, c, archived, store.Added{Known: 3})

	for name, damage := range map[string]func(*message.Message){
		"a second that is covered": func(m *message.Message) { m.Timestamp = 19 },
		"a second that is pending": func(m *message.Message) { m.Timestamp = 30 },
		"topic":                    func(m *message.Message) { m.Topic = "" },
		"payload":                  func(m *message.Message) { m.Payload = nil },
		"payload of one bit":       func(m *message.Message) { m.Payload = []byte("qayload") },
		"sig":                      func(m *message.Message) { m.Sig = []byte{4, 4} },
		"padding":                  func(m *message.Message) { m.Padding = nil },
		"third party":              func(m *message.Message) { m.ThirdPartyID = "" },
	} {
		t.Run(name, func(t *testing.T) {
			damaged := whole.Clone()
			damage(&damaged)
			update(t, db, func(tx store.Tx) error {
				_, err := tx.RestoreMessages(c, each(damaged))
				return err
			})
			replay(t, db, c, archived, store.Added{Known: 2, Restored: 1})
		})
	}
	t.Run("late ones", func(t *testing.T) { s.restoreLate(t, Community(2), db) })
	t.Run("rolled back", func(t *testing.T) {
		restoreHalf(t, db, c, whole)
		replay(t, db, c, archived, store.Added{Known: 3})
	})
}

// replay restores messages of the span from 10 to 20, which are all that is archived
// of it then.
func replay(t *testing.T, db store.DB, c message.CommunityID, archived []message.Message, want store.Added) {
	t.Helper()
	update(t, db, func(tx store.Tx) error {
		got, err := tx.RestoreMessages(c, each(archived...))
		if got != want {
			t.Errorf("restored %+v, want %+v", got, want)
		}
		return err
	})
	view(t, db, func(tx store.Tx) error {
		got, err := scan(tx, c, message.Span{From: 10, To: 20}, store.Canonical)
		if diff := cmp.Diff(archived, got); diff != "" {
			t.Errorf("canonical messages (-want +got):\n%s", diff)
		}
		return err
	})
}

// restoreHalf fails after it has restored a message with another payload.
func restoreHalf(t *testing.T, db store.DB, c message.CommunityID, m message.Message) {
	t.Helper()
	boom := errors.New("boom")
	other := m.Clone()
	other.Payload = []byte("other")
	wantError(t, db.Update(limited(t), func(tx store.Tx) error {
		_, err := tx.RestoreMessages(c, func(yield func(message.Message, error) bool) {
			if yield(other, nil) {
				yield(message.Message{}, boom)
			}
		})
		return err
	}), boom)
}

func (s suite) restoreLate(t *testing.T, c message.CommunityID, db store.DB) {
	update(t, db, func(tx store.Tx) error {
		if err := tx.Cover(c, message.Span{From: 10, To: 20}); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, each(msg(10, 'a'), msg(11, 'b'), msg(12, 'c'), msg(13, 'd')))
		return err
	})
	moved, other, twice := msg(14, 'b'), msg(12, 'c'), msg(15, 'e')
	other.Payload = []byte("other")
	second := twice.Clone()
	second.Payload = []byte("not the first of its key")
	update(t, db, func(tx store.Tx) error {
		got, err := tx.RestoreMessages(c, each(msg(10, 'a'), moved, other, twice, second, second))
		if want := (store.Added{New: 1, Known: 2, Promoted: 1, Restored: 2}); got != want {
			t.Errorf("restored %+v, want %+v", got, want)
		}
		return err
	})
	for class, want := range map[store.Class][]message.Message{
		store.Canonical: {msg(10, 'a'), other, moved, twice},
		store.Late:      {msg(13, 'd')},
	} {
		view(t, db, func(tx store.Tx) error {
			got, err := scan(tx, c, message.Forever(), class)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("class %d (-want +got):\n%s", class, diff)
			}
			n, err2 := tx.CountMessages(c, message.Forever(), class)
			if n != uint64(len(want)) {
				t.Errorf("class %d counts %d, want %d", class, n, len(want))
			}
			return errors.Join(err, err2)
		})
	}
}
