package limits

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// Default is the value that takes a setting back to what the configuration or
// the program says.
const Default = "default"

// Set stores settings of a community, or of the node when c is zero, all or
// none. Values are as people write them, [Default] and the empty one take a
// setting back. A running node applies them by itself within a second. The error is
// [ErrNothing], a [quota.KeyError], a [quota.FormError], or wraps
// [store.ErrNotFound] when there is no such community.
func Set(ctx context.Context, db store.DB, c message.CommunityID, values map[string]string) error {
	rows, err := check(c, values)
	if err != nil {
		return err
	}
	return put(ctx, db, func(store.Tx) ([]store.Setting, error) { return rows, nil })
}

// Change stores what fn makes of the present settings of a community, in one
// transaction. fn may be called again, so it has no other effect; its error is
// returned. Apart from that it is as [Set] is.
func Change(ctx context.Context, db store.DB, c message.CommunityID, fn func(quota.Community) (map[string]string, error)) error {
	return put(ctx, db, func(tx store.Tx) ([]store.Setting, error) {
		if _, err := tx.Community(c); err != nil {
			return nil, err
		}
		rows, err := tx.Settings()
		if err != nil {
			return nil, err
		}
		values, err := fn(Resolve(quota.DefaultNode(), rows).Community(c))
		if err != nil {
			return nil, err
		}
		return check(c, values)
	})
}

func put(ctx context.Context, db store.DB, rows func(store.Tx) ([]store.Setting, error)) error {
	err := db.Update(ctx, func(tx store.Tx) error {
		all, err := rows(tx)
		if err != nil {
			return err
		}
		for _, row := range all {
			if err := tx.PutSetting(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store settings: %w", err)
	}
	return nil
}

// check returns the rows that store values, with each value as it is printed.
func check(c message.CommunityID, values map[string]string) ([]store.Setting, error) {
	if len(values) == 0 {
		return nil, ErrNothing
	}
	rows := make([]store.Setting, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		value, err := canonical(c, key, values[key])
		if err != nil {
			return nil, err
		}
		rows = append(rows, store.Setting{Community: c, Key: key, Value: value})
	}
	return rows, nil
}

// canonical returns a value as it is printed, empty for one that takes the
// setting back.
func canonical(c message.CommunityID, key, value string) (string, error) {
	takeBack := value == Default || value == ""
	if takeBack {
		value = ""
	}
	var err error
	var printed string
	if c == (message.CommunityID{}) {
		n := quota.DefaultNode()
		err, printed = n.Set(key, value), n.Get(key)
	} else {
		s := quota.DefaultCommunity()
		err, printed = s.Set(key, value), s.Get(key)
	}
	if err != nil || takeBack {
		return "", err
	}
	return printed, nil
}
