package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"

	"seeder/store"
	"seeder/store/postgres/pgtest"
)

func TestNewestVersion(t *testing.T) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if v, err := goose.NumericComponent(filepath.Base(name)); err != nil || v != int64(i+1) {
			t.Errorf("%s has number %d, want %d, without gaps: %v", name, v, i+1, err)
		}
	}
	if len(names) != newestVersion {
		t.Errorf("%d migrations, newestVersion is %d", len(names), newestVersion)
	}
}

func TestFirstIdentifier(t *testing.T) {
	for list, want := range map[string]string{
		"": "", "one": "one", " One , two": "one", `"$user", public`: "$user", `"One, ""two""" , three`: `One, "two"`,
		`"open`: "open", `""`: "", ",": "",
	} {
		if got := firstIdentifier(list); got != want {
			t.Errorf("firstIdentifier(%q) = %q, want %q", list, got, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	server := cluster(t).URL() // where this test may make users
	for name, tc := range map[string]struct {
		prepare func(t *testing.T, address string) string
		want    error
	}{
		"no address": {func(*testing.T, string) string { return "postgres://h:port/" }, ErrAddress},
		"few connections": {func(_ *testing.T, address string) string {
			return address + "&pool_max_conns=1"
		}, ErrAddress},
		"unknown database": {func(_ *testing.T, address string) string {
			return strings.Replace(address, "/postgres?", "/nothing_of_that_name?", 1)
		}, ErrAccess},
		"unknown user": {func(_ *testing.T, address string) string {
			return strings.Replace(address, "://seeder@", "://nobody_of_that_name@", 1)
		}, ErrAccess},
		"another program's tables": {func(t *testing.T, address string) string {
			must(t, pgtest.Exec(t.Context(), address, "CREATE TABLE message (body text)"))
			return address
		}, ErrNotDatabase},
		"a newer schema": {func(t *testing.T, address string) string {
			closeDB(t, open(t, address))
			must(t, pgtest.Exec(t.Context(), address, "INSERT INTO "+versionTable+" (version_id, is_applied) VALUES (99, true)"))
			return address
		}, store.ErrNewerSchema},
		"a user who may not make tables": {func(t *testing.T, address string) string {
			must(t, pgtest.Exec(t.Context(), address, "CREATE ROLE guest LOGIN"))
			return strings.Replace(address, "://seeder@", "://guest@", 1)
		}, ErrAccess},
	} {
		t.Run(name, func(t *testing.T) {
			schema := "test_" + strings.ToLower(rand.Text())
			must(t, pgtest.Exec(t.Context(), server, "CREATE SCHEMA "+schema))
			db, err := Open(t.Context(), tc.prepare(t, pgtest.InSchema(t, server, schema)), Options{})
			if !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
			if db != nil {
				t.Error("a database came with the error")
			}
		})
	}
}

func TestErrorsDoNotTellThePassword(t *testing.T) {
	for _, address := range []string{
		"postgres://u:secret@h:port/", "postgres://u:secret@127.0.0.1:1/db", "postgres://u:secret@/db?host=/nowhere",
		"postgres://u:secret@h/db?pool_max_conns=x", "postgres://u:secret@h/db?sslmode=perhaps",
	} {
		if _, err := Open(t.Context(), address, Options{}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v", address, err)
		}
	}
}

// TestSchemaIsMade opens schemas that do not exist, several handles at once.
func TestSchemaIsMade(t *testing.T) {
	server := pgtest.Server(t)
	const name = `made "by" Öpen`
	address := pgtest.InSchema(t, server, pgx.Identifier{name}.Sanitize()+", public")
	drop := func() {
		must(t, pgtest.Exec(context.Background(), server, "DROP SCHEMA IF EXISTS "+pgx.Identifier{name}.Sanitize()+" CASCADE"))
	}
	drop()
	t.Cleanup(drop)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			db, err := Open(context.Background(), address, Options{})
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			if err := importOne(context.Background(), db, community, i*10, (i+1)*10); err != nil {
				t.Errorf("import: %v", err)
			}
			closeDB(t, db)
		})
	}
	all.Wait()
	db := open(t, address)
	defer closeDB(t, db)
	must(t, checkHistory(db, community, 40))
	if db.schema != name {
		t.Errorf("schema %q, want %q", db.schema, name)
	}
}

// TestSchemasAreApart gives two nodes one database, each a schema of its own;
// neither sees the other's rows or waits for its locks.
func TestSchemasAreApart(t *testing.T) {
	one, two := open(t, pgtest.URL(t)), open(t, pgtest.URL(t))
	defer closeDB(t, one)
	defer closeDB(t, two)
	must(t, add(one, 0, 10))
	must(t, one.Update(t.Context(), func(tx store.Tx) error {
		if _, err := tx.Community(community); err != nil {
			return err
		}
		return add(two, 0, 3)
	}))
	for db, want := range map[*DB]uint64{one: 10, two: 3} {
		if n, err := count(db); err != nil || n != want {
			t.Errorf("%d messages, want %d: %v", n, want, err)
		}
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	for query, want := range map[string][2]int32{"": {4, 4}, "&pool_max_conns=2": {1, 1}, "&pool_max_conns=5": {2, 3}} {
		db := open(t, pgtest.URL(t)+query)
		if got := [2]int32{db.writer.Config().MaxConns, db.reader.Config().MaxConns}; got != want {
			t.Errorf("%q: %d connections write and read, want %d", query, got, want)
		}
		closeDB(t, db)
	}
}

// TestNothingIsWrittenByOpening opens a database that is up to date while
// another handle holds every lock that a writer takes.
func TestNothingIsWrittenByOpening(t *testing.T) {
	address := pgtest.URL(t)
	db := open(t, address)
	defer closeDB(t, db)
	must(t, add(db, 0, 5))
	must(t, db.Update(t.Context(), func(tx store.Tx) error {
		if _, err := tx.Communities(); err != nil {
			return err
		}
		if _, err := tx.AddMessages(community, numbered(5, 10)); err != nil {
			return err
		}
		other := open(t, address)
		defer closeDB(t, other)
		n, err := count(other)
		if err == nil && n != 5 {
			err = fmt.Errorf("%d messages, want 5", n)
		}
		return err
	}))
}
