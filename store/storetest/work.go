package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/message"
	"seeder/store"
)

// wantRows compares what list reads with want.
func wantRows[T any](t *testing.T, db store.DB, list func(store.Tx) ([]T, error), want ...T) {
	t.Helper()
	view(t, db, func(tx store.Tx) error {
		got, err := list(tx)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
		return err
	})
}

func (s suite) works(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	put := func(w store.Work) { update(t, db, func(tx store.Tx) error { return tx.PutWork(w) }) }
	check := func(want ...store.Work) {
		t.Helper()
		wantRows(t, db, func(tx store.Tx) ([]store.Work, error) { return tx.Works(c) }, want...)
	}
	check()
	seal := store.Work{Community: c, Part: "seal", State: store.Waiting, Reason: "no space", Attempts: 3, NextTry: 50, Since: 10, UpdatedAt: 11}
	fetch := store.Work{Community: c, Part: "fetch", State: store.Idle, Reason: anyBytes}
	put(seal)
	put(fetch)
	put(store.Work{Community: Community(2), Part: "seal", State: store.Working, Since: 99})
	check(fetch, seal)

	// The same state for the same reason goes on since then.
	again := seal
	again.Attempts, again.NextTry, again.Since, again.UpdatedAt = 4, 60, 20, 21
	put(again)
	again.Since = seal.Since
	check(fetch, again)
	for i, change := range []func(*store.Work){
		func(w *store.Work) { w.Reason = "no peers" },
		func(w *store.Work) { w.State = store.Working },
		func(w *store.Work) { w.State, w.Reason = store.Idle, "" },
	} {
		change(&again)
		again.Since = int64(100 + i)
		put(again)
		check(fetch, again)
	}
}

func operation(c message.CommunityID, id store.OperationID) store.Operation {
	return store.Operation{
		ID: id, Community: c, Kind: "replay", Span: message.Span{From: 10, To: 20}, State: store.OperationRunning,
		Cursor: []byte{0, 1}, Done: 3, Total: 9, Reason: "waits", Attempts: 2, NextTry: 70, CreatedAt: 5,
	}
}

func (s suite) operations(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	put := func(os ...store.Operation) {
		update(t, db, func(tx store.Tx) error {
			for _, o := range os {
				if err := tx.PutOperation(o); err != nil {
					return err
				}
			}
			return nil
		})
	}
	check := func(open bool, want ...store.Operation) {
		t.Helper()
		wantRows(t, db, func(tx store.Tx) ([]store.Operation, error) { return tx.Operations(c, open) }, want...)
		for _, w := range want {
			view(t, db, func(tx store.Tx) error {
				got, err := tx.Operation(w.ID)
				if diff := cmp.Diff(w, got); diff != "" {
					t.Errorf("operation %s (-want +got):\n%s", w.ID, diff)
				}
				return err
			})
		}
	}
	check(false)
	wantError(t, db.View(limited(t), func(tx store.Tx) error { _, err := tx.Operation(anyBytes); return err }), store.ErrNotFound)

	oldest, second := operation(c, "ff"), operation(c, "aa")
	second.CreatedAt = 6
	third := store.Operation{ID: "bb", Community: c, State: store.OperationPending, CreatedAt: 6, Span: message.Forever(), Done: 1<<64 - 1, Total: 1 << 63}
	put(third, second, oldest, operation(Community(2), "cc"))
	check(false, oldest, second, third)
	check(true, oldest, second, third)

	oldest.State, oldest.EndedAt, oldest.Cursor, oldest.Span = store.OperationDone, 30, nil, message.Span{}
	second.State, second.EndedAt, second.Reason = store.OperationFailed, 40, anyBytes
	put(oldest, second)
	check(false, oldest, second, third)
	check(true, third)

	remove := func(before int64) {
		update(t, db, func(tx store.Tx) error { return tx.DeleteOperations(c, before) })
	}
	remove(30)
	check(false, oldest, second, third)
	remove(31)
	check(false, second, third)
	remove(1 << 62) // what has not ended stays
	check(false, third)
	wantRows(t, db, func(tx store.Tx) ([]store.Operation, error) { return tx.Operations(Community(2), true) }, operation(Community(2), "cc"))
}

func fork(c message.CommunityID, n byte, clock uint64) store.Fork {
	return store.Fork{
		Community: c, InfoHash: store.InfoHash{0: n}, Clock: clock, WinnerInfoHash: store.InfoHash{19: n}, WinnerClock: clock + 1,
		FirstDiffering: message.ArchiveID{31: n}, SeenAt: 8,
	}
}

func (s suite) forks(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	put := func(f store.Fork) error {
		return db.Update(limited(t), func(tx store.Tx) error { return tx.PutFork(f) })
	}
	check := func(want ...store.Fork) {
		t.Helper()
		wantRows(t, db, func(tx store.Tx) ([]store.Fork, error) { return tx.Forks(c) }, want...)
	}
	check()
	old, newer, other := fork(c, 1, 10), fork(c, 2, 20), fork(Community(2), 1, 30)
	for _, f := range []store.Fork{old, newer, other} {
		wantError(t, put(f), nil)
	}
	check(newer, old)
	old.FirstDiffering, old.WinnerInfoHash, old.WinnerClock = message.ArchiveID{}, store.InfoHash{7}, store.MaxTimestamp
	wantError(t, put(old), nil)
	check(newer, old)
	newer.Clock = store.MaxTimestamp + 1
	wantError(t, put(newer), store.ErrRange)
	old.WinnerClock = 1<<64 - 1
	wantError(t, put(old), store.ErrRange)
}

// forgotten deletes announcements, never the newest.
func (s suite) forgotten(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	remove := func(c message.CommunityID, before int64) {
		update(t, db, func(tx store.Tx) error { return tx.DeleteAnnouncements(c, before) })
	}
	check := func(want ...store.Announcement) {
		t.Helper()
		wantRows(t, db, func(tx store.Tx) ([]store.Announcement, error) { return tx.Announcements(c, 0) }, want...)
	}
	remove(c, 1<<62)
	all := []store.Announcement{announcement(c, 4), announcement(c, 3), announcement(c, 2), announcement(c, 1)}
	all[0].ReceivedAt = 15 // the newest clock came before the third
	update(t, db, func(tx store.Tx) error {
		for i := range all {
			if err := tx.PutAnnouncement(all[len(all)-1-i]); err != nil {
				return err
			}
		}
		return tx.PutAnnouncement(announcement(Community(2), 1))
	})
	remove(c, 10)
	check(all...)
	remove(c, 20)
	check(all[0], all[1], all[2])
	remove(c, 1<<62)
	check(all[0])
	remove(Community(2), 1<<62)
	wantRows(t, db, func(tx store.Tx) ([]store.Announcement, error) { return tx.Announcements(Community(2), 0) }, announcement(Community(2), 1))
}
