package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// URLVariable names the environment variable with the address of a server to
// use instead of a throw-away cluster, for a user who may make schemas.
const URLVariable = "SEEDER_TEST_POSTGRES_URL"

// shared is the cluster of this process, started by the first test that asks.
var shared struct {
	mu      sync.Mutex
	cluster *Cluster
}

// Main runs the tests of a package and stops the cluster they used.
func Main(m *testing.M) {
	code := m.Run()
	if err := Shutdown(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// Shutdown stops the cluster that tests of this process used, if there is one.
func Shutdown() error {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.cluster == nil {
		return nil
	}
	err := shared.cluster.Close()
	shared.cluster = nil
	return err
}

// Server returns the address of the server that tests use.
func Server(t testing.TB) string {
	t.Helper()
	if s := os.Getenv(URLVariable); s != "" {
		return s
	}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.cluster == nil {
		c, err := Start(context.Background())
		if err != nil {
			t.Fatalf("start PostgreSQL: %v", err)
		}
		shared.cluster = c
	}
	return shared.cluster.URL()
}

// URL returns the address of an empty database: a schema of its own on the
// server, dropped when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	server := Server(t)
	schema := "test_" + strings.ToLower(rand.Text())
	t.Cleanup(func() {
		if err := Exec(context.Background(), server, "DROP SCHEMA IF EXISTS "+schema+" CASCADE"); err != nil {
			t.Errorf("drop schema: %v", err)
		}
	})
	if err := Exec(context.Background(), server, "CREATE SCHEMA "+schema); err != nil {
		t.Fatalf("create schema: %v", err)
	}
	return InSchema(t, server, schema)
}

// InSchema returns the address with another schema.
func InSchema(t testing.TB, server, schema string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("parse address of the server: %v", err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20") // as libpq reads it
	return u.String()
}

// Exec runs statements on a connection of their own.
func Exec(ctx context.Context, address, statements string) (err error) {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.PgConn().Exec(ctx, statements).ReadAll()
	return err
}
