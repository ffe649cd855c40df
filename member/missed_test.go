package member_test

import (
	"testing"

	"seeder/announce"
	"seeder/store"
)

// TestMemberGetsWhatTheRelayPassedBy stores an announcement on the shelf of a
// peer while the member runs, and never sends it: the member asks again.
func TestMemberGetsWhatTheRelayPassedBy(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	m.eventually("the member has the owner's history", m.sameAs(o))

	var newest store.Announcement
	o.update(func(tx store.Tx) error {
		latest, err := tx.LatestAnnouncement(w.community)
		if err != nil {
			return err
		}
		signed, err := announce.Sign(announce.Announcement{Clock: latest.Clock + 1, MagnetURI: latest.Magnet}, w.key)
		if err != nil {
			return err
		}
		envelope, err := announce.NewChannel(w.community).Seal(signed, w.clock.Now())
		if err != nil {
			return err
		}
		now := w.clock.Now().UnixMilli()
		newest = store.Announcement{Community: w.community, Clock: latest.Clock + 1, Signed: signed, Magnet: latest.Magnet,
			Envelope: envelope, ReceivedAt: now, Own: true, SentAt: now, SentPeers: 1}
		if err := tx.PutAnnouncement(newest); err != nil {
			return err
		}
		return tx.MarkSent(w.community, newest.Clock, now, 1, envelope) // so that the owner does not send it
	})
	m.eventually("the member knows the newest announcement", func() (known bool) {
		m.view(func(tx store.Tx) error {
			a, err := tx.LatestAnnouncement(w.community)
			known = err == nil && a.Clock == newest.Clock
			return err
		})
		return known
	})
}
