package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"seeder/internal/disk"
	"seeder/store"
)

var (
	// ErrNotDatabase reports a file that is no database of this program.
	ErrNotDatabase = errors.New("not a seeder database")
	// ErrCorrupt reports a database file that is damaged.
	ErrCorrupt = errors.New("database is damaged")
	// ErrLocked reports that another process kept the database locked for
	// longer than [Options].LockTimeout.
	ErrLocked = errors.New("database is locked by another process")
)

// The hints that go with the errors.
const (
	hintNotDatabase = "point database.url at another path, or move the file away; if it was this node's, do as with a damaged one: " + hintCorrupt
	hintCorrupt     = "put the newest copy of the file back, or restore it from the archives: `seeder rebuild --force`"
	hintLocked      = "end the other program that writes to the database, such as a backup or a shell of SQLite, and try again"
	hintReadOnly    = "this user has to be able to write the database, what is beside it, and its folder: chown and chmod; or mount the disk for writing"
	hintNoSpace     = "free at least 8 MiB on the disk of the database"
)

// hinted is an error with what to do about it.
type hinted struct {
	error
	hint string
}

// Unwrap returns the cause.
func (h *hinted) Unwrap() error { return h.error }

// Hint says what to do about it.
func (h *hinted) Hint() string { return h.hint }

// classify wraps an error of the driver with the sentinel it stands for.
func classify(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Code() == lib.SQLITE_IOERR_SHMSIZE { // the index of the write-ahead log could not grow
		return &hinted{fmt.Errorf("%w: %w", store.ErrNoSpace, err), hintNoSpace}
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_NOTADB:
		return &hinted{fmt.Errorf("%w: %w", ErrNotDatabase, err), hintNotDatabase}
	case lib.SQLITE_CORRUPT:
		return &hinted{fmt.Errorf("%w: %w", ErrCorrupt, err), hintCorrupt}
	case lib.SQLITE_FULL:
		return &hinted{fmt.Errorf("%w: %w", store.ErrNoSpace, err), hintNoSpace}
	case lib.SQLITE_READONLY:
		return &hinted{err, hintReadOnly}
	case lib.SQLITE_BUSY:
		return &hinted{fmt.Errorf("%w: %w: %w", store.ErrUnavailable, ErrLocked, err), hintLocked}
	}
	return err
}

// fullBelow is the free space, in bytes, below which errors of reading and writing are
// put down to the full disk: what the shared memory beside the file and the log need.
const fullBelow = 1 << 20

// onFullDisk tells the errors that the engine reports as errors of the disk because
// no room is left on it, as when it makes the shared memory beside the file at path.
func onFullDisk(err error, path string) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	if code := e.Code() & 0xff; code != lib.SQLITE_IOERR && code != lib.SQLITE_CANTOPEN {
		return err
	}
	free, _, unknown := disk.Free(filepath.Dir(path))
	if unknown != nil || free >= fullBelow {
		return err
	}
	return &hinted{fmt.Errorf("%w: the disk of %s is full, %d bytes are free: %w", store.ErrNoSpace, path, free, err), hintNoSpace}
}

// isBusy reports whether another connection holds the lock.
func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_BUSY
}
