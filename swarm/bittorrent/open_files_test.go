package bittorrent

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestOpenFilesKeepsFewOpen(t *testing.T) {
	dir := t.TempDir()
	o := newOpenFiles(3)
	for i := range 10 {
		path := filepath.Join(dir, fmt.Sprint(i))
		if _, err := o.writeAt(path, []byte{byte(i)}, 0); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(o.byPath); n != 3 {
		t.Errorf("%d files open, want 3", n)
	}
	for i := range 10 {
		b := make([]byte, 1)
		if _, err := o.readAt(filepath.Join(dir, fmt.Sprint(i)), b, 0); err != nil || b[0] != byte(i) {
			t.Errorf("file %d: %v, %v", i, b, err)
		}
	}
	o.close()
	if _, err := o.readAt(filepath.Join(dir, "0"), make([]byte, 1), 0); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after close: %v", err)
	}
}

func TestOpenFilesShortRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	o := newOpenFiles(3)
	defer o.close()
	if _, err := o.writeAt(path, []byte("abc"), 0); err != nil {
		t.Fatal(err)
	}
	n, err := o.readAt(path, make([]byte, 5), 1)
	if n != 2 || !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		t.Errorf("%d, %v, want ErrUnexpectedEOF", n, err)
	}
	if _, err := o.readAt(path+".not", make([]byte, 5), 1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

// TestOpenFilesInUse evicts and forgets files that are being read: they are
// closed by their last user.
func TestOpenFilesInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	o := newOpenFiles(1)
	defer o.close()
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := o.acquire(path, false)
	if err != nil {
		t.Fatal(err)
	}
	writer, err := o.acquire(path, true) // opened anew, for writing
	if err != nil || writer == reader {
		t.Fatalf("writer: %v, same %v", err, writer == reader)
	}
	o.forget(path)
	for _, f := range []*openFile{reader, writer} {
		if _, err := f.ReadAt(make([]byte, 3), 0); err != nil {
			t.Errorf("in use: %v", err)
		}
		o.release(f)
		if _, err := f.ReadAt(make([]byte, 3), 0); !errors.Is(err, os.ErrClosed) {
			t.Errorf("after the last use: %v", err)
		}
	}
}

func TestOpenFilesConcurrently(t *testing.T) {
	dir := t.TempDir()
	o := newOpenFiles(2)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 300 {
				path := filepath.Join(dir, fmt.Sprint((g+i)%5))
				if _, err := o.writeAt(path, []byte("x"), int64(i)); err != nil {
					t.Errorf("write: %v", err)
				}
				if i%50 == 0 {
					o.forget(path)
				}
				if _, err := o.readAt(path, make([]byte, 1), int64(i)); err != nil {
					t.Errorf("read: %v", err)
				}
			}
		})
	}
	wg.Wait()
	o.close()
	if len(o.byPath) != 0 || o.order.Len() != 0 {
		t.Errorf("%d files stay open", len(o.byPath))
	}
}
