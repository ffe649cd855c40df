package bittorrent_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"seeder/swarm/swarmtest"
)

// TestPeerSaysLateWhatItHas has a peer hand out the metadata and only then say
// that it has everything: it keeps its connection, and is asked for the index.
func TestPeerSaysLateWhatItHas(t *testing.T) {
	asked := fetchFromRaw(t, func(conn net.Conn) {
		_, _ = conn.Write([]byte{0, 0, 0, 2, 5, 0xf8}) // the bits of 5 pieces
		_, _ = conn.Write([]byte{0, 0, 0, 1, 1})       // unchoke
	})
	if !asked {
		t.Error("a peer that has everything was hung up on")
	}
}

// TestPeerSaysNothing has a peer hand out the metadata and go on without
// saying what it has: it may have been turned down when it asked for that, so
// its connection ends and begins anew.
func TestPeerSaysNothing(t *testing.T) {
	if fetchFromRaw(t, func(net.Conn) {}) {
		t.Error("a peer without a piece was asked for one")
	}
}

// fetchFromRaw has a node fetch from a peer that hands out the metadata of 5
// pieces, and calls last when the node has that. It returns whether the
// connection was asked for a block before it ended.
func fetchFromRaw(t *testing.T, last func(net.Conn)) bool {
	ctx, cancel := context.WithCancel(within(t, 40*time.Second))
	owner, member := start(t), start(t)
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
	ended := make(chan bool, 100)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				chunks, asked := rawPeer(conn, kept.Meta.Info, func() {
					for !member.HasInfo(ref) && ctx.Err() == nil {
						<-time.After(time.Millisecond)
					}
					last(conn)
				})
				if chunks > 0 {
					ended <- asked
				}
			}()
		}
	}()
	fetched := make(chan error, 1)
	ref.Peers = []string{l.Addr().String()}
	go func() { fetched <- member.Fetch(ctx, ref, &swarmtest.Receiver{}) }()
	var asked bool
	select {
	case asked = <-ended:
	case <-ctx.Done():
		t.Error("the connection neither ended nor was asked for anything")
	}
	cancel()
	if err := <-fetched; !errors.Is(err, context.Canceled) {
		t.Errorf("fetch: %v", err)
	}
	return asked
}
