package postgres

import (
	"errors"
	"testing"

	"seeder/store/postgres/pgtest"
)

func TestOneNodeOwnsASchema(t *testing.T) {
	address := pgtest.URL(t)
	one, two, elsewhere := open(t, address), open(t, address), open(t, pgtest.URL(t))
	for _, db := range []*DB{one, two, elsewhere} {
		t.Cleanup(func() { closeDB(t, db) })
	}
	first, err := one.Own(t.Context())
	must(t, err)
	if _, err := two.Own(t.Context()); !errors.Is(err, ErrOwned) {
		t.Errorf("a second node: %v, want %v", err, ErrOwned)
	}
	must(t, add(two, 0, 10)) // as commands do beside a node
	other, err := elsewhere.Own(t.Context())
	must(t, err)
	must(t, other.Close())
	must(t, first.Close())
	second, err := two.Own(t.Context())
	must(t, err)
	must(t, second.Close())
}

// TestOwnershipOutlivesNoServer closes what a stopped server has let go.
func TestOwnershipOutlivesNoServer(t *testing.T) {
	server := cluster(t)
	db := open(t, server.URL())
	defer closeDB(t, db)
	held, err := db.Own(t.Context())
	must(t, err)
	must(t, server.Stop())
	must(t, held.Close())
	must(t, server.Run(t.Context()))
	held, err = db.Own(t.Context())
	must(t, err)
	must(t, held.Close())
}
