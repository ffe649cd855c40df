package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"seeder/internal/fault"
	"seeder/internal/retry"
	"seeder/store"
	"seeder/store/sqltx"
)

// DB is an open database. It implements [store.DB].
type DB struct {
	writer, reader *pgxpool.Pool
	schema         string // part of the keys of locks
	gate           sqltx.Gate
}

var _ store.DB = (*DB)(nil)

// errEnded is what a transaction returns that is used after its end: the
// connection may serve another one by then.
var errEnded = errors.New("transaction has ended")

const (
	// conflictTries is how often a transaction is run that conflicts with others.
	conflictTries = 100
	// The pauses between the runs, each up to half longer or shorter.
	conflictFirst   = 5 * time.Millisecond
	conflictLongest = 500 * time.Millisecond
	// endTimeout bounds the end of a transaction, which the context does not.
	endTimeout = 30 * time.Second
)

// View implements [store.DB].
func (db *DB) View(ctx context.Context, fn func(store.Tx) error) error {
	return db.run(ctx, db.reader, false, fn)
}

// Update implements [store.DB]. It waits for its turn among the writers of a
// community, of all processes, for as long as ctx lives.
func (db *DB) Update(ctx context.Context, fn func(store.Tx) error) error {
	return db.run(ctx, db.writer, true, fn)
}

// Close implements [store.DB]. Called inside a transaction it waits for ever.
func (db *DB) Close() error {
	db.gate.Shut()
	for _, pool := range []*pgxpool.Pool{db.reader, db.writer} {
		if pool != nil {
			pool.Close()
		}
	}
	return nil
}

// run runs fn in a transaction, again while it conflicts with others.
func (db *DB) run(ctx context.Context, pool *pgxpool.Pool, write bool, fn func(store.Tx) error) error {
	if err := db.gate.Enter(); err != nil {
		return err
	}
	defer db.gate.Leave()
	for try := 1; ; try++ {
		conflict, err := db.attempt(ctx, pool, write, fn)
		if !conflict || try == conflictTries {
			return err
		}
		if !retry.Sleep(ctx, retry.After(conflictFirst, conflictLongest, try)) {
			return errors.Join(ctx.Err(), err)
		}
	}
}

func (db *DB) attempt(ctx context.Context, pool *pgxpool.Pool, write bool, fn func(store.Tx) error) (conflict bool, err error) {
	conn, err := begin(ctx, pool, write)
	if err != nil {
		return false, fmt.Errorf("begin transaction: %w", err)
	}
	defer conn.Release() // closes it when it is not fit for use
	return newTx(ctx, conn.Conn(), write, db.schema).transact(fn)
}

// begin takes a connection and begins a transaction on it. Connections that
// were lost while nobody used them are left aside.
func begin(ctx context.Context, pool *pgxpool.Pool, write bool) (*pgxpool.Conn, error) {
	statement := "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
	if !write { // the first query fixes the snapshot
		statement = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1"
	}
	for lost := int32(0); ; lost++ {
		conn, err := pool.Acquire(ctx)
		if err != nil {
			return nil, ofContext(ctx, classify(err, false))
		}
		_, err = conn.Conn().PgConn().Exec(ctx, statement).ReadAll()
		if err == nil {
			return conn, nil
		}
		closed := conn.Conn().IsClosed()
		abandon(conn)
		if !closed || ctx.Err() != nil || lost > pool.Config().MaxConns {
			return nil, ofContext(ctx, classify(err, closed))
		}
	}
}

// abandon closes a connection in an unknown state.
func abandon(conn *pgxpool.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Conn().Close(ctx) // the error that led here says more
	conn.Release()
}

// ofContext makes an error that came because ctx ended say so.
func ofContext(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// transact runs fn and commits or rolls back. conflict says that all of it is
// to be done again.
func (t *tx) transact(fn func(store.Tx) error) (conflict bool, err error) {
	ended := false
	defer func() { // also when fn panics
		if !ended {
			t.rollback()
		}
		t.failed = errEnded
	}()
	err = fn(t)
	if isConflict(t.failed) { // whoever runs it again looks at the context
		return true, errors.Join(err, t.failed)
	}
	if err != nil {
		return false, err
	}
	if err := errors.Join(t.failed, t.ctx.Err()); err != nil {
		return false, err
	}
	if t.write {
		if err := fault.Point(fault.StoreCommitBefore); err != nil {
			return false, fmt.Errorf("commit transaction: %w", err)
		}
	}
	ended = true
	err = t.end("COMMIT")
	if err != nil {
		t.rollback()
		return isConflict(err), fmt.Errorf("commit transaction: %w", err)
	}
	if !t.write {
		return false, nil
	}
	return false, fault.Point(fault.StoreCommitAfter)
}

// end ends the transaction, regardless of its context: a commit that nobody
// waits for would have an unknown outcome.
func (t *tx) end(statement string) error {
	t.settle()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), endTimeout)
	defer cancel()
	results, err := t.conn.PgConn().Exec(ctx, statement).ReadAll()
	if err != nil {
		return classify(err, t.conn.IsClosed())
	}
	if n := len(results); n > 0 && statement == "COMMIT" && results[n-1].CommandTag.String() == "ROLLBACK" {
		return errors.New("the server rolled back")
	}
	return nil
}

// rollback leaves the connection ready for the next transaction, or closed.
func (t *tx) rollback() {
	if t.conn.IsClosed() || t.end("ROLLBACK") == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = t.conn.Close(ctx) // the error that led here says more
}
