package postgres

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutCommunity implements [store.Communities].
func (t *tx) PutCommunity(c store.Community) error {
	if err := t.putCommunity(c); err != nil {
		return fmt.Errorf("put community %v: %w", c.ID, err)
	}
	return nil
}

func (t *tx) putCommunity(c store.Community) error {
	if !t.write {
		return store.ErrReadOnly
	}
	if err := t.lock(lockList, nil); err != nil {
		return err
	}
	if err := t.lock(lockCommunity, c.ID[:]); err != nil {
		return err
	}
	_, err := t.exec(`INSERT INTO community (id, role, name, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET role = excluded.role, name = excluded.name, created_at = excluded.created_at`,
		c.ID[:], string(c.Role), raw(c.Name), c.CreatedAt)
	return err
}

const selectCommunity = "SELECT id, role, name, created_at FROM community"

func readCommunity(r row) (c store.Community, err error) {
	var id, name []byte
	err = r.scan(&id, &c.Role, &name, &c.CreatedAt)
	copy(c.ID[:], id)
	c.Name = string(name)
	return c, err
}

// Community implements [store.Communities].
func (t *tx) Community(id message.CommunityID) (c store.Community, err error) {
	err = t.lock(lockCommunity, id[:])
	found := false
	if err == nil {
		found, err = t.one(func(r row) (err error) { c, err = readCommunity(r); return err }, selectCommunity+" WHERE id = $1", id[:])
	}
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Community{}, fmt.Errorf("community %v: %w", id, err)
	}
	return c, nil
}

// Communities implements [store.Communities].
func (t *tx) Communities() (all []store.Community, err error) {
	if err = t.lock(lockList, nil); err == nil {
		err = t.query(func(r row) error {
			c, err := readCommunity(r)
			all = append(all, c)
			return err
		}, selectCommunity+" ORDER BY id")
	}
	if err != nil {
		return nil, fmt.Errorf("list communities: %w", err)
	}
	return all, nil
}
