package main

import (
	"context"

	"seeder/config"
	"seeder/node"
	"seeder/store"
)

const hintNoCommunity = "`seeder community list` shows those there are; `seeder community join ID` adds one"

// findCommunity returns the community of the database that arg names.
func findCommunity(ctx context.Context, db store.DB, arg string) (store.Community, error) {
	return node.New(node.Options{DB: db}).Find(ctx, arg)
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
