package sqlite

import (
	"database/sql/driver"
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutCommunity implements [store.Communities].
func (t *tx) PutCommunity(c store.Community) error {
	_, err := t.exec(`INSERT INTO community (id, role, name, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET role = excluded.role, name = excluded.name, created_at = excluded.created_at`,
		c.ID[:], string(c.Role), c.Name, c.CreatedAt)
	if err != nil {
		return fmt.Errorf("put community %v: %w", c.ID, err)
	}
	return nil
}

const selectCommunity = "SELECT id, role, name, created_at FROM community"

func readCommunity(row []driver.Value) store.Community {
	c := store.Community{Role: store.Role(text(row[1])), Name: text(row[2]), CreatedAt: integer(row[3])}
	copy(c.ID[:], blob(row[0]))
	return c
}

// Community implements [store.Communities].
func (t *tx) Community(id message.CommunityID) (c store.Community, err error) {
	ok, err := t.one(func(row []driver.Value) { c = readCommunity(row) }, selectCommunity+" WHERE id = ?", id[:])
	if err == nil && !ok {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Community{}, fmt.Errorf("community %v: %w", id, err)
	}
	return c, nil
}

// Communities implements [store.Communities].
func (t *tx) Communities() (all []store.Community, err error) {
	err = t.query(func(row []driver.Value) error {
		all = append(all, readCommunity(row))
		return nil
	}, selectCommunity+" ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list communities: %w", err)
	}
	return all, nil
}
