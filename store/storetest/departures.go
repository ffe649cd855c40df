package storetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/message"
	"seeder/store"
)

// full gives a community something of everything.
func full(t *testing.T, db store.DB, c message.CommunityID) {
	t.Helper()
	update(t, db, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, each(msg(15, 'b')))
		err = errors.Join(err, tx.Cover(c, message.Span{From: 10, To: 20}))
		_, err2 := tx.ImportMessages(c, each(msg(15, 'a'), msg(16, 'c')))
		return errors.Join(err, err2, tx.PutArchive(archive(c, 1)), tx.PutGeneration(store.Generation{Community: c, Clock: 1}),
			tx.PutAnnouncement(announcement(c, 1)), tx.PutWork(store.Work{Community: c, Part: "seal"}),
			tx.PutOperation(operation(c, store.OperationID(c.String()))), tx.PutFork(fork(c, 1, 1)),
			tx.PutSetting(store.Setting{Community: c, Key: "up", Value: "1MiB/s"}))
	})
}

// rowsOf counts what can be found of a community, messages apart.
func rowsOf(tx store.Tx, c message.CommunityID) (rows []int, err error) {
	count := func(n int, err2 error) {
		rows = append(rows, n)
		err = errors.Join(err, err2)
	}
	spans, err2 := tx.Covered(c)
	count(len(spans), err2)
	archives, err2 := tx.Archives(c)
	count(len(archives), err2)
	generations, err2 := tx.Generations(c)
	count(len(generations), err2)
	announcements, err2 := tx.Announcements(c, 0)
	count(len(announcements), err2)
	works, err2 := tx.Works(c)
	count(len(works), err2)
	operations, err2 := tx.Operations(c, false)
	count(len(operations), err2)
	forks, err2 := tx.Forks(c)
	count(len(forks), err2)
	revisions, err2 := tx.Revisions()
	_, known := revisions[c]
	if !known {
		count(0, err2)
	} else {
		count(1, err2)
	}
	return rows, err
}

func (s suite) departures(t *testing.T) {
	t.Run("messages kept", s.leaveAndReturn)
	t.Run("messages deleted", s.leaveForGood)
}

func wantLeft(t *testing.T, db store.DB, want ...store.Left) {
	t.Helper()
	wantRows(t, db, func(tx store.Tx) ([]store.Left, error) { return tx.Left() }, want...)
}

func wantRowsOf(t *testing.T, db store.DB, c message.CommunityID, want []int) {
	t.Helper()
	view(t, db, func(tx store.Tx) error {
		rows, err := rowsOf(tx, c)
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("rows of %v (-want +got):\n%s", c, diff)
		}
		return err
	})
}

var someOfAll, noneOfAll = []int{1, 1, 1, 1, 1, 1, 1, 1}, []int{0, 0, 0, 0, 0, 0, 0, 0}

func (s suite) leaveAndReturn(t *testing.T) {
	db := s.with(t, 1, 2)
	c, bystander := Community(1), Community(2)
	full(t, db, c)
	full(t, db, bystander)
	wantLeft(t, db)
	boom := errors.New("boom")
	wantError(t, db.Update(limited(t), func(tx store.Tx) error { return errors.Join(tx.LeaveCommunity(c, true), boom) }), boom)
	wantRowsOf(t, db, c, someOfAll)
	update(t, db, func(tx store.Tx) error {
		if _, err := tx.CountMessages(c, message.Forever(), store.All); err != nil {
			return err
		}
		if err := tx.LeaveCommunity(c, false); err != nil {
			return err
		}
		n, err := tx.CountMessages(c, message.Forever(), store.All)
		if n != 0 {
			t.Errorf("%d messages are found in the transaction that leaves", n)
		}
		return err
	})
	wantLeft(t, db, store.Left{ID: c})
	wantRowsOf(t, db, c, noneOfAll)
	wantRowsOf(t, db, bystander, someOfAll)
	wantRows(t, db, func(tx store.Tx) ([]store.Setting, error) { return tx.Settings() },
		store.Setting{Community: bystander, Key: "up", Value: "1MiB/s"})
	wantError(t, db.View(limited(t), func(tx store.Tx) error { _, err := tx.Community(c); return err }), store.ErrNotFound)
	wantRows(t, db, func(tx store.Tx) ([]store.Community, error) { return tx.Communities() },
		store.Community{ID: bystander, Role: store.RoleMember})
	for name, write := range map[string]func(store.Tx) error{
		"PutArchive":  func(tx store.Tx) error { return tx.PutArchive(archive(c, 1)) },
		"AddMessages": func(tx store.Tx) error { _, err := tx.AddMessages(c, each(msg(1, 'x'))); return err },
		"Cover":       func(tx store.Tx) error { return tx.Cover(c, message.Span{From: 1, To: 2}) },
		"PutWork":     func(tx store.Tx) error { return tx.PutWork(store.Work{Community: c, Part: "seal"}) },
	} {
		if err := db.Update(limited(t), write); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s for a community that was left: %v", name, err)
		}
	}
	// Nothing goes of one whose messages stay.
	update(t, db, func(tx store.Tx) error {
		n, err := tx.PurgeMessages(c, 10)
		if n != 0 {
			t.Errorf("%d messages were purged", n)
		}
		return errors.Join(err, tx.ForgetCommunity(c))
	})
	wantLeft(t, db, store.Left{ID: c})

	back := store.Community{ID: c, Role: store.RoleOwner, Name: "back", CreatedAt: 7}
	update(t, db, func(tx store.Tx) error { return tx.PutCommunity(back) })
	wantLeft(t, db)
	if got := firsts(t, db, c, message.Forever(), store.Pending); got != "abc" {
		t.Errorf("pending messages after the return: %q", got)
	}
	wantRowsOf(t, db, c, []int{0, 0, 0, 0, 0, 0, 0, 1})
}

func (s suite) leaveForGood(t *testing.T) {
	db := s.with(t, 1, 2)
	c, bystander := Community(1), Community(2)
	full(t, db, c)
	full(t, db, bystander)
	leave := func(c message.CommunityID) error {
		return db.Update(limited(t), func(tx store.Tx) error { return tx.LeaveCommunity(c, true) })
	}
	wantError(t, leave(Community(9)), store.ErrNotFound)
	update(t, db, func(tx store.Tx) error { return tx.LeaveCommunity(c, false) })
	wantError(t, leave(c), nil)
	wantLeft(t, db, store.Left{ID: c, Messages: true})
	purge := func(c message.CommunityID, limit int, want uint64) {
		t.Helper()
		update(t, db, func(tx store.Tx) error {
			n, err := tx.PurgeMessages(c, limit)
			if n != want {
				t.Errorf("%d messages were purged, want %d", n, want)
			}
			return errors.Join(err, tx.ForgetCommunity(c))
		})
	}
	purge(bystander, 10, 0)
	purge(c, 2, 2)
	wantLeft(t, db, store.Left{ID: c, Messages: true})
	purge(c, 2, 1)
	wantLeft(t, db)
	wantError(t, leave(c), store.ErrNotFound)
	purge(c, 2, 0)
	wantRowsOf(t, db, bystander, someOfAll)
	if got := firsts(t, db, bystander, message.Forever(), store.All); got != "abc" {
		t.Errorf("messages of another community: %q", got)
	}

	// What was to go does not come back, though a process died before it went.
	wantError(t, leave(bystander), nil)
	update(t, db, func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: bystander, Role: store.RoleMember})
	})
	if got := firsts(t, db, bystander, message.Forever(), store.All); got != "" {
		t.Errorf("messages that were to be deleted are back: %q", got)
	}
}
