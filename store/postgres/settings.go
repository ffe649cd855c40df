package postgres

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutSetting implements [store.Settings].
func (t *tx) PutSetting(s store.Setting) error {
	if err := t.putSetting(s); err != nil {
		return fmt.Errorf("put setting %s: %w", s.Key, err)
	}
	return nil
}

func (t *tx) putSetting(s store.Setting) (err error) {
	if !t.write {
		return store.ErrReadOnly
	}
	var no int64 // of the node
	if s.Community != (message.CommunityID{}) {
		if no, err = t.mustCommunity(s.Community); err != nil {
			return err
		}
	}
	if err := t.lock(lockSettings, nil); err != nil {
		return err
	}
	if s.Value == "" {
		_, err = t.exec("DELETE FROM setting WHERE community_no = $1 AND key = $2", no, raw(s.Key))
		return err
	}
	_, err = t.exec(`INSERT INTO setting AS s (community_no, key, value) VALUES ($1, $2, $3)
		ON CONFLICT (community_no, key) DO UPDATE SET value = excluded.value WHERE s.value <> excluded.value`,
		no, raw(s.Key), raw(s.Value))
	return err
}

// Settings implements [store.Settings].
func (t *tx) Settings() (all []store.Setting, err error) {
	if err = t.lock(lockSettings, nil); err == nil {
		err = t.query(func(r row) error {
			var community, key, value []byte
			err := r.scan(&community, &key, &value)
			s := store.Setting{Key: string(key), Value: string(value)}
			copy(s.Community[:], community)
			all = append(all, s)
			return err
		}, `SELECT c.id, s.key, s.value FROM setting AS s LEFT JOIN community AS c ON c.no = s.community_no
			WHERE c.id IS NOT NULL OR s.community_no = 0 ORDER BY c.id NULLS FIRST, s.key`)
	}
	if err != nil {
		return nil, fmt.Errorf("list settings: %w", err)
	}
	return all, nil
}

// SettingsRevision implements [store.Settings].
func (t *tx) SettingsRevision() (n int64, err error) {
	if err = t.lock(lockSettings, nil); err == nil {
		n, err = t.number("SELECT revision FROM setting_revision")
	}
	if err != nil {
		return 0, fmt.Errorf("read revision of settings: %w", err)
	}
	return n, nil
}
