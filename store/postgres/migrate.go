package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"seeder/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// newestVersion is the number of the last file in migrations.
const newestVersion = 1

// versionTable holds the versions that the schema has gone through. Its name
// is ours alone, so that it tells our schema from that of another program.
const versionTable = "seeder_schema_version"

// connectTimeout bounds one attempt to connect.
const connectTimeout = 10 * time.Second

// migrate brings the schema to the newest version and returns its name. A
// schema that is up to date is only looked at.
func migrate(ctx context.Context, cfg *pgxpool.Config) (schema string, err error) {
	conn, err := pgx.ConnectConfig(ctx, cfg.ConnConfig.Copy())
	if err != nil {
		return "", fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if schema, err = enterSchema(ctx, conn); err != nil {
		return "", err
	}
	current, err := checkVersion(ctx, conn)
	if err != nil || current == newestVersion {
		return schema, err
	}
	// The lock ends with the connection.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", lockKey(schema, lockSchema, nil)); err != nil {
		return "", fmt.Errorf("lock schema: %w", err)
	}
	if current, err = checkVersion(ctx, conn); err != nil || current == newestVersion {
		return schema, err // another process was faster
	}
	return schema, up(ctx, cfg)
}

// enterSchema returns the schema that tables are made in, which is made when it
// does not exist.
func enterSchema(ctx context.Context, conn *pgx.Conn) (string, error) {
	var schema *string
	if err := conn.QueryRow(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		return "", fmt.Errorf("find schema: %w", err)
	}
	if schema != nil {
		return *schema, nil
	}
	// No schema of search_path exists: the first one is to be made.
	var first *string
	err := conn.QueryRow(ctx, `SELECT (parse_ident(trim(split_part(current_setting('search_path'), ',', 1))))[1]`).Scan(&first)
	if err != nil {
		return "", fmt.Errorf("read search_path: %w", err)
	}
	if first == nil {
		return "", fmt.Errorf("%w: search_path names no schema", ErrAddress)
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", lockKey(*first, lockSchema, nil)); err != nil {
		return "", fmt.Errorf("lock schema: %w", err)
	}
	if _, err := conn.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{*first}.Sanitize()); err != nil {
		return "", fmt.Errorf("create schema: %w", err)
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", lockKey(*first, lockSchema, nil)); err != nil {
		return "", fmt.Errorf("unlock schema: %w", err)
	}
	return *first, nil
}

// checkVersion returns the version of the schema, 0 for none, and refuses a
// newer one and tables of another program.
func checkVersion(ctx context.Context, conn *pgx.Conn) (int64, error) {
	var ours bool
	var foreign *string
	err := conn.QueryRow(ctx, `SELECT to_regclass(quote_ident(current_schema()) || '.`+versionTable+`') IS NOT NULL,
		(SELECT min(tablename) FROM pg_tables WHERE schemaname = current_schema() AND tablename IN
		('community', 'message', 'late', 'coverage', 'archive', 'generation', 'announcement', 'work', 'operation', 'fork'))`).
		Scan(&ours, &foreign)
	switch {
	case err != nil:
		return 0, fmt.Errorf("look at schema: %w", err)
	case !ours && foreign != nil:
		return 0, fmt.Errorf("%w: it has a table %q of another program (%s)", ErrNotDatabase, *foreign, hintNotDatabase)
	case !ours:
		return 0, nil
	}
	var current int64
	if err := conn.QueryRow(ctx, "SELECT coalesce(max(version_id), 0) FROM "+versionTable+" WHERE is_applied").Scan(&current); err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	if current > newestVersion {
		return 0, fmt.Errorf("%w: schema version %d, this program knows %d (install the newer version)",
			store.ErrNewerSchema, current, newestVersion)
	}
	return current, nil
}

// up runs the migrations that are missing, each in a transaction of its own.
func up(ctx context.Context, cfg *pgxpool.Config) error {
	db := stdlib.OpenDB(*cfg.ConnConfig.Copy())
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return errors.Join(err, db.Close())
	}
	versions, err := database.NewStore(database.DialectPostgres, versionTable)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	p, err := goose.NewProvider("", db, files, goose.WithStore(versions), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return errors.Join(fmt.Errorf("read migrations: %w", err), db.Close())
	}
	if _, err := p.Up(ctx); err != nil {
		return errors.Join(fmt.Errorf("migrate schema: %w", err), db.Close())
	}
	return db.Close()
}
