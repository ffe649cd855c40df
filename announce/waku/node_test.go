package waku

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"go.uber.org/goleak"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/internal/leaktest"
)

// The cluster of the tests: no public network has it.
const testCluster, testShard = 77, 3

const testDeadline = time.Minute

func TestMain(m *testing.M) {
	leaktest.Main(m,
		// The library makes a connection manager for its defaults on loading.
		goleak.IgnoreCurrent(),
		// The library keeps each node's record in a leveldb in memory, which it
		// never closes: these goroutines stay for every node ever made.
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"),
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).compactionError"),
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).tCompaction"),
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mCompaction"),
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb/util.(*BufferPool).drain"),
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*session).refLoop"),
	)
}

func newNode(t *testing.T, change func(*Options)) *Node {
	t.Helper()
	o := Options{Listen: "127.0.0.1:0", Cluster: testCluster, Shard: testShard}
	if change != nil {
		change(&o)
	}
	n, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return n
}

func TestSuite(t *testing.T) {
	announcetest.Run(t, announcetest.Driver{
		NewNetwork: func(t *testing.T) func(announce.Shelf) announce.Bus {
			var peers []string
			return func(shelf announce.Shelf) announce.Bus {
				n := newNode(t, func(o *Options) { o.StaticPeers, o.Shelf = append([]string(nil), peers...), shelf })
				peers = append(peers, n.Addrs()...)
				return n
			}
		},
		Inject: func(t *testing.T, from announce.Bus, envelope []byte) { from.(*Node).inject(t, envelope) },
	})
}

// inject sends bytes past the node's own checks, to all its configured peers.
func (n *Node) inject(t *testing.T, data []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testDeadline)
	defer cancel()
	eventually(t, "its peers take part in the topic", func() bool {
		static, _ := n.configured()
		there := n.topic.ListPeers()
		return len(static) > 0 && !slices.ContainsFunc(static, func(p peer.AddrInfo) bool { return !slices.Contains(there, p.ID) })
	})
	_ = n.topic.Publish(ctx, data) // a node drops undecodable bytes of its own, too
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	timeout := time.After(testDeadline)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("not in time: %s", what)
		}
	}
}
