package postgres

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"seeder/store"
)

var (
	// ErrAddress reports a connection URL that cannot be used.
	ErrAddress = errors.New("address of the database cannot be used")
	// ErrAccess reports that the server does not let this user in, or has no
	// such database.
	ErrAccess = errors.New("database refuses access")
	// ErrNotDatabase reports a schema with tables of another program.
	ErrNotDatabase = errors.New("not a seeder database")
	// ErrCorrupt reports that the server found its data damaged.
	ErrCorrupt = errors.New("database is damaged")
)

// The hints that go with the errors.
const (
	hintAccess      = "check user, password and database of database.url"
	hintNotDatabase = "give it a schema of its own: add search_path=seeder to database.url"
	hintNoSpace     = "free some disk space on the database server"
	hintUnavailable = "it is tried again"
)

// SQLSTATE codes, see https://www.postgresql.org/docs/current/errcodes-appendix.html.
const (
	codeSerialization = "40001"
	codeDeadlock      = "40P01"
)

// lostError is an error that came with the end of its connection.
type lostError struct{ error }

// Unwrap returns the error.
func (e lostError) Unwrap() error { return e.error }

// whetherLost marks an error of a connection that is gone, for those who
// classify the error and have no connection to ask.
func whetherLost(err error, c *pgx.Conn) error {
	if err != nil && c.IsClosed() {
		return lostError{err}
	}
	return err
}

// classify wraps an error of the driver with the sentinel it stands for. lost
// says that the connection is gone, as [whetherLost] does.
func classify(err error, lost bool) error {
	var e *pgconn.PgError
	var c *pgconn.ConnectError
	var gone lostError
	lost = lost || errors.As(err, &gone)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return classifyCode(e.Code, err, lost)
	case lost, errors.As(err, &c):
		return fmt.Errorf("%w: %w (%s)", store.ErrUnavailable, err, hintUnavailable)
	}
	return err
}

func classifyCode(code string, err error, lost bool) error {
	switch code {
	case "28000", "28P01", "3D000", "42501": // authorization, password, database, privilege
		return fmt.Errorf("%w: %w (%s)", ErrAccess, err, hintAccess)
	case "53100": // disk full
		return fmt.Errorf("%w: %w (%s)", store.ErrNoSpace, err, hintNoSpace)
	case "XX001", "XX002": // data, index corrupted
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	case "25006": // the server has become a read-only standby
		return fmt.Errorf("%w: %w (%s)", store.ErrUnavailable, err, hintUnavailable)
	}
	// 08 connection, 53 resources, 57P shutdown, crash, start
	if lost || code[:2] == "08" || code[:2] == "53" || code[:3] == "57P" {
		return fmt.Errorf("%w: %w (%s)", store.ErrUnavailable, err, hintUnavailable)
	}
	return err
}

// isConflict reports whether the transaction is to be run again.
func isConflict(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == codeSerialization || e.Code == codeDeadlock)
}
