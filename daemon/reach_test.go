package daemon_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/doctor"
	"seeder/internal/nat"
	"seeder/internal/nat/nattest"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// TestRouterForwardsPorts has an owner behind a router: its ports are forwarded, its
// announcement names the address outside, and all is taken back at the end.
func TestRouterForwardsPorts(t *testing.T) {
	router := nattest.NewRouter(t, "81.2.69.160")
	key := newKey(t, "11")
	id := key.Community()
	opts := options(t)
	opts.Config.Swarm.Listen, opts.Config.Waku.Listen = ":0", "0.0.0.0:0"
	opts.Config.Swarm.DHT = false
	opts.Config.Owner.MinAge, opts.Config.Owner.Interval = 0, 20*time.Millisecond
	opts.Router = nat.Options{Gateway: router.ServePMP(t), Search: netip.MustParseAddrPort("127.0.0.1:9")}
	if err := daemon.Keystore(opts.Config).Add(key, "Garden"); err != nil {
		t.Fatal(err)
	}
	update(t, opts.Config, func(tx store.Tx) error {
		if err := tx.PutCommunity(store.Community{ID: id, Role: store.RoleOwner, Name: "Garden"}); err != nil {
			return err
		}
		m := message.Message{Timestamp: 100, Topic: "\x01\x02\x03\x04", Payload: []byte("x"), Hash: make([]byte, 32)}
		_, err := tx.AddMessages(id, func(yield func(message.Message, error) bool) { yield(m, nil) })
		return err
	})
	d := start(t, opts)
	end := run(t, d)
	eventually(t, "ports are forwarded", func() bool { return len(router.Mappings()) == 2 }) // BitTorrent and Waku, TCP
	status, err := d.Node().Status(t.Context())
	eventually(t, "the status says so", func() bool {
		status, err = d.Node().Status(t.Context())
		return err != nil || len(status.External) == 1
	})
	if err != nil || !strings.HasPrefix(status.External[0], "81.2.69.160:") || !strings.HasPrefix(status.ForwardedBy, "NAT-PMP at 127.0.0.1:") {
		t.Errorf("external %v by %q (%v)", status.External, status.ForwardedBy, err)
	}
	eventually(t, "the announcement names the address", func() bool { return names(t, opts.Config, id, status.External[0]) })
	r, err := d.Doctor(t.Context())
	if err != nil || r.Failed() {
		t.Errorf("%+v (%v)", r, err)
	}
	for _, c := range r.Checks {
		if c.Name == "reachable" && (c.State != doctor.OK || !strings.Contains(c.Seen, "81.2.69.160")) || c.Name == "database" && c.State != doctor.OK {
			t.Errorf("%+v", c)
		}
	}
	end()
	if left := router.Mappings(); len(left) != 0 || router.Removed() != 2 {
		t.Errorf("left %+v, removed %d", left, router.Removed())
	}
}

// names reports whether the newest announcement names an address.
func names(t *testing.T, cfg config.Config, id message.CommunityID, addr string) (found bool) {
	t.Helper()
	db, err := daemon.OpenStore(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(t.Context(), func(tx store.Tx) error {
		a, err := tx.LatestAnnouncement(id)
		if err != nil {
			return nil //nolint:nilerr // there is none yet
		}
		ref, err := swarm.ParseMagnet(a.Magnet)
		found = len(ref.Peers) == 1 && ref.Peers[0] == addr
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestRouterIsNotAskedInVain has nodes that nobody may reach, or that shall not ask.
func TestRouterIsNotAskedInVain(t *testing.T) {
	for name, change := range map[string]func(*config.Config){
		"loopback":     func(*config.Config) {},
		"switched off": func(c *config.Config) { c.Swarm.Listen, c.Swarm.Mapping = ":0", false },
		"IPv6":         func(c *config.Config) { c.Swarm.Listen = "[::]:0" },
	} {
		t.Run(name, func(t *testing.T) {
			router := nattest.NewRouter(t, "81.2.69.160")
			opts := options(t)
			change(&opts.Config)
			opts.Router = nat.Options{Gateway: router.ServePMP(t), Search: netip.MustParseAddrPort("127.0.0.1:9")}
			d := start(t, opts)
			status, err := d.Node().Status(t.Context())
			if err != nil || status.ForwardedBy != "" || len(status.External) != 0 {
				t.Errorf("%+v (%v)", status, err)
			}
			closeDaemon(t, d)
			if n := router.Asked(); n != 0 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}
