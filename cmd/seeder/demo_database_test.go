package main

import (
	"path/filepath"
	"strings"
	"testing"

	"seeder/config"
	"seeder/daemon"
	"seeder/store/postgres/pgtest"
)

// server is a PostgreSQL server until the end of the test.
func server(t *testing.T) string {
	t.Helper()
	t.Cleanup(func() {
		if err := pgtest.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	return pgtest.Server(t)
}

// wantSchemas fails the test unless so many schemas of demonstrations are there.
func wantSchemas(t *testing.T, address, want string) {
	t.Helper()
	check := `DO $$ BEGIN ASSERT (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'seeder\_demo\_%') = ` + want + `; END $$`
	if err := pgtest.Exec(t.Context(), address, check); err != nil {
		t.Errorf("there are not %s schemas: %v", want, err)
	}
}

func TestDemoInPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	address := server(t)
	tmp := isolated(t)
	var out, errs buffer
	args := []string{"demo", "--messages=400", "--weeks=4", "--database", address}
	if code := awaitExit(t, command(t.Context(), &out, &errs, args...), &errs); code != exitDone {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	nothingLeft(t, tmp, nil)
	wantSchemas(t, address, "0")

	out, errs = buffer{}, buffer{}
	if code := awaitExit(t, command(t.Context(), &out, &errs, append(args, "--keep")...), &errs); code != exitDone {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	wantSchemas(t, address, "4")
	configs, err := filepath.Glob(filepath.Join(tmp, "seeder-demo-*", "*", "config.yaml"))
	if err != nil || len(configs) != 4 {
		t.Fatalf("%d configurations kept, want 4: %v", len(configs), err)
	}
	digests := map[string]int{}
	for _, path := range configs {
		var out, errs buffer
		if code := awaitExit(t, command(t.Context(), &out, &errs, "--config", path, "digest", "demo"), &errs); code != exitDone {
			t.Fatalf("digest of %s: exit code %d:\n%s", path, code, &errs)
		}
		digests[out.String()]++
		loaded, err := config.Load(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := daemon.DropStore(t.Context(), loaded.Config); err != nil {
			t.Error(err)
		}
	}
	if len(digests) != 1 {
		t.Errorf("kept nodes differ: %v", digests)
	}
	wantSchemas(t, address, "0")
}

func TestDemoRefusesOtherDatabases(t *testing.T) {
	isolated(t)
	for _, address := range []string{"mysql://u:secret@h/db", "sqlite:x", "postgres"} {
		var out, errs buffer
		code := awaitExit(t, command(t.Context(), &out, &errs, "demo", "--database", address), &errs)
		if code != exitUsage || strings.Contains(errs.String(), "secret") {
			t.Errorf("%s: exit code %d, errors:\n%s", address, code, &errs)
		}
	}
}

func TestDemoTellsNoPassword(t *testing.T) {
	tmp := isolated(t)
	var out, errs buffer
	code := awaitExit(t, command(t.Context(), &out, &errs, "demo", "--database", "postgres://u:secret@127.0.0.1:1/db"), &errs)
	if code != exitFailed || strings.Contains(errs.String(), "secret") || !strings.Contains(errs.String(), "database is not available") {
		t.Errorf("exit code %d, errors:\n%s", code, &errs)
	}
	nothingLeft(t, tmp, nil)
}
