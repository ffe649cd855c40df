package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Check implements [store.DB]: it reads the whole file, as PRAGMA quick_check does.
// The error wraps [ErrCorrupt] when something does not fit.
func (db *DB) Check(ctx context.Context) (schema int64, err error) {
	if err := db.gate.Enter(); err != nil {
		return 0, err
	}
	defer db.gate.Leave()
	err = db.reader.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&schema)
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", classify(err))
	}
	if err := legible(ctx, db.reader); err != nil {
		return schema, fmt.Errorf("check database: %w", classify(err))
	}
	var found string
	if err := db.reader.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return schema, fmt.Errorf("check database: %w", classify(err))
	}
	if found != "ok" {
		return schema, damaged(found)
	}
	return schema, nil
}

// versionTable is where the migrations that were made are noted.
const versionTable = "goose_db_version"

// legible looks whether the schema can be read, names the table of versions with its
// first row, and gives each of its tables a first page that can be read. The error
// wraps [ErrCorrupt] where it does not: whoever migrates would take the table of
// versions for missing, and try again and again to make it. An empty file is legible.
func legible(ctx context.Context, db *sql.DB) error {
	names, err := tables(ctx, db)
	if err != nil || len(names) == 0 {
		return err
	}
	var known, first int
	for _, name := range names {
		if name == versionTable {
			known++
		}
		var rows int
		err := db.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT * FROM "`+strings.ReplaceAll(name, `"`, `""`)+`" LIMIT 1)`).Scan(&rows)
		if err != nil {
			return misread("read table "+name, err)
		}
	}
	if known == 0 {
		return damaged("the table of versions is missing")
	}
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM "+versionTable+" WHERE version_id = 0").Scan(&first); err != nil {
		return misread("read schema version", err)
	}
	if first == 0 {
		return damaged("the table of versions has lost its rows")
	}
	return nil
}

// tables returns the names of the tables of the schema.
func tables(ctx context.Context, db *sql.DB) (names []string, err error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_schema WHERE type = 'table'")
	if err != nil {
		return nil, misread("read schema", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, damaged(err.Error())
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		return nil, misread("read schema", err)
	}
	return names, nil
}

// misread wraps an error of reading what this program has written. A statement that
// does not fit the schema tells that the schema is another one than was written.
func misread(what string, err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_ERROR {
		return damaged(fmt.Sprintf("%s: %v", what, err))
	}
	return fmt.Errorf("%s: %w", what, err)
}

func damaged(how string) error {
	return &hinted{fmt.Errorf("%w: %s", ErrCorrupt, how), hintCorrupt}
}
