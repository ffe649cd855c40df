package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"seeder/internal/leaktest"
	"seeder/store"
	"seeder/store/storetest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

func TestConformance(t *testing.T) {
	folders := make(map[string]string) // the same throughout a test
	storetest.Run(t, func(t *testing.T, name string) store.DB {
		t.Helper()
		if folders[t.Name()] == "" {
			folders[t.Name()] = t.TempDir()
		}
		return open(t, filepath.Join(folders[t.Name()], name+".db"))
	})
}

func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return db
}
