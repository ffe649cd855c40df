package sqlite

import (
	"database/sql/driver"
	"fmt"

	"seeder/message"
)

// touch notes that something of a community changes, once a transaction.
func (t *tx) touch(no int64) error {
	if t.touched[no] {
		return nil
	}
	if _, err := t.exec("UPDATE community SET revision = revision + 1 WHERE no = ?", no); err != nil {
		return err
	}
	if t.touched == nil {
		t.touched = make(map[int64]bool)
	}
	t.touched[no] = true
	return nil
}

// Revisions implements [store.Revisions].
func (t *tx) Revisions() (map[message.CommunityID]int64, error) {
	all := make(map[message.CommunityID]int64)
	err := t.query(func(row []driver.Value) error {
		var c message.CommunityID
		copy(c[:], blob(row[0]))
		all[c] = integer(row[1])
		return nil
	}, "SELECT id, revision FROM community")
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	return all, nil
}
