package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
)

func TestOpenMakesPrivateFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new folder?", "50% #1")
	path := filepath.Join(dir, "seeder.db")
	db := open(t, path)
	defer closeDB(t, db)
	err := db.Update(context.Background(), func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: message.CommunityID{2}})
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{
		dir: os.ModeDir | 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600,
	} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	garbage := bytes.Repeat([]byte("this is a letter, not a database\n"), 500)
	for name, tc := range map[string]struct {
		prepare func(t *testing.T, path string)
		want    error
	}{
		"a text file": {func(t *testing.T, path string) { write(t, path, garbage) }, ErrNotDatabase},
		"a short file": {func(t *testing.T, path string) {
			write(t, path, []byte("x"))
		}, ErrNotDatabase},
		"another program's tables": {func(t *testing.T, path string) {
			sqlExec(t, path, "CREATE TABLE note (body TEXT)")
		}, ErrNotDatabase},
		"another program's mark": {func(t *testing.T, path string) {
			sqlExec(t, path, "PRAGMA application_id = 42")
		}, ErrNotDatabase},
		"a newer schema": {func(t *testing.T, path string) {
			closeDB(t, open(t, path))
			sqlExec(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
		}, store.ErrNewerSchema},
		"a damaged schema": {func(t *testing.T, path string) {
			closeDB(t, open(t, path))
			damage(t, path, 110, 3000)
		}, ErrCorrupt},
		"damaged tables": {func(t *testing.T, path string) {
			closeDB(t, open(t, path))
			damage(t, path, 4200, 16<<10)
		}, ErrCorrupt},
		"a table of versions that was overwritten": {func(t *testing.T, path string) {
			closeDB(t, open(t, path))
			damage(t, path, 4200, 8192)
		}, ErrCorrupt},
		"a page of zeroes": {func(t *testing.T, path string) {
			closeDB(t, open(t, path))
			b := read(t, path)
			clear(b[4096:8192])
			write(t, path, b)
		}, ErrCorrupt},
		"a table of versions that was emptied": {func(t *testing.T, path string) {
			closeDB(t, open(t, path))
			sqlExec(t, path, "DELETE FROM goose_db_version")
		}, ErrCorrupt},
		"no table of versions": {func(t *testing.T, path string) {
			closeDB(t, open(t, path))
			sqlExec(t, path, "DROP TABLE goose_db_version")
		}, ErrCorrupt},
		"tables without their pages": {func(t *testing.T, path string) {
			closeDB(t, open(t, path))
			damage(t, path, 8192, 1<<20)
		}, ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.db")
			tc.prepare(t, path)
			before := read(t, path)
			// Trying a migration again and again takes minutes.
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			db, err := Open(ctx, path, Options{})
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			var h interface{ Hint() string }
			lost := errors.Is(tc.want, ErrNotDatabase) || errors.Is(tc.want, ErrCorrupt)
			if lost && (!errors.As(err, &h) || !strings.Contains(h.Hint(), "seeder rebuild --force")) {
				t.Errorf("%v does not say how the database is restored", err)
			}
			if db != nil {
				t.Error("a database came with the error")
			}
			if !bytes.Equal(before, read(t, path)) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestOpenRefusesFolder(t *testing.T) {
	if _, err := Open(context.Background(), t.TempDir(), Options{}); err == nil {
		t.Error("a folder was opened")
	}
}

func TestDamageIsReported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.db")
	c := message.CommunityID{2}
	db := open(t, path)
	err := db.Update(context.Background(), func(tx store.Tx) error {
		if err := tx.PutCommunity(store.Community{ID: c}); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, numbered(0, 5000))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	closeDB(t, db)
	damage(t, path, 128<<10, 512<<10) // beyond the schema
	db = open(t, path)
	defer closeDB(t, db)
	err = db.View(context.Background(), func(tx store.Tx) error {
		return tx.ScanMessages(c, message.Forever(), store.All, func(*message.Message) error { return nil })
	})
	if !errors.Is(err, ErrCorrupt) {
		t.Errorf("got %v, want %v", err, ErrCorrupt)
	}
}

func TestFullDiskIsReported(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "file.db"))
	defer closeDB(t, db)
	if _, err := db.writer.Exec("PRAGMA max_page_count = 100"); err != nil {
		t.Fatal(err)
	}
	c := message.CommunityID{2}
	fill := func(tx store.Tx) error {
		if err := tx.PutCommunity(store.Community{ID: c}); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, numbered(0, 5000))
		return err
	}
	if err := db.Update(context.Background(), fill); !errors.Is(err, store.ErrNoSpace) {
		t.Fatalf("got %v, want %v", err, store.ErrNoSpace)
	}
	if _, err := db.writer.Exec("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(context.Background(), fill); err != nil {
		t.Fatalf("after making room: %v", err)
	}
}

