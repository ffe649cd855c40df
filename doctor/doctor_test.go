package doctor_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"seeder/config"
	"seeder/doctor"
	"seeder/internal/certtest"
	"seeder/internal/clock"
	"seeder/internal/nat"
	"seeder/quota"
	"seeder/store"
	"seeder/swarm"
)

var now = time.Unix(1_700_000_000, 0)

// healthy is a node of which nothing is wrong, that others reach.
func healthy(t *testing.T) doctor.Options {
	t.Helper()
	cfg := config.Default()
	cfg.DataDir = t.TempDir()
	write(t, filepath.Join(cfg.KeysDir(), "a.json"), 0o600)
	write(t, cfg.TokenFile(), 0o600)
	write(t, cfg.SQLitePath(), 0o600)
	return doctor.Options{
		Loaded: config.Loaded{Config: cfg, File: "config.yaml"}, Clock: clock.NewFixed(now), Version: "1.2.3",
		Daemon:   &doctor.Daemon{PID: 17, Version: "1.2.3"},
		Database: func(context.Context) (int64, error) { return 9, nil },
		MinFree:  quota.Free{Bytes: 1},
		Live: &doctor.Live{
			Swarm: []string{"0.0.0.0:26881", "[::]:26881"}, Waku: []string{"/ip4/0.0.0.0/tcp/26880"}, API: "http://127.0.0.1:26883/",
			Reach:       swarm.Reach{DHT: true, DHTNodes: 40, Incoming: 3, IncomingAt: now, External: []string{"81.2.69.160:26881"}},
			Communities: []doctor.Community{{Name: "Garden", Peers: 4, Active: true}, {Name: "Paused"}},
			WakuPeers:   3, WakuConfigured: 2, WakuConnected: 2, ClockAhead: -300 * time.Millisecond, WakuMessages: 40,
		},
	}
}

