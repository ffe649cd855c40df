package daemon_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/api"
	"seeder/config"
	"seeder/daemon"
	"seeder/store"
)

// source is where a daemon reads its configuration again.
type source struct {
	mu  sync.Mutex
	cfg config.Config
	err error
}

func (s *source) read() (config.Loaded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return config.Loaded{Config: s.cfg}, s.err
}

func (s *source) set(change func(*config.Config), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	if change != nil {
		change(&s.cfg)
	}
}

// journal is a log that can be read while it is written.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) count(text string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.b.String(), text)
}

// reloadable makes a daemon read its configuration from what is returned, and write
// its log there.
func reloadable(opts *daemon.Options) (*source, *journal) {
	s, log := &source{cfg: opts.Config}, &journal{}
	opts.Reload, opts.Level = s.read, new(slog.LevelVar)
	opts.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: opts.Level}))
	return s, log
}

func keysOf(changes []api.Change) (keys []string) {
	for _, c := range changes {
		keys = append(keys, c.Key)
	}
	return keys
}

// A transfer that runs goes on at the limit of the configuration that was read again,
// without being begun anew.
func TestReloadWhileATransferRuns(t *testing.T) {
	const weeks = 6
	own := options(t)
	c := ownHistory(t, own, noise(weeks, 400_000)...)
	defer run(t, start(t, own))()
	opts := options(t)
	opts.Config.Limits.Down, opts.Config.Member.Audit = "16KiB/s", 0 // an audit interrupts the fetch
	meet(t, &opts, own.Config)
	join(t, opts.Config, c, store.RoleMember)
	source, log := reloadable(&opts)
	d := start(t, opts)
	defer run(t, d)()
	client := control(t, opts)
	eventually(t, "the transfer waits for the limit", func() bool {
		_, one := onlyCommunity(t, client)
		return one.Down.Bytes > 0 && one.Down.Waiting > 0
	})

	broken := errors.New("broken")
	source.set(func(c *config.Config) { c.Limits.Down = "1KiB/s" }, broken)
	if _, err := d.Reload(t.Context()); !errors.Is(err, broken) {
		t.Errorf("reload of a broken configuration: %v", err)
	}
	if l, _ := onlyCommunity(t, client); l.Node.Down.Limit != 16<<10 {
		t.Errorf("the limit is %d after a reload that failed", l.Node.Down.Limit)
	}
	source.set(func(c *config.Config) {
		c.Limits.Down, c.Log.Level, c.Import.Pace = "64MiB/s", "debug", "fast"
		c.Swarm.Listen = "127.0.0.1:1"
	}, nil)
	for range 2 { // what needs a restart needs it the second time, too
		result, err := d.Reload(t.Context())
		if diff := cmp.Diff([]string{"swarm.listen"}, keysOf(result.NeedsRestart)); err != nil || diff != "" {
			t.Errorf("needs a restart (-want +got):\n%s%v", diff, err)
		}
	}
	if l, _ := onlyCommunity(t, client); l.Node.Down.Limit != 64<<20 || d.LogLevel() != "debug" {
		t.Errorf("limit %d, log level %s", l.Node.Down.Limit, d.LogLevel())
	}
	eventually(t, "the rest has come", func() bool { return stored(t, opts.Config, c) == weeks })
	if n := log.count("index received"); n != 1 {
		t.Errorf("the fetch was begun %d times", n)
	}
}

// Peers that are added to the configuration are found after SIGHUP.
func TestHangupTellsOfPeers(t *testing.T) {
	own := options(t)
	c := ownHistory(t, own, noise(2, 100_000)...)
	defer run(t, start(t, own))()
	opts := options(t)
	join(t, opts.Config, c, store.RoleMember)
	source, log := reloadable(&opts)
	defer run(t, start(t, opts))()
	eventually(t, "it waits for an announcement", func() bool {
		for _, w := range read(t, opts, func(tx store.Tx) ([]store.Work, error) { return tx.Works(c) }) {
			if strings.Contains(w.Reason, "waiting for an announcement") {
				return true
			}
		}
		return false
	})
	known := opts
	meet(t, &known, own.Config)
	source.set(func(c *config.Config) {
		c.Swarm.Peers, c.Waku.Peers = known.Config.Swarm.Peers, known.Config.Waku.Peers
	}, nil)
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the history has come", func() bool { return stored(t, opts.Config, c) == 2 })
	if log.count(`applied="waku.peers swarm.peers"`) != 1 {
		t.Error("the log does not say what was applied")
	}
}

// The end of the terminal is the end of the node that was started there.
func TestHangupOfTheTerminalEnds(t *testing.T) {
	opts := options(t)
	reloadable(&opts)
	beside := make(chan os.Signal, 1) // SIGHUP would end the test before and after the run
	signal.Notify(beside, syscall.SIGHUP)
	defer signal.Stop(beside)
	gone := make(chan struct{})
	opts.Abandoned = func() bool {
		select {
		case <-gone:
			return true
		default:
			return false
		}
	}
	d := start(t, opts)
	defer closeDaemon(t, d)
	done := make(chan error, 1)
	go func() { done <- d.Run(t.Context()) }()
	eventually(t, "it reloads", func() bool {
		_, err := d.Reload(t.Context())
		return err == nil
	})
	close(gone)
	eventually(t, "it has ended", func() bool {
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-done:
			return err == nil
		default:
			return false
		}
	})
}

func TestLogLevelChangesAtOnce(t *testing.T) {
	opts := options(t)
	_, log := reloadable(&opts)
	d := start(t, opts)
	defer closeDaemon(t, d)
	if err := d.SetLogLevel("loud"); !errors.Is(err, config.ErrValue) {
		t.Errorf("a level that does not exist: %v", err)
	}
	if err := d.SetLogLevel("error"); err != nil || d.LogLevel() != "error" {
		t.Errorf("level %s, %v", d.LogLevel(), err)
	}
	opts.Logger.Warn("unheard")
	if _, err := d.Reload(t.Context()); err != nil || d.LogLevel() != "info" {
		t.Errorf("level %s after a reload, %v", d.LogLevel(), err)
	}
	opts.Logger.Info("heard")
	if log.count("unheard") != 0 || log.count("heard") != 1 {
		t.Error("the level does not hold")
	}
	plain := start(t, options(t))
	defer closeDaemon(t, plain)
	if _, err := plain.Reload(t.Context()); !errors.Is(err, daemon.ErrNoReload) {
		t.Errorf("reload of what was given: %v", err)
	}
	if err := plain.SetLogLevel("warn"); !errors.Is(err, daemon.ErrNoReload) || plain.LogLevel() != "info" {
		t.Errorf("level %s, %v", plain.LogLevel(), err)
	}
}
