package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"seeder/store"
	"seeder/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T, name string) store.DB {
		t.Helper()
		return open(t, filepath.Join(folder(t), name+".db"))
	})
}

// folder returns the same folder throughout a test.
func folder(t *testing.T) string {
	t.Helper()
	if dir, ok := folders[t.Name()]; ok {
		return dir
	}
	folders[t.Name()] = t.TempDir()
	return folders[t.Name()]
}

var folders = make(map[string]string) // tests of this package do not run in parallel

func open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return db
}
