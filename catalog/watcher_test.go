package catalog_test

import (
	"log/slog"
	"testing"

	"seeder/catalog"
	"seeder/message"
	"seeder/store"
)

func TestWatcherWakesWhoIsConcerned(t *testing.T) {
	c, other := key(t).Community(), message.CommunityID{2, 9}
	db := openDB(t, c)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.Update(t.Context(), func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: other, Role: store.RoleMember})
	}))
	w := catalog.NewWatcher(db, 0, slog.New(slog.DiscardHandler))
	must(w.Look(t.Context()))
	changed, stop := w.Watch(c)
	quiet, stopQuiet := w.Watch(other)
	defer stopQuiet()
	woken := func(ch <-chan struct{}) bool {
		t.Helper()
		must(w.Look(t.Context()))
		select {
		case <-ch:
			return true
		default:
			return false
		}
	}
	put := func() {
		t.Helper()
		must(db.Update(t.Context(), func(tx store.Tx) error {
			return tx.PutArchive(store.Archive{Community: c, ID: message.ArchiveID{1}, Entry: []byte{1}, State: store.Listed})
		}))
	}
	if woken(changed) {
		t.Error("woken by nothing")
	}
	put()
	if !woken(changed) {
		t.Error("not woken by an archive")
	}
	put()
	must(w.Look(t.Context()))
	put()
	if !woken(changed) || woken(changed) {
		t.Error("two changes are to wake once")
	}
	stop()
	put()
	if woken(changed) {
		t.Error("woken after the end")
	}
	if woken(quiet) {
		t.Error("woken by another community")
	}
}
