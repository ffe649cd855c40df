package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"seeder/store"
	"seeder/store/sqltx"
)

// tx is one transaction on one connection. It keeps the statements it has
// prepared until it ends.
type tx struct {
	sqltx.Tx
	ctx   context.Context
	conn  rawConn
	write bool
	idle  map[string]driver.Stmt // prepared, not in use
	// failed is the first error of a write. The engine may have rolled back
	// because of it, and then would commit each later write by itself.
	failed error
}

var _ store.Tx = (*tx)(nil)

// lates joins from the few late rows to their messages, in this order.
const lates = ` FROM (SELECT community_no, timestamp, key FROM late ORDER BY timestamp, key) AS l
	CROSS JOIN message AS m ON m.community_no = l.community_no AND m.key = l.key`

func newTx(ctx context.Context, conn rawConn, write bool) *tx {
	t := &tx{ctx: ctx, conn: conn, write: write}
	t.Tx = sqltx.New(t, write, lates)
	return t
}

// checkEvery is after how many rows a long loop looks at the context.
const checkEvery = 256

// command runs a statement without arguments and regardless of the context.
func (t *tx) command(sql string) error {
	_, err := t.conn.ExecContext(context.Background(), sql, nil)
	return classify(err)
}

// take returns a prepared statement for the caller alone; give returns it. Two
// takes of the same text give two statements, so that scans may nest.
func (t *tx) take(sql string) (driver.Stmt, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	if s, ok := t.idle[sql]; ok {
		delete(t.idle, sql)
		return s, nil
	}
	s, err := t.conn.PrepareContext(t.ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("prepare statement: %w", t.classify(err))
	}
	return s, nil
}

func (t *tx) give(sql string, s driver.Stmt) {
	if t.idle == nil {
		t.idle = make(map[string]driver.Stmt)
	}
	if _, ok := t.idle[sql]; ok {
		_ = s.Close() // a spare one of a nested scan
		return
	}
	t.idle[sql] = s
}

// finish closes the statements; the transaction may not end before.
func (t *tx) finish() {
	for _, s := range t.idle {
		_ = s.Close() // reports again what the statement's last step reported
	}
	t.idle = nil
}

// Lock implements [sqltx.Engine]: there is one writer.
func (t *tx) Lock(sqltx.Lock, []byte) (bool, error) { return false, nil }

// Exec implements [sqltx.Engine].
func (t *tx) Exec(sql string, args ...any) (int64, error) {
	if !t.write {
		return 0, store.ErrReadOnly
	}
	s, err := t.take(sql)
	if err != nil {
		return 0, err
	}
	defer t.give(sql, s)
	res, err := s.(driver.StmtExecContext).ExecContext(t.ctx, named(args))
	if err != nil {
		return 0, t.fail(err)
	}
	return res.RowsAffected()
}

// classify is [classify] for what uses the context: the engine may say that it was
// interrupted, which is how the driver ends a statement whose context has ended.
func (t *tx) classify(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_INTERRUPT {
		if ended := context.Cause(t.ctx); ended != nil {
			return fmt.Errorf("%w: %w", ended, err)
		}
	}
	return classify(err)
}

// fail notes that a write failed: nothing more is done, and nothing committed.
func (t *tx) fail(err error) error {
	t.failed = t.classify(err)
	return t.failed
}

// Query implements [sqltx.Engine].
func (t *tx) Query(fn func(sqltx.Row) error, sql string, args ...any) error {
	var r row
	return t.query(func(values []driver.Value) error {
		r = values
		return fn(&r)
	}, sql, args...)
}

// query calls fn for each row. Byte slices in the row belong to fn.
func (t *tx) query(fn func(row []driver.Value) error, sql string, args ...any) error {
	s, err := t.take(sql)
	if err != nil {
		return err
	}
	defer t.give(sql, s)
	rows, err := s.(driver.StmtQueryContext).QueryContext(t.ctx, named(args))
	if err != nil {
		return t.classify(err)
	}
	row := make([]driver.Value, len(rows.Columns()))
	for n := 1; ; n++ {
		if n%checkEvery == 0 {
			if err := t.ctx.Err(); err != nil {
				_ = rows.Close()
				return err
			}
		}
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return t.classify(rows.Close())
		}
		if err != nil {
			_ = rows.Close() // reports the same error again
			return t.classify(err)
		}
		if err := fn(row); err != nil {
			_ = rows.Close() // reports nothing that the next step would not
			return err
		}
	}
}

// named turns arguments into what the driver binds. Unsigned numbers keep
// their bits.
func named(args []any) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case int:
			a = int64(v)
		case uint32:
			a = int64(v)
		case uint64:
			a = int64(v)
		case sqltx.Raw:
			a = string(v)
		case bool:
			a = int64(0)
			if v {
				a = int64(1)
			}
		case []byte:
			if len(v) == 0 {
				a = nil
			}
		}
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

// row is a row of a result.
type row []driver.Value

// Scan implements [sqltx.Row]. NULL is the zero value.
func (r *row) Scan(dest ...any) error {
	for i, d := range dest {
		v := (*r)[i]
		switch d := d.(type) {
		case *int:
			*d = int(integer(v))
		case *int64:
			*d = integer(v)
		case *uint32:
			*d = uint32(integer(v))
		case *uint64:
			*d = uint64(integer(v))
		case *bool:
			*d = integer(v) != 0
		case *string:
			*d = text(v)
		case *sqltx.Raw:
			*d = sqltx.Raw(text(v))
		case *[]byte:
			*d = blob(v)
		case []byte:
			copy(d, blob(v))
		default:
			return fmt.Errorf("read row: column %d into a %T", i, d)
		}
	}
	return nil
}

// The columns of a row; NULL is the zero value.

func integer(v driver.Value) int64 { n, _ := v.(int64); return n }

func blob(v driver.Value) []byte { b, _ := v.([]byte); return b }

func text(v driver.Value) string { s, _ := v.(string); return s }
