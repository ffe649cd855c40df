package daemon_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/signer"
	"seeder/store"
)

// patience bounds every wait for a condition.
const patience = 60 * time.Second

// options are those of a node on loopback that looks for nobody.
func options(t *testing.T) daemon.Options {
	t.Helper()
	cfg := config.Default()
	cfg.DataDir = filepath.Join(t.TempDir(), "data")
	cfg.Waku.Listen, cfg.Waku.Cluster, cfg.Waku.Shard = "127.0.0.1:0", 77, 0
	cfg.API.Listen = "127.0.0.1:0"
	cfg.Swarm.Listen, cfg.Swarm.DHT, cfg.Swarm.PEX, cfg.Swarm.Trackers = "127.0.0.1:0", false, false, nil
	cfg.Member.Settle, cfg.Member.RetryMin, cfg.Member.RetryMax = 0, 10*time.Millisecond, 100*time.Millisecond
	return daemon.Options{Config: cfg, Logger: slog.New(slog.DiscardHandler), Clock: clock.System{}, Version: "test"}
}

func newKey(t *testing.T, hex string) *signer.Key {
	t.Helper()
	k, err := signer.ParseKey(strings.Repeat(hex, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func start(t *testing.T, opts daemon.Options) *daemon.Daemon {
	t.Helper()
	d, err := daemon.New(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func closeDaemon(t *testing.T, d *daemon.Daemon) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// run runs a daemon until the returned function ends it.
func run(t *testing.T, d *daemon.Daemon) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	return func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("run ended with %v", err)
			}
		case <-time.After(patience):
			t.Fatal("run did not end with its context")
		}
		closeDaemon(t, d)
	}
}

func update(t *testing.T, cfg config.Config, fn func(store.Tx) error) {
	t.Helper()
	db, err := daemon.OpenStore(t.Context(), cfg)
	if err == nil {
		err = errors.Join(db.Update(t.Context(), fn), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

func TestSecondDaemonOnAFolderIsRefused(t *testing.T) {
	opts := options(t)
	d := start(t, opts)
	node, err := daemon.ReadNodeFile(opts.Config)
	if err != nil || node.PID != os.Getpid() || len(node.Waku) == 0 || len(node.Swarm) == 0 || node.Version != "test" {
		t.Errorf("node file %+v (%v)", node, err)
	}
	if _, err := daemon.New(t.Context(), opts); !errors.Is(err, daemon.ErrRunning) {
		t.Errorf("second daemon: %v, want ErrRunning", err)
	}
	if again, err := daemon.ReadNodeFile(opts.Config); err != nil || again.PID != node.PID {
		t.Errorf("the refused daemon touched the node file: %+v (%v)", again, err)
	}
	closeDaemon(t, d)
	if _, err := daemon.ReadNodeFile(opts.Config); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("node file after the end: %v, want none", err)
	}
	d = start(t, opts)
	after, err := daemon.ReadNodeFile(opts.Config)
	if err != nil || peerID(after) != peerID(node) {
		t.Errorf("peer id %q after a restart, want %q (%v)", peerID(after), peerID(node), err)
	}
	closeDaemon(t, d)
}

func peerID(n daemon.Node) string {
	_, id, _ := strings.Cut(n.Waku[0], "/p2p/")
	return id
}

func TestFailedStartLeavesTheFolderFree(t *testing.T) {
	t.Parallel()
	opts := options(t)
	other := options(t)
	defer closeDaemon(t, start(t, other))
	taken, err := daemon.ReadNodeFile(other.Config)
	if err != nil {
		t.Fatal(err)
	}
	bad := opts
	bad.Config.Swarm.Listen = taken.Swarm[0]
	if _, err := daemon.New(t.Context(), bad); err == nil {
		t.Fatal("started on a port that is taken")
	}
	closeDaemon(t, start(t, opts))
}

func TestDamagedNodeKeyIsRefused(t *testing.T) {
	opts := options(t)
	if err := os.MkdirAll(opts.Config.DataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(opts.Config.DataDir, "node.key"), []byte("not a key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := daemon.New(t.Context(), opts); !errors.Is(err, daemon.ErrNodeKey) {
		t.Errorf("error %v, want ErrNodeKey", err)
	}
}

// An owner that is added while the daemon runs is taken up; so is one whose
// key comes only later.
func TestCommunitiesAreTakenUpWhileRunning(t *testing.T) {
	t.Parallel()
	opts := options(t)
	d := start(t, opts)
	end := run(t, d)
	defer end()
	key := newKey(t, "1f")
	ts := uint64(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Unix())
	update(t, opts.Config, func(tx store.Tx) error {
		if err := tx.PutCommunity(store.Community{ID: key.Community(), Role: store.RoleOwner, Name: "late"}); err != nil {
			return err
		}
		_, err := tx.AddMessages(key.Community(), func(yield func(message.Message, error) bool) {
			yield(message.Message{Timestamp: ts, Topic: "abcd", Payload: []byte("hi")}, nil)
		})
		return err
	})
	if err := daemon.Keystore(opts.Config).Add(key, "late"); err != nil {
		t.Fatal(err)
	}
	db, err := daemon.OpenStore(t.Context(), opts.Config)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	eventually(t, "the message is archived", func() bool {
		var digest store.Digest
		err := db.View(t.Context(), func(tx store.Tx) (err error) {
			digest, err = store.DigestOf(tx, key.Community())
			return err
		})
		return err == nil && digest.Messages == 1
	})
}

// A file without a row was left by a process that died; a fresh one may be
// about to get its row from another process.
func TestOrphansAreRemovedAtStart(t *testing.T) {
	opts := options(t)
	c := newKey(t, "2e").Community()
	update(t, opts.Config, func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember})
	})
	files := daemon.OpenFiles(opts.Config)
	old, fresh := message.ArchiveID{1}, message.ArchiveID{2}
	for _, id := range []message.ArchiveID{old, fresh} {
		draft, err := files.Create(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := draft.Write([]byte("left behind")); err != nil {
			t.Fatal(err)
		}
		if err := draft.Commit(id); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := opts.Clock.Now().Add(-24 * time.Hour)
	if err := os.Chtimes(files.Path(c, old), yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	closeDaemon(t, start(t, opts))
	ids, err := files.List(c)
	if err != nil || len(ids) != 1 || ids[0] != fresh {
		t.Errorf("left %v (%v), want the fresh one alone", ids, err)
	}
}
