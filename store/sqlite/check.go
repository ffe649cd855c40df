package sqlite

import (
	"context"
	"errors"
	"fmt"
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
	var found string
	if err := db.reader.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return schema, fmt.Errorf("check database: %w", classify(err))
	}
	if found != "ok" {
		return schema, &hinted{fmt.Errorf("%w: %w", ErrCorrupt, errors.New(found)), hintCorrupt}
	}
	return schema, nil
}
