package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/adrg/xdg"
	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"pgregory.net/rapid"
)

const peer = "/ip4/192.0.2.7/tcp/60000/p2p/16Uiu2HAm1QxSjNvNbsT2xtLjRGAsBLVztsJiTHr9a3EK96717hpj"

// clean gives the test an empty home and no settings in the environment.
func clean(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	t.Cleanup(xdg.Reload) // after the environment is restored
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
	xdg.Reload()
	return home
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "seeder.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func value(t *testing.T, l Loaded, key string) Value {
	t.Helper()
	for _, v := range l.Values {
		if v.Key == key {
			return v
		}
	}
	t.Fatalf("no setting %s", key)
	return Value{}
}

func TestDefaultsAreAccepted(t *testing.T) {
	home := clean(t)
	got, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), got.Config); diff != "" {
		t.Errorf("configuration without any source differs from Default (-want +got):\n%s", diff)
	}
	if want := filepath.Join(home, "data", "seeder"); got.Config.DataDir != want {
		t.Errorf("data_dir = %s, want %s", got.Config.DataDir, want)
	}
	for _, v := range got.Values {
		if v.Source != "default" {
			t.Errorf("%s comes from %s, want default", v.Key, v.Source)
		}
		if v.Doc == "" || v.Accepts == "" {
			t.Errorf("%s is not documented", v.Key)
		}
	}
}

func TestLayers(t *testing.T) {
	clean(t)
	file := write(t, `
log: {level: warn, format: json}
waku:
  listen: 127.0.0.1:1
  cluster: 77
  peers: [`+peer+`]
owner: {interval: 2h}
`)
	t.Setenv("SEEDER_LOG_LEVEL", "error")
	t.Setenv("SEEDER_WAKU_LISTEN", "127.0.0.1:2")
	t.Setenv("SEEDER_SWARM_TRACKERS", "")
	t.Setenv("SEEDER_OWNER_INTERVAL", "")
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	AddFlags(flags)
	if err := flags.Parse([]string{"--waku-listen=127.0.0.1:3", "--swarm-peers=a:1,b:2"}); err != nil {
		t.Fatal(err)
	}
	got, err := Load(file, flags)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Log = Log{Level: "error", Format: "json"}
	want.Waku.Listen = "127.0.0.1:3"
	want.Waku.Cluster = 77
	want.Waku.Peers = []string{peer}
	want.Swarm.Trackers = nil
	want.Swarm.Peers = []string{"a:1", "b:2"}
	want.Owner.Interval = 2 * time.Hour
	if diff := cmp.Diff(want, got.Config); diff != "" {
		t.Errorf("merged configuration (-want +got):\n%s", diff)
	}
	for key, source := range map[string]string{
		"log.level":      "environment SEEDER_LOG_LEVEL",
		"log.format":     "file " + file,
		"waku.listen":    "flag --waku-listen",
		"swarm.trackers": "environment SEEDER_SWARM_TRACKERS",
		"waku.shard":     "default",
	} {
		if v := value(t, got, key); v.Source != source {
			t.Errorf("%s comes from %q, want %q", key, v.Source, source)
		}
	}
}

func TestFileNamedByEnvironment(t *testing.T) {
	clean(t)
	t.Setenv("SEEDER_CONFIG", write(t, "swarm:\n  dht: false\nmember:\n"))
	got, err := Load("", nil)
	if err != nil || got.Config.Swarm.DHT {
		t.Errorf("dht = %v, %v; want false from the file of SEEDER_CONFIG", got.Config.Swarm.DHT, err)
	}
}

