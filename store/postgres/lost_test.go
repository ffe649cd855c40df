package postgres

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"seeder/store"
	"seeder/store/postgres/pgtest"
)

// crashing dials a server that seems to die while a certain answer is waited for:
// then every connection to it ends.
type crashing struct {
	dial func(ctx context.Context, network, addr string) (net.Conn, error)

	mu    sync.Mutex
	left  int // reads until then
	conns []net.Conn
}

func (c *crashing) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := c.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns = append(c.conns, conn)
	return &crashingConn{Conn: conn, server: c}, nil
}

type crashingConn struct {
	net.Conn

	server  *crashing
	leaving atomic.Bool
}

// Write notes when the client takes its leave, to which nobody answers: it reads all
// the same when writing takes it long.
func (c *crashingConn) Write(b []byte) (int, error) {
	if bytes.Equal(b, terminate) {
		c.leaving.Store(true)
	}
	return c.Conn.Write(b)
}

// terminate is the message that a client takes its leave with.
var terminate = []byte{'X', 0, 0, 0, 4}

func (c *crashingConn) Read(b []byte) (int, error) {
	if !c.leaving.Load() {
		c.server.answer()
	}
	return c.Conn.Read(b)
}

func (c *crashing) dead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left <= 0
}

func (c *crashing) answer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left <= 0 {
		for _, conn := range c.conns {
			_ = conn.Close() // it may have been closed before
		}
	}
}

// TestServerDiesWhileOpening has the server die at each answer of opening a new
// database.
func TestServerDiesWhileOpening(t *testing.T) {
	for reads := 1; ; reads++ {
		cfg, err := pgxpool.ParseConfig(pgtest.URL(t))
		must(t, err)
		dial(cfg.ConnConfig)
		server := &crashing{dial: cfg.ConnConfig.DialFunc, left: reads}
		cfg.ConnConfig.DialFunc = server.Dial
		_, err = migrate(t.Context(), cfg)
		if !server.dead() {
			must(t, err)
			if reads < 10 {
				t.Errorf("opening takes %d answers only", reads)
			}
			return
		}
		if err := classify(err, false); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("server dies at answer %d: %v, want %v", reads, err, store.ErrUnavailable)
		}
	}
}

// TestServerDiesWhileConnecting has the server die after it let a connection in.
func TestServerDiesWhileConnecting(t *testing.T) {
	db := open(t, pgtest.URL(t))
	defer closeDB(t, db)
	must(t, add(db, 0, 10))
	cfg := db.reader.Config()
	dies := true
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		if dies {
			must(t, c.PgConn().Conn().Close())
		}
		return prepare(ctx, c)
	}
	db.reader.Close()
	var err error
	db.reader, err = pgxpool.NewWithConfig(t.Context(), cfg)
	must(t, err)
	if _, err := count(db); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("view: %v, want %v", err, store.ErrUnavailable)
	}
	dies = false
	if n, err := count(db); err != nil || n != 10 {
		t.Errorf("afterwards %d messages, %v", n, err)
	}
}
