package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seeder/internal/clock"
	"seeder/node"
)

// TestLimitsInBothDatabases runs the same commands on both, which answer the
// same.
func TestLimitsInBothDatabases(t *testing.T) {
	postgres := server(t)
	isolated(t)
	fromSQLite := limitsIn(t, "")
	if len(fromSQLite.Communities) != 1 || fromSQLite.Node.Up.Limit != 1<<20 || fromSQLite.Communities[0].Mode.Reason != "paused" {
		t.Errorf("%+v", fromSQLite)
	}
	if diff := cmp.Diff(fromSQLite, limitsIn(t, postgres), cmp.AllowUnexported(node.CommunityLimits{})); diff != "" {
		t.Errorf("PostgreSQL answers otherwise than SQLite:\n%s", diff)
	}
}

func limitsIn(t *testing.T, url string) node.Limits {
	t.Helper()
	dir := t.TempDir()
	run := func(want int, args ...string) string {
		t.Helper()
		var out, errs buffer
		a := &app{in: strings.NewReader(""), out: &out, err: &errs, clock: clock.NewFixed(time.Unix(1704067200, 0))}
		t.Setenv("SEEDER_DATABASE_URL", url)
		if code := a.execute(t.Context(), append(args, "--data-dir", dir)); code != want {
			t.Fatalf("%v ends with %d:\n%s", args, code, &errs)
		}
		return out.String()
	}
	const id = "0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
	run(exitDone, "community", "join", id, "--name=Pond")
	run(exitDone, "limits", "set", "--up=1MiB/s", "--cap=2GiB", "--schedule=08:00-18:00 mon-fri down=1MB/s", "--timezone=UTC")
	run(exitDone, "community", "set", "Pond", "--up=64KiB/s", "--cap=1GB", "--serve=off")
	run(exitUsage, "community", "set", "Pond", "--down=1MiB/s", "--cap=much")
	run(exitDone, "community", "pin", "Pond", "--from=2024-01-01", "--to=2024-02-01")
	run(exitDone, "community", "unpin", "Pond", "--from=2024-01-10", "--to=2024-01-20")
	run(exitDone, "community", "set", "Pond", "--serve=default")
	run(exitDone, "community", "pause", "Pond")
	text := run(exitDone, "limits", "show", "Pond")
	for _, want := range []string{"mode", "paused", "2024-01-01..2024-01-10,2024-01-20..2024-02-01", "64KiB/s (set)"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	var state node.Limits
	d := json.NewDecoder(strings.NewReader(run(exitDone, "limits", "show", "--output=json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&state); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Errorf("more than one object: %v", err)
	}
	state.Node.Disk = node.Disk{}
	return state
}
