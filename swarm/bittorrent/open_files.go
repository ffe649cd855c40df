package bittorrent

import (
	"container/list"
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"seeder/internal/fault"
)

// openFiles keeps the most recently used files open, as pieces are read and
// written 16 KiB at a time. It is safe for concurrent use; files are read and
// written outside its lock.
type openFiles struct {
	mu     sync.Mutex
	limit  int
	byPath map[string]*openFile
	order  *list.List // of *openFile, most recently used first
	closed bool
}

type openFile struct {
	*os.File
	path     string
	writable bool
	users    int
	gone     bool // to be closed by its last user
	at       *list.Element
}

func newOpenFiles(limit int) *openFiles {
	return &openFiles{limit: limit, byPath: make(map[string]*openFile), order: list.New()}
}

// acquire opens path, or returns it where it is open. A writable file is
// created when it does not exist. Every acquire is followed by a release.
func (o *openFiles) acquire(path string, writable bool) (*openFile, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, os.ErrClosed
	}
	if f := o.byPath[path]; f != nil {
		if f.writable || !writable {
			f.users++
			o.order.MoveToFront(f.at)
			return f, nil
		}
		o.drop(f)
	}
	flags := os.O_RDONLY
	if writable {
		flags = os.O_RDWR | os.O_CREATE
	}
	file, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return nil, err
	}
	f := &openFile{File: file, path: path, writable: writable, users: 1}
	f.at = o.order.PushFront(f)
	o.byPath[path] = f
	if o.order.Len() > o.limit {
		o.drop(o.order.Back().Value.(*openFile))
	}
	return f, nil
}

func (o *openFiles) release(f *openFile) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f.users--
	if f.gone && f.users == 0 {
		_ = f.Close() // nothing is buffered, and writers sync first
	}
}

// drop forgets a file and closes it now or after its last release.
func (o *openFiles) drop(f *openFile) {
	delete(o.byPath, f.path)
	o.order.Remove(f.at)
	f.gone = true
	if f.users == 0 {
		_ = f.Close() // as above
	}
}

// forget closes the file at path, which was renamed or removed.
func (o *openFiles) forget(path string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if f := o.byPath[path]; f != nil {
		o.drop(f)
	}
}

// forgetIn closes the files below a folder, which is going to be removed.
func (o *openFiles) forgetIn(dir string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for path, f := range o.byPath {
		if strings.HasPrefix(path, dir+string(os.PathSeparator)) {
			o.drop(f)
		}
	}
}

// close closes every file. Later calls of acquire fail.
func (o *openFiles) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	for _, f := range o.byPath {
		o.drop(f)
	}
}

func (o *openFiles) readAt(path string, b []byte, off int64) (int, error) {
	f, err := o.acquire(path, false)
	if err != nil {
		return 0, err
	}
	defer o.release(f)
	n, err := f.ReadAt(b, off)
	if errors.Is(err, io.EOF) {
		// The library takes io.EOF for a lost piece.
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// stat returns the version of the file at path.
func (o *openFiles) stat(path string) (stamp, error) {
	f, err := o.acquire(path, false)
	if err != nil {
		return stamp{}, err
	}
	defer o.release(f)
	info, err := f.Stat()
	if err != nil {
		return stamp{}, err
	}
	return stampOf(info), nil
}

func (o *openFiles) writeAt(path string, b []byte, off int64) (int, error) {
	if err := fault.Point(fault.DownloadWrite); err != nil {
		return 0, err
	}
	f, err := o.acquire(path, true)
	if err != nil {
		return 0, err
	}
	defer o.release(f)
	return f.WriteAt(b, off)
}

// sync makes the bytes written to path durable.
func (o *openFiles) sync(path string) error {
	if err := fault.Point(fault.DownloadSyncBefore); err != nil {
		return err
	}
	f, err := o.acquire(path, true)
	if err != nil {
		return err
	}
	defer o.release(f)
	return f.Sync()
}
