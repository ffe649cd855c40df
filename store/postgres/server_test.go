package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
	"seeder/store/postgres/pgtest"
)

var community = message.CommunityID{2}

// numbered yields messages of 400 bytes with the timestamps [from, to).
func numbered(from, to int) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		for n := from; n < to; n++ {
			payload := binary.BigEndian.AppendUint64(make([]byte, 392, 400), uint64(n))
			if !yield(message.Message{Timestamp: uint64(n), Payload: payload}, nil) {
				return
			}
		}
	}
}

// add stores the messages of the seconds [from, to).
func add(db *DB, from, to int) error {
	return db.Update(context.Background(), func(tx store.Tx) error {
		if err := tx.PutCommunity(store.Community{ID: community}); err != nil {
			return err
		}
		_, err := tx.AddMessages(community, numbered(from, to))
		return err
	})
}

func count(db *DB) (n uint64, err error) {
	err = db.View(context.Background(), func(tx store.Tx) error {
		n, err = tx.CountMessages(community, message.Forever(), store.All)
		return err
	})
	return n, err
}

func closeDB(t testing.TB, db *DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// cluster starts a server for this test alone.
func cluster(t *testing.T) *pgtest.Cluster {
	t.Helper()
	c, err := pgtest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close cluster: %v", err)
		}
	})
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestServerGoneAndBack takes the server away in the middle of transactions:
// they fail as unavailable and leave nothing, and the same handle goes on when
// the server is back.
func TestServerGoneAndBack(t *testing.T) {
	server := cluster(t)
	db := open(t, server.URL())
	defer closeDB(t, db)
	must(t, add(db, 0, 1000))
	// Several connections are open and idle when the server goes.
	var open sync.WaitGroup
	gate := make(chan struct{})
	for range 3 {
		open.Go(func() {
			err := db.View(context.Background(), func(store.Tx) error { <-gate; return nil })
			if err != nil {
				t.Errorf("idle view: %v", err)
			}
		})
	}
	close(gate)
	open.Wait()

	for name, end := range map[string]func() error{"stop": server.Stop, "crash": server.Crash} {
		err := db.Update(context.Background(), func(tx store.Tx) error {
			if _, err := tx.AddMessages(community, numbered(1000, 1500)); err != nil {
				return err
			}
			must(t, end())
			_, err := tx.AddMessages(community, numbered(1500, 1501))
			return err
		})
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: update: %v, want %v", name, err, store.ErrUnavailable)
		}
		if _, err := count(db); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: view while it is gone: %v, want %v", name, err, store.ErrUnavailable)
		}
		if err := add(db, 1000, 1001); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: update while it is gone: %v, want %v", name, err, store.ErrUnavailable)
		}
		must(t, server.Run(t.Context()))
		if n, err := count(db); err != nil || n != 1000 {
			t.Errorf("%s: afterwards %d messages, %v; want the 1000 committed", name, n, err)
		}
	}

	// A scan loses its server between two batches.
	err := db.View(context.Background(), func(tx store.Tx) error {
		return tx.ScanMessages(community, message.Forever(), store.All, func(m *message.Message) error {
			if m.Timestamp == 0 {
				return server.Stop()
			}
			return nil
		})
	})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("scan: %v, want %v", err, store.ErrUnavailable)
	}
	must(t, server.Run(t.Context()))
	must(t, add(db, 1000, 1500))
	if n, err := count(db); err != nil || n != 1500 {
		t.Errorf("in the end %d messages, %v", n, err)
	}
}

// TestOpenWithoutServer finds nobody at the address.
func TestOpenWithoutServer(t *testing.T) {
	server := cluster(t)
	must(t, server.Stop())
	if _, err := Open(t.Context(), server.URL(), Options{}); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got %v, want %v", err, store.ErrUnavailable)
	}
}

// TestRestartsUnderLoad restarts the server again and again while importers
// of several communities work, each trying again as their callers do.
func TestRestartsUnderLoad(t *testing.T) {
	const communities, archives, each, restarts = 4, 25, 300, 4
	server := cluster(t)
	db := open(t, server.URL())
	defer closeDB(t, db)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	var importers sync.WaitGroup
	var lost sync.Map
	for n := range byte(communities) {
		importers.Go(func() {
			c := message.CommunityID{0: 2, 32: n}
			for i := 0; i < archives && ctx.Err() == nil; i++ {
				for {
					err := importOne(ctx, db, c, i*each, (i+1)*each)
					if err == nil {
						break
					}
					if !errors.Is(err, store.ErrUnavailable) {
						t.Errorf("community %d: %v", n, err)
						return
					}
					lost.Store(n, true)
					select {
					case <-ctx.Done():
						t.Errorf("community %d did not end: %v", n, err)
						return
					case <-time.After(10 * time.Millisecond):
					}
				}
			}
		})
	}
	for i := range restarts {
		end := server.Stop
		if i%2 == 1 {
			end = server.Crash
		}
		must(t, awaitMessages(ctx, db, uint64((i+1)*each)))
		must(t, end())
		must(t, server.Run(ctx))
	}
	importers.Wait()
	for n := range byte(communities) {
		if err := checkHistory(db, message.CommunityID{0: 2, 32: n}, archives*each); err != nil {
			t.Errorf("community %d: %v", n, err)
		}
	}
	interrupted := 0
	lost.Range(func(any, any) bool { interrupted++; return true })
	t.Logf("%d of %d importers were interrupted", interrupted, communities)
}

func importOne(ctx context.Context, db *DB, c message.CommunityID, from, to int) error {
	return db.Update(ctx, func(tx store.Tx) error {
		if _, err := tx.Community(c); errors.Is(err, store.ErrNotFound) {
			err = tx.PutCommunity(store.Community{ID: c})
			if err != nil {
				return err
			}
		}
		if err := tx.Cover(c, message.Span{From: uint64(from), To: uint64(to)}); err != nil {
			return err
		}
		_, err := tx.ImportMessages(c, numbered(from, to))
		return err
	})
}

// awaitMessages waits until community 0 has so many messages.
func awaitMessages(ctx context.Context, db *DB, want uint64) error {
	for {
		var n uint64
		err := db.View(ctx, func(tx store.Tx) (err error) {
			n, err = tx.CountMessages(message.CommunityID{0: 2}, message.Forever(), store.Canonical)
			return err
		})
		if err == nil && n >= want {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d messages: %w", n, want, errors.Join(ctx.Err(), err))
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// checkHistory makes sure that a community has the seconds [0, want), each once.
func checkHistory(db *DB, c message.CommunityID, want uint64) error {
	next := uint64(0)
	err := db.View(context.Background(), func(tx store.Tx) error {
		return tx.ScanMessages(c, message.Forever(), store.Canonical, func(m *message.Message) error {
			if m.Timestamp != next {
				return fmt.Errorf("second %d where %d belongs", m.Timestamp, next)
			}
			next++
			return nil
		})
	})
	if err == nil && next != want {
		err = fmt.Errorf("%d messages, want %d", next, want)
	}
	return err
}
