package bittorrent_test

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// startWith starts a node that listens where and by what it is told.
func startWith(t *testing.T, o bittorrent.Options) node {
	t.Helper()
	o.Files = swarm.NewFiles(t.TempDir())
	o.RedialMin, o.RedialMax = 50*time.Millisecond, 500*time.Millisecond
	o.Logger = testLog(t)
	s, err := bittorrent.New(o)
	if err != nil {
		t.Fatalf("start node: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return node{s, o.Files}
}

// at returns the address of a node with another host.
func (n node) at(t *testing.T, host string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(n.Addrs()[0])
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort(host, port)
}

// TestIPv6 has two nodes that have no IPv4.
func TestIPv6(t *testing.T) {
	ctx := within(t, 40*time.Second)
	for _, utp := range []bool{false, true} {
		owner := startWith(t, bittorrent.Options{Listen: "[::1]:0", UTPOnly: utp})
		member := startWith(t, bittorrent.Options{Listen: "[::1]:0", UTPOnly: utp})
		archives := swarmtest.NewArchives(1, 3*pl, 2*pl+1)
		ref := owner.seed(ctx, t, archives...)
		for _, a := range append(owner.Addrs(), member.Addrs()...) {
			if !strings.HasPrefix(a, "[::1]:") {
				t.Errorf("listens on %s", a)
			}
		}
		member.fetch(ctx, t, ref, archives...)
		if peers := member.Connected(c1); len(peers) > 0 && !strings.HasPrefix(peers[0].Address, "[::1]:") {
			t.Errorf("peers %+v", peers)
		}
	}
}

// TestBothFamilies has a node without a host pass archives from one with IPv6
// alone to one with IPv4 alone, at one port.
func TestBothFamilies(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner := startWith(t, bittorrent.Options{Listen: "[::1]:0"})
	between := startWith(t, bittorrent.Options{Listen: ":0"})
	member := startWith(t, bittorrent.Options{Listen: "127.0.0.1:0"})
	archives := swarmtest.NewArchives(1, 3*pl, 2*pl+1)
	ref := owner.seed(ctx, t, archives...)
	between.AddPeers(c1, owner.Addrs()...)  // a link alone may not name an address of this machine
	between.fetch(ctx, t, ref, archives...) // dials by IPv6
	ref.Peers = []string{between.at(t, "127.0.0.1")}
	member.fetch(ctx, t, ref, archives...)
	late := startWith(t, bittorrent.Options{Listen: "[::1]:0"})
	ref.Peers = []string{between.at(t, "::1")} // is reached by IPv6, too
	late.fetch(ctx, t, ref, archives...)
}

// TestLinksDoNotReachInward has a link name what listens on this machine alone. A node
// that others reach does not connect to it, unless its operator named it, too.
func TestLinksDoNotReachInward(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner := startWith(t, bittorrent.Options{Listen: "127.0.0.1:0"})
	archives := swarmtest.NewArchives(1, 3*pl)
	ref := owner.seed(ctx, t, archives...)
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var came atomic.Int32
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			_ = conn.Close()
		}
	}()
	member := startWith(t, bittorrent.Options{Listen: ":0"})
	member.AddPeers(c1, owner.at(t, "localhost"))
	_, port, _ := net.SplitHostPort(l.Addr().String())
	ref.Peers = []string{l.Addr().String(), "localhost:" + port, "[::ffff:127.0.0.1]:" + port}
	member.fetch(ctx, t, ref, archives...) // from whom the operator named
	if n := came.Load(); n != 0 {
		t.Errorf("%d connections came", n)
	}
	inside := startWith(t, bittorrent.Options{Listen: "127.0.0.1:0"}) // and reaches nobody else
	inside.AddPeers(c1, owner.Addrs()...)
	ref.Peers = ref.Peers[:1]
	inside.fetch(ctx, t, ref, archives...)
	for came.Load() == 0 {
		select {
		case <-ctx.Done():
			t.Fatal("a node of this machine alone does not connect either")
		case <-time.After(5 * time.Millisecond):
		}
	}
	_ = l.Close()
	<-done
}