func TestDefaultFile(t *testing.T) {
	clean(t)
	if err := os.MkdirAll(filepath.Dir(DefaultPath()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(DefaultPath(), []byte("waku: {shard: 64}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Load("", nil)
	if err != nil || got.Config.Waku.Shard != 64 || got.File != DefaultPath() {
		t.Errorf("shard = %d from %s, %v; want 64 from the default file", got.Config.Waku.Shard, got.File, err)
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, yaml, key, hint string
		err                   error
	}{
		{"unknown key", "waku: {listn: x}", "waku.listn", "did you mean waku.listen?", ErrUnknownKey},
		{"unknown section", "wakku: {listen: x}", "wakku.listen", "did you mean waku.listen?", ErrUnknownKey},
		{"section with a value", "waku: 5", "waku", "is a section", ErrUnknownKey},
		{"value with settings", "log: {level: {x: 1}}", "log.level.x", "takes one value", ErrUnknownKey},
		{"level", "log: {level: loud}", "log.level", "debug, info, warn or error", ErrValue},
		{"list for a scalar", "log: {level: [info]}", "log.level", "debug", ErrValue},
		{"malformed database", "database: {url: 'postgres://u:secret@h:port/y'}", "database.url", "postgres://USER@HOST", ErrValue},
		{"printed database", "database: {url: 'postgres://u:xxxxx@h/y'}", "database.url", "postgres://USER@HOST", ErrValue},
		{"other database", "database: {url: 'mysql://x'}", "database.url", "sqlite:PATH", ErrValue},
		{"port", "waku: {listen: '0.0.0.0:70000'}", "waku.listen", "host:port", ErrValue},
		{"no port", "swarm: {listen: '0.0.0.0'}", "swarm.listen", "host:port", ErrValue},
		{"peer without port", "swarm: {peers: ['a:0']}", "swarm.peers", "host:port", ErrValue},
		{"peer without host", "swarm: {peers: [':5']}", "swarm.peers", "host:port", ErrValue},
		{"multiaddr", "waku: {peers: ['192.0.2.1:5']}", "waku.peers", "multiaddrs", ErrValue},
		{"multiaddr without id", "waku: {peers: ['/ip4/192.0.2.1/tcp/5']}", "waku.peers", "multiaddrs", ErrValue},
		{"tracker", "swarm: {trackers: ['ftp://x/']}", "swarm.trackers", "tracker URLs", ErrValue},
		{"tracker map", "swarm: {trackers: [{a: b}]}", "swarm.trackers", "tracker URLs", ErrValue},
		{"cluster", "waku: {cluster: 65536}", "waku.cluster", "65535", ErrValue},
		{"no cluster", "waku: {cluster: 0}", "waku.cluster", "from 1", ErrValue},
		{"negative cluster", "waku: {cluster: -1}", "waku.cluster", "65535", ErrValue},
		{"shard", "waku: {shard: 1024}", "waku.shard", "1023", ErrValue},
		{"bool", "swarm: {dht: maybe}", "swarm.dht", "true or false", ErrValue},
		{"size", "owner: {max_archive_bytes: 0}", "owner.max_archive_bytes", "30MB", ErrValue},
		{"huge size", "owner: {max_archive_bytes: 5TB}", "owner.max_archive_bytes", "30MB", ErrValue},
		{"duration", "owner: {grace: soon}", "owner.grace", "7d", ErrValue},
		{"number for a duration", "owner: {grace: 7}", "owner.grace", "7d", ErrValue},
		{"negative duration", "owner: {grace: -7h}", "owner.grace", "7d", ErrValue},
		{"zero interval", "owner: {interval: 0s}", "owner.interval", "at least 1ms", ErrValue},
		{"no rows", "queue: {max_rows: 0}", "queue.max_rows", "from 1 to", ErrValue},
		{"count too high", "queue: {peer_queries: 1000001}", "queue.peer_queries", "to 1000000", ErrValue},
		{"retention too short", "queue: {retention: 23h}", "queue.retention", "at least 1d", ErrValue},
		{"retry_min too high", "member: {retry_min: 1h}", "member.retry_min", "not above", ErrValue},
		{"retry_max too low", "member: {retry_max: 1s}", "member.retry_max", "not below", ErrValue},
		{"empty path", "data_dir: ''", "data_dir", "path", ErrValue},
		{"not yaml", "a: [", "", "config print", ErrFile},
		{"twice", "log: {level: info, level: warn}", "", "config print", ErrFile},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clean(t)
			file := write(t, tt.yaml)
			_, err := Load(file, nil)
			var fault *Error
			if !errors.Is(err, tt.err) || !errors.As(err, &fault) {
				t.Fatalf("error = %v, want %v", err, tt.err)
			}
			if fault.Key != tt.key || !strings.Contains(fault.Hint(), tt.hint) || !strings.Contains(fault.Error(), file) {
				t.Errorf("error = %q, key %q, hint %q; want key %q, hint %q and the file", fault, fault.Key, fault.Hint(), tt.key, tt.hint)
			}
		})
	}
}

func TestAllFaultsAreReported(t *testing.T) {
	clean(t)
	_, err := Load(write(t, "log: {level: loud, formt: json}\nwaku: {shard: x}\n"), nil)
	for _, want := range []string{"log.level", "log.formt", "waku.shard"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %s", err, want)
		}
	}
}

func TestMissingFile(t *testing.T) {
	clean(t)
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml"), nil); !errors.Is(err, ErrFile) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error = %v, want ErrFile and ErrNotExist", err)
	}
}

func TestEnvironmentNames(t *testing.T) {
	clean(t)
	t.Setenv("SEEDER_SERVICE_HOST", "10.0.0.1") // set by container platforms for a service of our name
	if _, err := Load("", nil); err != nil {
		t.Errorf("a foreign variable is refused: %v", err)
	}
	t.Setenv("SEEDER_WAKU_LISTN", "x")
	_, err := Load("", nil)
	var fault *Error
	if !errors.As(err, &fault) || fault.Hint() != "did you mean SEEDER_WAKU_LISTEN?" {
		t.Errorf("misspelt variable: %v, want a hint at SEEDER_WAKU_LISTEN", err)
	}
}