func write(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("secret"), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// withTLS gives a node a certificate that ends after some time, and returns the file of
// its key.
func withTLS(t *testing.T, o *doctor.Options, left time.Duration) (keyFile string) {
	t.Helper()
	a := &o.Loaded.Config.API
	a.TLSCert, a.TLSKey = certtest.Write(t, t.TempDir(), now.Add(left))
	return a.TLSKey
}

// one returns a check of a report.
func one(t *testing.T, r doctor.Report, name string) doctor.Check {
	t.Helper()
	i := slices.IndexFunc(r.Checks, func(c doctor.Check) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no check %s", name)
	}
	return r.Checks[i]
}

func TestHealthy(t *testing.T) {
	r := doctor.Look(t.Context(), healthy(t))
	if r.State != doctor.OK || r.Failed() || r.At != now.UnixMilli() {
		t.Errorf("%+v", r)
	}
	var names []string
	for _, c := range r.Checks {
		names = append(names, c.Name)
		if c.State != doctor.OK || c.Seen == "" || c.Advice != "" {
			t.Errorf("%+v", c)
		}
	}
	if !slices.Equal(names, doctor.Names()) {
		t.Errorf("checks %v", names)
	}
}

func TestWithAnotherCheck(t *testing.T) {
	r := doctor.Look(t.Context(), healthy(t))
	other := r.With(doctor.CheckDaemon(&doctor.Daemon{PID: 17, Version: "1"}, "2"))
	if other.State != doctor.Warn || len(other.Checks) != len(r.Checks) || one(t, other, "daemon").State != doctor.Warn || other.Checks[1].Name != "daemon" {
		t.Errorf("%+v", other)
	}
	if r.State != doctor.OK || one(t, r, "daemon").State != doctor.OK {
		t.Error("the report itself has changed")
	}
}

// forwarding is what a router does.
func forwarding(address, fault string, ports int) *nat.State {
	s := &nat.State{Protocol: "UPnP", Router: "http://192.168.1.1:5000/control", Error: fault}
	if address != "" {
		s.Address = netip.MustParseAddr(address)
	}
	for range ports {
		s.Mappings = append(s.Mappings, nat.Mapping{Port: nat.Port{Protocol: nat.TCP, Number: 26881}, Outside: 26881})
	}
	return s
}

// TestChecks changes one thing of a healthy node each, and looks at one check.
func TestChecks(t *testing.T) {
	unseen := func(o *doctor.Options) { o.Live.Reach.Incoming, o.Live.Reach.External = 0, nil }
	for _, tt := range []struct {
		name, check string
		change      func(*testing.T, *doctor.Options)
		state       doctor.State
		seen        string
	}{
		{"refused settings", "config", func(_ *testing.T, o *doctor.Options) { o.Faults = errors.New("swarm.listen: wrong") }, doctor.Fail, "swarm.listen: wrong"},
		{"private address", "config", func(_ *testing.T, o *doctor.Options) {
			o.Loaded.Config.Swarm.External = []string{"seed.example.org:1", "192.168.1.5:26881"}
		}, doctor.Warn, "private address"},
		{"no way to peers", "config", func(_ *testing.T, o *doctor.Options) {
			o.Loaded.Config.Swarm.DHT, o.Loaded.Config.Swarm.Trackers = false, nil
		}, doctor.Warn, "looked for nowhere"},
		{"any port", "config", func(_ *testing.T, o *doctor.Options) { o.Loaded.Config.Swarm.Listen = ":0" }, doctor.Warn, "another port at each start"},
		{"any port of loopback", "config", func(_ *testing.T, o *doctor.Options) { o.Loaded.Config.Swarm.Listen = "127.0.0.1:0" }, doctor.OK, "config.yaml"},
		{"open metrics", "config", func(_ *testing.T, o *doctor.Options) { o.Loaded.Config.Metrics.Listen = "0.0.0.0:1" }, doctor.Warn, "metrics.listen"},
		{"no file", "config", func(_ *testing.T, o *doctor.Options) { o.Loaded.File = "" }, doctor.OK, "no file"},

		{"no daemon", "daemon", func(_ *testing.T, o *doctor.Options) { o.Daemon = nil }, doctor.Warn, "no daemon runs"},
		{"silent daemon", "daemon", func(_ *testing.T, o *doctor.Options) { o.Daemon.Silent = true }, doctor.Fail, "process 17 does not answer"},
		{"old daemon", "daemon", func(_ *testing.T, o *doctor.Options) { o.Daemon.Version = "1.2.2" }, doctor.Warn, "1.2.2"},

		{"no folder", "folder", func(_ *testing.T, o *doctor.Options) { o.Loaded.Config.DataDir += "/none" }, doctor.Unknown, "does not exist yet"},
		{"a file", "folder", func(_ *testing.T, o *doctor.Options) { o.Loaded.Config.DataDir = o.Loaded.Config.TokenFile() }, doctor.Fail, "no folder"},
		{"in a file", "folder", func(_ *testing.T, o *doctor.Options) { o.Loaded.Config.DataDir = o.Loaded.Config.TokenFile() + "/x" }, doctor.Fail, "not a directory"},
		{"read only", "folder", func(_ *testing.T, o *doctor.Options) { o.Loaded.Config.DataDir = "/proc/self" }, doctor.Fail, "cannot be written"},

		{"open key", "permissions", func(t *testing.T, o *doctor.Options) {
			write(t, filepath.Join(o.Loaded.Config.KeysDir(), "b.json"), 0o640)
		}, doctor.Fail, "b.json"},
		{"open token", "permissions", func(t *testing.T, o *doctor.Options) { write(t, o.Loaded.Config.TokenFile(), 0o604) }, doctor.Fail, "api.token"},
		{"open socket", "permissions", func(t *testing.T, o *doctor.Options) {
			write(t, filepath.Join(o.Loaded.Config.DataDir, "control.sock"), 0o660)
		}, doctor.Fail, "control.sock"},
		{"open node key", "permissions", func(t *testing.T, o *doctor.Options) {
			write(t, filepath.Join(o.Loaded.Config.DataDir, "node.key"), 0o644)
		}, doctor.Fail, "node.key"},
		{"open database", "permissions", func(t *testing.T, o *doctor.Options) { write(t, o.Loaded.Config.SQLitePath(), 0o644) }, doctor.Warn, "seeder.db"},
		{"open folder", "permissions", func(t *testing.T, o *doctor.Options) {
			if err := os.Chmod(o.Loaded.Config.DataDir, 0o777); err != nil {
				t.Fatal(err)
			}
		}, doctor.Fail, "other users"},
		{"password in an open file", "permissions", func(t *testing.T, o *doctor.Options) {
			o.Loaded.File = filepath.Join(t.TempDir(), "config.yaml")
			o.Loaded.Config.Database.URL = "postgres://seeder:secret@db/seeder"
			o.Loaded.Values = []config.Value{{Key: "database.url", Source: "file"}}
			write(t, o.Loaded.File, 0o644)
		}, doctor.Fail, "config.yaml"},

		{"open configuration for the group", "permissions", func(t *testing.T, o *doctor.Options) {
			o.Loaded.File = filepath.Join(t.TempDir(), "config.yaml")
			o.Loaded.Config.Database.URL = "postgres://seeder:secret@db/seeder"
			o.Loaded.Values = []config.Value{{Key: "database.url", Source: "file"}}
			write(t, o.Loaded.File, 0o640) // as packages install it
		}, doctor.OK, "alone"},
		{"key of TLS open to all", "permissions", func(t *testing.T, o *doctor.Options) {
			chmod(t, withTLS(t, o, time.Hour*1000), 0o666)
		}, doctor.Fail, "key.pem"},
		{"key of TLS open to its group", "permissions", func(t *testing.T, o *doctor.Options) {
			chmod(t, withTLS(t, o, time.Hour*1000), 0o640)
		}, doctor.OK, "alone"},
		{"certificate", "config", func(t *testing.T, o *doctor.Options) { withTLS(t, o, 15*24*time.Hour) }, doctor.OK, "config.yaml"},
		{"certificate that ends soon", "config", func(t *testing.T, o *doctor.Options) {
			withTLS(t, o, 13*24*time.Hour)
		}, doctor.Warn, "expires on 2023-11-27"},
		{"expired certificate", "config", func(t *testing.T, o *doctor.Options) { withTLS(t, o, -time.Hour) }, doctor.Fail, "expired on 2023-11-14"},
		{"certificate of tomorrow", "config", func(t *testing.T, o *doctor.Options) {
			withTLS(t, o, certtest.Valid+time.Hour)
		}, doctor.Warn, "not valid before"},
		{"no key of the certificate", "config", func(t *testing.T, o *doctor.Options) {
			write(t, withTLS(t, o, 24*30*time.Hour), 0o600)
		}, doctor.Fail, "api.tls_key"},

		{"none yet", "database", func(_ *testing.T, o *doctor.Options) { o.Database = database(0, nil) }, doctor.Unknown, "none yet"},
		{"newer", "database", func(_ *testing.T, o *doctor.Options) { o.Database = database(0, store.ErrNewerSchema) }, doctor.Fail, "newer version"},
		{"away", "database", func(_ *testing.T, o *doctor.Options) { o.Database = database(0, store.ErrUnavailable) }, doctor.Fail, "not available"},
		{"damaged", "database", func(_ *testing.T, o *doctor.Options) { o.Database = database(9, errors.New("damaged")) }, doctor.Fail, "damaged"},

		{"nearly full", "disk", func(_ *testing.T, o *doctor.Options) { o.MinFree = quota.Free{Percent: 100} }, doctor.Warn, "downloads wait"},
		{"no folder yet", "disk", func(_ *testing.T, o *doctor.Options) { o.Loaded.Config.DataDir += "/a/b" }, doctor.OK, "are free"},

		{"loopback", "reachable", func(_ *testing.T, o *doctor.Options) { o.Live.Swarm = []string{"127.0.0.1:1", "[::1]:1"} }, doctor.Warn, "this machine alone"},
		{"forwarded", "reachable", func(_ *testing.T, o *doctor.Options) { unseen(o); o.Live.Forwarding = forwarding("81.2.69.160", "", 1) }, doctor.OK, "forwards 26881/tcp (UPnP at http://192.168.1.1:5000/control) as 81.2.69.160"},
		{"second router", "reachable", func(_ *testing.T, o *doctor.Options) { unseen(o); o.Live.Forwarding = forwarding("100.64.1.2", "", 1) }, doctor.Warn, "another router"},
		{"address unknown", "reachable", func(_ *testing.T, o *doctor.Options) { unseen(o); o.Live.Forwarding = forwarding("", "", 1) }, doctor.Unknown, "not known"},
		{"half forwarded", "reachable", func(_ *testing.T, o *doctor.Options) {
			unseen(o)
			o.Live.Forwarding = forwarding("81.2.69.160", "refused", 1)
		}, doctor.Warn, "refused"},
		{"no router", "reachable", func(_ *testing.T, o *doctor.Options) {
			unseen(o)
			o.Live.Forwarding = forwarding("", "nobody answers", 0)
		}, doctor.Warn, "nobody answers"},
		{"trying", "reachable", func(_ *testing.T, o *doctor.Options) { unseen(o); o.Live.Forwarding = &nat.State{Trying: true} }, doctor.Unknown, "being asked"},
		{"not asked", "reachable", func(_ *testing.T, o *doctor.Options) { unseen(o) }, doctor.Warn, "is not asked"},
		{"server", "reachable", func(_ *testing.T, o *doctor.Options) { unseen(o); o.Live.Public = true }, doctor.Unknown, "has a public address"},
		{"named", "reachable", func(_ *testing.T, o *doctor.Options) { o.Live.Reach.Incoming = 0 }, doctor.Unknown, "at 81.2.69.160:26881"},

		{"alone", "peers", func(_ *testing.T, o *doctor.Options) { o.Live.Communities[0].Peers = 0 }, doctor.Warn, "no peer"},
		{"one alone", "peers", func(_ *testing.T, o *doctor.Options) {
			o.Live.Communities = append(o.Live.Communities, doctor.Community{Name: "Lonely", Active: true})
		}, doctor.Warn, "none for Lonely"},
		{"no communities", "peers", func(_ *testing.T, o *doctor.Options) { o.Live.Communities = nil }, doctor.Unknown, "no community"},

		{"no nodes", "dht", func(_ *testing.T, o *doctor.Options) { o.Live.Reach.DHTNodes = 0 }, doctor.Warn, "no node"},
		{"off", "dht", func(_ *testing.T, o *doctor.Options) { o.Live.Reach.DHT = false }, doctor.OK, "not used"},

		{"none named", "waku", func(_ *testing.T, o *doctor.Options) { o.Live.WakuPeers, o.Live.WakuConfigured = 0, 0 }, doctor.Warn, "neither sent nor heard"},
		{"none connected", "waku", func(_ *testing.T, o *doctor.Options) { o.Live.WakuPeers, o.Live.WakuConnected = 0, 0 }, doctor.Warn, "none of 2 configured Waku peers"},
		{"others connected", "waku", func(_ *testing.T, o *doctor.Options) { o.Live.WakuConnected = 0 }, doctor.Warn, "none of them configured"},

		{"fast", "clock", func(_ *testing.T, o *doctor.Options) { o.Live.ClockAhead = time.Minute }, doctor.Warn, "1m0s ahead, by 40 Waku messages"},
		{"slow", "clock", func(_ *testing.T, o *doctor.Options) { o.Live.ClockAhead = -time.Hour }, doctor.Fail, "1h0m0s behind"},
		{"few messages", "clock", func(_ *testing.T, o *doctor.Options) { o.Live.WakuMessages = 0 }, doctor.Unknown, "too few"},
	} {
		t.Run(tt.check+"/"+tt.name, func(t *testing.T) {
			o := healthy(t)
			tt.change(t, &o)
			r := doctor.Look(t.Context(), o)
			c := one(t, r, tt.check)
			if c.State != tt.state || !strings.Contains(c.Seen, tt.seen) {
				t.Errorf("%+v, want %s and %q", c, tt.state, tt.seen)
			}
			if (c.State == doctor.Warn || c.State == doctor.Fail) && c.Advice == "" {
				t.Error("does not say what to do")
			}
			if r.Failed() != slices.ContainsFunc(r.Checks, func(c doctor.Check) bool { return c.State == doctor.Fail }) {
				t.Errorf("the whole is %s", r.State)
			}
			if strings.Contains(fmt.Sprint(r), "secret") {
				t.Error("tells a secret")
			}
		})
	}
}

// TestKeyOfAnotherUser is what is left when root runs a command on the folder of a
// service; root itself can read all.
func TestKeyOfAnotherUser(t *testing.T) {
	o := healthy(t)
	write(t, filepath.Join(o.Loaded.Config.KeysDir(), "b.json"), 0)
	want := doctor.Fail
	if os.Geteuid() == 0 {
		want = doctor.OK
	}
	c := one(t, doctor.Look(t.Context(), o), "permissions")
	if c.State != want || (want == doctor.Fail && (!strings.Contains(c.Seen, "cannot read") || !strings.Contains(c.Seen, "b.json") || c.Advice == "")) {
		t.Errorf("%+v", c)
	}
}

func database(schema int64, err error) func(context.Context) (int64, error) {
	return func(context.Context) (int64, error) { return schema, err }
}

// TestWithoutNode has what only a running node knows left open, and ports tried.
func TestWithoutNode(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	o := healthy(t)
	o.Live, o.Daemon = nil, nil
	c := &o.Loaded.Config
	c.Swarm.Listen, c.Waku.Listen, c.API.Listen = "127.0.0.1:0", "127.0.0.1:0", ""
	r := doctor.Look(t.Context(), o)
	for _, name := range []string{"reachable", "peers", "dht", "waku", "clock"} {
		if got := one(t, r, name); got.State != doctor.Unknown {
			t.Errorf("%+v", got)
		}
	}
	if got := one(t, r, "ports"); got.State != doctor.OK {
		t.Errorf("%+v", got)
	}
	c.Swarm.Listen = l.Addr().String()
	if got := one(t, doctor.Look(t.Context(), o), "ports"); got.State != doctor.Fail || !strings.Contains(got.Seen, "swarm.listen") || !strings.Contains(got.Seen, "in use") {
		t.Errorf("%+v", got)
	}
	u := onlyUDP(t)
	c.Swarm.Listen = u.LocalAddr().String()
	if got := one(t, doctor.Look(t.Context(), o), "ports"); got.State != doctor.Fail || !strings.Contains(got.Seen, "swarm.listen: listen udp") {
		t.Errorf("%+v", got)
	}
	c.Swarm.DHT = false
	if got := one(t, doctor.Look(t.Context(), o), "ports"); got.State != doctor.OK {
		t.Errorf("without UDP: %+v", got)
	}
	// A daemon that does not answer has the ports.
	o.Daemon = &doctor.Daemon{PID: 1, Silent: true}
	if got := one(t, doctor.Look(t.Context(), o), "ports"); got.State != doctor.Unknown {
		t.Errorf("%+v", got)
	}
}

// onlyUDP listens at a port of UDP that is free for TCP, which others on this machine may
// be using by its number: what is free is chosen for each by itself.
func onlyUDP(t *testing.T) net.PacketConn {
	t.Helper()
	for {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		u, err := net.ListenPacket("udp4", l.Addr().String())
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = u.Close() })
		return u
	}
}

