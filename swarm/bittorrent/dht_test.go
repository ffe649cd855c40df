package bittorrent_test

import (
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// TestDHT has two nodes that know a third only by the DHT, and find each other
// through it.
func TestDHT(t *testing.T) {
	ctx := within(t, 60*time.Second)
	startDHT := func(entries ...string) node {
		t.Helper()
		files := swarm.NewFiles(t.TempDir())
		s, err := bittorrent.New(bittorrent.Options{
			Files: files, Listen: "127.0.0.1:0", DHT: true, DHTNodes: entries,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return node{s, files}
	}
	entry := startDHT("127.0.0.1:1") // nobody is there
	owner, member := startDHT(entry.Addrs()...), startDHT(entry.Addrs()...)
	archives := swarmtest.NewArchives(1, 3*pl)
	ref := owner.seed(ctx, t, archives...)
	ref.Peers = nil
	member.fetch(ctx, t, ref, archives...)
}
