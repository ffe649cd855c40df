package member_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"seeder/announce"
	"seeder/archive"
	"seeder/catalog"
	"seeder/message"
	"seeder/signer"
	"seeder/store"
	"seeder/swarm"
)

// forge writes an archive of one message a week and returns its entry, sealed
// with the key. The seal is of what mutate makes of the bytes.
func forge(o *node, key *signer.Key, n int, offset uint64, mutate func([]byte) []byte) archive.Entry {
	o.t.Helper()
	var buf bytes.Buffer
	span := message.PartitionOf(week0 + uint64(n)*week)
	m := history(1, n)[0]
	enc, err := archive.NewEncoder(&buf, span, []message.Topic{m.Topic})
	if err != nil {
		o.t.Fatal(err)
	}
	sum, err := archive.Summary{}, enc.Encode(&m)
	if err == nil {
		sum, err = enc.Close()
	}
	if err != nil {
		o.t.Fatal(err)
	}
	e, err := archive.NewEntry(span, []message.Topic{m.Topic}, offset, sum, message.ArchiveID{}, 0)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := archive.Sign(&e, key); err != nil {
		o.t.Fatal(err)
	}
	draft, err := o.files.Create(o.community)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := draft.Write(mutate(buf.Bytes())); err != nil {
		o.t.Fatal(err)
	}
	if err := draft.Commit(e.ID); err != nil {
		o.t.Fatal(err)
	}
	return e
}

func unchanged(b []byte) []byte { return b }

// flipLast changes the payload of the only message and no length.
func flipLast(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-1] ^= 1
	return b
}

// seedForged seeds and announces a generation of forged archives.
func seedForged(o *node, entries []archive.Entry) {
	o.t.Helper()
	torrent, err := o.swarm.Seed(o.t.Context(), swarm.Generation{Community: o.community,
		Index: archive.EncodeIndex(entries), Files: catalog.Files(entries)})
	if err != nil {
		o.t.Fatal(err)
	}
	o.announceRaw(announce.Announcement{Clock: uint64(o.clock.Now().UnixMilli()), MagnetURI: torrent.Magnet})
}

// refusedOne seeds one good and one bad archive and expects that the good one
// is imported and the bad one set aside, with nothing of it left.
func refusedOne(t *testing.T, want error, bad func(o *node) archive.Entry) {
	t.Helper()
	w := newWorld(t)
	o, m := w.newNode(store.RoleOwner), w.newNode(store.RoleMember)
	m.swarm.AddPeers(w.community, o.swarm.Addrs()...)
	badEntry := bad(o)
	good := forge(o, w.key, 1, badEntry.End(), unchanged)
	good.Seal.Previous = badEntry.ID
	resign(o, w.key, &good)
	m.follow()
	seedForged(o, []archive.Entry{badEntry, good})
	m.eventually("one is imported and one set aside", func() bool {
		return m.count(store.Imported) == 1 && m.count(store.Quarantined) == 1
	})
	for _, row := range m.archives() {
		if row.State != store.Quarantined {
			continue
		}
		if row.ID != badEntry.ID || !strings.Contains(row.Reason, want.Error()) || strings.Contains(row.Reason, badEntry.ID.String()) || row.Attempts == 0 || row.NextTry == 0 {
			t.Errorf("quarantined %+v, want %s because %q", row, badEntry.ID, want)
		}
	}
	if d := m.digest(); d.Messages != 1 {
		t.Errorf("%d messages, want the good archive's one", d.Messages)
	}
	m.eventually("no file of the refused archive stays", func() bool {
		ids, err := m.files.List(w.community)
		return err == nil && len(ids) == 1 && ids[0] == good.ID
	})
}

