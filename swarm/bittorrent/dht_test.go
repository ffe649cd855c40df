package bittorrent_test

import (
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// TestDHT has two nodes that know a third only by the DHT, and find each other
// through it: of IPv4, of IPv6, and of both, in which there are two tables.
func TestDHT(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{"127.0.0.1:0", "[::1]:0", ":0"} {
		t.Run(listen, func(t *testing.T) {
			t.Parallel()
			findByDHT(t, listen)
		})
	}
}

func findByDHT(t *testing.T, listen string) {
	t.Helper()
	ctx := within(t, 60*time.Second)
	startDHT := func(entries ...string) node {
		t.Helper()
		files := swarm.NewFiles(t.TempDir())
		s, err := bittorrent.New(bittorrent.Options{
			Files: files, Listen: listen, DHT: true, DHTNodes: entries,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return node{s, files}
	}
	entry := startDHT("127.0.0.1:1") // nobody is there
	at := entry.Addrs()[:1]
	if listen == ":0" {
		at = []string{entry.at(t, "127.0.0.1")}
	}
	owner, member := startDHT(at...), startDHT(at...)
	archives := swarmtest.NewArchives(1, 3*pl)
	ref := owner.seed(ctx, t, archives...)
	ref.Peers = nil
	for _, host := range []string{"127.0.0.1", "::1"} { // what the table names is of this machine
		member.Allow(owner.at(t, host))
	}
	member.fetch(ctx, t, ref, archives...)
	if r := member.Reach(); !r.DHT || r.DHTNodes == 0 {
		t.Errorf("%+v", r)
	}
}
