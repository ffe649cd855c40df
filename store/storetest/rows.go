package storetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/message"
	"seeder/store"
)

func (s suite) communities(t *testing.T) {
	db := s.db(t, "main")
	a := store.Community{ID: Community(1), Role: store.RoleOwner, Name: "Åland", CreatedAt: 123}
	b := store.Community{ID: Community(2), Role: store.RoleMember}
	wantError(t, db.View(limited(t), func(tx store.Tx) error { _, err := tx.Community(a.ID); return err }), store.ErrNotFound)
	put := func(cs ...store.Community) {
		update(t, db, func(tx store.Tx) error {
			for _, c := range cs {
				if err := tx.PutCommunity(c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	check := func(want ...store.Community) {
		t.Helper()
		view(t, db, func(tx store.Tx) error {
			all, err := tx.Communities()
			if diff := cmp.Diff(want, all); diff != "" {
				t.Errorf("communities (-want +got):\n%s", diff)
			}
			for _, w := range want {
				if got, err := tx.Community(w.ID); err != nil || got != w {
					t.Errorf("community %v: %+v, %v", w.ID, got, err)
				}
			}
			return err
		})
	}
	check()
	put(b, a)
	check(a, b)
	b.Role, b.Name, b.CreatedAt = store.RoleOwner, anyBytes, 7
	put(b)
	check(a, b)
	// Replacing the row keeps what belongs to the community.
	update(t, db, func(tx store.Tx) error { _, err := tx.AddMessages(b.ID, each(msg(1, 'a'))); return err })
	put(b)
	if got := firsts(t, db, b.ID, message.Forever(), store.All); got != "a" {
		t.Errorf("messages after replacing the row: %q", got)
	}
}

func archive(c message.CommunityID, n byte) store.Archive {
	return store.Archive{
		Community: c, ID: message.ArchiveID{0: n}, Span: message.Span{From: 10, To: 20},
		Offset: uint64(n) * 102400, Size: 102400, Padding: 7, Entry: []byte{1, 2, n}, SHA256: [32]byte{1: n},
		Messages: 5, Amends: 1, State: store.Listed, Reason: "why", Attempts: 3, NextTry: 99, UpdatedAt: 100,
	}
}

func (s suite) archives(t *testing.T) {
	t.Run("rows", s.archiveRows)
	t.Run("claims", s.claims)
}

func (s suite) archiveRows(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	first, second, same := archive(c, 1), archive(c, 2), archive(c, 3)
	same.Offset = second.Offset
	last := store.Archive{Community: c, ID: message.ArchiveID{0: 9}, Span: message.Forever(), Offset: 1<<64 - 1, State: store.Quarantined,
		Size: 1<<64 - 1, Padding: 1 << 63, Messages: 1<<64 - 1, Amends: 1<<32 - 1, Sealed: true}
	put := func(as ...store.Archive) {
		update(t, db, func(tx store.Tx) error {
			for _, a := range as {
				if err := tx.PutArchive(a); err != nil {
					return err
				}
			}
			return nil
		})
	}
	check := func(want ...store.Archive) {
		t.Helper()
		view(t, db, func(tx store.Tx) error {
			all, err := tx.Archives(c)
			if diff := cmp.Diff(want, all); diff != "" {
				t.Errorf("archives (-want +got):\n%s", diff)
			}
			for _, w := range want {
				got, err := tx.Archive(c, w.ID)
				if diff := cmp.Diff(w, got); err != nil || diff != "" {
					t.Errorf("archive %v: %v (-want +got):\n%s", w.ID, err, diff)
				}
			}
			return err
		})
	}
	check()
	put(last, same, first, second)
	check(first, second, same, last)
	second.Reason = anyBytes
	put(second)
	first.State, first.Reason, first.Attempts, first.Entry = store.Imported, "", 0, nil
	put(first)
	check(first, second, same, last)
	for _, id := range []message.ArchiveID{{0: 77}, {}} {
		wantError(t, db.View(limited(t), func(tx store.Tx) error { _, err := tx.Archive(c, id); return err }), store.ErrNotFound)
	}
	wantError(t, db.View(limited(t), func(tx store.Tx) error { _, err := tx.Archive(Community(2), first.ID); return err }), store.ErrNotFound)
}

func (s suite) claims(t *testing.T) {
	row := func(c byte, sealed bool, state store.ArchiveState, sum byte) store.Archive {
		a := archive(Community(c), 1)
		a.Sealed, a.State, a.SHA256 = sealed, state, [32]byte{0: sum}
		return a
	}
	for name, tc := range map[string]struct {
		theirs, ours store.Archive
		want         error
	}{
		"both imported":        {row(1, false, store.Imported, 1), row(2, false, store.Imported, 1), store.ErrClaimed},
		"both stored":          {row(1, false, store.Stored, 1), row(2, false, store.Stored, 1), store.ErrClaimed},
		"theirs evicted":       {row(1, false, store.Evicted, 1), row(2, false, store.Stored, 1), store.ErrClaimed},
		"the row itself":       {row(2, false, store.Imported, 1), row(2, false, store.Imported, 1), nil},
		"ours only listed":     {row(1, false, store.Imported, 1), row(2, false, store.Listed, 1), nil},
		"ours quarantined":     {row(1, false, store.Imported, 1), row(2, false, store.Quarantined, 1), nil},
		"theirs only listed":   {row(1, false, store.Listed, 1), row(2, false, store.Imported, 1), nil},
		"theirs quarantined":   {row(1, false, store.Quarantined, 1), row(2, false, store.Imported, 1), nil},
		"other bytes":          {row(1, false, store.Imported, 1), row(2, false, store.Imported, 2), nil},
		"ours is sealed":       {row(1, false, store.Imported, 1), row(2, true, store.Imported, 1), nil},
		"theirs is sealed":     {row(1, true, store.Imported, 1), row(2, false, store.Imported, 1), nil},
		"theirs is being made": {row(1, false, store.Downloading, 1), row(2, false, store.Imported, 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			db := s.with(t, 1, 2)
			update(t, db, func(tx store.Tx) error { return tx.PutArchive(tc.theirs) })
			wantError(t, db.Update(limited(t), func(tx store.Tx) error { return tx.PutArchive(tc.ours) }), tc.want)
		})
	}
}

func (s suite) generations(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	gen := func(clock uint64, n byte) store.Generation {
		return store.Generation{Community: c, InfoHash: store.InfoHash{0: n}, Clock: clock, Index: []byte{n}, Magnet: "magnet:?", RetireAt: 5}
	}
	put := func(g store.Generation) { update(t, db, func(tx store.Tx) error { return tx.PutGeneration(g) }) }
	check := func(want ...store.Generation) {
		t.Helper()
		view(t, db, func(tx store.Tx) error {
			got, err := tx.Generations(c)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("generations (-want +got):\n%s", diff)
			}
			return err
		})
	}
	check()
	old, newer := gen(10, 1), gen(20, 2)
	newer.Magnet = anyBytes
	put(old)
	put(newer)
	check(newer, old)
	old.Index, old.RetireAt, old.Magnet = nil, 0, ""
	put(old)
	check(newer, old)
	wantError(t, db.Update(limited(t), func(tx store.Tx) error { return tx.PutGeneration(gen(store.MaxTimestamp+1, 3)) }), store.ErrRange)
	update(t, db, func(tx store.Tx) error {
		if err := tx.DeleteGeneration(Community(2), newer.InfoHash); err != nil {
			return err
		}
		return tx.DeleteGeneration(c, store.InfoHash{0: 77})
	})
	check(newer, old)
	update(t, db, func(tx store.Tx) error { return tx.DeleteGeneration(c, newer.InfoHash) })
	check(old)
}

func announcement(c message.CommunityID, clock uint64) store.Announcement {
	return store.Announcement{
		Community: c, Clock: clock, Signed: []byte{1, byte(clock)}, Magnet: "magnet:?x", Envelope: []byte("env"),
		ReceivedAt: int64(clock) * 10, Own: true, SentAt: 4, SentPeers: 2,
	}
}

func (s suite) announcements(t *testing.T) {
	t.Run("rows", s.announcementRows)
	t.Run("the highest clock never goes down", s.clocks)
	t.Run("sent", s.sent)
	t.Run("old ones are deleted", s.forgotten)
}

func (s suite) announcementRows(t *testing.T) {
	db := s.with(t, 1, 2)
	c := Community(1)
	wantError(t, db.View(limited(t), func(tx store.Tx) error { _, err := tx.LatestAnnouncement(c); return err }), store.ErrNotFound)
	bare := store.Announcement{Community: c, Clock: 2, Signed: []byte("s"), ReceivedAt: 20, Magnet: anyBytes}
	all := []store.Announcement{announcement(c, 3), bare, announcement(c, 1)}
	for _, a := range slices.Backward(all) {
		update(t, db, func(tx store.Tx) error { return tx.PutAnnouncement(a) })
	}
	for since, want := range map[int64][]store.Announcement{0: all, 10: all, 11: all[:2], 30: all[:1], 31: nil} {
		view(t, db, func(tx store.Tx) error {
			got, err := tx.Announcements(c, since)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("since %d (-want +got):\n%s", since, diff)
			}
			return err
		})
	}
	view(t, db, func(tx store.Tx) error {
		got, err := tx.LatestAnnouncement(c)
		if diff := cmp.Diff(all[0], got); diff != "" {
			t.Errorf("latest (-want +got):\n%s", diff)
		}
		return err
	})
}

func (s suite) clocks(t *testing.T) {
	db := s.with(t, 1, 2)
	put := func(c byte, clock uint64, signed string) error {
		a := announcement(Community(c), clock)
		a.Signed, a.ReceivedAt = []byte(signed), 1
		return db.Update(limited(t), func(tx store.Tx) error { return tx.PutAnnouncement(a) })
	}
	for _, step := range []struct {
		community byte
		clock     uint64
		signed    string
		want      error
	}{
		{1, 10, "a", nil},
		{1, 10, "a", nil},
		{1, 10, "b", store.ErrStale},
		{1, 9, "c", store.ErrStale},
		{1, 11, "d", nil},
		{1, 10, "a", nil}, // known, though no longer the newest
		{2, 5, "a", nil},
		{1, store.MaxTimestamp, "e", nil},
		{1, store.MaxTimestamp + 1, "f", store.ErrRange},
		{1, 1<<64 - 1, "f", store.ErrRange},
	} {
		if err := put(step.community, step.clock, step.signed); step.want == nil && err != nil {
			t.Fatalf("clock %d %s: %v", step.clock, step.signed, err)
		} else {
			wantError(t, err, step.want)
		}
	}
	view(t, db, func(tx store.Tx) error {
		got, err := tx.Announcements(Community(1), 0)
		if len(got) != 3 || got[0].Clock != store.MaxTimestamp {
			t.Errorf("stored %+v", got)
		}
		return err
	})
}

func (s suite) sent(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	a := store.Announcement{Community: c, Clock: 7, Signed: []byte("s"), Own: true}
	update(t, db, func(tx store.Tx) error {
		if err := tx.PutAnnouncement(a); err != nil {
			return err
		}
		return tx.MarkSent(c, 7, 1234, 3, []byte("envelope"))
	})
	a.SentAt, a.SentPeers, a.Envelope = 1234, 3, []byte("envelope")
	view(t, db, func(tx store.Tx) error {
		got, err := tx.LatestAnnouncement(c)
		if diff := cmp.Diff(a, got); diff != "" {
			t.Errorf("after sending (-want +got):\n%s", diff)
		}
		return err
	})
	wantError(t, db.Update(limited(t), func(tx store.Tx) error { return tx.MarkSent(c, 8, 1, 1, nil) }), store.ErrNotFound)
}
