package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
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
const newestVersion = 3

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
	defer func() { err = errors.Join(whetherLost(err, conn), conn.Close(ctx)) }()
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
	if err = up(ctx, cfg.ConnConfig.Copy()); err != nil {
		_ = conn.Ping(ctx) // this connection, too, notices when the server is gone
	}
	return schema, err
}

// enterSchema returns the schema that tables are made in: the first one of
// search_path, which is made when it does not exist.
func enterSchema(ctx context.Context, conn *pgx.Conn) (string, error) {
	var path string
	if err := conn.QueryRow(ctx, "SELECT current_setting('search_path')").Scan(&path); err != nil {
		return "", fmt.Errorf("read search_path: %w", err)
	}
	schema, current := firstIdentifier(path), ""
	if schema != "" && schema != "$user" {
		if err := makeSchema(ctx, conn, schema); err != nil {
			return "", err
		}
	}
	if err := conn.QueryRow(ctx, "SELECT coalesce(current_schema(), '')").Scan(&current); err != nil {
		return "", fmt.Errorf("find schema: %w", err)
	}
	switch {
	case schema != "" && schema != "$user" && schema != current:
		return "", fmt.Errorf("%w: schema %q may not be used (%s)", ErrAccess, schema, hintAccess)
	case current == "":
		return "", fmt.Errorf("%w: search_path names no schema", ErrAddress)
	}
	return current, nil
}

// firstIdentifier returns the first of a list of SQL identifiers; see
// https://www.postgresql.org/docs/current/sql-syntax-lexical.html.
func firstIdentifier(list string) string {
	list = strings.TrimSpace(list)
	quoted, ok := strings.CutPrefix(list, `"`)
	if !ok {
		name, _, _ := strings.Cut(list, ",")
		return strings.ToLower(strings.TrimSpace(name))
	}
	var name strings.Builder
	for {
		part, rest, _ := strings.Cut(quoted, `"`)
		name.WriteString(part)
		if quoted, ok = strings.CutPrefix(rest, `"`); !ok {
			return name.String()
		}
		name.WriteByte('"')
	}
}

// makeSchema makes a schema when it does not exist, under the lock that keeps
// others from doing the same.
func makeSchema(ctx context.Context, conn *pgx.Conn, schema string) error {
	exists := func() (found bool, err error) {
		if err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", schema).Scan(&found); err != nil {
			err = fmt.Errorf("look for schema: %w", err)
		}
		return found, err
	}
	if found, err := exists(); found || err != nil {
		return err
	}
	key := lockKey(schema, lockSchema, nil)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return fmt.Errorf("lock schema: %w", err)
	}
	found, err := exists()
	if err == nil && !found {
		if _, err = conn.Exec(ctx, "CREATE SCHEMA "+pgx.Identifier{schema}.Sanitize()); err != nil {
			err = fmt.Errorf("create schema: %w", err)
		}
	}
	if _, unlocking := conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", key); err == nil && unlocking != nil {
		err = fmt.Errorf("unlock schema: %w", unlocking)
	}
	return err
}

// checkVersion returns the version of the schema, 0 for none, and refuses a
// newer one and tables of another program.
func checkVersion(ctx context.Context, conn *pgx.Conn) (int64, error) {
	var ours bool
	var foreign *string
	err := conn.QueryRow(ctx, `SELECT to_regclass(quote_ident(current_schema()) || '.`+versionTable+`') IS NOT NULL,
		(SELECT min(tablename) FROM pg_tables WHERE schemaname = current_schema() AND tablename IN
		('community', 'message', 'late', 'coverage', 'archive', 'generation', 'announcement', 'work', 'operation', 'fork',
		'setting', 'setting_revision'))`).
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
func up(ctx context.Context, cfg *pgx.ConnConfig) error {
	return withMigrations(cfg, func(p *goose.Provider) error {
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate schema: %w", err)
		}
		return nil
	})
}

func withMigrations(cfg *pgx.ConnConfig, fn func(*goose.Provider) error) (err error) {
	db := stdlib.OpenDB(*cfg)
	defer func() { err = errors.Join(err, db.Close()) }()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	versions, err := database.NewStore(database.DialectPostgres, versionTable)
	if err != nil {
		return fmt.Errorf("name versions: %w", err)
	}
	p, err := goose.NewProvider("", db, files, goose.WithStore(versions), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	return fn(p)
}
