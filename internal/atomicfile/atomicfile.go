// Package atomicfile publishes files in five steps, so that a reader (and a
// machine that lost power) sees the whole file or none: write to a temporary
// file beside it, sync, close, rename, sync the directory.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"seeder/internal/fault"
)

// TempSuffix ends the names of files not yet published. A file with it that
// is found at start was left by a process that died and may be removed.
const TempSuffix = ".tmp"

// File is a file being written. End it with Commit or Abort.
type File struct {
	*os.File
	done bool
}

// Create opens a temporary file in dir, which must exist.
func Create(dir string, perm os.FileMode) (*File, error) {
	f, err := os.CreateTemp(dir, "*"+TempSuffix)
	if err != nil {
		return nil, fmt.Errorf("create temporary file: %w", err)
	}
	if err := f.Chmod(perm); err != nil {
		return nil, errors.Join(fmt.Errorf("set file mode: %w", err), f.Close(), os.Remove(f.Name()))
	}
	return &File{File: f}, nil
}

// Write appends to the file.
func (f *File) Write(b []byte) (int, error) {
	if err := fault.Point(fault.FileWrite); err != nil {
		return 0, err
	}
	return f.File.Write(b)
}

// Commit publishes the file as path, which must be in the same directory and
// replaces what stood there. After an error nothing was published, unless it
// is that the directory could not be synced.
func (f *File) Commit(path string) error {
	f.done = true
	if err := errors.Join(fault.Point(fault.FileSyncBefore), f.Sync()); err != nil {
		return errors.Join(fmt.Errorf("sync %s: %w", path, err), f.Close(), os.Remove(f.Name()))
	}
	if err := f.Close(); err != nil {
		return errors.Join(fmt.Errorf("close %s: %w", path, err), os.Remove(f.Name()))
	}
	if err := fault.Point(fault.FileRenameBefore); err != nil {
		return errors.Join(fmt.Errorf("publish %s: %w", path, err), os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return errors.Join(fmt.Errorf("publish %s: %w", path, err), os.Remove(f.Name()))
	}
	if err := fault.Point(fault.FileRenameAfter); err != nil {
		return fmt.Errorf("publish %s: %w", path, err)
	}
	if err := SyncDir(filepath.Dir(path)); err != nil {
		return err
	}
	return fault.Point(fault.FileDirSyncAfter)
}

// Abort removes the temporary file. After Commit it does nothing, so it can
// be deferred.
func (f *File) Abort() {
	if f.done {
		return
	}
	f.done = true
	_ = f.Close()           // the file is removed either way
	_ = os.Remove(f.Name()) // and swept at the next start if this fails
}

// Write publishes data as path with the given mode.
func Write(path string, data []byte, perm os.FileMode) error {
	f, err := Create(filepath.Dir(path), perm)
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := f.Write(data); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.Commit(path)
}

// ReadAtMost returns the first bytes of the file at path, most of them at most and one
// more when there are more.
func ReadAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	_ = f.Close() // it was only read
	return data, err
}

// SyncDir makes the renames and removals in dir durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open directory: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync directory %s: %w", dir, err)
	}
	return nil
}
