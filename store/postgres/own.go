package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"seeder/internal/retry"
)

// ErrOwned reports that another running node has the schema for itself.
var ErrOwned = errors.New("another node uses this schema (give each a search_path of its own)")

// Another node is given ownTries times ownPause to end: the server needs a
// moment to notice the end of one that was killed.
const (
	ownTries = 20
	ownPause = 100 * time.Millisecond
)

// Own takes the schema for one running node until the result is closed;
// [ErrOwned] when another one has it. Others may still open the database, as
// commands do beside a node. A connection of its own holds it: when that is lost
// the node goes on, and nobody else is refused from then on.
func (db *DB) Own(ctx context.Context) (io.Closer, error) {
	conn, err := pgx.ConnectConfig(ctx, db.writer.Config().ConnConfig)
	if err != nil {
		return nil, classify(fmt.Errorf("connect: %w", err), false)
	}
	o := owner{conn: conn, key: lockKey(db.schema, lockNode, nil)}
	if err := o.take(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("take schema %q: %w", db.schema, classify(err, conn.IsClosed())), conn.Close(ctx))
	}
	return o, nil
}

// owner is the connection that holds a schema.
type owner struct {
	conn *pgx.Conn
	key  int64
}

func (o owner) take(ctx context.Context) error {
	if err := prepare(ctx, o.conn); err != nil {
		return err
	}
	for try := 1; ; try++ {
		var taken bool
		if err := o.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", o.key).Scan(&taken); taken || err != nil {
			return err //nolint:wrapcheck // Own does
		}
		if try == ownTries || !retry.Sleep(ctx, ownPause) {
			return errors.Join(ErrOwned, ctx.Err())
		}
	}
}

// Close implements [io.Closer].
func (o owner) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	// Both fail when the server has let go before. Letting go first spares the
	// next one the wait until the server notices the end of the connection.
	_, _ = o.conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", o.key)
	_ = o.conn.Close(ctx)
	return nil
}
