package sqlite

import (
	"database/sql/driver"
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutGeneration implements [store.Generations].
func (t *tx) PutGeneration(g store.Generation) error {
	no, err := t.mustCommunity(g.Community)
	if err == nil && g.Clock > store.MaxTimestamp {
		err = fmt.Errorf("clock %d: %w", g.Clock, store.ErrRange)
	}
	if err == nil {
		_, err = t.exec(`INSERT OR REPLACE INTO generation (community_no, infohash, clock, index_file, magnet, retire_at)
			VALUES (?, ?, ?, ?, ?, ?)`, no, g.InfoHash[:], g.Clock, g.Index, g.Magnet, g.RetireAt)
	}
	if err != nil {
		return fmt.Errorf("put generation %v: %w", g.InfoHash, err)
	}
	return nil
}

// Generations implements [store.Generations].
func (t *tx) Generations(c message.CommunityID) (all []store.Generation, err error) {
	err = t.query(func(row []driver.Value) error {
		g := store.Generation{
			Community: c,
			Clock:     uint64(integer(row[1])),
			Index:     blob(row[2]),
			Magnet:    text(row[3]),
			RetireAt:  integer(row[4]),
		}
		copy(g.InfoHash[:], blob(row[0]))
		all = append(all, g)
		return nil
	}, `SELECT infohash, clock, index_file, magnet, retire_at FROM generation
		WHERE community_no = (SELECT no FROM community WHERE id = ?) ORDER BY clock DESC, infohash`, c[:])
	if err != nil {
		return nil, fmt.Errorf("list generations: %w", err)
	}
	return all, nil
}

// DeleteGeneration implements [store.Generations].
func (t *tx) DeleteGeneration(c message.CommunityID, h store.InfoHash) error {
	_, err := t.exec(`DELETE FROM generation
		WHERE community_no = (SELECT no FROM community WHERE id = ?) AND infohash = ?`, c[:], h[:])
	if err != nil {
		return fmt.Errorf("delete generation %v: %w", h, err)
	}
	return nil
}
