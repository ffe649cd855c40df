package waku

import (
	"bytes"
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	peerA = "/p2p/16Uiu2HAmGvFfNBafY3ujxUHZ7SrhWh1SMobSwf7CRaTzUzNp3bhG"
	peerB = "/p2p/16Uiu2HAm2WkqCXL7aDnUfEpj5axCDsWtbmDSbbyX1NXx7WnK5V6Z"
)

func TestOptionsDefaults(t *testing.T) {
	for _, test := range []struct {
		options Options
		topic   string
	}{
		{Options{}, "/waku/2/rs/16/32"},
		{Options{Shard: 7}, "/waku/2/rs/16/32"},
		{Options{Cluster: 16, Shard: 64}, "/waku/2/rs/16/64"},
		{Options{Cluster: 77}, "/waku/2/rs/77/0"},
	} {
		o := test.options
		o.setDefaults()
		s, err := o.parse()
		if err != nil {
			t.Fatal(err)
		}
		if s.pubsubTopic != test.topic {
			t.Errorf("%+v: pubsub topic %s, want %s", test.options, s.pubsubTopic, test.topic)
		}
		if s.listen.String() != "0.0.0.0:0" {
			t.Errorf("listens on %s", s.listen)
		}
	}
}

func TestBadOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"listen":       {Listen: "nowhere"},
		"port":         {Listen: "127.0.0.1:123456"},
		"short key":    {NodeKey: []byte{1, 2, 3}},
		"zero key":     {NodeKey: make([]byte, NodeKeySize)},
		"empty key":    {NodeKey: []byte{}},
		"static peer":  {StaticPeers: []string{"127.0.0.1:80"}},
		"no peer id":   {StaticPeers: []string{"/ip4/127.0.0.1/tcp/80"}},
		"store peer":   {StorePeers: []string{""}},
		"odd store id": {StorePeers: []string{"/ip4/127.0.0.1/tcp/80/p2p/xyz"}},
	} {
		if n, err := New(context.Background(), o); !errors.Is(err, ErrOption) {
			t.Errorf("%s: %v, want %v", name, err, ErrOption)
			if err == nil {
				_ = n.Close()
			}
		}
	}
}

func TestStartFails(t *testing.T) {
	taken := newNode(t, nil)
	port := taken.node.ListenAddresses()[0]
	value, err := port.ValueForProtocol(6) // tcp
	if err != nil {
		t.Fatal(err)
	}
	if n, err := New(context.Background(), Options{Listen: "127.0.0.1:" + value, Cluster: testCluster}); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("second node on a port: %v", err)
		if err == nil {
			_ = n.Close()
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := New(ctx, Options{Listen: "127.0.0.1:0"}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

func TestNodeKeyGivesPeerID(t *testing.T) {
	key, err := NewNodeKey(bytes.NewReader(bytes.Repeat([]byte{7}, NodeKeySize)))
	if err != nil {
		t.Fatal(err)
	}
	first := newNode(t, func(o *Options) { o.NodeKey = key })
	second := newNode(t, func(o *Options) { o.NodeKey = key })
	other := newNode(t, nil)
	if first.ID() != second.ID() || first.ID() == other.ID() {
		t.Errorf("peer ids %s, %s and %s", first.ID(), second.ID(), other.ID())
	}
}

func TestNewNodeKey(t *testing.T) {
	// The first candidate is no valid key, so the next one is taken.
	random := bytes.NewReader(append(bytes.Repeat([]byte{0xff}, NodeKeySize), bytes.Repeat([]byte{1}, NodeKeySize)...))
	key, err := NewNodeKey(random)
	if err != nil || key[0] != 1 {
		t.Errorf("key %x, error %v", key, err)
	}
	if _, err := NewNodeKey(bytes.NewReader(nil)); err == nil {
		t.Error("a key without randomness")
	}
}

func TestPeersAreMerged(t *testing.T) {
	a, err := parsePeers([]string{"/ip4/127.0.0.1/tcp/1" + peerA, "/ip4/127.0.0.1/tcp/2" + peerA})
	if err != nil {
		t.Fatal(err)
	}
	b, err := parsePeers([]string{"/ip4/127.0.0.1/tcp/3" + peerB, "/ip4/127.0.0.1/tcp/4" + peerA})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string][]string)
	for _, info := range mergePeers(a, b) {
		for _, addr := range info.Addrs {
			got["/p2p/"+info.ID.String()] = append(got["/p2p/"+info.ID.String()], addr.String())
		}
	}
	want := map[string][]string{
		peerA: {"/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/2", "/ip4/127.0.0.1/tcp/4"},
		peerB: {"/ip4/127.0.0.1/tcp/3"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(a[0].Addrs) != 2 {
		t.Error("merging changed its input")
	}
}
