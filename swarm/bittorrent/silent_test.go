package bittorrent_test

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"seeder/internal/clock"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// TestPeerSaysLateWhatItHas has a peer hand out the metadata and only then say
// that it has everything: it keeps its connection, and is asked for the index.
func TestPeerSaysLateWhatItHas(t *testing.T) {
	t.Parallel()
	// However long the peer takes on a busy machine, no time passes for the node.
	end := fetchFromRaw(t, clock.NewFixed(time.Now()), func(conn net.Conn) {
		_, _ = conn.Write([]byte{0, 0, 0, 2, 5, 0xf8}) // the bits of 5 pieces
		_, _ = conn.Write([]byte{0, 0, 0, 1, 1})       // unchoke
	})
	if end != nil {
		t.Errorf("a peer that has everything was hung up on: %v", end)
	}
}

// TestPeerSaysNothing has a peer hand out the metadata and go on without
// saying what it has: it may have been turned down when it asked for that, so
// its connection ends and begins anew.
func TestPeerSaysNothing(t *testing.T) {
	t.Parallel()
	end := fetchFromRaw(t, clock.System{}, func(net.Conn) {})
	if end == nil || errors.Is(end, os.ErrDeadlineExceeded) {
		t.Errorf("a peer without a piece was kept: %v", end)
	}
}

// fetchFromRaw has a node fetch from a peer that hands out the metadata of 5
// pieces, and calls last when the node has that. It returns nil
// when a block was asked for, or else how the connection ended.
func fetchFromRaw(t *testing.T, clk clock.Clock, last func(net.Conn)) (end error) {
	t.Helper()
	ctx, cancel := context.WithCancel(within(t, 40*time.Second))
	owner, member := start(t), startWith(t, bittorrent.Options{Listen: "127.0.0.1:0", Clock: clk})
	ref := owner.seed(ctx, t, swarmtest.NewArchives(1, 3*pl)...)
	kept, err := owner.files.Kept(c1, ref.InfoHash)
	if err != nil {
		t.Fatal(err)
	}
	if n := kept.Meta.NumPieces(); n != 5 {
		t.Fatalf("%d pieces, want 5", n)
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ended := make(chan error, 100)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				chunks, end := rawPeer(conn, kept.Meta.Info, func() {
					for !member.HasInfo(ref) && ctx.Err() == nil {
						<-time.After(time.Millisecond)
					}
					last(conn)
				})
				if chunks > 0 {
					ended <- end
				}
			}()
		}
	}()
	fetched := make(chan error, 1)
	ref.Peers = []string{l.Addr().String()}
	go func() { fetched <- member.Fetch(ctx, ref, &swarmtest.Receiver{}) }()
	select {
	case end = <-ended:
	case <-ctx.Done():
		t.Error("the connection neither ended nor was asked for anything")
	}
	cancel()
	if err := <-fetched; !errors.Is(err, context.Canceled) {
		t.Errorf("fetch: %v", err)
	}
	return end
}
