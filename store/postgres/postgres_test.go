package postgres

import (
	"context"
	"fmt"
	"os"
	"testing"

	"seeder/internal/leaktest"
	"seeder/store"
	"seeder/store/postgres/pgtest"
	"seeder/store/storetest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := pgtest.Shutdown(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if err := leaktest.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func TestConformance(t *testing.T) {
	addresses := make(map[string]string)
	storetest.Run(t, func(t *testing.T, name string) store.DB {
		t.Helper()
		key := t.Name() + " " + name
		if addresses[key] == "" {
			addresses[key] = pgtest.URL(t)
		}
		return open(t, addresses[key])
	})
}

func open(t testing.TB, address string) *DB {
	t.Helper()
	db, err := Open(context.Background(), address, Options{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return db
}
