package bittorrent_test

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// tell connects to a node from an address of loopback and says what the node's
// address is (yourip, BEP 10). It stays until the test ends.
func tell(t *testing.T, from, addr string, hash swarm.InfoHash, self netip.Addr) {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := d.DialContext(t.Context(), "tcp4", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	hello := append([]byte("\x13BitTorrent protocol"), 0, 0, 0, 0, 0, 0x10, 0, 0)
	hello = append(append(hello, hash[:]...), fmt.Sprintf("-XX0000-%-12s", from)...)
	if _, err := conn.Write(hello); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 68)); err != nil {
		t.Fatalf("handshake: %v", err)
	}
	raw := self.AsSlice()
	sendExtended(conn, 0, fmt.Sprintf("d1:mde6:yourip%d:%se", len(raw), raw), nil)
}

// magnet seeds again and returns the addresses that the magnet link names.
func (n node) magnet(t *testing.T, archives ...swarmtest.Archive) []string {
	t.Helper()
	tor, err := n.Seed(t.Context(), swarmtest.Generation(c1, archives...))
	if err != nil {
		t.Fatal(err)
	}
	ref, err := swarm.ParseMagnet(tor.Magnet)
	if err != nil {
		t.Fatal(err)
	}
	if prefix := fmt.Sprintf("magnet:?xt=urn:btih:%x&dn=%s", tor.InfoHash, c1); !strings.HasPrefix(tor.Magnet, prefix) {
		t.Errorf("link %s", tor.Magnet)
	}
	return ref.Peers
}

// TestExternalByPeers has peers tell a node its address.
func TestExternalByPeers(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner := startWith(t, bittorrent.Options{Listen: ":0"})
	archives := swarmtest.NewArchives(1, 3*pl)
	ref := owner.seed(ctx, t, archives...)
	at := owner.at(t, "127.0.0.1")
	self := netip.MustParseAddr("81.2.69.160")
	tell(t, "127.0.0.1", at, ref.InfoHash, self)
	tell(t, "127.0.0.2", at, ref.InfoHash, self) // of the same network
	for i := range 3 {
		tell(t, fmt.Sprintf("127.%d.0.1", i+1), at, ref.InfoHash, netip.MustParseAddr("192.168.1.7"))
	}
	eventually(ctx, t, "peers are connected", func() bool { return len(owner.Connected(c1)) == 5 })
	if got := owner.magnet(t, archives...); len(got) != 0 {
		t.Errorf("names %v after what one network said", got)
	}
	tell(t, "127.9.0.1", at, ref.InfoHash, self)
	want := owner.at(t, self.String())
	eventually(ctx, t, "the address is known", func() bool { return slices.Equal(owner.Reach().External, []string{want}) })
	if got := owner.magnet(t, archives...); !slices.Equal(got, []string{want}) {
		t.Errorf("names %v, want %s", got, want)
	}
	if r := owner.Reach(); r.Incoming != 0 {
		t.Errorf("%d peers came from outside", r.Incoming)
	}
}

// TestExternalOfLoopback says nothing of a node that only this machine reaches.
func TestExternalOfLoopback(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner := startWith(t, bittorrent.Options{Listen: "127.0.0.1:0"})
	archives := swarmtest.NewArchives(1, 3*pl)
	ref := owner.seed(ctx, t, archives...)
	for i := range 3 {
		tell(t, fmt.Sprintf("127.%d.0.1", i), owner.Addrs()[0], ref.InfoHash, netip.MustParseAddr("81.2.69.160"))
	}
	eventually(ctx, t, "peers are connected", func() bool { return len(owner.Connected(c1)) == 3 })
	if got := owner.magnet(t, archives...); len(got) != 0 {
		t.Errorf("names %v", got)
	}
}

// TestExternalByRouter names what a router forwards, unless that is private or the
// configuration says better.
func TestExternalByRouter(t *testing.T) {
	archives := swarmtest.NewArchives(1, 3*pl)
	mapped := []netip.AddrPort{netip.MustParseAddrPort("192.168.1.1:7"), netip.MustParseAddrPort("81.2.69.160:4711"), netip.MustParseAddrPort("81.2.69.161:4711")}
	for name, tt := range map[string]struct {
		o    bittorrent.Options
		want string
	}{
		"router":        {bittorrent.Options{Mapped: func() []netip.AddrPort { return mapped }}, "[81.2.69.160:4711]"},
		"second router": {bittorrent.Options{Mapped: func() []netip.AddrPort { return mapped[:1] }}, "[]"},
		"none":          {bittorrent.Options{Mapped: func() []netip.AddrPort { return nil }}, "[]"},
		"configured":    {bittorrent.Options{External: []string{"seed.example.org:1"}, Mapped: func() []netip.AddrPort { return mapped }}, "[seed.example.org:1]"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.o.Listen = "127.0.0.1:0"
			owner := startWith(t, tt.o)
			owner.seed(t.Context(), t, archives...)
			if got := fmt.Sprint(owner.magnet(t, archives...)); got != tt.want {
				t.Errorf("names %s, want %s", got, tt.want)
			}
		})
	}
}
