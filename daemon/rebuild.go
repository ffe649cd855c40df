package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"seeder/config"
	"seeder/importer"
	"seeder/internal/atomicfile"
	"seeder/internal/lockfile"
	"seeder/rebuild"
)

// ErrNoForce reports a database that cannot be moved aside, because it is not
// a file.
var ErrNoForce = errors.New("database is not a file that could be moved aside")

// Rebuild restores the database from the data folder. It returns what was
// done, and with force where the old database is now (empty when there was
// none). It fails when a daemon runs ([ErrRunning]), when the database has rows
// and force is not set ([rebuild.ErrNotEmpty]), or with [ErrNoForce].
func Rebuild(ctx context.Context, opts Options, force bool, progress func(rebuild.Progress)) (reports []rebuild.Report, moved string, err error) {
	cfg := opts.Config
	if err := makeDataDir(cfg); err != nil {
		return nil, "", err
	}
	lock, err := lockfile.Acquire(cfg.LockFile())
	if errors.Is(err, lockfile.ErrHeld) {
		return nil, "", fmt.Errorf("%w: %s", ErrRunning, cfg.DataDir)
	}
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if force {
		if moved, err = moveAside(opts); err != nil {
			return nil, "", err
		}
	}
	db, err := OpenStore(ctx, cfg)
	if err != nil {
		return nil, moved, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	reports, err = rebuild.Run(ctx, rebuild.Options{
		DB:       db,
		Files:    OpenFiles(cfg),
		Keys:     Keystore(cfg),
		Importer: importer.New(db, opts.Clock, importer.Options{Validator: opts.Validator, Workers: cfg.Import.Workers}),
		Clock:    opts.Clock,
		Import:   cfg.Member.Import,
		Grace:    cfg.Owner.Grace,
		Progress: progress,
	})
	return reports, moved, err
}

// moveAside renames the database file and what belongs to it. The file itself
// goes last: as long as it is there, it is whole.
func moveAside(opts Options) (string, error) {
	if _, other := opts.Config.PostgresURL(); other {
		return "", fmt.Errorf("%w: %s", ErrNoForce, config.HidePassword(opts.Config.Database.URL))
	}
	path := opts.Config.SQLitePath()
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	to := path + ".before-" + opts.Clock.Now().UTC().Format("20060102T150405.000")
	for _, suffix := range []string{"-shm", "-wal", ""} {
		err := os.Rename(path+suffix, to+suffix)
		if err != nil && (suffix == "" || !errors.Is(err, os.ErrNotExist)) {
			return "", fmt.Errorf("move old database aside: %w", err)
		}
	}
	if err := atomicfile.SyncDir(filepath.Dir(path)); err != nil {
		return "", fmt.Errorf("move old database aside: %w", err)
	}
	return to, nil
}
