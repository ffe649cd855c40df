package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"seeder/internal/fault"
	"seeder/store"
	"seeder/store/sqltx"
)

// DB is an open database. It implements [store.DB].
type DB struct {
	writer, reader *sql.DB
	lockTimeout    time.Duration
	gate           sqltx.Gate
}

var _ store.DB = (*DB)(nil)

// View implements [store.DB].
func (db *DB) View(ctx context.Context, fn func(store.Tx) error) error {
	return db.run(ctx, db.reader, false, fn)
}

// Update implements [store.DB]. It waits for its turn among the writers of
// this process for as long as ctx lives.
func (db *DB) Update(ctx context.Context, fn func(store.Tx) error) error {
	return db.run(ctx, db.writer, true, fn)
}

// Close implements [store.DB]. Called inside a transaction it waits for ever.
func (db *DB) Close() error {
	db.gate.Shut()
	// The writer is closed last: the last connection folds the log into the file.
	return classify(errors.Join(db.reader.Close(), db.writer.Close()))
}

func (db *DB) run(ctx context.Context, pool *sql.DB, write bool, fn func(store.Tx) error) error {
	if err := db.gate.Enter(); err != nil {
		return err
	}
	defer db.gate.Leave()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open database connection: %w", classify(err))
	}
	defer func() { _ = conn.Close() }() // back to the pool
	return conn.Raw(func(c any) error {
		return db.transact(newTx(ctx, c.(rawConn), write), fn)
	})
}

// transact begins, runs fn, and commits or rolls back.
func (db *DB) transact(t *tx, fn func(store.Tx) error) (err error) {
	committed := false
	defer func() { // also when fn panics, or when beginning got half way
		t.finish()
		if !committed {
			// The engine may have rolled back by itself; then this fails, rightly.
			_ = t.command("ROLLBACK")
		}
	}()
	if err := db.begin(t); err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	if err := fn(t); err != nil {
		return err
	}
	if err := errors.Join(t.failed, t.ctx.Err()); err != nil {
		return err
	}
	t.finish()
	if t.write {
		if err := fault.Point(fault.StoreCommitBefore); err != nil {
			return fmt.Errorf("commit transaction: %w", err)
		}
	}
	if err := t.command("COMMIT"); err != nil {
		return fmt.Errorf("commit transaction: %w", err)
	}
	committed = true
	if t.write {
		return fault.Point(fault.StoreCommitAfter)
	}
	return nil
}

// busyWait is how long the engine waits for a lock before Update looks at its
// context and tries again.
const busyWait = 200 * time.Millisecond

// begin takes the write lock, or for a reader fixes the snapshot.
func (db *DB) begin(t *tx) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	if !t.write {
		if err := t.command("BEGIN"); err != nil {
			return err
		}
		_, err := t.Exists("SELECT 1 FROM community LIMIT 1")
		return err
	}
	for waited := time.Duration(0); ; waited += busyWait {
		err := t.command("BEGIN IMMEDIATE")
		if !isBusy(err) || waited >= db.lockTimeout {
			return err
		}
		if t.ctx.Err() != nil {
			return fmt.Errorf("%w (%w)", err, t.ctx.Err()) // why it took so long
		}
	}
}

// rawConn is what the driver's connection is used as.
type rawConn interface {
	driver.ConnPrepareContext
	driver.ExecerContext
}
