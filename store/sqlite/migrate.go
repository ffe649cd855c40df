package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // registers the driver

	"seeder/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrateTries is how often migrating is tried: when several processes open a
// new file at once, all but one find the work half done and look again.
const migrateTries = 50

// migrate claims an empty file for this program, refuses a foreign one, and
// brings the schema to the newest version.
func migrate(ctx context.Context, db *sql.DB, path string) error {
	var err error
	for range migrateTries {
		if err = onFullDisk(migrateOnce(ctx, db), path); err == nil || final(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(busyWait):
		}
	}
	return err
}

// final reports whether trying again is useless.
func final(err error) bool {
	c := classify(err)
	for _, e := range []error{ErrNotDatabase, ErrCorrupt, store.ErrNewerSchema, store.ErrNoSpace,
		context.Canceled, context.DeadlineExceeded} {
		if errors.Is(c, e) {
			return true
		}
	}
	return false
}

func migrateOnce(ctx context.Context, db *sql.DB) error {
	if err := claim(ctx, db); err != nil {
		return err
	}
	if err := legible(ctx, db); err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	current, newest, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	switch {
	case current > newest:
		return fmt.Errorf("%w: schema version %d, this program knows %d (install the newer version)",
			store.ErrNewerSchema, current, newest)
	case current == newest:
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate schema: %w", err)
	}
	return nil
}

// claim marks an empty file as ours and turns the write-ahead log on, which
// the file remembers. A file that is ready is not locked for it: others may be
// writing.
func claim(ctx context.Context, db *sql.DB) error {
	var id int64
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return fmt.Errorf("read application id: %w", err)
	}
	if id != applicationID {
		if err := mark(ctx, db); err != nil {
			return err
		}
	}
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return fmt.Errorf("read journal mode: %w", err)
	}
	if mode == "wal" {
		return nil
	}
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return fmt.Errorf("turn write-ahead log on: %w", err)
	}
	if mode != "wal" {
		return fmt.Errorf("turn write-ahead log on: the file system allows only %q", mode)
	}
	return nil
}

// mark looks and marks in one transaction that excludes other writers, so that
// a file is never taken from another program that is just making it.
func mark(ctx context.Context, db *sql.DB) error {
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer func() { _ = t.Rollback() }() // does nothing after the commit
	var id, tables int64
	if err := t.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return fmt.Errorf("read application id: %w", err)
	}
	if id == applicationID {
		return nil // another process was faster
	}
	if err := t.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	if id != 0 || tables != 0 {
		return &hinted{fmt.Errorf("%w: it belongs to another program", ErrNotDatabase), hintNotDatabase}
	}
	if _, err := t.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		return fmt.Errorf("mark database: %w", err)
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("mark database: %w", err)
	}
	return nil
}
