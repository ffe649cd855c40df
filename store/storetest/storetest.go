// Package storetest is the suite that every database of package store passes.
// A driver's test calls [Run]:
//
//	func TestConformance(t *testing.T) {
//		storetest.Run(t, func(t *testing.T, name string) store.DB { ... })
//	}
package storetest

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
)

// Open opens the database of a name: an empty one for a new name, the same one
// for a name used before in this test, from a second handle when the first is
// still open. The suite closes what it opens.
type Open func(t *testing.T, name string) store.DB

// Run runs the suite.
func Run(t *testing.T, open Open) {
	s := suite{open: open}
	for _, group := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"Transactions", s.transactions},
		{"Communities", s.communities},
		{"Messages", s.messages},
		{"Coverage", s.coverage},
		{"Archives", s.archives},
		{"Generations", s.generations},
		{"Announcements", s.announcements},
		{"Works", s.works},
		{"Operations", s.operations},
		{"Forks", s.forks},
		{"Settings", s.settings},
		{"Revision of settings", s.revision},
		{"Revisions of communities", s.revisions},
		{"Departures", s.departures},
		{"Check", s.check},
		{"Concurrency", s.concurrency},
		{"Model", s.model},
	} {
		t.Run(group.name, group.run)
	}
}

type suite struct{ open Open }

// db opens a database for the test and closes it at the end.
func (s suite) db(t *testing.T, name string) store.DB {
	t.Helper()
	db := s.open(t, name)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// with opens a database that holds the communities of the given numbers.
func (s suite) with(t *testing.T, communities ...byte) store.DB {
	t.Helper()
	db := s.db(t, "main")
	update(t, db, func(tx store.Tx) error {
		for _, n := range communities {
			if err := tx.PutCommunity(store.Community{ID: Community(n), Role: store.RoleMember}); err != nil {
				return err
			}
		}
		return nil
	})
	return db
}

// Community returns a made-up community id.
func Community(n byte) message.CommunityID {
	c := message.CommunityID{0: 2, 32: n}
	return c
}

// patience is how long a test waits for what has to happen.
const patience = 3 * time.Minute

func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func update(t testing.TB, db store.DB, fn func(store.Tx) error) {
	t.Helper()
	if err := db.Update(context.Background(), fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func view(t testing.TB, db store.DB, fn func(store.Tx) error) {
	t.Helper()
	if err := db.View(context.Background(), fn); err != nil {
		t.Fatalf("view: %v", err)
	}
}

func wantError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}

// msg is a message whose hash is 32 times key.
func msg(ts uint64, key byte) message.Message {
	m := message.Message{Timestamp: ts, Topic: "\x01\x02\x03\x04", Payload: []byte{'p', key}, Hash: make([]byte, 32)}
	for i := range m.Hash {
		m.Hash[i] = key
	}
	return m
}

func each(ms ...message.Message) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		for _, m := range ms {
			if !yield(m, nil) {
				return
			}
		}
	}
}

// scan returns copies of what a scan yields.
func scan(tx store.Tx, c message.CommunityID, span message.Span, class store.Class) ([]message.Message, error) {
	var out []message.Message
	err := tx.ScanMessages(c, span, class, func(m *message.Message) error {
		out = append(out, m.Clone())
		return nil
	})
	return out, err
}

// firsts returns the first byte of each message's hash, in order of the scan.
func firsts(t testing.TB, db store.DB, c message.CommunityID, span message.Span, class store.Class) string {
	t.Helper()
	var out []byte
	view(t, db, func(tx store.Tx) error {
		ms, err := scan(tx, c, span, class)
		for _, m := range ms {
			out = append(out, m.Hash[0])
		}
		return err
	})
	return string(out)
}
