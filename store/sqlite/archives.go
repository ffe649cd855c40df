package sqlite

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"slices"

	"seeder/message"
	"seeder/store"
)

const archiveColumns = `id, span_from, span_to, data_offset, size, padding, entry, sealed, sha256, messages, amends,
	state, reason, attempts, next_try, updated_at`

// PutArchive implements [store.Archives].
func (t *tx) PutArchive(a store.Archive) error {
	if err := t.putArchive(a); err != nil {
		return fmt.Errorf("put archive %v: %w", a.ID, err)
	}
	return nil
}

func (t *tx) putArchive(a store.Archive) error {
	no, err := t.mustCommunity(a.Community)
	if err != nil {
		return err
	}
	if err := t.touch(no); err != nil {
		return err
	}
	if !a.Sealed && (a.State == store.Stored || a.State == store.Imported) {
		claimed, err := t.exists(`SELECT 1 FROM archive WHERE id = ? AND community_no <> ? AND sealed = 0
			AND sha256 = ? AND state IN ('stored', 'imported', 'evicted')`, a.ID[:], no, a.SHA256[:])
		if err != nil {
			return err
		}
		if claimed {
			return store.ErrClaimed
		}
	}
	_, err = t.exec(`INSERT OR REPLACE INTO archive (community_no, `+archiveColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		no, a.ID[:], a.Span.From, a.Span.To, a.Offset, a.Size, a.Padding, a.Entry, a.Sealed, a.SHA256[:], a.Messages, a.Amends,
		string(a.State), a.Reason, a.Attempts, a.NextTry, a.UpdatedAt)
	return err
}

func readArchive(c message.CommunityID, row []driver.Value) store.Archive {
	a := store.Archive{
		Community: c,
		Span:      message.Span{From: uint64(integer(row[1])), To: uint64(integer(row[2]))},
		Offset:    uint64(integer(row[3])),
		Size:      uint64(integer(row[4])),
		Padding:   uint64(integer(row[5])),
		Entry:     blob(row[6]),
		Sealed:    integer(row[7]) != 0,
		Messages:  uint64(integer(row[9])),
		Amends:    uint32(integer(row[10])),
		State:     store.ArchiveState(text(row[11])),
		Reason:    text(row[12]),
		Attempts:  int(integer(row[13])),
		NextTry:   integer(row[14]),
		UpdatedAt: integer(row[15]),
	}
	copy(a.ID[:], blob(row[0]))
	copy(a.SHA256[:], blob(row[8]))
	return a
}

const selectArchive = "SELECT " + archiveColumns + " FROM archive WHERE community_no = (SELECT no FROM community WHERE id = ?)"

// Archive implements [store.Archives].
func (t *tx) Archive(c message.CommunityID, id message.ArchiveID) (a store.Archive, err error) {
	ok, err := t.one(func(row []driver.Value) { a = readArchive(c, row) }, selectArchive+" AND id = ?", c[:], id[:])
	if err == nil && !ok {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Archive{}, fmt.Errorf("archive %v: %w", id, err)
	}
	return a, nil
}

// Archives implements [store.Archives].
func (t *tx) Archives(c message.CommunityID) (all []store.Archive, err error) {
	err = t.query(func(row []driver.Value) error {
		all = append(all, readArchive(c, row))
		return nil
	}, selectArchive+" ORDER BY data_offset, id", c[:])
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	// The engine takes offsets of 2^63 and more for negative ones.
	slices.SortStableFunc(all, func(a, b store.Archive) int { return cmp.Compare(a.Offset, b.Offset) })
	return all, nil
}
