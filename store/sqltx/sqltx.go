// Package sqltx is the part of a transaction that is the same for all databases
// that speak SQL: the statements and what goes on between them. A driver embeds
// [Tx] in its transaction and gives it an [Engine].
//
// Statements are written so that every database takes them, with ? for each
// argument. Rows of messages are stored and read by the drivers, each in the
// fastest way of its database.
package sqltx

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// Engine runs the statements of one transaction.
//
// Arguments are int, int64, uint32, uint64, bool, string, [Raw] and []byte.
// Unsigned numbers keep their bits, and an empty []byte is NULL.
type Engine interface {
	// Exec runs a writing statement and returns how many rows it changed;
	// [store.ErrReadOnly] when the transaction only reads.
	Exec(sql string, args ...any) (int64, error)
	// Query calls fn for each row; fn does not use the transaction.
	Query(fn func(Row) error, sql string, args ...any) error
	// Scan calls fn for the messages of rows, which is FROM ... WHERE ... with the
	// messages as m, in order. fn may use the transaction.
	Scan(fn func(*message.Message) error, rows string, args ...any) error
	// Lock makes writing transactions take turns from here to their end. taken
	// says that others may have written since this one began.
	Lock(kind Lock, id []byte) (taken bool, err error)
}

// Row is a row of a result.
type Row interface {
	// Scan reads the columns into *int, *int64, *uint32, *uint64, *bool, *string,
	// *[Raw] or *[]byte; into a []byte it copies as much as fits.
	Scan(dest ...any) error
}

// Raw is text that comes from outside: it may hold any byte.
type Raw string

// Lock is what a lock is on.
type Lock byte

// The locks; they are taken in this order.
const (
	LockList      Lock = 'l' // which communities there are
	LockCommunity Lock = 'c' // everything of a community
	LockArchive   Lock = 'a' // archives of an id, in all communities
	LockSettings  Lock = 't' // settings of the node and of all communities
)

// Tx is one transaction. With AddMessages, ImportMessages and RestoreMessages
// it is a [store.Tx].
type Tx struct {
	engine Engine
	write  bool
	lates  string
	// numbers are the numbers of communities in this database.
	numbers map[message.CommunityID]int64
	// touched are communities whose revision this transaction has raised.
	touched map[int64]bool
}

// New returns a transaction. lates is how the database best joins from the few
// rows of late, as l, to their messages, as m: FROM ...
func New(engine Engine, write bool, lates string) Tx {
	return Tx{engine: engine, write: write, lates: lates}
}

// One reads the first row and reports whether there was one.
func (t *Tx) One(fn func(Row) error, sql string, args ...any) (found bool, err error) {
	err = t.engine.Query(func(r Row) error {
		if found {
			return nil
		}
		found = true
		return fn(r)
	}, sql, args...)
	return found && err == nil, err
}

// Exists reports whether there is a row.
func (t *Tx) Exists(sql string, args ...any) (bool, error) {
	return t.One(func(Row) error { return nil }, sql, args...)
}

// number returns the integer in the first column of the first row, 0 without one.
func (t *Tx) number(sql string, args ...any) (n int64, err error) {
	_, err = t.One(func(r Row) error { return r.Scan(&n) }, sql, args...)
	return n, err
}

func (t *Tx) lock(kind Lock, id []byte) error {
	_, err := t.engine.Lock(kind, id)
	return err
}

// community returns the number of a community in this database; false when it
// has no row. A writing transaction has the community for itself from then on.
func (t *Tx) community(c message.CommunityID) (no int64, ok bool, err error) {
	if no, ok := t.numbers[c]; ok {
		return no, true, nil
	}
	if err := t.lock(LockCommunity, c[:]); err != nil {
		return 0, false, err
	}
	no, err = t.number("SELECT no FROM community WHERE id = ? AND "+present, c[:])
	if err != nil || no == 0 {
		return 0, false, err
	}
	if t.numbers == nil {
		t.numbers = make(map[message.CommunityID]int64)
	}
	t.numbers[c] = no
	return no, true, nil
}

// MustCommunity is for writes: it returns the number of a community in this
// database, [store.ErrNotFound] when there is no row.
func (t *Tx) MustCommunity(c message.CommunityID) (int64, error) {
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

// ofCommunity picks the rows of a community by its id, which is the argument.
const ofCommunity = " WHERE community_no = (SELECT no FROM community WHERE id = ?)"

// list calls fn for each row of a community; the first argument of the
// statement is its id.
func (t *Tx) list(c message.CommunityID, fn func(Row) error, sql string, args ...any) error {
	if err := t.lock(LockCommunity, c[:]); err != nil {
		return err
	}
	return t.engine.Query(fn, sql, append([]any{c[:]}, args...)...)
}

// first reads the first row of a community; see list.
func (t *Tx) first(c message.CommunityID, fn func(Row) error, sql string, args ...any) (bool, error) {
	if err := t.lock(LockCommunity, c[:]); err != nil {
		return false, err
	}
	return t.One(fn, sql, append([]any{c[:]}, args...)...)
}

// remove deletes rows of a community; see list.
func (t *Tx) remove(c message.CommunityID, sql string, args ...any) error {
	if err := t.lock(LockCommunity, c[:]); err != nil {
		return err
	}
	_, err := t.engine.Exec(sql, append([]any{c[:]}, args...)...)
	return err
}

// spanArgs cuts a span to what the database holds: no row lies outside.
func spanArgs(s message.Span) (from, to int64) {
	const end = store.MaxTimestamp + 1
	return int64(min(s.From, end)), int64(min(s.To, end))
}
