// Package lockfile lets one process at a time hold a folder. The operating
// system releases the lock when the process ends, however it ends.
package lockfile

import (
	"errors"
	"fmt"
	"os"
)

// ErrHeld reports that another process holds the lock.
var ErrHeld = errors.New("locked by another process")

// Lock is a lock that is held.
type Lock struct{ f *os.File }

// Acquire takes the lock that path stands for, creating the file. It does not
// wait: [ErrHeld] when another process has it.
func Acquire(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w", err)
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Lock{f: f}, nil
}

// Release gives the lock up. The file stays, because removing it would let
// two processes hold locks on two files of one name.
func (l *Lock) Release() error {
	if err := l.f.Close(); err != nil {
		return fmt.Errorf("release lock: %w", err)
	}
	return nil
}
