package sqltx

import (
	"fmt"

	"seeder/message"
)

// touch notes that something of a community changes, once a transaction.
func (t *Tx) touch(no int64) error {
	if t.touched[no] {
		return nil
	}
	if _, err := t.engine.Exec("UPDATE community SET revision = revision + 1 WHERE no = ?", no); err != nil {
		return err
	}
	if t.touched == nil {
		t.touched = make(map[int64]bool)
	}
	t.touched[no] = true
	return nil
}

// Revisions implements [store.Revisions].
func (t *Tx) Revisions() (map[message.CommunityID]int64, error) {
	all := make(map[message.CommunityID]int64)
	err := t.engine.Query(func(r Row) error {
		var c message.CommunityID
		var n int64
		err := r.Scan(c[:], &n)
		all[c] = n
		return err
	}, "SELECT id, revision FROM community WHERE "+present)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	return all, nil
}
