package postgres

import (
	"bytes"
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutAnnouncement implements [store.Announcements].
func (t *tx) PutAnnouncement(a store.Announcement) error {
	if err := t.putAnnouncement(a); err != nil {
		return fmt.Errorf("put announcement of clock %d: %w", a.Clock, err)
	}
	return nil
}

func (t *tx) putAnnouncement(a store.Announcement) error {
	no, err := t.mustCommunity(a.Community)
	if err != nil {
		return err
	}
	if a.Clock > store.MaxTimestamp {
		return store.ErrRange
	}
	var stored []byte
	_, err = t.one(func(r row) error { return r.scan(&stored) },
		"SELECT signed FROM announcement WHERE community_no = $1 AND clock = $2", no, asInt(a.Clock))
	if err != nil {
		return err
	}
	if len(stored) > 0 && bytes.Equal(stored, a.Signed) {
		return nil
	}
	stale, err := t.exists("SELECT 1 FROM announcement WHERE community_no = $1 AND clock >= $2 LIMIT 1", no, asInt(a.Clock))
	if err != nil {
		return err
	}
	if stale {
		return store.ErrStale
	}
	if err := t.touch(no); err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO announcement
		(community_no, clock, signed, magnet, envelope, received_at, own, sent_at, sent_peers)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		no, asInt(a.Clock), raw(string(a.Signed)), raw(a.Magnet), nullable(a.Envelope), a.ReceivedAt, a.Own, a.SentAt, int64(a.SentPeers))
	return err
}

const selectAnnouncement = `SELECT clock, signed, magnet, envelope, received_at, own, sent_at, sent_peers
	FROM announcement WHERE community_no = $1`

func readAnnouncement(c message.CommunityID, r row) (store.Announcement, error) {
	a := store.Announcement{Community: c}
	var magnet []byte
	err := r.scan(&a.Clock, &a.Signed, &magnet, &a.Envelope, &a.ReceivedAt, &a.Own, &a.SentAt, &a.SentPeers)
	a.Magnet = string(magnet)
	return a, err
}

// LatestAnnouncement implements [store.Announcements].
func (t *tx) LatestAnnouncement(c message.CommunityID) (a store.Announcement, err error) {
	no, found, err := t.community(c)
	if err == nil && found {
		found, err = t.one(func(r row) (err error) { a, err = readAnnouncement(c, r); return err },
			selectAnnouncement+" ORDER BY clock DESC LIMIT 1", no)
	}
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Announcement{}, fmt.Errorf("latest announcement of %v: %w", c, err)
	}
	return a, nil
}

// Announcements implements [store.Announcements].
func (t *tx) Announcements(c message.CommunityID, since int64) (all []store.Announcement, err error) {
	err = t.list(c, func(r row) error {
		a, err := readAnnouncement(c, r)
		all = append(all, a)
		return err
	}, selectAnnouncement+" AND received_at >= $2 ORDER BY clock DESC", since)
	if err != nil {
		return nil, fmt.Errorf("list announcements: %w", err)
	}
	return all, nil
}

// MarkSent implements [store.Announcements].
func (t *tx) MarkSent(c message.CommunityID, clock uint64, at int64, peers int, envelope []byte) error {
	no, err := t.mustCommunity(c)
	if err == nil {
		var n int64
		n, err = t.exec("UPDATE announcement SET sent_at = $3, sent_peers = $4, envelope = $5 WHERE community_no = $1 AND clock = $2",
			no, asInt(clock), at, int64(peers), nullable(envelope))
		if err == nil && n == 0 {
			err = store.ErrNotFound
		}
	}
	if err == nil {
		err = t.touch(no)
	}
	if err != nil {
		return fmt.Errorf("mark announcement of clock %d sent: %w", clock, err)
	}
	return nil
}

// DeleteAnnouncements implements [store.Announcements].
func (t *tx) DeleteAnnouncements(c message.CommunityID, before int64) error {
	err := t.remove(c, `DELETE FROM announcement WHERE community_no = $1 AND received_at < $2
		AND clock < (SELECT max(clock) FROM announcement WHERE community_no = $1)`, before)
	if err != nil {
		return fmt.Errorf("delete announcements: %w", err)
	}
	return nil
}
