package daemon_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seeder/api"
	"seeder/daemon"
	"seeder/limits"
	"seeder/message"
	"seeder/node"
	"seeder/store"
)

func control(t *testing.T, opts daemon.Options) *api.Client {
	t.Helper()
	client, err := daemon.Control(opts.Config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// onlyCommunity returns what a node with one community says of limits.
func onlyCommunity(t *testing.T, client *api.Client) (node.Limits, node.CommunityLimits) {
	t.Helper()
	l, err := client.Limits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Communities) != 1 {
		t.Fatalf("%d communities, want 1", len(l.Communities))
	}
	return l, l.Communities[0]
}

// from returns where the value of a setting comes from.
func from(settings []node.Setting, key string) string {
	i := slices.IndexFunc(settings, func(s node.Setting) bool { return s.Key == key })
	return settings[i].From
}

func setLimits(t *testing.T, opts daemon.Options, c message.CommunityID, values map[string]string) {
	t.Helper()
	db, err := daemon.OpenStore(t.Context(), opts.Config)
	if err == nil {
		err = errors.Join(limits.Set(t.Context(), db, c, values), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// noise returns payloads that cannot be compressed.
func noise(n, size int) (payloads []string) {
	random := rand.NewChaCha8([32]byte{7})
	for range n {
		b := make([]byte, size)
		_, _ = random.Read(b) // never fails
		payloads = append(payloads, string(b))
	}
	return payloads
}

// A limit that a command writes reaches a transfer that runs, with and without
// word of it at the control socket. At the limits of this test the history would
// take ten minutes and more.
func TestLimitsReachARunningTransfer(t *testing.T) {
	t.Parallel()
	const weeks = 10
	own := options(t)
	c := ownHistory(t, own, noise(weeks, 1_000_000)...)
	defer run(t, start(t, own))()
	opts := options(t)
	opts.Config.Limits.Down = "16KiB/s"
	meet(t, &opts, own.Config)
	join(t, opts.Config, c, store.RoleMember)
	defer run(t, start(t, opts))()
	client := control(t, opts)

	eventually(t, "the transfer waits for the limit of the configuration", func() bool {
		l, one := onlyCommunity(t, client)
		return l.Node.Down.Limit == 16<<10 && one.Down.Bytes > 0 && one.Down.Waiting > 0
	})
	setLimits(t, opts, c, map[string]string{"down": "8KiB/s"})
	eventually(t, "a row is seen without word of it", func() bool {
		_, one := onlyCommunity(t, client)
		return one.Down.Limit == 8<<10 && from(one.Settings, "down") == node.FromSet
	})
	setLimits(t, opts, c, map[string]string{"down": "default"})
	setLimits(t, opts, message.CommunityID{}, map[string]string{"down": "unlimited"})
	if err := client.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l, one := onlyCommunity(t, client); l.Node.Down.Limit != 0 || one.Down.Limit != 0 {
		t.Errorf("after refresh limits of %d and %d bytes/s are in force, want none", l.Node.Down.Limit, one.Down.Limit)
	}
	eventually(t, "the rest has come", func() bool { return stored(t, opts.Config, c) == weeks })
	checkCounts(t, opts, client, c, weeks)
}

// checkCounts compares what the daemon counts with what is on the disk.
func checkCounts(t *testing.T, opts daemon.Options, client *api.Client, c message.CommunityID, archives int) {
	t.Helper()
	eventually(t, "the ledger has what is on the disk", func() bool {
		u, err := daemon.OpenFiles(opts.Config).Usage(c)
		if err != nil {
			t.Fatal(err)
		}
		var want int64
		for _, a := range u.Archives {
			want += a.Bytes
		}
		_, one := onlyCommunity(t, client)
		s := one.Storage
		return s.Used-s.Overhead == want && s.Overhead >= u.Overhead && s.Reserved == 0 && s.Archives == archives
	})
}

// Serving that is switched off in the database is off from the first moment.
func TestSettingsHoldFromTheStart(t *testing.T) {
	t.Parallel()
	own := options(t)
	c := ownHistory(t, own, noise(2, 200_000)...)
	setLimits(t, own, c, map[string]string{"serve": "off"})
	defer run(t, start(t, own))()
	client := control(t, own)
	if _, one := onlyCommunity(t, client); one.Mode.Serve || one.Mode.Reason != limits.ReasonServe {
		t.Errorf("mode %+v", one.Mode)
	}
	opts := options(t)
	meet(t, &opts, own.Config)
	join(t, opts.Config, c, store.RoleMember)
	defer run(t, start(t, opts))()
	eventually(t, "the announcement has come", func() bool {
		return len(read(t, opts, func(tx store.Tx) ([]store.Announcement, error) { return tx.Announcements(c, 0) })) > 0
	})
	if _, one := onlyCommunity(t, client); one.Up.Bytes != 0 {
		t.Errorf("%d bytes were uploaded while serving is off", one.Up.Bytes)
	}
	setLimits(t, own, c, map[string]string{"serve": "default"})
	eventually(t, "the history has come once it is served", func() bool { return stored(t, opts.Config, c) == 2 })
	if _, one := onlyCommunity(t, client); one.Up.Bytes < 400_000 {
		t.Errorf("%d bytes were counted", one.Up.Bytes)
	}
}

// A start waits for what the system says of battery and network where something pauses
// because of it, and only there.
func TestStartWaitsForBatteryWhereItCounts(t *testing.T) {
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	for name, tt := range map[string]struct {
		change func(*testing.T, *daemon.Options)
		waits  int
	}{
		"nothing pauses": {func(*testing.T, *daemon.Options) {}, 0},
		"battery":        {func(_ *testing.T, o *daemon.Options) { o.Config.Limits.PauseOnBattery = "on" }, 1},
		"metered":        {func(_ *testing.T, o *daemon.Options) { o.Config.Limits.PauseOnMetered = "on" }, 1},
		"set by a command": {func(t *testing.T, o *daemon.Options) {
			setLimits(t, *o, message.CommunityID{}, map[string]string{"pause_on_battery": "on"})
		}, 1},
		"taken back by a command": {func(t *testing.T, o *daemon.Options) {
			o.Config.Limits.PauseOnBattery = "on"
			setLimits(t, *o, message.CommunityID{}, map[string]string{"pause_on_battery": "off"})
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			opts := options(t)
			_, log := reloadable(&opts)
			opts.Level.Set(slog.LevelDebug)
			tt.change(t, &opts)
			closeDaemon(t, start(t, opts))
			if n := log.count("waiting for what the system says"); n != tt.waits {
				t.Errorf("it waited %d times, want %d", n, tt.waits)
			}
		})
	}
}

// A row that nobody understands is shown and stops nothing.
func TestStrangeRowsAreShown(t *testing.T) {
	opts := options(t)
	c := newKey(t, "2e").Community()
	update(t, opts.Config, func(tx store.Tx) error {
		return errors.Join(
			tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember, Name: "Harbour"}),
			tx.PutSetting(store.Setting{Key: "pace", Value: "plenty"}),
			tx.PutSetting(store.Setting{Community: c, Key: "cap", Value: "2GiB"}),
			tx.PutSetting(store.Setting{Community: c, Key: "warp", Value: "9"}),
		)
	})
	d := start(t, opts)
	defer closeDaemon(t, d)
	l, one := onlyCommunity(t, control(t, opts))
	notes := strings.Join(l.Notes, "\n")
	if len(l.Notes) != 2 || !strings.Contains(notes, "pace") || !strings.Contains(notes, "plenty") || !strings.Contains(notes, "warp") {
		t.Errorf("notes %q", l.Notes)
	}
	if one.Storage.Cap != 2<<30 || one.Name != "Harbour" {
		t.Errorf("community %+v", one)
	}
}

// A cap that somebody damages while the node runs holds on; the node that starts
// with it fetches nothing until it is mended.
func TestADamagedCapIsNoCap(t *testing.T) {
	t.Parallel()
	const weeks = 10
	own := options(t)
	c := ownHistory(t, own, noise(weeks, 200_000)...)
	defer run(t, start(t, own))()
	opts := options(t)
	meet(t, &opts, own.Config)
	join(t, opts.Config, c, store.RoleMember)
	setLimits(t, opts, c, map[string]string{"cap": "500KB"})
	damage := func() {
		update(t, opts.Config, func(tx store.Tx) error {
			return tx.PutSetting(store.Setting{Community: c, Key: "cap", Value: "5 Mi"})
		})
	}
	end := run(t, start(t, opts))
	client := control(t, opts)
	eventually(t, "what fits has come", func() bool { return stored(t, opts.Config, c) > 0 })
	damage()
	if err := client.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, one := onlyCommunity(t, client)
	if one.Storage.Cap != 500_000 || one.Mode.Reason != "" || len(one.Damaged) != 1 || one.Damaged[0].InForce != "500KB" || one.Damaged[0].Hint == "" {
		t.Errorf("while it runs: %+v", one)
	}
	end()

	before := stored(t, opts.Config, c)
	end = run(t, start(t, opts))
	defer func() { end() }()
	client = control(t, opts)
	if _, one = onlyCommunity(t, client); one.Mode.Fetch || one.Mode.Serve || !strings.Contains(one.Mode.Reason, "--cap") || !one.Damaged[0].Stops {
		t.Errorf("after a start: %+v", one)
	}
	if now := stored(t, opts.Config, c); now != before || now == weeks {
		t.Errorf("%d archives are here, before the start %d", now, before)
	}
	setLimits(t, opts, c, map[string]string{"cap": "default"})
	eventually(t, "all has come once it is mended", func() bool { return stored(t, opts.Config, c) == weeks })
	checkLowered(t, opts, c, weeks)
	setLimits(t, own, c, map[string]string{"cap": "100KB"})
	eventually(t, "originals are over a cap, and why", func() bool {
		_, one := onlyCommunity(t, control(t, own))
		return one.Storage.Over > 1_000_000 && strings.Contains(one.Storage.OverReason, "evict_originals")
	})
}

// checkLowered lowers a cap, which leaves the right numbers behind.
func checkLowered(t *testing.T, opts daemon.Options, c message.CommunityID, weeks int) {
	t.Helper()
	setLimits(t, opts, c, map[string]string{"cap": "500KB"})
	eventually(t, "the work tells what is here", func() bool {
		here := stored(t, opts.Config, c)
		want := fmt.Sprintf("%d of %d archives are here, %d are beyond the cap", here, weeks, weeks-here)
		for _, w := range read(t, opts, func(tx store.Tx) ([]store.Work, error) { return tx.Works(c) }) {
			if here < weeks/2 && w.Reason == want {
				return true
			}
		}
		return false
	})
	eventually(t, "nothing is over the cap", func() bool {
		_, one := onlyCommunity(t, control(t, opts))
		return one.Storage.Used < 500_000 && one.Storage.Over == 0 && one.Storage.OverReason == ""
	})
}

func TestControlSocketComesAndGoes(t *testing.T) {
	opts := options(t)
	if _, err := daemon.Control(opts.Config); !errors.Is(err, api.ErrNoDaemon) {
		t.Errorf("before a start: %v, want ErrNoDaemon", err)
	}
	opts.Config.Metrics.Listen = "127.0.0.1:0"
	d := start(t, opts)
	at, err := daemon.ReadNodeFile(opts.Config)
	if err != nil {
		t.Fatal(err)
	}
	client := control(t, opts)
	if err := client.Refresh(t.Context()); err != nil {
		t.Error(err)
	}
	// Over the network there are metrics and nothing else.
	for path, status := range map[string]int{"/v1/limits": http.StatusNotFound, "/v1/refresh": http.StatusNotFound, "/": http.StatusNotFound} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+at.Metrics+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != status {
			t.Errorf("GET %s at the address for metrics: %s", path, answer.Status)
		}
		_ = answer.Body.Close()
	}
	closeDaemon(t, d)
	if _, err := os.Lstat(at.Control); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is there after the end: %v", err)
	}
	if err := client.Refresh(t.Context()); !errors.Is(err, api.ErrNoDaemon) {
		t.Errorf("after the end: %v, want ErrNoDaemon", err)
	}
}

