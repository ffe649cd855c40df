package sqlite

import (
	"fmt"
	"iter"

	"seeder/message"
	"seeder/store"
)

// RestoreMessages implements [store.Messages].
func (t *tx) RestoreMessages(c message.CommunityID, seq iter.Seq2[message.Message, error]) (store.Added, error) {
	no, err := t.MustCommunity(c)
	if err != nil {
		return store.Added{}, fmt.Errorf("restore messages: %w", err)
	}
	seen := make(map[message.Key]struct{})
	added, err := t.insert(no, seq, func(m *message.Message, key []byte, isNew bool, a *store.Added) error {
		k := message.Key(key)
		if _, again := seen[k]; again {
			a.Known++
			return nil
		}
		seen[k] = struct{}{}
		return t.restore(no, m, key, isNew, a)
	})
	if err != nil {
		return store.Added{}, fmt.Errorf("restore messages: %w", err)
	}
	return added, nil
}

// restore makes the row of a message what the archive says, and canonical. A
// row whose timestamp was damaged has left its mark of being late behind at the
// true one, so both are looked at.
func (t *tx) restore(no int64, m *message.Message, key []byte, isNew bool, a *store.Added) error {
	marks, err := t.Exec(`DELETE FROM late WHERE community_no = ?1 AND key = ?2
		AND timestamp IN (?3, (SELECT timestamp FROM message WHERE community_no = ?1 AND key = ?2))`, no, key, m.Timestamp)
	if err != nil {
		return err
	}
	if isNew {
		a.New++
		return nil
	}
	args := named(make([]any, 10))
	args[0].Value = no
	bindMessage(args, m, key)
	values := make([]any, len(args))
	for i := range args {
		values[i] = args[i].Value
	}
	changed, err := t.Exec(`UPDATE message SET timestamp = ?3, topic = ?4, payload = ?5, sig = ?6, padding = ?7,
			hashed = ?8, hash = ?9, third_party_id = ?10
		WHERE community_no = ?1 AND key = ?2 AND (timestamp IS NOT ?3 OR topic IS NOT ?4 OR payload IS NOT ?5
			OR sig IS NOT ?6 OR padding IS NOT ?7 OR hashed IS NOT ?8 OR hash IS NOT ?9 OR third_party_id IS NOT ?10)`, values...)
	switch {
	case err != nil:
		return err
	case changed > 0:
		a.Restored++
	case marks > 0:
		a.Promoted++
	default:
		a.Known++
	}
	return nil
}