// TestFailedWriteEndsTransaction ignores the error of a write, after which the
// engine is no longer in a transaction.
func TestFailedWriteEndsTransaction(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "file.db"))
	defer closeDB(t, db)
	if _, err := db.writer.Exec("PRAGMA max_page_count = 100"); err != nil {
		t.Fatal(err)
	}
	c := message.CommunityID{2}
	err := db.Update(context.Background(), func(tx store.Tx) error {
		if err := tx.PutCommunity(store.Community{ID: c}); err != nil {
			return err
		}
		if _, err := tx.AddMessages(c, numbered(0, 5000)); !errors.Is(err, store.ErrNoSpace) {
			t.Errorf("got %v, want %v", err, store.ErrNoSpace)
		}
		if err := tx.PutCommunity(store.Community{ID: c}); !errors.Is(err, store.ErrNoSpace) {
			t.Errorf("a write after it: %v, want %v", err, store.ErrNoSpace)
		}
		return nil
	})
	if !errors.Is(err, store.ErrNoSpace) {
		t.Errorf("update: %v, want %v", err, store.ErrNoSpace)
	}
	err = db.View(context.Background(), func(tx store.Tx) error {
		all, err := tx.Communities()
		if len(all) != 0 {
			t.Errorf("%d communities stayed", len(all))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// hurried is a context that has time left when it is looked at first, and none later.
type hurried struct {
	context.Context

	looks int
}

func (h *hurried) Err() error {
	if h.looks++; h.looks == 1 {
		return nil
	}
	return context.DeadlineExceeded
}

func TestLockTimeout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.db")
	holder := open(t, path)
	defer closeDB(t, holder)
	waiter, err := Open(context.Background(), path, Options{LockTimeout: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer closeDB(t, waiter)
	err = holder.Update(context.Background(), func(store.Tx) error {
		if err := waiter.Update(&hurried{Context: context.Background()}, func(store.Tx) error { return nil }); !errors.Is(err, ErrLocked) || !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who had less time got %v", err)
		}
		if err := waiter.Update(context.Background(), func(store.Tx) error { return nil }); !errors.Is(err, ErrLocked) {
			t.Errorf("got %v, want %v", err, ErrLocked)
		}
		return waiter.View(context.Background(), func(tx store.Tx) error { // readers do not wait
			_, err := tx.Communities()
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOpenBesideWriter opens a database while another handle writes: a status
// command has to answer during a long import.
func TestOpenBesideWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.db")
	db := open(t, path)
	defer closeDB(t, db)
	err := db.Update(context.Background(), func(store.Tx) error {
		other := open(t, path)
		defer closeDB(t, other)
		return other.View(context.Background(), func(tx store.Tx) error {
			_, err := tx.Communities()
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func closeDB(t testing.TB, db *DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// damage overwrites the bytes [from, to) of a file.
func damage(t *testing.T, path string, from, to int) {
	t.Helper()
	b := read(t, path)
	for i := from; i < min(to, len(b)); i++ {
		b[i] = 0xa5
	}
	write(t, path, b)
}

// sqlExec runs a statement on the file behind the package's back.
func sqlExec(t *testing.T, path, statement string) {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec(statement); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
}
