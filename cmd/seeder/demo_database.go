package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"seeder/config"
	"seeder/daemon"
)

// dropTime is how long removing the databases of a demonstration may take.
const dropTime = 30 * time.Second

func isPostgres(address string) bool {
	_, ok := config.Config{Database: config.Database{URL: address}}.PostgresURL()
	return ok
}

// database returns the setting database.url of a node: a schema named for the
// folder of the demonstration and the node, or nothing for SQLite.
func (s *stage) database(name string) (string, error) {
	if s.opts.database == "" {
		return "", nil
	}
	schema := strings.NewReplacer("-", "_", " ", "_").Replace(filepath.Base(s.dir) + "_" + name)
	return config.PostgresInSchema(s.opts.database, schema)
}

// dropDatabases removes the schemas of all nodes, also when ctx has ended.
func (s *stage) dropDatabases(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTime)
	defer cancel()
	var errs []error
	for _, cfg := range s.configs {
		errs = append(errs, daemon.DropStore(ctx, cfg))
	}
	return errors.Join(errs...)
}
