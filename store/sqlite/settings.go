package sqlite

import (
	"database/sql/driver"
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
	var no int64 // of the node
	if s.Community != (message.CommunityID{}) {
		if no, err = t.mustCommunity(s.Community); err != nil {
			return err
		}
	}
	if s.Value == "" {
		_, err = t.exec("DELETE FROM setting WHERE community_no = ? AND key = ?", no, s.Key)
		return err
	}
	_, err = t.exec(`INSERT INTO setting (community_no, key, value) VALUES (?, ?, ?)
		ON CONFLICT (community_no, key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`, no, s.Key, s.Value)
	return err
}

// Settings implements [store.Settings].
func (t *tx) Settings() (all []store.Setting, err error) {
	err = t.query(func(row []driver.Value) error {
		s := store.Setting{Key: text(row[1]), Value: text(row[2])}
		copy(s.Community[:], blob(row[0]))
		all = append(all, s)
		return nil
	}, `SELECT c.id, s.key, s.value FROM setting AS s LEFT JOIN community AS c ON c.no = s.community_no
		WHERE c.id IS NOT NULL OR s.community_no = 0 ORDER BY c.id, s.key`)
	if err != nil {
		return nil, fmt.Errorf("list settings: %w", err)
	}
	return all, nil
}

// SettingsRevision implements [store.Settings].
func (t *tx) SettingsRevision() (int64, error) {
	n, err := t.number("SELECT revision FROM setting_revision")
	if err != nil {
		return 0, fmt.Errorf("read revision of settings: %w", err)
	}
	return n, nil
}
