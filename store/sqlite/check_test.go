package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"seeder/store"
	"seeder/store/sqlite"
	"seeder/store/storetest"
)

// TestCheckFindsDamage overwrites pages in the middle of a file.
func TestCheckFindsDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seeder.db")
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx store.Tx) error {
		for i := range 250 {
			if err := tx.PutCommunity(store.Community{ID: storetest.Community(byte(i)), Role: store.RoleMember, Name: fmt.Sprintf("%0512d", i)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(raw) / 2; i < len(raw)-4096; i++ {
		raw[i] ^= 0x55
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err = sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	_, err = db.Check(t.Context())
	var hint interface{ Hint() string }
	if !errors.Is(err, sqlite.ErrCorrupt) || !errors.As(err, &hint) || hint.Hint() == "" {
		t.Errorf("%v, want %v and what to do", err, sqlite.ErrCorrupt)
	}
}
