package daemon

import (
	"context"
	"fmt"
	"io"

	"seeder/config"
	"seeder/store"
	"seeder/store/postgres"
	"seeder/store/sqlite"
)

// OpenStore opens the database that the configuration names, which is made
// when it does not exist.
func OpenStore(ctx context.Context, cfg config.Config) (store.DB, error) {
	if err := makeDataDir(cfg); err != nil {
		return nil, err
	}
	if url, ok := cfg.PostgresURL(); ok {
		db, err := postgres.Open(ctx, url, postgres.Options{})
		if err != nil {
			return nil, fmt.Errorf("open database %s: %w", config.HidePassword(url), err)
		}
		return db, nil
	}
	db, err := sqlite.Open(ctx, cfg.SQLitePath(), sqlite.Options{})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return db, nil
}

// DropStore removes the schema of a PostgreSQL database that the configuration
// names, with everything in it, and does nothing for another database. Nobody
// may use it any more.
func DropStore(ctx context.Context, cfg config.Config) error {
	url, ok := cfg.PostgresURL()
	if !ok {
		return nil
	}
	if err := postgres.Drop(ctx, url); err != nil {
		return fmt.Errorf("remove database %s: %w", config.HidePassword(url), err)
	}
	return nil
}

// ownStore takes a database that nodes could share for this one alone;
// [postgres.ErrOwned] when another one has it.
func ownStore(ctx context.Context, db store.DB) (io.Closer, error) {
	shared, ok := db.(*postgres.DB)
	if !ok {
		return nil, nil //nolint:nilnil // the data folder's lock does it
	}
	held, err := shared.Own(ctx)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return held, nil
}
