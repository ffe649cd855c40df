package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// DefaultConnections is how many connections are open at most when the URL
// does not say; see pool_max_conns in the package comment.
const DefaultConnections = 8

// Options say how to open a database. The zero value is good.
type Options struct {
	// Connections is how many connections are open at most, at least 2; 0
	// means what the URL says, or [DefaultConnections].
	Connections int
}

// session is run on each new connection. Waits of this program are its own to
// bound, and a transaction is idle while an archive is being checked. A node
// whose machine died lets go of its locks after half a minute.
const session = `SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
	SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
	SET client_min_messages = warning; SET work_mem = '32MB'; SET jit = off;
	SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
	SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'`

// prepare makes a new connection ready for use.
func prepare(ctx context.Context, c *pgx.Conn) error {
	if _, err := c.PgConn().Exec(ctx, session).ReadAll(); err != nil {
		return fmt.Errorf("prepare connection: %w", whetherLost(err, c))
	}
	return nil
}

// Open connects to the server at a URL, see the package comment, and brings the
// schema to the newest version.
//
// Errors: [ErrAddress], [ErrAccess], [ErrNotDatabase], [store.ErrUnavailable],
// [store.ErrNewerSchema]. None of them tells the password.
func Open(ctx context.Context, url string, opts Options) (*DB, error) {
	reading, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	n := opts.Connections
	if n <= 0 {
		if n, err = connections(url); err != nil {
			return nil, err
		}
	}
	dial(reading.ConnConfig)
	reading.AfterConnect = prepare
	reading.MinConns, reading.MinIdleConns = 0, 0
	writing := reading.Copy()
	writing.MaxConns = int32(max(1, n/2))
	reading.MaxConns = int32(max(1, n-n/2))
	schema, err := migrate(ctx, writing)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", classify(err, false))
	}
	db := &DB{schema: schema}
	if db.writer, err = pgxpool.NewWithConfig(ctx, writing); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if db.reader, err = pgxpool.NewWithConfig(ctx, reading); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// dial bounds the time until a server that has gone without a word is noticed,
// when connecting and later.
func dial(cfg *pgx.ConnConfig) {
	if cfg.ConnectTimeout <= 0 || cfg.ConnectTimeout > connectTimeout {
		cfg.ConnectTimeout = connectTimeout
	}
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}
	cfg.DialFunc = dialer.DialContext
}

// connections returns pool_max_conns of a URL, which the pool's own reading of
// it replaces by a default that depends on the machine.
func connections(url string) (int, error) {
	u, err := pgx.ParseConfig(url)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	s, ok := u.RuntimeParams["pool_max_conns"]
	if !ok {
		return DefaultConnections, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 2 || n > 1000 {
		return 0, fmt.Errorf("%w: pool_max_conns is a number from 2 to 1000", ErrAddress)
	}
	return n, nil
}
