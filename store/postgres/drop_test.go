package postgres

import (
	"errors"
	"testing"

	"seeder/store"
	"seeder/store/postgres/pgtest"
)

func TestDrop(t *testing.T) {
	address := pgtest.URL(t)
	if err := Drop(t.Context(), address); !errors.Is(err, ErrNotDatabase) {
		t.Errorf("an empty schema of somebody: %v, want %v", err, ErrNotDatabase)
	}
	db := open(t, address+"&pool_max_conns=4")
	must(t, add(db, 0, 10))
	closeDB(t, db)
	for range 2 { // the second time there is none
		must(t, Drop(t.Context(), address+"&pool_max_conns=4"))
	}
	db = open(t, address)
	defer closeDB(t, db)
	must(t, db.View(t.Context(), func(tx store.Tx) error {
		all, err := tx.Communities()
		if len(all) != 0 {
			t.Errorf("%d communities are left", len(all))
		}
		return err
	}))
	server := pgtest.Server(t)
	for _, address := range []string{server, pgtest.InSchema(t, server, "public"), pgtest.InSchema(t, server, `"$user", x`), "postgres://h:port/"} {
		if err := Drop(t.Context(), address); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v, want %v", address, err, ErrAddress)
		}
	}
}