// utpNode starts a node without TCP, and a limiter.
func utpNode(t *testing.T) (node, *quota.Bandwidth) {
	t.Helper()
	b := quota.NewBandwidth(clock.System{})
	return startWith(t, bittorrent.Options{Listen: "127.0.0.1:0", UTPOnly: true, Throttle: b}), b
}

// TestUTP has two nodes that know no TCP.
func TestUTP(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner, _ := utpNode(t)
	member, _ := utpNode(t)
	archives := swarmtest.NewArchives(1, 5<<20, 2*pl+1)
	ref := owner.seed(ctx, t, archives...)
	if conn, err := net.Dial("tcp4", owner.Addrs()[0]); err == nil {
		_ = conn.Close()
		t.Error("listens by TCP")
	}
	seen, done := make(chan struct{}), make(chan error, 1)
	r := &swarmtest.Receiver{OnRoom: func(message.ArchiveID) error { <-seen; return nil }} // not over before
	go func() { done <- member.Fetch(ctx, ref, r) }()
	eventually(ctx, t, "a connection", func() bool {
		peers := member.Connected(c1)
		if len(peers) > 0 && peers[0].Transport != swarm.UTP {
			t.Errorf("connected by %s", peers[0].Transport)
		}
		return len(peers) > 0
	})
	close(seen)
	if err := <-done; err != nil {
		t.Fatalf("fetch: %v", err)
	}
	swarmtest.CheckFiles(t, member.files, c1, archives...)
}

// TestLimitsHoldByUTP fetches by uTP through a limit of either side, and lifts it.
func TestLimitsHoldByUTP(t *testing.T) {
	t.Parallel()
	const rate = 512 << 10
	for name, up := range map[string]bool{"up": true, "down": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := within(t, 60*time.Second)
			owner, given := utpNode(t)
			member, taken := utpNode(t)
			limiter := taken
			if up {
				limiter = given
			}
			archive := swarmtest.NewArchive(1, 6<<20)
			ref := owner.offer(t, c1, archive)
			limiter.SetNode(quota.Rates{Up: rate, Down: rate})
			began := time.Now()
			done := member.background(ctx, ref)
			eventually(ctx, t, "a megabyte and a half pass", func() bool { return direction(limiter, up, c1).Bytes > 3<<19 })
			checkNever(t, "limited side", direction(limiter, up, c1).Bytes, rate, began)
			if up {
				checkNever(t, "other side", direction(taken, false, c1).Bytes, rate, began)
			}
			// It holds over what is sent, not only over what is counted.
			eventually(ctx, t, "transfers wait", func() bool { return direction(limiter, up, c1).Waiting > 0 })
			limiter.SetNode(quota.Rates{})
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			swarmtest.CheckFiles(t, member.files, c1, archive)
			if got := direction(limiter, up, c1).Bytes; got < 6<<20 {
				t.Errorf("counted %d bytes", got)
			}
		})
	}
}

// TestTCPIsPreferred lets nodes with both meet by TCP, and one whose TCP nobody
// reaches by uTP.
func TestTCPIsPreferred(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	both := bittorrent.Options{Listen: "127.0.0.1:0", UTP: true}
	archive := swarmtest.NewArchive(1, 4<<20)
	for name, tt := range map[string]struct {
		owner bittorrent.Options
		want  string
	}{
		"both":     {both, swarm.TCP},
		"TCP only": {bittorrent.Options{Listen: "127.0.0.1:0"}, swarm.TCP},
		"uTP only": {bittorrent.Options{Listen: "127.0.0.1:0", UTPOnly: true}, swarm.UTP},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := quota.NewBandwidth(clock.System{})
			tt.owner.Throttle = b
			owner, member := startWith(t, tt.owner), startWith(t, both)
			ref := owner.offer(t, c1, archive)
			b.SetNode(quota.Rates{Up: 1 << 20}) // long enough for uTP to begin
			fetching, stop := context.WithCancel(ctx)
			defer stop()
			done := member.background(fetching, ref)
			eventually(ctx, t, "two megabytes pass", func() bool { return b.NodeUsage().Up.Bytes > 2<<20 })
			for _, p := range member.Connected(c1) {
				if p.Transport != tt.want {
					t.Errorf("connected by %s, want %s", p.Transport, tt.want)
				}
			}
			b.SetNode(quota.Rates{})
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}
