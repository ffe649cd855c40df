package postgres

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
	"seeder/store/postgres/pgtest"
)

// failing makes the server refuse the first n changes of a community's row
// with an error of the given code. A sequence counts them: rolling back does
// not take it back.
func failing(t *testing.T, address, code string, n string) {
	t.Helper()
	must(t, pgtest.Exec(t.Context(), address, `CREATE SEQUENCE failures;
		CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('failures') <= `+n+` THEN RAISE EXCEPTION 'made up' USING ERRCODE = '`+code+`'; END IF;
			RETURN NEW;
		END $$;
		CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON community FOR EACH ROW EXECUTE FUNCTION fail()`))
}

func TestConflictsAreRunAgain(t *testing.T) {
	for name, code := range map[string]string{"serialisation failure": codeSerialization, "deadlock": codeDeadlock} {
		t.Run(name, func(t *testing.T) {
			address := pgtest.URL(t)
			db := open(t, address)
			defer closeDB(t, db)
			failing(t, address, code, "3")
			runs, swallow := 0, false
			err := db.Update(t.Context(), func(tx store.Tx) error {
				runs++
				_ = tx.PutCommunity(store.Community{ID: community}) // Update has to notice by itself
				if swallow = !swallow; swallow {
					return nil
				}
				return errors.New("in words of its own")
			})
			// The fourth run fails for a reason of its own.
			if runs != 4 || err == nil || !strings.Contains(err.Error(), "words of its own") {
				t.Errorf("%d runs, %v", runs, err)
			}
			must(t, add(db, 0, 10))
			if n, err := count(db); err != nil || n != 10 {
				t.Errorf("%d messages, %v", n, err)
			}
		})
	}
}

func TestOtherFailuresAreNotRunAgain(t *testing.T) {
	address := pgtest.URL(t)
	db := open(t, address)
	defer closeDB(t, db)
	for code, want := range map[string]error{
		"53100": store.ErrNoSpace, "XX001": ErrCorrupt, "42501": ErrAccess, "25006": store.ErrUnavailable,
		"57P01": store.ErrUnavailable, "53300": store.ErrUnavailable, "08006": store.ErrUnavailable,
	} {
		must(t, pgtest.Exec(t.Context(), address, "DROP TRIGGER IF EXISTS fail ON community; DROP FUNCTION IF EXISTS fail; DROP SEQUENCE IF EXISTS failures"))
		failing(t, address, code, "1")
		runs := 0
		err := db.Update(t.Context(), func(tx store.Tx) error {
			runs++
			_ = tx.PutCommunity(store.Community{ID: community})
			_, err := tx.Communities()
			if !errors.Is(err, want) {
				t.Errorf("%s: a read afterwards: %v, want %v", code, err, want)
			}
			return nil // Update has to notice by itself
		})
		if runs != 1 || !errors.Is(err, want) {
			t.Errorf("%s: %d runs, %v, want %v", code, runs, err, want)
		}
	}
}

func TestConflictsEndWithTheContext(t *testing.T) {
	address := pgtest.URL(t)
	db := open(t, address)
	defer closeDB(t, db)
	failing(t, address, codeSerialization, "1000000")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := db.Update(ctx, func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: community}) })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
}

// TestContextEndsWithAConflict has the context end between a conflict and the end of
// the transaction.
func TestContextEndsWithAConflict(t *testing.T) {
	address := pgtest.URL(t)
	db := open(t, address)
	defer closeDB(t, db)
	failing(t, address, codeSerialization, "1000000")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := db.Update(ctx, func(tx store.Tx) error {
		defer cancel()
		return tx.PutCommunity(store.Community{ID: community})
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// TestDeadlockIsResolved has two transactions touch two communities in
// opposite orders, each after the other has its first one.
func TestDeadlockIsResolved(t *testing.T) {
	db := open(t, pgtest.URL(t))
	defer closeDB(t, db)
	a, b := message.CommunityID{2, 1}, message.CommunityID{2, 2}
	must(t, db.Update(t.Context(), func(tx store.Tx) error {
		return errors.Join(tx.PutCommunity(store.Community{ID: a}), tx.PutCommunity(store.Community{ID: b}))
	}))
	var both sync.WaitGroup
	var met sync.WaitGroup
	met.Add(2)
	touch := func(first, second message.CommunityID) {
		var once sync.Once
		err := db.Update(t.Context(), func(tx store.Tx) error {
			if _, err := tx.AddMessages(first, numbered(0, 1)); err != nil {
				return err
			}
			once.Do(func() { met.Done(); met.Wait() })
			_, err := tx.AddMessages(second, numbered(1, 2))
			return err
		})
		if err != nil {
			t.Errorf("update: %v", err)
		}
	}
	both.Go(func() { touch(a, b) })
	both.Go(func() { touch(b, a) })
	both.Wait()
	for _, c := range []message.CommunityID{a, b} {
		must(t, db.View(t.Context(), func(tx store.Tx) error {
			n, err := tx.CountMessages(c, message.Forever(), store.All)
			if n != 2 {
				t.Errorf("%d messages, want 2", n)
			}
			return err
		}))
	}
}

// TestCommunitiesDoNotWait writes to a community while a transaction of
// another one is open.
func TestCommunitiesDoNotWait(t *testing.T) {
	db := open(t, pgtest.URL(t))
	defer closeDB(t, db)
	a, b := message.CommunityID{2, 1}, message.CommunityID{2, 2}
	must(t, db.Update(t.Context(), func(tx store.Tx) error {
		return errors.Join(tx.PutCommunity(store.Community{ID: a}), tx.PutCommunity(store.Community{ID: b}))
	}))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	must(t, db.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.AddMessages(a, numbered(0, 10)); err != nil {
			return err
		}
		return importOne(ctx, db, b, 0, 10)
	}))
	must(t, checkHistory(db, b, 10))
}

// TestUseAfterTheEnd keeps a transaction beyond its function.
func TestUseAfterTheEnd(t *testing.T) {
	db := open(t, pgtest.URL(t))
	defer closeDB(t, db)
	for _, run := range []func(context.Context, func(store.Tx) error) error{db.View, db.Update} {
		var kept store.Tx
		must(t, run(t.Context(), func(tx store.Tx) error { kept = tx; return nil }))
		if _, err := kept.Communities(); !errors.Is(err, errEnded) {
			t.Errorf("a read after the end: %v", err)
		}
	}
}

// TestTurnsEndWithTheContext waits for a turn that does not come.
func TestTurnsEndWithTheContext(t *testing.T) {
	db := open(t, pgtest.URL(t))
	defer closeDB(t, db)
	must(t, add(db, 0, 1))
	must(t, db.Update(t.Context(), func(tx store.Tx) error {
		if _, err := tx.Community(community); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err := db.Update(ctx, func(tx store.Tx) error { _, err := tx.AddMessages(community, numbered(1, 2)); return err })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
		return nil
	}))
	if n, err := count(db); err != nil || n != 1 {
		t.Errorf("%d messages, want 1: %v", n, err)
	}
}
