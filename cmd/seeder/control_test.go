package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seeder/daemon"
	"seeder/internal/clock"
)

// TestADaemonThatDoesNotAnswer pretends that one runs, at whose socket nobody
// answers: what is set is stored, and the command says how it comes into force.
func TestADaemonThatDoesNotAnswer(t *testing.T) {
	isolated(t)
	dir := t.TempDir()
	b, err := json.Marshal(daemon.Node{PID: os.Getpid(), Version: "test", Control: filepath.Join(dir, "none.sock")})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "node.json"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (out, errs string) {
		t.Helper()
		var o, e buffer
		a := &app{in: strings.NewReader(""), out: &o, err: &e, clock: clock.NewFixed(time.Unix(1704067200, 0))}
		if code := a.execute(t.Context(), append(args, "--data-dir", dir)); code != exitDone {
			t.Fatalf("%v ends with %d:\n%s", args, code, &e)
		}
		return o.String(), e.String()
	}
	out, errs := run("limits", "set", "--up=1MiB/s")
	if !strings.Contains(out, "within a second, the running daemon looks at the database") || !strings.Contains(errs, "note: the running daemon could not be told") {
		t.Errorf("%s\n%s", out, errs)
	}
	if out, errs := run("limits", "show"); !strings.Contains(out, "running, but does not answer") || !strings.Contains(out, "1MiB/s (set)") || errs != "" {
		t.Errorf("%s\n%s", out, errs)
	}
	if out, _ := run("status"); !strings.Contains(out, "running, but does not answer, process") {
		t.Errorf("%s", out)
	}
}
