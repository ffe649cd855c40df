package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"seeder/config"
	"seeder/message"
	"seeder/store"
)

// minPrefix is the least number of hex digits by which an id may be named.
const minPrefix = 4

// named is something that has a community id and a name for people.
type named struct {
	id   message.CommunityID
	name string
}

// pick returns the index of the one that arg names: by id, by name, or by the
// beginning of its id when only one begins so. noun is what it is called.
func pick(noun, arg string, list []named, missing string) (int, error) {
	var byName, byPrefix []int
	for i, n := range list {
		id := n.id.String()
		if strings.EqualFold(arg, id) {
			return i, nil
		}
		if n.name == arg && arg != "" {
			byName = append(byName, i)
		}
		if digits := strings.TrimPrefix(strings.ToLower(arg), "0x"); len(digits) >= minPrefix && strings.HasPrefix(id[2:], digits) {
			byPrefix = append(byPrefix, i)
		}
	}
	found := byName
	if len(found) == 0 {
		found = byPrefix
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return 0, fail(exitNotFound, missing, "no %s %q", noun, arg)
	default:
		return 0, usage(fmt.Sprintf("use more of the id: %s or %s", list[found[0]].id, list[found[1]].id), "%q names %d of them", arg, len(found))
	}
}

const hintNoCommunity = "`seeder community list` shows those there are; `seeder community join ID` adds one"

// findCommunity returns the community of the database that arg names.
func findCommunity(ctx context.Context, db store.DB, arg string) (c store.Community, err error) {
	err = db.View(ctx, func(tx store.Tx) error {
		all, err := tx.Communities()
		if err != nil {
			return err
		}
		list := make([]named, len(all))
		for i := range all {
			list[i] = named{all[i].ID, all[i].Name}
		}
		i, err := pick("community", arg, list, hintNoCommunity)
		if err == nil {
			c = all[i]
		}
		return err
	})
	return c, err
}

// withCommunity opens an existing database and finds the community in it.
func withCommunity(ctx context.Context, cfg config.Config, arg string, fn func(store.DB, store.Community) error) error {
	found, err := withExistingStore(ctx, cfg, func(db store.DB) error {
		c, err := findCommunity(ctx, db, arg)
		if err != nil {
			return err
		}
		return fn(db, c)
	})
	if !found && err == nil {
		return fail(exitNotFound, hintNoCommunity, "no community %q", arg)
	}
	return err
}

// communityExists reports whether the database has the community.
func communityExists(tx store.Tx, id message.CommunityID) (store.Community, bool, error) {
	c, err := tx.Community(id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Community{}, false, nil
	}
	return c, err == nil, err
}
