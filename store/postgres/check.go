package postgres

import (
	"context"
	"fmt"
)

// Check implements [store.DB]. What is on the disk the server checks by itself
// when it is read; see data_checksums.
func (db *DB) Check(ctx context.Context) (schema int64, err error) {
	if err := db.gate.Enter(); err != nil {
		return 0, err
	}
	defer db.gate.Leave()
	conn, err := begin(ctx, db.reader, false)
	if err != nil {
		return 0, fmt.Errorf("check database: %w", err)
	}
	defer abandon(conn) // it is needed rarely
	schema, err = checkVersion(ctx, conn.Conn())
	if err != nil {
		return 0, fmt.Errorf("check database: %w", ofContext(ctx, classify(err, conn.Conn().IsClosed())))
	}
	return schema, nil
}
