package storetest

import (
	"errors"
	"testing"

	"seeder/message"
	"seeder/store"
)

func (s suite) settings(t *testing.T) {
	db := s.with(t, 1, 2)
	node, first, second := message.CommunityID{}, Community(1), Community(2)
	put := func(c message.CommunityID, key, value string) {
		t.Helper()
		update(t, db, func(tx store.Tx) error { return tx.PutSetting(store.Setting{Community: c, Key: key, Value: value}) })
	}
	check := func(want ...store.Setting) {
		t.Helper()
		wantRows(t, db, func(tx store.Tx) ([]store.Setting, error) { return tx.Settings() }, want...)
	}
	check()
	put(second, "up", "1MiB/s")
	put(node, "up", "0")
	put(first, "up", "2MiB/s")
	put(first, "cap", anyBytes)
	put(node, "cap", "5GiB")
	put(node, "up", "unlimited")
	check(store.Setting{Key: "cap", Value: "5GiB"}, store.Setting{Key: "up", Value: "unlimited"},
		store.Setting{Community: first, Key: "cap", Value: anyBytes}, store.Setting{Community: first, Key: "up", Value: "2MiB/s"},
		store.Setting{Community: second, Key: "up", Value: "1MiB/s"})

	put(node, "cap", "")
	put(first, "up", "")
	put(first, "never set", "")
	check(store.Setting{Key: "up", Value: "unlimited"},
		store.Setting{Community: first, Key: "cap", Value: anyBytes}, store.Setting{Community: second, Key: "up", Value: "1MiB/s"})

	for _, value := range []string{"1", ""} {
		unknown := store.Setting{Community: Community(9), Key: "up", Value: value}
		wantError(t, db.Update(limited(t), func(tx store.Tx) error { return tx.PutSetting(unknown) }), store.ErrNotFound)
	}
}

// revision follows the number that tells whether settings have changed, from a
// handle that does not write.
func (s suite) revision(t *testing.T) {
	db := s.with(t, 1)
	other := s.db(t, "main")
	var last int64
	read := func() (n int64) {
		t.Helper()
		view(t, other, func(tx store.Tx) (err error) { n, err = tx.SettingsRevision(); return err })
		return n
	}
	last = read()
	moved := func(want bool, what string) {
		t.Helper()
		now := read()
		if (now > last) != want || now < last {
			t.Errorf("%s: revision %d after %d", what, now, last)
		}
		last = now
	}
	set := func(value string) func(store.Tx) error {
		return func(tx store.Tx) error {
			return tx.PutSetting(store.Setting{Community: Community(1), Key: "up", Value: value})
		}
	}
	update(t, db, set("1MiB/s"))
	moved(true, "a new setting")
	update(t, db, set("2MiB/s"))
	moved(true, "another value")
	update(t, db, set("2MiB/s"))
	moved(false, "the same value")
	boom := errors.New("boom")
	wantError(t, db.Update(limited(t), func(tx store.Tx) error { return errors.Join(set("3MiB/s")(tx), boom) }), boom)
	moved(false, "a rollback")
	update(t, db, set(""))
	moved(true, "a setting removed")
	update(t, db, set(""))
	moved(false, "nothing removed")
	update(t, db, func(tx store.Tx) error { return tx.PutSetting(store.Setting{Key: "up", Value: "1"}) })
	moved(true, "a setting of the node")
	update(t, db, func(tx store.Tx) error { return tx.PutWork(store.Work{Community: Community(1), Part: "seal"}) })
	moved(false, "something else")

	// Inside a transaction it counts what this one has written.
	update(t, db, func(tx store.Tx) error {
		err := set("4MiB/s")(tx)
		n, err2 := tx.SettingsRevision()
		if n <= last {
			t.Errorf("revision %d after a write of the same transaction, was %d", n, last)
		}
		return errors.Join(err, err2)
	})
	moved(true, "the end of it")
}
