package config

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

const sqliteScheme = "sqlite:"

// hiddenPassword stands where a password is not shown.
const hiddenPassword = "xxxxx"

// SQLitePath returns the path of the SQLite database; it means nothing when
// [Config.PostgresURL] has one.
func (c Config) SQLitePath() string {
	if path, ok := strings.CutPrefix(c.Database.URL, sqliteScheme); ok {
		return path
	}
	return filepath.Join(c.DataDir, "seeder.db")
}

// PostgresURL returns the address of the PostgreSQL database; false when the
// database is SQLite. It may hold a password: show what [HidePassword] makes of it.
func (c Config) PostgresURL() (string, bool) {
	return c.Database.URL, isPostgres(c.Database.URL)
}

// PostgresInSchema returns the address of another schema of a PostgreSQL
// database; [ErrValue] when address is not one.
func PostgresInSchema(address, schema string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || !isPostgres(address) {
		return "", fmt.Errorf("%w: %q", ErrValue, HidePassword(address))
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20") // as PostgreSQL reads it
	return u.String(), nil
}

func isPostgres(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

func readDatabase(s string) (any, error) {
	if s == "" {
		return s, nil
	}
	if isPostgres(s) {
		return readPostgres(s)
	}
	path, ok := strings.CutPrefix(s, sqliteScheme)
	if !ok || path == "" {
		return nil, errShape
	}
	abs, err := readPath(path)
	if err != nil {
		return nil, err
	}
	return sqliteScheme + abs.(string), nil
}

func readPostgres(s string) (any, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, errShape // without the cause, which may tell the password
	}
	password, _ := u.User.Password()
	if password == hiddenPassword || u.Query().Get("password") == hiddenPassword {
		return nil, errors.New("the password was hidden when this was printed: put it back, or use PGPASSWORD or ~/.pgpass")
	}
	return s, nil
}

// passwordWords finds passwords in the other forms that addresses have.
var passwordWords = regexp.MustCompile(`(?i)(password=)('[^']*'?|[^&\s]*)`)

// HidePassword returns the address of a database without its password. Of an
// address that is malformed it rather hides too much.
func HidePassword(address string) string {
	if scheme, rest, ok := strings.Cut(address, "://"); ok {
		if at := strings.LastIndex(rest, "@"); at >= 0 {
			if user, _, has := strings.Cut(rest[:at], ":"); has {
				address = scheme + "://" + user + ":" + hiddenPassword + rest[at:]
			}
		}
	}
	return passwordWords.ReplaceAllString(address, "${1}"+hiddenPassword)
}
