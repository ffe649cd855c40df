package limits

import (
	"context"
	"fmt"
	"maps"

	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// Resolved are the settings in force before schedules.
type Resolved struct {
	Node quota.Node
	// Ignored are the rows that do not count.
	Ignored []Ignored

	communities map[message.CommunityID]quota.Community
	overrides   map[message.CommunityID]map[string]string
}

// Resolve puts rows over what the configuration says.
func Resolve(base quota.Node, rows []store.Setting) Resolved {
	r := Resolved{
		Node:        base,
		communities: make(map[message.CommunityID]quota.Community),
		overrides:   make(map[message.CommunityID]map[string]string),
	}
	for _, row := range rows {
		if err := r.set(row); err != nil {
			r.Ignored = append(r.Ignored, Ignored{row.Community, row.Key, row.Value, err})
			continue
		}
		if r.overrides[row.Community] == nil {
			r.overrides[row.Community] = make(map[string]string)
		}
		r.overrides[row.Community][row.Key] = row.Value
	}
	return r
}

func (r *Resolved) set(row store.Setting) error {
	if row.Community == (message.CommunityID{}) {
		return r.Node.Set(row.Key, row.Value)
	}
	c := r.Community(row.Community)
	if err := c.Set(row.Key, row.Value); err != nil {
		return err
	}
	r.communities[row.Community] = c
	return nil
}

// Community returns the settings of a community.
func (r Resolved) Community(c message.CommunityID) quota.Community {
	if found, ok := r.communities[c]; ok {
		return found
	}
	return quota.DefaultCommunity()
}

// Overrides returns what commands have set for a community, or for the node
// when c is zero: key to value.
func (r Resolved) Overrides(c message.CommunityID) map[string]string {
	out := make(map[string]string, len(r.overrides[c]))
	maps.Copy(out, r.overrides[c])
	return out
}

// Load resolves the rows of a database. It is for programs that show settings
// without a running node.
func Load(ctx context.Context, db store.DB, base quota.Node) (Resolved, error) {
	var rows []store.Setting
	err := db.View(ctx, func(tx store.Tx) (err error) {
		rows, err = tx.Settings()
		return err
	})
	if err != nil {
		return Resolved{}, fmt.Errorf("read settings: %w", err)
	}
	return Resolve(base, rows), nil
}
