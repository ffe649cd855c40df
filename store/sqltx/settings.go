package sqltx

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutSetting implements [store.Settings].
func (t *Tx) PutSetting(s store.Setting) error {
	if err := t.putSetting(s); err != nil {
		return fmt.Errorf("put setting %s: %w", s.Key, err)
	}
	return nil
}

func (t *Tx) putSetting(s store.Setting) (err error) {
	var no int64 // of the node
	if s.Community != (message.CommunityID{}) {
		if no, err = t.MustCommunity(s.Community); err != nil {
			return err
		}
	}
	if err := t.lock(LockSettings, nil); err != nil {
		return err
	}
	if s.Value == "" {
		_, err = t.engine.Exec("DELETE FROM setting WHERE community_no = ? AND key = ?", no, Raw(s.Key))
		return err
	}
	_, err = t.engine.Exec(`INSERT INTO setting AS s (community_no, key, value) VALUES (?, ?, ?)
		ON CONFLICT (community_no, key) DO UPDATE SET value = excluded.value WHERE s.value <> excluded.value`,
		no, Raw(s.Key), Raw(s.Value))
	return err
}

// Settings implements [store.Settings].
func (t *Tx) Settings() (all []store.Setting, err error) {
	if err = t.lock(LockSettings, nil); err == nil {
		err = t.engine.Query(func(r Row) error {
			var s store.Setting
			err := r.Scan(s.Community[:], (*Raw)(&s.Key), (*Raw)(&s.Value))
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
func (t *Tx) SettingsRevision() (n int64, err error) {
	if err = t.lock(LockSettings, nil); err == nil {
		n, err = t.number("SELECT revision FROM setting_revision")
	}
	if err != nil {
		return 0, fmt.Errorf("read revision of settings: %w", err)
	}
	return n, nil
}
