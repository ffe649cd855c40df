package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Drop removes the schema that a URL names in search_path, with everything in
// it; that it does not exist is no error. [ErrNotDatabase] when it was not made
// by [Open], [ErrAddress] when the URL names none or the one that all users of
// a database share.
func Drop(ctx context.Context, url string) (err error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAddress, err)
	}
	maps.DeleteFunc(cfg.RuntimeParams, func(name, _ string) bool { // settings of the pool are unknown to the server
		return strings.HasPrefix(name, "pool_")
	})
	schema := firstIdentifier(cfg.RuntimeParams["search_path"])
	if schema == "" || schema == "$user" || schema == "public" {
		return fmt.Errorf("%w: it names no schema of its own in search_path", ErrAddress)
	}
	dial(cfg)
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return classify(fmt.Errorf("connect: %w", err), false)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	var exists, ours bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1),
		EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2)`, schema, versionTable).Scan(&exists, &ours); err != nil {
		return fmt.Errorf("look at schema: %w", err)
	}
	switch {
	case !exists:
		return nil
	case !ours:
		return fmt.Errorf("%w: schema %q", ErrNotDatabase, schema)
	}
	if _, err := conn.Exec(ctx, "DROP SCHEMA "+pgx.Identifier{schema}.Sanitize()+" CASCADE"); err != nil {
		return classify(fmt.Errorf("drop schema: %w", err), conn.IsClosed())
	}
	return nil
}