func TestPrintedFileGivesTheSame(t *testing.T) {
	clean(t)
	rapid.Check(t, func(rt *rapid.T) {
		cfg := Default()
		cfg.Log.Level = rapid.SampledFrom([]string{"debug", "info", "warn", "error"}).Draw(rt, "level")
		cfg.Waku.Cluster = rapid.Uint16Range(1, 65535).Draw(rt, "cluster")
		cfg.Waku.Peers = rapid.SampledFrom([][]string{nil, {peer}, {peer, peer}}).Draw(rt, "peers")
		cfg.Swarm.DHT = rapid.Bool().Draw(rt, "dht")
		cfg.Swarm.Trackers = rapid.SampledFrom([][]string{nil, {"udp://a:1"}}).Draw(rt, "trackers")
		cfg.Owner.Grace = time.Duration(rapid.Int64Range(0, 1<<59).Draw(rt, "grace"))
		cfg.Owner.MaxArchiveBytes = rapid.Uint64Range(1, MaxArchiveBytes).Draw(rt, "size")
		var l Loaded
		for _, f := range fields(&cfg) {
			l.Values = append(l.Values, Value{Key: f.key, Value: format(f.value), Source: "test", Doc: f.doc, Accepts: forms[f.form].want})
		}
		var out bytes.Buffer
		if err := l.WriteYAML(&out); err != nil {
			rt.Fatal(err)
		}
		got, err := Load(write(t, out.String()), nil)
		if err != nil {
			rt.Fatalf("printed file is refused: %v\n%s", err, out.String())
		}
		if len(got.Config.Waku.Peers) == 0 {
			got.Config.Waku.Peers = nil
		}
		if diff := cmp.Diff(cfg, got.Config); diff != "" {
			rt.Fatalf("read back (-want +got):\n%s", diff)
		}
	})
}

func TestParseDuration(t *testing.T) {
	tests := []struct {
		in   string
		want time.Duration
		ok   bool
	}{
		{"7d", 7 * day, true},
		{"2w", 14 * day, true},
		{"1w2d12h", 9*day + 12*time.Hour, true},
		{"1.5d", 36 * time.Hour, true},
		{"20s", 20 * time.Second, true},
		{"0", 0, true},
		{"", 0, false},
		{"-1h", 0, false},
		{"1d-30h", 0, false},
		{"9", 0, false},
		{"5y", 0, false},
		{"99999999w", 0, false},
		{"12h1d", 0, false},
	}
	for _, tt := range tests {
		got, err := ParseDuration(tt.in)
		if (err == nil) != tt.ok || got != tt.want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v, ok %v", tt.in, got, err, tt.want, tt.ok)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		7 * day: "7d", time.Hour: "1h", 90 * time.Minute: "1h30m", 0: "0s", 20 * time.Second: "20s", 10 * time.Minute: "10m",
		time.Hour + time.Second: "1h0m1s", 10*time.Hour + 10*time.Second: "10h0m10s",
	} {
		if got := FormatDuration(d); got != want {
			t.Errorf("FormatDuration(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestPaths(t *testing.T) {
	clean(t)
	cfg := Default()
	if got := cfg.SQLitePath(); got != filepath.Join(cfg.DataDir, "seeder.db") {
		t.Errorf("default database is %s", got)
	}
	cfg.Database.URL = "sqlite:/x/y.db"
	if got := cfg.SQLitePath(); got != "/x/y.db" {
		t.Errorf("database is %s, want /x/y.db", got)
	}
	t.Setenv("SEEDER_DATA_DIR", "~/s")
	got, err := Load("", nil)
	if home, _ := os.UserHomeDir(); err != nil || got.Config.DataDir != filepath.Join(home, "s") {
		t.Errorf("data_dir = %s, %v; want it below the home folder", got.Config.DataDir, err)
	}
}

func TestStarterHoldsOnlyWhatWasSet(t *testing.T) {
	clean(t)
	t.Setenv("SEEDER_WAKU_SHARD", "64")
	t.Setenv("SEEDER_SWARM_PEERS", "a:1,b:2")
	l, err := Load(os.DevNull, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := l.WriteStarter(&out); err != nil {
		t.Fatal(err)
	}
	clean(t)
	os.Unsetenv("SEEDER_WAKU_SHARD")
	os.Unsetenv("SEEDER_SWARM_PEERS")
	got, err := Load(write(t, out.String()), nil)
	if err != nil {
		t.Fatalf("starter is refused: %v\n%s", err, out.String())
	}
	want := Default()
	want.Waku.Shard = 64
	want.Swarm.Peers = []string{"a:1", "b:2"}
	if diff := cmp.Diff(want, got.Config); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	for _, v := range got.Values {
		if set := v.Key == "waku.shard" || v.Key == "swarm.peers"; set != (v.Source != "default") {
			t.Errorf("%s comes from %s", v.Key, v.Source)
		}
	}
}
