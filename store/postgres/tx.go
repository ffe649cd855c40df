package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5"

	"seeder/store"
	"seeder/store/sqltx"
)

// tx is one transaction on one connection.
type tx struct {
	sqltx.Tx
	ctx    context.Context
	conn   *pgx.Conn
	write  bool
	schema string
	// failed is the first error of the server, after which it takes no more
	// statements but the end.
	failed error
	// cursor is the scan whose rows are on their way over the connection.
	cursor *cursor
	depth  int // of nested scans
	// locked are the keys locked by this transaction.
	locked map[int64]bool
	staged bool // the staging table was used
}

var _ store.Tx = (*tx)(nil)

const lates = " FROM late AS l JOIN message AS m ON m.community_no = l.community_no AND m.key = l.key"

func newTx(ctx context.Context, conn *pgx.Conn, write bool, schema string) *tx {
	t := &tx{ctx: ctx, conn: conn, write: write, schema: schema}
	t.Tx = sqltx.New(t, write, lates)
	return t
}

// fail notes that a statement failed: nothing more is done, and nothing committed.
func (t *tx) fail(err error) error {
	t.failed = ofContext(t.ctx, classify(err, t.conn.IsClosed()))
	return t.failed
}

// ready makes the connection free for a statement.
func (t *tx) ready() error {
	if t.failed == nil {
		t.settle()
	}
	return t.failed
}

// settle takes in what a scan has on its way over the connection.
func (t *tx) settle() {
	if c := t.cursor; c != nil {
		t.cursor = nil
		c.keep()
	}
}

// Exec implements [sqltx.Engine].
func (t *tx) Exec(sql string, args ...any) (int64, error) {
	if !t.write {
		return 0, store.ErrReadOnly
	}
	if err := t.ready(); err != nil {
		return 0, err
	}
	tag, err := t.conn.Exec(t.ctx, placeholders(sql), bind(args)...)
	if err != nil {
		return 0, t.fail(err)
	}
	return tag.RowsAffected(), nil
}

// Query implements [sqltx.Engine].
func (t *tx) Query(fn func(sqltx.Row) error, sql string, args ...any) error {
	if err := t.ready(); err != nil {
		return err
	}
	rows, err := t.conn.Query(t.ctx, placeholders(sql), bind(args)...)
	if err != nil {
		return t.fail(err)
	}
	defer rows.Close()
	r := &row{rows}
	for rows.Next() {
		if err := fn(r); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return t.fail(err)
	}
	return nil
}

// Locks that are taken before those of transactions.
const (
	lockNode   sqltx.Lock = 'n' // the running node
	lockSchema sqltx.Lock = 's' // migrations
)

// lockKey returns the key of an advisory lock. Locks are the database's, so
// the schema is part of their keys.
func lockKey(schema string, kind sqltx.Lock, id []byte) int64 {
	b := append([]byte("seeder/"+schema), 0, byte(kind))
	sum := sha256.Sum256(append(b, id...))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// Lock implements [sqltx.Engine]. What is read afterwards is what others have
// committed before.
func (t *tx) Lock(kind sqltx.Lock, id []byte) (taken bool, err error) {
	if !t.write {
		return false, nil
	}
	key := lockKey(t.schema, kind, id)
	if t.locked[key] {
		return false, nil
	}
	if _, err := t.Exec("SELECT pg_advisory_xact_lock($1)", key); err != nil {
		return false, fmt.Errorf("wait for other writers: %w", err)
	}
	if t.locked == nil {
		t.locked = make(map[int64]bool)
	}
	t.locked[key] = true
	return true, nil
}