// timeServer answers with a clock that is behind by some time (SNTP, RFC 4330);
// change may spoil the answer.
func timeServer(t *testing.T, behind time.Duration, change func([]byte)) string {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { _ = conn.Close(); <-done })
	go func() {
		defer close(done)
		for {
			q := make([]byte, 64)
			n, from, err := conn.ReadFrom(q)
			if err != nil || n < 48 {
				return
			}
			a := make([]byte, 48)
			a[0], a[1] = 4<<3|4, 2
			copy(a[24:], q[40:48])
			at := now.Add(-behind)
			stamp := uint64(at.Unix()+2_208_988_800)<<32 | uint64(at.Nanosecond())<<32/1e9
			binary.BigEndian.PutUint64(a[32:], stamp)
			binary.BigEndian.PutUint64(a[40:], stamp)
			if change != nil {
				change(a)
			}
			_, _ = conn.WriteTo(a, from)
		}
	}()
	return conn.LocalAddr().String()
}

func TestTimeServers(t *testing.T) {
	for name, tt := range map[string]struct {
		servers []string
		state   doctor.State
		seen    string
	}{
		"right":         {[]string{timeServer(t, 0, nil)}, doctor.OK, "0s ahead, by 1 time server"},
		"an hour fast":  {[]string{timeServer(t, time.Hour, nil)}, doctor.Fail, "1h0m0s ahead"},
		"half a minute": {[]string{timeServer(t, -30*time.Second, nil)}, doctor.Warn, "30s behind"},
		"one lies":      {[]string{timeServer(t, 0, nil), timeServer(t, 0, nil), timeServer(t, time.Hour, nil)}, doctor.OK, "by 3 time servers"},
		"nobody":        {[]string{"127.0.0.1:9"}, doctor.Unknown, "no time server answers"},
		"not in time":   {[]string{timeServer(t, 0, func(a []byte) { a[0] |= 3 << 6 })}, doctor.Unknown, "not the answer"},
		"another's":     {[]string{timeServer(t, 0, func(a []byte) { a[24] ^= 1 })}, doctor.Unknown, "not the answer"},
		"refuses":       {[]string{timeServer(t, 0, func(a []byte) { a[1] = 0 })}, doctor.Unknown, "not the answer"},
		"client":        {[]string{timeServer(t, 0, func(a []byte) { a[0] = 4<<3 | 3 })}, doctor.Unknown, "not the answer"},
		"one is silent": {[]string{"127.0.0.1:9", timeServer(t, 0, nil)}, doctor.OK, "by 1 time server"},
	} {
		t.Run(name, func(t *testing.T) {
			o := healthy(t)
			o.Loaded.Config.Doctor.NTP = tt.servers
			if c := one(t, doctor.Look(t.Context(), o), "clock"); c.State != tt.state || !strings.Contains(c.Seen, tt.seen) {
				t.Errorf("%+v", c)
			}
		})
	}
}
