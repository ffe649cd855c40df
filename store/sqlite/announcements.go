package sqlite

import (
	"bytes"
	"database/sql/driver"
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
	_, err = t.one(func(row []driver.Value) { stored = blob(row[0]) },
		"SELECT signed FROM announcement WHERE community_no = ? AND clock = ?", no, a.Clock)
	if err != nil {
		return err
	}
	if len(stored) > 0 && bytes.Equal(stored, a.Signed) {
		return nil
	}
	stale, err := t.exists("SELECT 1 FROM announcement WHERE community_no = ? AND clock >= ? LIMIT 1", no, a.Clock)
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
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		no, a.Clock, a.Signed, a.Magnet, a.Envelope, a.ReceivedAt, a.Own, a.SentAt, a.SentPeers)
	return err
}

const selectAnnouncement = `SELECT clock, signed, magnet, envelope, received_at, own, sent_at, sent_peers
	FROM announcement WHERE community_no = (SELECT no FROM community WHERE id = ?)`

func readAnnouncement(c message.CommunityID, row []driver.Value) store.Announcement {
	return store.Announcement{
		Community:  c,
		Clock:      uint64(integer(row[0])),
		Signed:     blob(row[1]),
		Magnet:     text(row[2]),
		Envelope:   blob(row[3]),
		ReceivedAt: integer(row[4]),
		Own:        integer(row[5]) != 0,
		SentAt:     integer(row[6]),
		SentPeers:  int(integer(row[7])),
	}
}

// LatestAnnouncement implements [store.Announcements].
func (t *tx) LatestAnnouncement(c message.CommunityID) (a store.Announcement, err error) {
	ok, err := t.one(func(row []driver.Value) { a = readAnnouncement(c, row) },
		selectAnnouncement+" ORDER BY clock DESC LIMIT 1", c[:])
	if err == nil && !ok {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Announcement{}, fmt.Errorf("latest announcement of %v: %w", c, err)
	}
	return a, nil
}

// Announcements implements [store.Announcements].
func (t *tx) Announcements(c message.CommunityID, since int64) (all []store.Announcement, err error) {
	err = t.query(func(row []driver.Value) error {
		all = append(all, readAnnouncement(c, row))
		return nil
	}, selectAnnouncement+" AND received_at >= ? ORDER BY clock DESC", c[:], since)
	if err != nil {
		return nil, fmt.Errorf("list announcements: %w", err)
	}
	return all, nil
}

// MarkSent implements [store.Announcements].
func (t *tx) MarkSent(c message.CommunityID, clock uint64, at int64, peers int, envelope []byte) error {
	no, err := t.mustCommunity(c)
	var n int64
	if err == nil {
		n, err = t.exec("UPDATE announcement SET sent_at = ?, sent_peers = ?, envelope = ? WHERE community_no = ? AND clock = ?",
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
func (t *tx) DeleteAnnouncements(c message.CommunityID, before int64) error {
	_, err := t.exec(`DELETE FROM announcement WHERE community_no = (SELECT no FROM community WHERE id = ?1) AND received_at < ?2
		AND clock < (SELECT max(clock) FROM announcement WHERE community_no = (SELECT no FROM community WHERE id = ?1))`,
		c[:], before)
	if err != nil {
		return fmt.Errorf("delete announcements: %w", err)
	}
	return nil
}
