package sqltx

import (
	"bytes"
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutAnnouncement implements [store.Announcements].
func (t *Tx) PutAnnouncement(a store.Announcement) error {
	if err := t.putAnnouncement(a); err != nil {
		return fmt.Errorf("put announcement of clock %d: %w", a.Clock, err)
	}
	return nil
}

func (t *Tx) putAnnouncement(a store.Announcement) error {
	no, err := t.MustCommunity(a.Community)
	if err != nil {
		return err
	}
	if a.Clock > store.MaxTimestamp {
		return store.ErrRange
	}
	var stored []byte
	_, err = t.One(func(r Row) error { return r.Scan(&stored) },
		"SELECT signed FROM announcement WHERE community_no = ? AND clock = ?", no, a.Clock)
	if err != nil {
		return err
	}
	if len(stored) > 0 && bytes.Equal(stored, a.Signed) {
		return nil
	}
	stale, err := t.Exists("SELECT 1 FROM announcement WHERE community_no = ? AND clock >= ? LIMIT 1", no, a.Clock)
	if err != nil {
		return err
	}
	if stale {
		return store.ErrStale
	}
	if err := t.touch(no); err != nil {
		return err
	}
	_, err = t.engine.Exec(`INSERT INTO announcement
		(community_no, clock, signed, magnet, envelope, received_at, own, sent_at, sent_peers)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		no, a.Clock, a.Signed, Raw(a.Magnet), a.Envelope, a.ReceivedAt, a.Own, a.SentAt, a.SentPeers)
	return err
}

const selectAnnouncement = `SELECT clock, signed, magnet, envelope, received_at, own, sent_at, sent_peers
	FROM announcement` + ofCommunity

func readAnnouncement(c message.CommunityID, r Row) (store.Announcement, error) {
	a := store.Announcement{Community: c}
	err := r.Scan(&a.Clock, &a.Signed, (*Raw)(&a.Magnet), &a.Envelope, &a.ReceivedAt, &a.Own, &a.SentAt, &a.SentPeers)
	return a, err
}

// LatestAnnouncement implements [store.Announcements].
func (t *Tx) LatestAnnouncement(c message.CommunityID) (a store.Announcement, err error) {
	found, err := t.first(c, func(r Row) (err error) { a, err = readAnnouncement(c, r); return err },
		selectAnnouncement+" ORDER BY clock DESC LIMIT 1")
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Announcement{}, fmt.Errorf("latest announcement of %v: %w", c, err)
	}
	return a, nil
}

// Announcements implements [store.Announcements].
func (t *Tx) Announcements(c message.CommunityID, since int64) (all []store.Announcement, err error) {
	err = t.list(c, func(r Row) error {
		a, err := readAnnouncement(c, r)
		all = append(all, a)
		return err
	}, selectAnnouncement+" AND received_at >= ? ORDER BY clock DESC", since)
	if err != nil {
		return nil, fmt.Errorf("list announcements: %w", err)
	}
	return all, nil
}

// MarkSent implements [store.Announcements].
func (t *Tx) MarkSent(c message.CommunityID, clock uint64, at int64, peers int, envelope []byte) error {
	no, err := t.MustCommunity(c)
	var n int64
	if err == nil {
		n, err = t.engine.Exec("UPDATE announcement SET sent_at = ?, sent_peers = ?, envelope = ? WHERE community_no = ? AND clock = ?",
			at, peers, envelope, no, clock)
	}
	if err == nil && n == 0 {
		err = store.ErrNotFound
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
func (t *Tx) DeleteAnnouncements(c message.CommunityID, before int64) error {
	err := t.remove(c, "DELETE FROM announcement"+ofCommunity+` AND received_at < ?
		AND clock < (SELECT max(clock) FROM announcement`+ofCommunity+")", before, c[:])
	if err != nil {
		return fmt.Errorf("delete announcements: %w", err)
	}
	return nil
}
