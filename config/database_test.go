package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHidePassword(t *testing.T) {
	for address, want := range map[string]string{
		"":                                     "",
		"sqlite:/x/y.db":                       "sqlite:/x/y.db",
		"postgres://host/db":                   "postgres://host/db",
		"postgres://host:5432/db":              "postgres://host:5432/db",
		"postgres://u@host/db?a=b":             "postgres://u@host/db?a=b",
		"postgres://u:secret@host/db?a=b":      "postgres://u:xxxxx@host/db?a=b",
		"postgres://u:secret@/db?host=/run/pg": "postgres://u:xxxxx@/db?host=/run/pg",
		"postgresql://u:secret@a:1,b:2/db":     "postgresql://u:xxxxx@a:1,b:2/db",
		"postgres://u:sec@ret@host/db":         "postgres://u:xxxxx@host/db",
		"postgres://u:sec/ret#@host:x/db":      "postgres://u:xxxxx@host:x/db",
		"postgres://u:1#secret@host/db":        "postgres://u:xxxxx@host/db",
		"postgres://h/db?user=u&password=secret&sslpassword=secret": "postgres://h/db?user=u&password=xxxxx&sslpassword=xxxxx",
		"mysql://u:secret@h":                       "mysql://u:xxxxx@h",
		"host=h Password='secret secret' dbname=x": "host=h Password=xxxxx dbname=x",
		"host=h password=secret":                   "host=h password=xxxxx",
	} {
		if got := HidePassword(address); got != want || strings.Contains(got, "secret") {
			t.Errorf("HidePassword(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestPasswordIsNotPrinted(t *testing.T) {
	clean(t)
	const address = "postgres://seeder:secret@db.example.org/seeder?search_path=harbour"
	loaded, err := Load(write(t, "database: {url: '"+address+"'}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := loaded.Config.PostgresURL(); !ok || got != address {
		t.Errorf("address %q, %v", got, ok)
	}
	hidden := strings.Replace(address, "secret", "xxxxx", 1)
	if got := value(t, loaded, "database.url").Value; got != hidden {
		t.Errorf("value %q, want %q", got, hidden)
	}
	var printed, starter strings.Builder
	if err := loaded.WriteYAML(&printed); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(printed.String(), "secret") || !strings.Contains(printed.String(), hidden) {
		t.Errorf("printed:\n%s", &printed)
	}
	if err := loaded.WriteStarter(&starter); err != nil {
		t.Fatal(err)
	}
	again, err := Load(write(t, starter.String()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(loaded.Config, again.Config); diff != "" {
		t.Errorf("the file to begin with differs (-want +got):\n%s", diff)
	}
	if _, err := Load(write(t, printed.String()), nil); err == nil || !strings.Contains(err.Error(), "PGPASSWORD") {
		t.Errorf("a hidden password is taken for one: %v", err)
	}
}

func TestPasswordIsNotInErrors(t *testing.T) {
	for name, address := range map[string]string{
		"other program": "mysql://u:secret@h/db",
		"bad port":      "postgres://u:secret@h:port/db",
		"bad escape":    "postgres://u:secret%zz@h/db",
		"words":         "host=h password=secret",
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			_, err := Load(write(t, "database: {url: '"+address+"'}"), nil)
			if err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestSQLiteIsNotPostgres(t *testing.T) {
	cfg := Default()
	for _, address := range []string{"", "sqlite:/x/postgres:/y"} {
		cfg.Database.URL = address
		if _, ok := cfg.PostgresURL(); ok {
			t.Errorf("%q is taken for PostgreSQL", address)
		}
	}
}

func TestPostgresInSchema(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://u:p@h:1/db":                      "postgres://u:p@h:1/db?search_path=a%20b",
		"postgresql:///db?search_path=x&sslmode=off": "postgresql:///db?search_path=a%20b&sslmode=off",
	} {
		if got, err := PostgresInSchema(address, "a b"); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", address, got, err, want)
		}
	}
	for _, address := range []string{"", "sqlite:x", "mysql://u:secret@h", "postgres://u:secret@h:x/"} {
		if _, err := PostgresInSchema(address, "a"); !errors.Is(err, ErrValue) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: error %v, want %v", address, err, ErrValue)
		}
	}
}
