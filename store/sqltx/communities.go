package sqltx

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutCommunity implements [store.Communities].
func (t *Tx) PutCommunity(c store.Community) error {
	no, role, err := t.anyCommunity(c.ID)
	if err == nil && role == rolePurged { // they were to go, and a process has died meanwhile
		_, err = t.engine.Exec("DELETE FROM message WHERE community_no = ?", no)
	}
	if err == nil {
		_, err = t.engine.Exec(`INSERT INTO community (id, role, name, created_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET role = excluded.role, name = excluded.name, created_at = excluded.created_at`,
			c.ID[:], string(c.Role), Raw(c.Name), c.CreatedAt)
	}
	if err != nil {
		return fmt.Errorf("put community %v: %w", c.ID, err)
	}
	return nil
}

const selectCommunity = "SELECT id, role, name, created_at FROM community"

func readCommunity(r Row) (c store.Community, err error) {
	err = r.Scan(c.ID[:], (*string)(&c.Role), (*Raw)(&c.Name), &c.CreatedAt)
	return c, err
}

// Community implements [store.Communities].
func (t *Tx) Community(id message.CommunityID) (c store.Community, err error) {
	found, err := t.first(id, func(r Row) (err error) { c, err = readCommunity(r); return err }, selectCommunity+" WHERE id = ? AND "+present)
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Community{}, fmt.Errorf("community %v: %w", id, err)
	}
	return c, nil
}

// Communities implements [store.Communities].
func (t *Tx) Communities() (all []store.Community, err error) {
	if err = t.lock(LockList, nil); err == nil {
		err = t.engine.Query(func(r Row) error {
			c, err := readCommunity(r)
			all = append(all, c)
			return err
		}, selectCommunity+" WHERE "+present+" ORDER BY id")
	}
	if err != nil {
		return nil, fmt.Errorf("list communities: %w", err)
	}
	return all, nil
}