// The path of a socket is short; that of a data folder may be long.
func TestLongDataFolder(t *testing.T) {
	opts := options(t)
	opts.Config.DataDir = filepath.Join(opts.Config.DataDir, strings.Repeat("deep", 30))
	d := start(t, opts)
	at, err := daemon.ReadNodeFile(opts.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(filepath.Dir(at.Control)) })
	if len(at.Control) > api.MaxSocketPath {
		t.Errorf("socket at %s", at.Control)
	}
	if err := control(t, opts).Refresh(t.Context()); err != nil {
		t.Error(err)
	}
	closeDaemon(t, d)
}

// An owner's own archives go for its cap only when that is allowed, and only once
// somebody else has them. They stay away.
func TestOriginalsGoOnceOthersHaveThem(t *testing.T) {
	t.Parallel()
	const limit = 600 << 10
	own := options(t)
	c := ownHistory(t, own, noise(4, 200_000)...)
	setLimits(t, own, c, map[string]string{"cap": "600KiB", "evict_originals": "on"})
	defer run(t, start(t, own))()
	client := control(t, own)
	eventually(t, "everything is archived", func() bool {
		_, one := onlyCommunity(t, client)
		return one.Storage.Archives == 4
	})
	states := func(opts daemon.Options) map[store.ArchiveState]int {
		n := make(map[store.ArchiveState]int)
		for _, r := range read(t, opts, func(tx store.Tx) ([]store.Archive, error) { return tx.Archives(c) }) {
			n[r.State]++
		}
		return n
	}
	if n := states(own); n[store.Evicted] != 0 {
		t.Errorf("the only copy was evicted: %v", n)
	}
	opts := options(t)
	meet(t, &opts, own.Config)
	join(t, opts.Config, c, store.RoleMember)
	defer run(t, start(t, opts))()
	eventually(t, "the member has everything", func() bool { return states(opts)[store.Imported] == 4 })
	eventually(t, "the owner keeps its cap", func() bool {
		_, one := onlyCommunity(t, client)
		return one.Storage.Used <= limit
	})
	if n := states(own); n[store.Evicted] == 0 || n[store.Imported] == 0 || n[store.Evicted]+n[store.Imported] != 4 {
		t.Errorf("states of the owner %v", n)
	}
}
