package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"seeder/message"
	"seeder/store"
)

// tx is one transaction on one connection.
type tx struct {
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
	// numbers are the numbers of communities in this database.
	numbers map[message.CommunityID]int64
	staged  bool // the staging table was used
	// touched are communities whose revision this transaction has raised.
	touched map[int64]bool
}

var _ store.Tx = (*tx)(nil)

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

// exec runs a writing statement and returns how many rows it changed.
func (t *tx) exec(sql string, args ...any) (int64, error) {
	if !t.write {
		return 0, store.ErrReadOnly
	}
	if err := t.ready(); err != nil {
		return 0, err
	}
	tag, err := t.conn.Exec(t.ctx, sql, args...)
	if err != nil {
		return 0, t.fail(err)
	}
	return tag.RowsAffected(), nil
}

// row is a row of a result.
type row struct{ rows pgx.Rows }

func (r row) scan(dest ...any) error {
	if err := r.rows.Scan(dest...); err != nil {
		return fmt.Errorf("read row: %w", err)
	}
	return nil
}

// query calls fn for each row; it does not use the transaction.
func (t *tx) query(fn func(r row) error, sql string, args ...any) error {
	if err := t.ready(); err != nil {
		return err
	}
	rows, err := t.conn.Query(t.ctx, sql, args...)
	if err != nil {
		return t.fail(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(row{rows}); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return t.fail(err)
	}
	return nil
}

// one reads the first row and reports whether there was one.
func (t *tx) one(fn func(r row) error, sql string, args ...any) (found bool, err error) {
	err = t.query(func(r row) error {
		if found {
			return nil
		}
		found = true
		return fn(r)
	}, sql, args...)
	return found && err == nil, err
}

// number returns the integer in the first column of the first row, 0 without one.
func (t *tx) number(sql string, args ...any) (n int64, err error) {
	_, err = t.one(func(r row) error { return r.scan(&n) }, sql, args...)
	return n, err
}

func (t *tx) exists(sql string, args ...any) (bool, error) {
	return t.one(func(row) error { return nil }, sql, args...)
}

// What a lock is on; they are taken in this order.
const (
	lockNode      = 'n' // the running node
	lockSchema    = 's' // migrations
	lockList      = 'l' // which communities there are
	lockCommunity = 'c' // everything of a community
	lockArchive   = 'a' // archives of an id, in all communities
	lockSettings  = 't' // settings of the node and of all communities
)

// lockKey returns the key of an advisory lock. Locks are the database's, so
// the schema is part of their keys.
func lockKey(schema string, kind byte, id []byte) int64 {
	b := append([]byte("seeder/"+schema), 0, kind)
	sum := sha256.Sum256(append(b, id...))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// lock waits for a lock of a writing transaction, and holds it until its end.
// What is read afterwards is what others have committed before.
func (t *tx) lock(kind byte, id []byte) error {
	if !t.write {
		return nil
	}
	key := lockKey(t.schema, kind, id)
	if t.locked[key] {
		return nil
	}
	if _, err := t.exec("SELECT pg_advisory_xact_lock($1)", key); err != nil {
		return fmt.Errorf("wait for other writers: %w", err)
	}
	if t.locked == nil {
		t.locked = make(map[int64]bool)
	}
	t.locked[key] = true
	return nil
}

// community returns the number of a community in this database; false when it
// has no row. A writing transaction has the community for itself from then on.
func (t *tx) community(c message.CommunityID) (no int64, ok bool, err error) {
	if no, ok := t.numbers[c]; ok {
		return no, true, t.ready()
	}
	if err := t.lock(lockCommunity, c[:]); err != nil {
		return 0, false, err
	}
	no, err = t.number("SELECT no FROM community WHERE id = $1", c[:])
	if err != nil || no == 0 {
		return 0, false, err
	}
	if t.numbers == nil {
		t.numbers = make(map[message.CommunityID]int64)
	}
	t.numbers[c] = no
	return no, true, nil
}

// mustCommunity is for writes: [store.ErrNotFound] when there is no row.
func (t *tx) mustCommunity(c message.CommunityID) (int64, error) {
	if !t.write {
		return 0, store.ErrReadOnly
	}
	no, ok, err := t.community(c)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, fmt.Errorf("community %v: %w", c, store.ErrNotFound)
	}
	return no, nil
}

// list calls fn for each row that a community has; sql takes its number as $1.
func (t *tx) list(c message.CommunityID, fn func(r row) error, sql string, args ...any) error {
	no, ok, err := t.community(c)
	if err != nil || !ok {
		return err
	}
	return t.query(fn, sql, append([]any{no}, args...)...)
}

// remove deletes rows of a community; sql takes its number as $1. There are
// none of a community without a row.
func (t *tx) remove(c message.CommunityID, sql string, args ...any) error {
	if !t.write {
		return store.ErrReadOnly
	}
	no, ok, err := t.community(c)
	if err != nil || !ok {
		return err
	}
	_, err = t.exec(sql, append([]any{no}, args...)...)
	return err
}

// Arguments. Unsigned numbers keep their bits, and empty text is not NULL.

func asInt(n uint64) int64 { return int64(n) }

func raw[T ~string](s T) []byte { return []byte(s) }

// nullable gives NULL for an empty field.
func nullable(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

// spanArgs cuts a span to what the database holds: no row lies outside.
func spanArgs(s message.Span) (from, to int64) {
	const end = store.MaxTimestamp + 1
	return int64(min(s.From, end)), int64(min(s.To, end))
}

var errColumns = errors.New("the server answered in an unexpected form")
