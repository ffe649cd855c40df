package daemon_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seeder/api"
	"seeder/config"
	"seeder/daemon"
	"seeder/internal/certtest"
	"seeder/internal/syncbuf"
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
type journal struct{ syncbuf.Buffer }

func (j *journal) count(text string) int { return strings.Count(j.String(), text) }

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
	t.Parallel()
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

// dialled returns an address, and whether somebody has connected to it.
func dialled(t *testing.T) (address string, seen func() bool) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var came atomic.Bool
	go func() { // ends with the listener
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Store(true)
			_ = c.Close()
		}
	}()
	return l.Addr().String(), came.Load
}

// What says that a reload takes it is in force after one, in the part that works by it;
// this test has to know how to see that of each setting that is marked.
func TestReloadPutsInForceWhatIsMarked(t *testing.T) {
	opts := options(t)
	opts.Config.Swarm.Trackers, opts.Config.Member.Audit = []string{"http://127.0.0.1:1/announce"}, 0
	c := ownHistory(t, opts, "one", "two")
	source, _ := reloadable(&opts)
	d := start(t, opts)
	defer run(t, d)()
	eventually(t, "the history is served", func() bool { return stored(t, opts.Config, c) == 2 })

	relay, relayDialled := dialled(t)
	peer, peerDialled := dialled(t)
	tracker, trackerAsked := dialled(t)
	_, port, _ := net.SplitHostPort(relay)
	values := map[string]string{
		"log.level":   "warn",
		"waku.peers":  "/ip4/127.0.0.1/tcp/" + port + "/p2p/16Uiu2HAkykgaECHswi3YKJ5dMLbq2kPVCo89fcyTd38UcQD6ej5W",
		"swarm.peers": peer, "swarm.trackers": "http://" + tracker + "/announce", "member.audit": "1h",
		"limits.up": "7MB/s", "limits.down": "8MB/s", "limits.schedule": "08:00-18:00 mon-fri up=1MB/s", "limits.timezone": "Europe/Berlin",
		"limits.alternative": "on", "limits.alternative_up": "1MB/s", "limits.alternative_down": "2MB/s",
		"limits.cap": "3GB", "limits.min_free": "1MB", "limits.pause_on_battery": "on", "limits.pause_on_metered": "on",
		"import.pace": "fast",
	}
	seen := map[string]func() bool{
		"log.level": func() bool { return d.LogLevel() == "warn" }, "waku.peers": relayDialled,
		"swarm.peers": peerDialled, "swarm.trackers": trackerAsked,
		"member.audit": func() bool {
			return len(read(t, opts, func(tx store.Tx) ([]store.Operation, error) { return tx.Operations(c, false) })) > 0
		},
	}
	before := config.Loaded{Config: opts.Config}
	for _, v := range configWith(t, nil).Values {
		if !v.Reload {
			continue
		}
		look := seen[v.Key]
		if strings.HasPrefix(v.Key, "limits.") || v.Key == "import.pace" {
			look = func() bool { return d.LimitInForce(v.Key) == values[v.Key] }
		}
		if look == nil || look() {
			t.Errorf("%s: nothing here sees that a reload takes it", v.Key)
			continue
		}
		before = before.With(configWith(t, values), v.Key)
		source.set(func(c *config.Config) { *c = before.Config }, nil)
		result, err := d.Reload(t.Context())
		if diff := cmp.Diff([]string{v.Key}, keysOf(result.Applied)); err != nil || diff != "" {
			t.Errorf("applied (-want +got):\n%s%v", diff, err)
		}
		eventually(t, v.Key+" is in force", look)
	}
}

// configWith loads a file with settings.
func configWith(t *testing.T, values map[string]string) config.Loaded {
	t.Helper()
	sections := make(map[string]map[string]string)
	for key, value := range values {
		section, name, _ := strings.Cut(key, ".")
		if sections[section] == nil {
			sections[section] = make(map[string]string)
		}
		sections[section][name] = value
	}
	text, err := json.Marshal(sections) // which is YAML, too
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	loaded, err := config.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
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
	eventually(t, "the log says what was applied", func() bool { return log.count(`applied="waku.peers swarm.peers"`) == 1 })
}

// A certificate that cannot be served is refused at the start and by a reload.
func TestBadCertificatesAreRefused(t *testing.T) {
	opts := options(t)
	now := opts.Clock.Now()
	opts.Config.API.TLSCert, opts.Config.API.TLSKey = certtest.Write(t, t.TempDir(), now.Add(time.Hour))
	source, _ := reloadable(&opts)
	d := start(t, opts)
	source.set(func(c *config.Config) {
		c.Limits.Down = "1KiB/s"
		c.API.TLSCert, c.API.TLSKey = certtest.Write(t, t.TempDir(), now.Add(-time.Hour))
	}, nil)
	var fault *config.Error
	if _, err := d.Reload(t.Context()); !errors.As(err, &fault) || fault.Key != "api.tls_cert" || d.LimitInForce("limits.down") == "1KiB/s" {
		t.Errorf("reload with an expired certificate: %v", err)
	}
	closeDaemon(t, d)
	_, opts.Config.API.TLSKey = certtest.Write(t, t.TempDir(), now.Add(time.Hour))
	d, err := daemon.New(t.Context(), opts)
	if err == nil {
		closeDaemon(t, d)
	}
	if !errors.As(err, &fault) || fault.Key != "api.tls_key" {
		t.Errorf("start with a key of another certificate: %v", err)
	}
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
