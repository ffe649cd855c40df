package bittorrent_test

import (
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// TestManyCommunities fetches the generations of many communities at a time
// through one client each side.
func TestManyCommunities(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner, member := start(t), start(t)
	var wg sync.WaitGroup
	for i := range 20 {
		c := swarmtest.Community(byte(i + 10))
		archives := swarmtest.NewArchives(uint64(i*100), 3*pl, 2*pl+1, 100)
		swarmtest.Put(t, owner.files, c, archives...)
		tor, err := owner.Seed(ctx, swarmtest.Generation(c, archives...))
		if err != nil {
			t.Fatalf("seed: %v", err)
		}
		ref := swarm.Ref{Community: c, InfoHash: tor.InfoHash, Peers: owner.Addrs()}
		wg.Go(func() {
			if err := member.Fetch(ctx, ref, &swarmtest.Receiver{}); err != nil {
				t.Errorf("fetch %d: %v", i, err)
				return
			}
			swarmtest.CheckFiles(t, member.files, c, archives...)
		})
	}
	wg.Wait()
}

// TestPeersByName dials a host name.
func TestPeersByName(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 2*pl)
	ref := owner.seed(ctx, t, archives...)
	_, port, err := net.SplitHostPort(owner.Addrs()[0])
	if err != nil {
		t.Fatal(err)
	}
	ref.Peers = []string{net.JoinHostPort("localhost", port)}
	member.fetch(ctx, t, ref, archives...)
}

// TestPeersOfOptions needs nobody to name a peer.
func TestPeersOfOptions(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner := start(t)
	archives := swarmtest.NewArchives(1, 2*pl)
	ref := owner.seed(ctx, t, archives...)
	ref.Peers = nil
	files := swarm.NewFiles(t.TempDir())
	s, err := bittorrent.New(bittorrent.Options{Files: files, Listen: "127.0.0.1:0", Peers: owner.Addrs()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	node{s, files}.fetch(ctx, t, ref, archives...)
}

// TestPortTaken gives up after a while when the port stays taken.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := bittorrent.New(bittorrent.Options{Files: swarm.NewFiles(t.TempDir()), Listen: l.Addr().String()})
	if err == nil {
		_ = s.Close()
		t.Fatal("listens on a port that is taken")
	}
	if !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("%v, want what is wrong with the port", err)
	}
}

// TestArchiveRemovedWhileSeeded removes one archive's file from a seeder: the
// others go on being served, and the torrent says what is missing.
func TestArchiveRemovedWhileSeeded(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 3*pl, 5*pl)
	ref := owner.seed(ctx, t, archives...)
	if err := owner.Discard(c1, archives[0].ID); err != nil {
		t.Fatalf("discard: %v", err)
	}
	if got := owner.Stats(c1).Torrents[0].PiecesComplete; got != 6+1 {
		t.Errorf("%d pieces complete, want those of one archive and the index", got)
	}
	r := &swarmtest.Receiver{Want: swarmtest.Only(archives[1].ID)}
	if err := member.Fetch(ctx, ref, r); err != nil {
		t.Fatalf("fetch the other: %v", err)
	}
	// The owner puts it back; the member gets it from the torrent that it has.
	swarmtest.Put(t, owner.files, c1, archives[0])
	if _, err := owner.Seed(ctx, swarmtest.Generation(c1, archives...)); err != nil {
		t.Fatalf("seed again: %v", err)
	}
	member.fetch(ctx, t, ref, archives...)
}

// TestDamagedIndexIsFetchedAgain damages a member's kept index: it counts as
// not kept, and comes anew from a peer.
func TestDamagedIndexIsFetchedAgain(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 30*pl)
	ref := owner.seed(ctx, t, archives...)
	member.fetch(ctx, t, ref, archives...)
	if err := member.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	index := member.files.IndexPath(c1, ref.InfoHash)
	b, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	b[5] ^= 1
	if err := os.WriteFile(index, b, 0o600); err != nil {
		t.Fatal(err)
	}
	again := node{newNode(t, member.files), member.files}
	again.fetch(ctx, t, ref, archives...)
	if st := again.Stats(c1); st.DownloadedBytes != int64(len(b)) {
		t.Errorf("downloaded %d bytes, want the %d of the index", st.DownloadedBytes, len(b))
	}
}
