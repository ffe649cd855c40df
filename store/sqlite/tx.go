package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"seeder/message"
	"seeder/store"
)

// tx is one transaction on one connection. It keeps the statements it has
// prepared until it ends.
type tx struct {
	ctx   context.Context
	conn  rawConn
	write bool
	idle  map[string]driver.Stmt // prepared, not in use
	// failed is the first error of a write. The engine may have rolled back
	// because of it, and then would commit each later write by itself.
	failed error
	// touched are communities whose revision this transaction has raised.
	touched map[int64]bool
}

var _ store.Tx = (*tx)(nil)

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
		return nil, fmt.Errorf("prepare statement: %w", classify(err))
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

// exec runs a writing statement and returns how many rows it changed.
func (t *tx) exec(sql string, args ...any) (int64, error) {
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

// fail notes that a write failed: nothing more is done, and nothing committed.
func (t *tx) fail(err error) error {
	t.failed = classify(err)
	return t.failed
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
		return classify(err)
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
			return classify(rows.Close())
		}
		if err != nil {
			_ = rows.Close() // reports the same error again
			return classify(err)
		}
		if err := fn(row); err != nil {
			_ = rows.Close() // reports nothing that the next step would not
			return err
		}
	}
}

// errStop ends a query after its first row.
var errStop = errors.New("enough rows")

// one calls fn for the first row and reports whether there was one.
func (t *tx) one(fn func(row []driver.Value), sql string, args ...any) (bool, error) {
	err := t.query(func(row []driver.Value) error {
		fn(row)
		return errStop
	}, sql, args...)
	if errors.Is(err, errStop) {
		return true, nil
	}
	return false, err
}

// number returns the integer in the first column of the first row, 0 without one.
func (t *tx) number(sql string, args ...any) (n int64, err error) {
	_, err = t.one(func(row []driver.Value) { n = integer(row[0]) }, sql, args...)
	return n, err
}

func (t *tx) exists(sql string, args ...any) (bool, error) {
	return t.one(func([]driver.Value) {}, sql, args...)
}

// community returns the number of a community in this database; false when it
// has no row.
func (t *tx) community(c message.CommunityID) (no int64, ok bool, err error) {
	no, err = t.number("SELECT no FROM community WHERE id = ?", c[:])
	return no, no != 0, err
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

// The columns of a row; NULL is the zero value.

func integer(v driver.Value) int64 { n, _ := v.(int64); return n }

func blob(v driver.Value) []byte { b, _ := v.([]byte); return b }

func text(v driver.Value) string { s, _ := v.(string); return s }

// spanArgs cuts a span to what the database holds: no row lies outside.
func spanArgs(s message.Span) (from, to int64) {
	const end = store.MaxTimestamp + 1
	return int64(min(s.From, end)), int64(min(s.To, end))
}
