package daemon

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seeder/config"
	"seeder/store"
	"seeder/store/postgres/pgtest"
)

func TestOpenStoreInPostgres(t *testing.T) {
	t.Cleanup(func() {
		if err := pgtest.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	cfg := config.Default()
	cfg.DataDir = filepath.Join(t.TempDir(), "data")
	cfg.Database.URL = pgtest.URL(t)
	db, err := OpenStore(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx store.Tx) error { return tx.PutCommunity(store.Community{Name: "here"}) })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(cfg.SQLitePath()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was made, too: %v", err)
	}
	if err := DropStore(t.Context(), cfg); err != nil {
		t.Error(err)
	}
}

func TestOpenStoreTellsNoPassword(t *testing.T) {
	cfg := config.Default()
	cfg.DataDir = t.TempDir()
	cfg.Database.URL = "postgres://seeder:secret@127.0.0.1:1/db"
	_, err := OpenStore(t.Context(), cfg)
	if !errors.Is(err, store.ErrUnavailable) || strings.Contains(err.Error(), "secret") {
		t.Errorf("open: %v", err)
	}
	if err := DropStore(t.Context(), cfg); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("drop: %v", err)
	}
}
