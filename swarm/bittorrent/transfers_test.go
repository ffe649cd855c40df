package bittorrent_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/anacrolix/torrent"

	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// onePeer waits for a node to have exactly one peer, with as many pieces as has.
func onePeer(t *testing.T, n node, has func(newest swarm.TorrentStats) int) swarm.Peer {
	t.Helper()
	var now swarm.Transfers
	eventually(within(t, 40*time.Second), t, "one peer", func() bool {
		now = n.Transfers(c1)
		return len(now.Peers) == 1 && now.Peers[0].PiecesComplete == has(now.Torrents[0])
	})
	return now.Peers[0]
}

func everything(newest swarm.TorrentStats) int { return newest.Pieces }

// some fetches one archive: those who have everything hang up on each other.
func some(ctx context.Context, t *testing.T, n node, ref swarm.Ref, a swarmtest.Archive) {
	t.Helper()
	if err := n.Fetch(ctx, ref, &swarmtest.Receiver{Want: swarmtest.Only(a.ID)}); err != nil {
		t.Fatalf("fetch: %v", err)
	}
}

// TestPeersOfBothSides compares what two nodes tell of their connection.
func TestPeersOfBothSides(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 20*pl, 30*pl)
	ref := owner.seed(ctx, t, archives...)
	some(ctx, t, member, ref, archives[0])
	up := onePeer(t, owner, func(swarm.TorrentStats) int { return member.Stats(c1).Torrents[0].PiecesComplete })
	down := onePeer(t, member, everything)
	if up.UpBytes != down.DownBytes || up.UpBytes != owner.Stats(c1).UploadedBytes || down.UpBytes+up.DownBytes != 0 {
		t.Errorf("the owner gave %d bytes, the member got %d", up.UpBytes, down.DownBytes)
	}
	if up.Direction == down.Direction || up.Encrypted != down.Encrypted || up.Transport != swarm.TCP || down.Transport != swarm.TCP {
		t.Errorf("the sides tell %+v and %+v", up, down)
	}
	if up.Client == "" || up.Client != down.Client || up.Address == down.Address {
		t.Errorf("the sides call each other %q at %s and %q at %s", up.Client, up.Address, down.Client, down.Address)
	}
}

// TestPeerOverUTP fetches by uTP alone.
func TestPeerOverUTP(t *testing.T) {
	t.Parallel()
	ctx := within(t, 40*time.Second)
	archives := swarmtest.NewArchives(1, 2*pl, 2*pl)
	origin := start(t)
	ref := origin.seed(ctx, t, archives...)
	for _, encrypted := range []bool{false, true} {
		t.Run(fmt.Sprint("encrypted ", encrypted), func(t *testing.T) {
			ctx := within(t, 40*time.Second)
			addr := plainSeedWith(t, "127.0.0.1", origin.files, ref, nil, func(cfg *torrent.ClientConfig) {
				cfg.DisableUTP, cfg.DisableTCP = false, true
				cfg.ExtendedHandshakeClientVersion = "Other 1.0"
				cfg.HeaderObfuscationPolicy = torrent.HeaderObfuscationPolicy{RequirePreferred: true, Preferred: encrypted}
			})
			member := startUTP(t)
			ref := ref
			ref.Peers = []string{addr}
			some(ctx, t, member, ref, archives[0])
			p := onePeer(t, member, everything)
			if p.Transport != swarm.UTP || p.Client != "Other 1.0" || p.Address != addr || p.Direction != swarm.Outgoing || p.Encrypted != encrypted {
				t.Errorf("the peer at %s is %+v", addr, p)
			}
		})
	}
}

func startUTP(t *testing.T) node {
	t.Helper()
	files := swarm.NewFiles(t.TempDir())
	s, err := bittorrent.New(bittorrent.Options{
		Files: files, Listen: "127.0.0.1:0", UTP: true, RedialMin: 50 * time.Millisecond, RedialMax: 500 * time.Millisecond,
	})
	if err != nil {
		t.Fatalf("start node: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return node{s, files}
}

// TestTransfersUnderWay looks at a slow download until its end.
func TestTransfersUnderWay(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	const rate = 2 << 20
	owner := start(t)
	member, limit := throttled(t)
	limit.SetNode(quota.Rates{Down: rate})
	archives := swarmtest.NewArchives(1, 10*pl-5, 50*pl-5)
	ref := owner.seed(ctx, t, archives...)
	done := member.background(ctx, ref)
	var last int64
	var peer swarm.Peer
	eventually(ctx, t, "half of an archive", func() bool {
		for _, a := range member.Transfers(c1).Archives {
			if a.ID != archives[1].ID {
				continue
			}
			if a.TotalBytes != 50*pl-5 || a.DoneBytes < last || a.DoneBytes > a.TotalBytes || a.Copies > 1 {
				t.Fatalf("under way is %+v after %d bytes", a, last)
			}
			last = a.DoneBytes
		}
		for _, p := range member.Transfers(c1).Peers {
			peer = p
		}
		return last > 25*pl && peer.DownRate > 0
	})
	if peer.DownRate > peer.DownBytes || peer.UpRate != 0 { // it is of a second at least
		t.Errorf("the peer's rates are %d down, %d up after %d bytes", peer.DownRate, peer.UpRate, peer.DownBytes)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if now := member.Transfers(c1).Archives; len(now) != 0 {
		t.Errorf("under way after the end: %+v", now)
	}
}
