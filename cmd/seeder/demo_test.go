package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/adrg/xdg"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/clock"
	"seeder/internal/syncbuf"
	"seeder/message"
	"seeder/store"
)

// buffer is a stream that may be read while a command writes to it.
type buffer = syncbuf.Buffer

// isolated gives the test homes of its own and returns its temporary folder.
func isolated(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(xdg.Reload) // after the environment is restored
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"} {
		t.Setenv(name, filepath.Join(dir, "home"))
	}
	t.Setenv("SEEDER_API_LISTEN", "127.0.0.1:0")
	xdg.Reload()
	tmp := filepath.Join(dir, "tmp")
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	return tmp
}

// command runs a command in this process; the result comes when it ends.
func command(ctx context.Context, out, errs *buffer, args ...string) <-chan int {
	done := make(chan int, 1)
	go func() {
		a := &app{in: strings.NewReader(""), out: out, err: errs, clock: clock.System{}, version: "test"}
		done <- a.execute(ctx, args)
	}()
	return done
}

// nodesOf waits until n nodes of a demonstration run, and returns them.
func nodesOf(t *testing.T, tmp string, n int, errs *buffer) []daemon.Node {
	t.Helper()
	end := time.Now().Add(deadline)
	for time.Now().Before(end) {
		files, err := filepath.Glob(filepath.Join(tmp, "seeder-demo-*", "*", "data", "node.json"))
		if err != nil {
			t.Fatal(err)
		}
		var nodes []daemon.Node
		for _, f := range files {
			cfg := config.Default()
			cfg.DataDir = filepath.Dir(f)
			if node, err := daemon.ReadNodeFile(cfg); err == nil {
				nodes = append(nodes, node)
			}
		}
		if len(nodes) >= n {
			return nodes
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%d nodes did not start:\n%s", n, errs)
	return nil
}

// configOf is the configuration of a node of a demonstration as far as its folder goes.
func configOf(t *testing.T, tmp, name string) config.Config {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(tmp, "seeder-demo-*", name, "data"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("folders of %s: %v, %v", name, folders, err)
	}
	cfg := config.Default()
	cfg.DataDir = folders[0]
	return cfg
}

func awaitExit(t *testing.T, done <-chan int, errs *buffer) int {
	t.Helper()
	select {
	case code := <-done:
		return code
	case <-time.After(deadline):
		t.Fatalf("the command does not end:\n%s", errs)
		return 0
	}
}

// nothingLeft checks that no node runs and the temporary folder is empty.
func nothingLeft(t *testing.T, tmp string, nodes []daemon.Node) {
	t.Helper()
	for _, n := range nodes {
		if alive(n.PID) {
			t.Errorf("process %d is left", n.PID)
		}
	}
	left, err := os.ReadDir(tmp)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		t.Errorf("%s is left", f.Name())
	}
}

func TestInterruptedDemoLeavesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	tmp := isolated(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errs buffer
	done := command(ctx, &out, &errs, "demo", "--messages=400", "--weeks=4")
	nodes := nodesOf(t, tmp, 2, &errs)
	cancel()
	if code := awaitExit(t, done, &errs); code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}
	if !strings.HasSuffix(errs.String(), "seeder: interrupted\n") || out.String() != "" {
		t.Errorf("output %q, errors:\n%s", &out, &errs)
	}
	nothingLeft(t, tmp, nodes)
}

func TestDemoWithADyingNodeLeavesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	tmp := isolated(t)
	var out, errs buffer
	done := command(t.Context(), &out, &errs, "demo", "--messages=400", "--weeks=4")
	nodes := nodesOf(t, tmp, 1, &errs)
	owner, err := daemon.ReadNodeFile(configOf(t, tmp, "owner"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(owner.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if code := awaitExit(t, done, &errs); code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}
	if !strings.Contains(errs.String(), "owner: signal: killed") && !strings.Contains(errs.String(), "owner ended too early") {
		t.Errorf("errors do not say what happened:\n%s", &errs)
	}
	nothingLeft(t, tmp, nodes)
}

func TestDemoGivesUp(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	tmp := isolated(t)
	var out, errs buffer
	code := awaitExit(t, command(t.Context(), &out, &errs, "demo", "--messages=100", "--weeks=3", "--timeout=50ms"), &errs)
	if code != exitFailed || !strings.Contains(errs.String(), errDemoTimeout.Error()) {
		t.Errorf("exit code %d, errors:\n%s", code, &errs)
	}
	nothingLeft(t, tmp, nil)
}

func TestKeptDemoCanBeLookedAt(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	tmp := isolated(t)
	var out, errs buffer
	if code := awaitExit(t, command(t.Context(), &out, &errs, "demo", "--messages=200", "--weeks=3", "--keep"), &errs); code != exitDone {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
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
	}
	if len(digests) != 1 {
		t.Errorf("kept nodes differ: %v", digests)
	}
	if !strings.Contains(out.String(), filepath.Dir(filepath.Dir(configs[0]))) {
		t.Errorf("the table does not say where the nodes are:\n%s", &out)
	}
	member, err := config.Load(filepath.Join(filepath.Dir(filepath.Dir(configs[0])), "member-3", "config.yaml"), nil)
	if err != nil || len(member.Config.Waku.Peers) != 2 || len(member.Config.Swarm.Peers) != 2 {
		t.Errorf("member 3 knows %v and %v, want the two other members: %v", member.Config.Waku.Peers, member.Config.Swarm.Peers, err)
	}
}

func TestHistoryIsFilledInBatches(t *testing.T) {
	isolated(t)
	var errs buffer
	a := &app{err: &errs, clock: clock.System{}}
	s := &stage{app: a, opts: demoOptions{messages: 2*batchMessages + 7, weeks: 5, seed: 3}, dir: t.TempDir(), begin: time.Now()}
	if err := s.prepareOwner(t.Context()); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(s.configPath("owner"), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = withStore(t.Context(), cfg.Config, func(db store.DB) error {
		return db.View(t.Context(), func(tx store.Tx) error {
			n, err := tx.CountMessages(s.community, message.Forever(), store.Pending)
			if err == nil && n != uint64(s.opts.messages) {
				err = fmt.Errorf("%d messages, want %d", n, s.opts.messages)
			}
			return err
		})
	})
	if err != nil {
		t.Error(err)
	}
	if key, err := daemon.Keystore(cfg.Config).Load(s.community); err != nil || key.Community() != s.community {
		t.Errorf("key of the owner: %v, %v", key, err)
	}
}

func TestNodeThatCannotStart(t *testing.T) {
	isolated(t)
	n := &demoNode{name: "owner", logPath: filepath.Join(t.TempDir(), "log")}
	if err := n.start(filepath.Join(t.TempDir(), "none.yaml")); err != nil {
		t.Fatal(err)
	}
	err := n.await(t.Context(), func() (bool, error) { return false, nil })
	if err == nil || !strings.Contains(err.Error(), "owner ended too early: exit status 2") {
		t.Errorf("error = %v, want the exit status", err)
	}
	if tail := n.logTail(); !strings.Contains(tail, "none.yaml") {
		t.Errorf("log does not say why: %q", tail)
	}
	if err := n.stop(); err == nil {
		t.Error("stop says nothing of the failure")
	}
	broken := errors.New("broken")
	if err := n.await(t.Context(), func() (bool, error) { return false, broken }); !errors.Is(err, broken) {
		t.Errorf("error = %v, want that of the condition", err)
	}
}

func TestLogTailIsShort(t *testing.T) {
	n := &demoNode{logPath: filepath.Join(t.TempDir(), "log")}
	if got := n.logTail(); got != "" {
		t.Errorf("tail of no log: %q", got)
	}
	if err := os.WriteFile(n.logPath, []byte(strings.Repeat("0123456789\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := n.logTail(); len(got) > tailBytes || !strings.HasPrefix(got, "0123456789\n") || !strings.HasSuffix(got, "0123456789\n") {
		t.Errorf("tail has %d bytes and begins with %.12q", len(got), got)
	}
}
