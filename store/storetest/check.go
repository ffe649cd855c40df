package storetest

import (
	"context"
	"testing"

	"seeder/store"
)

// check has a database checked: new, while others write, and after its end.
func (s suite) check(t *testing.T) {
	db := s.with(t, 1)
	ctx := limited(t)
	schema, err := db.Check(ctx)
	if err != nil || schema < 1 {
		t.Fatalf("schema version %d (%v)", schema, err)
	}
	update(t, db, func(tx store.Tx) error {
		if got, err := db.Check(ctx); err != nil || got != schema {
			t.Errorf("schema version %d (%v) while somebody writes, before %d", got, err, schema)
		}
		return tx.PutCommunity(store.Community{ID: Community(2), Role: store.RoleMember})
	})
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, err = db.Check(ended)
	wantError(t, err, context.Canceled)
	closed := s.open(t, "closed")
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = closed.Check(ctx)
	wantError(t, err, store.ErrClosed)
}