// resign signs a changed entry anew and gives its file the new name.
func resign(o *node, key *signer.Key, e *archive.Entry) {
	o.t.Helper()
	f, err := o.files.Open(o.community, e.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	defer f.Close()
	draft, err := o.files.Create(o.community)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := f.WriteTo(draft); err != nil {
		o.t.Fatal(err)
	}
	if err := errors.Join(o.files.Remove(o.community, e.ID), archive.Sign(e, key)); err != nil {
		o.t.Fatal(err)
	}
	if err := draft.Commit(e.ID); err != nil {
		o.t.Fatal(err)
	}
}

func TestArchiveWithOtherContentIsSetAside(t *testing.T) {
	refusedOne(t, archive.ErrContent, func(o *node) archive.Entry { return forge(o, o.key, 0, 0, flipLast) })
}

func TestArchiveSealedByAnotherKeyIsSetAside(t *testing.T) {
	other, err := signer.ParseKey("00000000000000000000000000000000000000000000000000000000000000cc")
	if err != nil {
		t.Fatal(err)
	}
	refusedOne(t, archive.ErrForeign, func(o *node) archive.Entry { return forge(o, other, 0, 0, unchanged) })
}

func TestIndexThatIsNotAsAnnouncedStoresNothing(t *testing.T) {
	for name, change := range map[string]func(*announce.Announcement){
		"count": func(a *announce.Announcement) { a.Archives++ },
		"head":  func(a *announce.Announcement) { a.Head[0] ^= 1 },
		"bytes": func(a *announce.Announcement) { a.Bytes += swarm.PieceLength },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := w.newNode(store.RoleOwner)
			o.add(history(5, 0)...)
			if _, err := o.owner().Round(t.Context()); err != nil {
				t.Fatal(err)
			}
			var honest announce.Announcement
			o.view(func(tx store.Tx) error {
				a, err := tx.LatestAnnouncement(w.community)
				if err == nil {
					honest, err = announce.Open(w.community, a.Signed)
				}
				return err
			})
			m := w.newNode(store.RoleMember)
			m.follow()
			change(&honest)
			honest.Clock++
			o.announceRaw(honest)
			m.eventually("the announcement has come", func() bool { return m.knows(honest.Clock) })
			honest.Clock++ // honest again, so that the member's next step shows it has refused the other
			honest = o.honest(honest.Clock)
			m.eventually("several attempts were made", func() bool { return m.swarm.Stats(w.community).DownloadedBytes > 0 })
			if rows, gens := m.archives(), m.generations(); len(rows) != 0 || len(gens) != 0 {
				t.Errorf("%d archives and %d generations stored", len(rows), len(gens))
			}
			o.announceRaw(honest)
			m.eventually("the honest announcement is followed", m.sameAs(o))
		})
	}
}

// honest returns a truthful announcement of the owner's archives.
func (n *node) honest(clock uint64) announce.Announcement {
	rows := n.archives()
	last := rows[len(rows)-1]
	return announce.Announcement{Clock: clock, MagnetURI: n.generations()[0].Magnet, Head: last.ID,
		Archives: uint64(len(rows)), Bytes: last.Offset + last.Size}
}

func (n *node) knows(clock uint64) (known bool) {
	n.view(func(tx store.Tx) error {
		a, err := tx.LatestAnnouncement(n.community)
		known = err == nil && a.Clock >= clock
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return known
}

func TestOlderAndFutureAnnouncementsAreNotFollowed(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	m.eventually("the member has all", m.sameAs(o))
	current := m.generations()[0]
	future := uint64(w.clock.Now().Add(25 * time.Hour).UnixMilli())
	for _, clock := range []uint64{current.Clock - 1, future} {
		signed, err := announce.Sign(announce.Announcement{Clock: clock, MagnetURI: "magnet:?xt=urn:btih:" + strings.Repeat("ab", 20)}, w.key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.bus.Publish(t.Context(), w.community, signed); err != nil {
			t.Fatal(err)
		}
	}
	// One that is a little ahead is followed, and comes after the two.
	ahead := o.honest(uint64(w.clock.Now().Add(23 * time.Hour).UnixMilli()))
	o.announceRaw(ahead)
	m.eventually("the later announcement is followed", func() bool { return m.generations()[0].Clock == ahead.Clock })
	m.view(func(tx store.Tx) error {
		rows, err := tx.Announcements(w.community, 0)
		for _, a := range rows {
			if a.Clock == future || a.Clock == current.Clock-1 {
				t.Errorf("announcement with clock %d was stored", a.Clock)
			}
		}
		return err
	})
}
