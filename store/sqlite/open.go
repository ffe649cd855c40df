package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// Defaults of [Options].
const (
	DefaultReaders     = 4
	DefaultLockTimeout = time.Minute
)

// Page caches of a connection, in KiB.
const (
	writerCacheKiB = 16 << 10
	readerCacheKiB = 4 << 10
)

// LogBytes is what the write-ahead log beside the file has at most once it was
// written into the file: what it is cut to, and the pages it is left to collect.
const LogBytes = 5 << 20

// applicationID marks the file as ours ("seed"); see PRAGMA application_id.
const applicationID = 0x73656564

// Options say how to open a database. The zero value is good.
type Options struct {
	// Readers is how many transactions may read at the same time; 0 means
	// [DefaultReaders].
	Readers int
	// LockTimeout is how long Update waits for a writer in another process;
	// 0 means [DefaultLockTimeout].
	LockTimeout time.Duration
}

// Open opens the database file at path and brings its schema to the newest
// version. A file (mode 0600) and its folder (mode 0700) are made when missing.
//
// Errors: [ErrNotDatabase], [ErrCorrupt], [ErrLocked], [store.ErrNewerSchema],
// [store.ErrNoSpace].
func Open(ctx context.Context, path string, opts Options) (*DB, error) {
	if opts.Readers <= 0 {
		opts.Readers = DefaultReaders
	}
	if opts.LockTimeout <= 0 {
		opts.LockTimeout = DefaultLockTimeout
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("locate database: %w", err)
	}
	if err := create(path); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	db, err := openPools(path, opts)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	if err := migrate(ctx, db.writer, path); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, classify(err)), db.Close())
	}
	return db, nil
}

// create makes an empty file that only its owner may read; the engine gives
// the log beside it the same mode.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(checkHeader(f), f.Close())
}

// header begins every database file that is not empty; see
// https://sqlite.org/fileformat.html.
const header = "SQLite format 3\x00"

// checkHeader refuses what is neither empty nor a database. The engine takes
// a short file of any content for an empty database and overwrites it.
func checkHeader(f *os.File) error {
	var b [len(header)]byte
	n, err := io.ReadFull(f, b[:])
	switch {
	case err == io.EOF:
		return nil
	case err != nil && err != io.ErrUnexpectedEOF:
		return err
	case string(b[:n]) != header:
		return &hinted{ErrNotDatabase, hintNotDatabase}
	}
	return nil
}

func openPools(path string, opts Options) (*DB, error) {
	writer, err := sql.Open("sqlite", dsn(path, writerCacheKiB, busyWait, "synchronous(full)",
		"foreign_keys(on)", "journal_size_limit(4194304)"))
	if err != nil {
		return nil, fmt.Errorf("open writer: %w", err)
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", dsn(path, readerCacheKiB, opts.LockTimeout, "query_only(on)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open reader: %w", err), writer.Close())
	}
	reader.SetMaxOpenConns(opts.Readers)
	reader.SetMaxIdleConns(opts.Readers)
	return &DB{writer: writer, reader: reader, lockTimeout: opts.LockTimeout}, nil
}

func dsn(path string, cacheKiB int, busy time.Duration, pragmas ...string) string {
	q := url.Values{"_txlock": {"immediate"}}
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()))
	q.Add("_pragma", fmt.Sprintf("cache_size(-%d)", cacheKiB))
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	path = filepath.ToSlash(path)
	if path[0] != '/' { // a drive letter: file:///C:/...
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}
