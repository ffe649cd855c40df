package sqltx

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// The roles of communities that were left. They are in no list of communities.
const (
	roleLeft   = "left"   // its messages stay
	rolePurged = "purged" // its messages go
)

// present picks communities that were not left.
const present = "role NOT IN ('left', 'purged')"

// ofCommunities are the tables of which a community that is left keeps no row.
var ofCommunities = []string{"late", "coverage", "archive", "generation", "announcement", "work", "operation", "fork", "setting"}

// LeaveCommunity implements [store.Departures].
func (t *Tx) LeaveCommunity(c message.CommunityID, messages bool) error {
	if err := t.leaveCommunity(c, messages); err != nil {
		return fmt.Errorf("leave community %v: %w", c, err)
	}
	return nil
}

func (t *Tx) leaveCommunity(c message.CommunityID, messages bool) error {
	no, role, err := t.anyCommunity(c)
	if err != nil {
		return err
	}
	if role == "" {
		return store.ErrNotFound
	}
	if err := t.lock(LockSettings, nil); err != nil {
		return err
	}
	for _, table := range ofCommunities {
		if _, err := t.engine.Exec("DELETE FROM "+table+" WHERE community_no = ?", no); err != nil {
			return err
		}
	}
	role = roleLeft
	if messages {
		role = rolePurged
	}
	_, err = t.engine.Exec("UPDATE community SET role = ?, name = ? WHERE no = ?", role, Raw(""), no)
	delete(t.numbers, c)
	return err
}

// anyCommunity returns the number and the role of a community, whether it was left
// or not; no role when it has no row. It takes its locks for writing.
func (t *Tx) anyCommunity(c message.CommunityID) (no int64, role string, err error) {
	if !t.write {
		return 0, "", store.ErrReadOnly
	}
	if err := t.lock(LockList, nil); err != nil {
		return 0, "", err
	}
	if err := t.lock(LockCommunity, c[:]); err != nil {
		return 0, "", err
	}
	_, err = t.One(func(r Row) error { return r.Scan(&no, &role) }, "SELECT no, role FROM community WHERE id = ?", c[:])
	return no, role, err
}

// Left implements [store.Departures].
func (t *Tx) Left() (all []store.Left, err error) {
	if err = t.lock(LockList, nil); err == nil {
		err = t.engine.Query(func(r Row) error {
			var l store.Left
			var role string
			err := r.Scan(l.ID[:], &role)
			l.Messages = role == rolePurged
			all = append(all, l)
			return err
		}, "SELECT id, role FROM community WHERE NOT ("+present+") ORDER BY id")
	}
	if err != nil {
		return nil, fmt.Errorf("list communities that were left: %w", err)
	}
	return all, nil
}

// PurgeMessages implements [store.Departures].
func (t *Tx) PurgeMessages(c message.CommunityID, limit int) (uint64, error) {
	no, role, err := t.anyCommunity(c)
	if err != nil || role != rolePurged {
		return 0, purging(err)
	}
	n, err := t.engine.Exec(`DELETE FROM message WHERE community_no = ? AND key IN
		(SELECT key FROM message WHERE community_no = ? ORDER BY key LIMIT ?)`, no, no, limit)
	return uint64(n), purging(err)
}

func purging(err error) error {
	if err != nil {
		return fmt.Errorf("delete messages of a community that was left: %w", err)
	}
	return nil
}

// ForgetCommunity implements [store.Departures].
func (t *Tx) ForgetCommunity(c message.CommunityID) error {
	no, role, err := t.anyCommunity(c)
	if err != nil || role != rolePurged {
		return purging(err)
	}
	some, err := t.Exists("SELECT 1 FROM message WHERE community_no = ? LIMIT 1", no)
	if err != nil || some {
		return purging(err)
	}
	_, err = t.engine.Exec("DELETE FROM community WHERE no = ?", no)
	return purging(err)
}
