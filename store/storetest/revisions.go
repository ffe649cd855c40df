package storetest

import (
	"errors"
	"testing"

	"seeder/message"
	"seeder/store"
)

// revisions follows the numbers that tell where something has changed, from a
// handle that does not write.
func (s suite) revisions(t *testing.T) {
	db := s.with(t, 1, 2)
	other := s.db(t, "main")
	c, bystander := Community(1), Community(2)
	read := func() (all map[message.CommunityID]int64) {
		t.Helper()
		view(t, other, func(tx store.Tx) (err error) { all, err = tx.Revisions(); return err })
		return all
	}
	last := read()
	if len(last) != 2 {
		t.Fatalf("revisions of %d communities, want 2", len(last))
	}
	moved := func(want bool, what string) {
		t.Helper()
		now := read()
		if (now[c] > last[c]) != want || now[c] < last[c] {
			t.Errorf("%s: revision %d after %d", what, now[c], last[c])
		}
		if now[bystander] != last[bystander] {
			t.Errorf("%s: the revision of another community went from %d to %d", what, last[bystander], now[bystander])
		}
		last = now
	}
	archive := store.Archive{Community: c, ID: message.ArchiveID{1}, Entry: []byte{1}, State: store.Listed}
	update(t, db, func(tx store.Tx) error { return tx.PutArchive(archive) })
	moved(true, "a new archive")
	archive.State = store.Quarantined
	update(t, db, func(tx store.Tx) error { return errors.Join(tx.PutArchive(archive), tx.PutArchive(archive)) })
	moved(true, "another state")
	boom := errors.New("boom")
	wantError(t, db.Update(limited(t), func(tx store.Tx) error { return errors.Join(tx.PutArchive(archive), boom) }), boom)
	moved(false, "a rollback")
	update(t, db, func(tx store.Tx) error {
		return tx.PutOperation(store.Operation{ID: "aa", Community: c, Kind: "audit", State: store.OperationPending})
	})
	moved(true, "an operation")
	announcement := store.Announcement{Community: c, Clock: 5, Signed: []byte{1}, Own: true}
	update(t, db, func(tx store.Tx) error { return tx.PutAnnouncement(announcement) })
	moved(true, "an announcement")
	update(t, db, func(tx store.Tx) error { return tx.PutAnnouncement(announcement) })
	moved(false, "the same announcement")
	update(t, db, func(tx store.Tx) error { return tx.MarkSent(c, 5, 6, 7, []byte{8}) })
	moved(true, "an announcement that was sent")
	update(t, db, func(tx store.Tx) error {
		return errors.Join(tx.PutWork(store.Work{Community: c, Part: "seal"}), tx.PutCommunity(store.Community{ID: c, Role: store.RoleOwner}))
	})
	moved(false, "something else")
}
