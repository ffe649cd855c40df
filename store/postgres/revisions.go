package postgres

import (
	"fmt"

	"seeder/message"
)

// touch notes that something of a community changes, once a transaction.
func (t *tx) touch(no int64) error {
	if t.touched[no] {
		return nil
	}
	if _, err := t.exec("UPDATE community SET revision = revision + 1 WHERE no = $1", no); err != nil {
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
	err := t.query(func(r row) error {
		var id []byte
		var n int64
		err := r.scan(&id, &n)
		var c message.CommunityID
		copy(c[:], id)
		all[c] = n
		return err
	}, "SELECT id, revision FROM community")
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	return all, nil
}
