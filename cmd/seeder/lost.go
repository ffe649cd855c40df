package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/dustin/go-humanize/english"

	"seeder/config"
	"seeder/daemon"
)

// lostDatabase returns an error where the data folder has archives, but the database is
// gone or empty: a node that began with a new one would know nothing of them, and look
// as if there had never been any.
func lostDatabase(cfg config.Config) error {
	if _, other := cfg.PostgresURL(); other {
		return nil
	}
	path := cfg.SQLitePath()
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if err == nil && info.Size() > 0 {
			return nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("find database: %w", err)
		}
	}
	files := daemon.OpenFiles(cfg)
	ids, err := files.Communities()
	if err != nil {
		return err
	}
	with := 0
	for _, id := range ids {
		archives, err := files.List(id)
		if err != nil {
			return err
		}
		if len(archives) > 0 {
			with++
		}
	}
	if with == 0 {
		return nil
	}
	return fail(exitFailed, "`seeder rebuild` restores it from them; or put the newest copy of it back", "the database %s is gone or empty, but there are archives of %s in %s",
		path, english.Plural(with, "community", "communities"), files.Root())
}
