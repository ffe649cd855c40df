package waku

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	crand "crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/google/go-cmp/cmp"
	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-msgio/pbio"
	wakunode "github.com/waku-org/go-waku/waku/v2/node"
	"github.com/waku-org/go-waku/waku/v2/payload"
	"github.com/waku-org/go-waku/waku/v2/peermanager"
	"github.com/waku-org/go-waku/waku/v2/protocol"
	"github.com/waku-org/go-waku/waku/v2/protocol/metadata"
	mpb "github.com/waku-org/go-waku/waku/v2/protocol/metadata/pb"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	"github.com/waku-org/go-waku/waku/v2/protocol/relay"
	"google.golang.org/protobuf/proto"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/internal/clock"
	"seeder/message"
)

// follow subscribes to a community until the test ends. It returns when the
// subscription has begun.
func follow(t *testing.T, n *Node, o announcetest.Owner) <-chan announce.Received {
	t.Helper()
	got := make(chan announce.Received, 4096)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.Subscribe(ctx, o.ID(), func(r announce.Received) { got <- r }) }()
	t.Cleanup(func() { cancel(); <-ended })
	topic := o.Channel.ContentTopics()[0]
	eventually(t, "subscribed", func() bool { return n.routes.byTopic(topic) != nil })
	return got
}

// await returns the announcement with the given clock.
func await(t *testing.T, got <-chan announce.Received, clk uint64) announce.Received {
	t.Helper()
	timeout := time.After(testDeadline)
	for {
		select {
		case r := <-got:
			if r.Announcement.Clock == clk {
				return r
			}
		case <-timeout:
			t.Fatalf("announcement %d does not arrive", clk)
		}
	}
}

func newPeerOf(t *testing.T, of ...*Node) *Node {
	t.Helper()
	return newNode(t, func(o *Options) {
		for _, n := range of {
			o.StaticPeers = append(o.StaticPeers, n.Addrs()...)
		}
	})
}

func meshed(n *Node) bool { return len(n.node.Relay().PubSub().MeshPeers(n.pubsubTopic)) > 0 }

// passesOn reports whether a node passes messages on to another.
func passesOn(from, to *Node) bool {
	return slices.Contains(from.node.Relay().PubSub().MeshPeers(from.pubsubTopic), to.host.ID())
}

// Announcements go out on one topic, and newer clients use another one.
func TestBothTopicsAreRead(t *testing.T) {
	o := announcetest.NewOwner(t)
	member := newNode(t, nil)
	got := follow(t, member, o)
	sender := newPeerOf(t, member)
	for i, suffix := range []string{"-magnetlinks", "-memberUpdate"} {
		chat := o.ID().String() + suffix
		key, err := pbkdf2.Key(sha256.New, chat, nil, 65356, 32)
		if err != nil {
			t.Fatal(err)
		}
		outer, err := crypto.GenerateKey()
		if err != nil {
			t.Fatal(err)
		}
		m := &wakupb.WakuMessage{
			Payload:      o.Signed(t, uint64(i+1)),
			ContentTopic: message.TopicOf(chat).ContentTopic(),
			Version:      proto.Uint32(1),
			Timestamp:    proto.Int64(testTime.UnixNano()),
		}
		if err := payload.EncodeWakuMessage(m, &payload.KeyInfo{Kind: payload.Symmetric, SymKey: key, PrivKey: outer}); err != nil {
			t.Fatal(err)
		}
		sender.inject(t, mustMarshal(t, m))
		await(t, got, uint64(i+1))
	}
}

// keptAddress returns an address that is free now, and whose port the system gives
// to nobody who does not ask for this one: it can be left and taken again.
func keptAddress(t *testing.T) string {
	t.Helper()
	for range 1000 {
		addr := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 10_000 + rand.IntN(16_000)} // below those for port 0
		if tryPort(addr) == nil {
			return addr.String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

// After a peer came back on the same port, with the same identity, the node
// is connected again without anybody's help.
func TestRedial(t *testing.T) {
	key, err := NewNodeKey(crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	first := newNode(t, func(o *Options) { o.NodeKey, o.Listen = key, keptAddress(t) })
	addr := first.Addrs()[0]
	o := announcetest.NewOwner(t)
	member := newNode(t, func(o *Options) { o.StaticPeers = []string{addr} })
	got := follow(t, member, o)
	eventually(t, "connected", func() bool { return member.Peers() == 1 })
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "disconnected", func() bool { return member.Peers() == 0 })

	listen := strings.Split(addr, "/") // /ip4/127.0.0.1/tcp/<port>/p2p/<id>
	second := newNode(t, func(o *Options) { o.NodeKey, o.Listen = key, "127.0.0.1:"+listen[4] })
	if second.Addrs()[0] != addr {
		t.Fatalf("back on %s, was on %s", second.Addrs()[0], addr)
	}
	if _, err := second.Publish(testContext(t), o.ID(), o.Signed(t, 2)); err != nil {
		t.Fatal(err)
	}
	await(t, got, 2)
}

// A peer configured before it exists is reached once it does.
func TestDialsUntilPeerIsThere(t *testing.T) {
	key, err := NewNodeKey(crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	gone := newNode(t, func(o *Options) { o.NodeKey, o.Listen = key, keptAddress(t) })
	addr := gone.Addrs()[0]
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	early := newNode(t, func(o *Options) { o.StaticPeers = []string{addr} })
	newNode(t, func(o *Options) { o.NodeKey, o.Listen = key, "127.0.0.1:"+strings.Split(addr, "/")[4] })
	eventually(t, "connected", func() bool { return early.Peers() == 1 })
}

// A flood of garbage for a followed community does not stop the good ones,
// is not passed on, and does not cost the relay its peers.
func TestGarbageFlood(t *testing.T) {
	o := announcetest.NewOwner(t)
	var dropped atomic.Int32
	middle := newNode(t, func(o *Options) { o.Logger = slog.New(dropCounter{&dropped}) })
	got := follow(t, middle, o)
	far := newPeerOf(t, middle)
	farGot := follow(t, far, o)
	liar, owner := newPeerOf(t, middle), newPeerOf(t, middle)
	// What is passed on before a peer is in the mesh never reaches it.
	eventually(t, "the far node is in the mesh", func() bool { return passesOn(middle, far) })
	if _, err := owner.Publish(testContext(t), o.ID(), o.Signed(t, 1)); err != nil {
		t.Fatal(err)
	}
	await(t, got, 1)
	const garbage, good = 3000, 20
	seen := make(map[string]bool) // who receives, and the envelope
	for i := range garbage {
		liar.inject(t, garbageFor(t, o, i))
		if i%(garbage/good) == 0 {
			if _, err := owner.Publish(testContext(t), o.ID(), o.Signed(t, uint64(2+i))); err != nil {
				t.Fatal(err)
			}
			seen["middle"+string(await(t, got, uint64(2+i)).Envelope)] = true
			seen["far"+string(await(t, farGot, uint64(2+i)).Envelope)] = true
		}
	}
	eventually(t, "the garbage was seen", func() bool { return dropped.Load() > garbage/2 })
	for who, more := range map[string]<-chan announce.Received{"middle": got, "far": farGot} {
		for len(more) > 0 {
			// The owner sends an announcement again that it takes for lost, in another envelope.
			r := <-more
			if !cmp.Equal(r.Announcement, o.Announcement(r.Announcement.Clock)) || seen[who+string(r.Envelope)] {
				t.Errorf("the %s node received %+v too many", who, r.Announcement)
			}
		}
	}
	if middle.host.Network().Connectedness(liar.host.ID()) != network.Connected {
		t.Error("the peer that relayed garbage was cut off")
	}
}

// dropCounter is a log that counts dropped messages.
type dropCounter struct{ dropped *atomic.Int32 }

func (dropCounter) Enabled(context.Context, slog.Level) bool { return true }
func (c dropCounter) Handle(_ context.Context, r slog.Record) error {
	if r.Message == droppedMessage {
		c.dropped.Add(1)
	}
	return nil
}
func (c dropCounter) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c dropCounter) WithGroup(string) slog.Handler      { return c }

// garbageFor is a well-formed Waku message on the community's topic.
func garbageFor(t *testing.T, o announcetest.Owner, i int) []byte {
	t.Helper()
	b, err := proto.Marshal(&wakupb.WakuMessage{
		Payload: fmt.Appendf(nil, "garbage %d %0500d", i, i), ContentTopic: o.Channel.ContentTopics()[0],
		Version: proto.Uint32(1), Timestamp: proto.Int64(testTime.UnixNano()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestValidate(t *testing.T) {
	o, unknown := announcetest.NewOwner(t), announcetest.NewOwner(t)
	n := newNode(t, nil)
	n.Serve(o.ID())
	seal := func(from announcetest.Owner) []byte {
		e, err := from.Channel.Seal(from.Signed(t, 1), testTime)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	foreign := &wakupb.WakuMessage{Payload: []byte("chat"), ContentTopic: "/chat/1/room/proto"}
	foreignBytes, err := proto.Marshal(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		data []byte
		want pubsub.ValidationResult
	}{
		{"announcement", seal(o), pubsub.ValidationAccept},
		{"of a community that is not followed", seal(unknown), pubsub.ValidationAccept},
		{"other traffic", foreignBytes, pubsub.ValidationAccept},
		{"garbage on the community's topic", garbageFor(t, o, 1), pubsub.ValidationIgnore},
		{"not a Waku message", []byte("\xff\xff\xff"), pubsub.ValidationIgnore},
		{"empty", nil, pubsub.ValidationIgnore},
		{"too long", make([]byte, announce.MaxEnvelope+1), pubsub.ValidationIgnore},
	} {
		m := &pubsub.Message{}
		m.Message = newPubsubMessage(test.data)
		if got := n.validate(context.Background(), "", m); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
		if delivered := m.ValidatorData != nil; delivered != (test.name == "announcement") {
			t.Errorf("%s: delivered %v", test.name, delivered)
		}
	}
	n.Unserve(o.ID())
	m := &pubsub.Message{}
	m.Message = newPubsubMessage(garbageFor(t, o, 1))
	if got := n.validate(context.Background(), "", m); got != pubsub.ValidationAccept {
		t.Errorf("garbage of a community no longer followed: %v", got)
	}
}

// Whoever puts one announcement into new envelopes without end is slowed down;
// a new announcement passes at once, and so does what the node itself repeats.
func TestRepeatsAreLimited(t *testing.T) {
	o := announcetest.NewOwner(t)
	now := clock.NewFixed(testTime)
	n := newNode(t, func(opts *Options) { opts.Clock = now })
	n.Serve(o.ID())
	validate := func(from peer.ID, clk uint64) pubsub.ValidationResult {
		e, err := o.Channel.Seal(o.Signed(t, clk), testTime)
		if err != nil {
			t.Fatal(err)
		}
		m := &pubsub.Message{}
		m.Message = newPubsubMessage(e)
		return n.validate(context.Background(), from, m)
	}
	passed := 0
	for range 3 * repeatBurst {
		if validate("liar", 1) == pubsub.ValidationAccept {
			passed++
		}
	}
	if passed != 1+repeatBurst {
		t.Errorf("%d passed, want the first and %d repeats", passed, repeatBurst)
	}
	for _, test := range []struct {
		name string
		from peer.ID
		clk  uint64
		want pubsub.ValidationResult
	}{
		{"one more repeat", "honest", 1, pubsub.ValidationIgnore},
		{"the node's own repeat", n.host.ID(), 1, pubsub.ValidationAccept},
		{"a new announcement", "honest", 2, pubsub.ValidationAccept},
	} {
		if got := validate(test.from, test.clk); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	now.Advance(time.Second)
	if got := validate("honest", 1); got != pubsub.ValidationAccept {
		t.Errorf("a second later: %v", got)
	}
}

// What others do on a shared shard goes through a node untouched.
func TestForeignTrafficPasses(t *testing.T) {
	middle := newNode(t, nil)
	follow(t, middle, announcetest.NewOwner(t))
	left, right := newPeerOf(t, middle), newPeerOf(t, middle)
	// What is passed on before a peer is in the mesh never reaches it.
	eventually(t, "the right node is in the mesh", func() bool { return meshed(left) && passesOn(middle, right) })
	sub, err := right.topic.Subscribe()
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Cancel()
	want := garbageFor(t, announcetest.NewOwner(t), 1)
	if err := left.topic.Publish(testContext(t), want); err != nil {
		t.Fatal(err)
	}
	m, err := sub.Next(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(m.Data, want) {
		t.Error("arrived changed")
	}
}

// A node of the unmodified library hears what we publish, and is heard.
func TestLibraryNodeInteroperates(t *testing.T) {
	o := announcetest.NewOwner(t)
	ours := newNode(t, nil)
	got := follow(t, ours, o)
	stock := newStockNode(t)
	sub, err := stock.Relay().Subscribe(testContext(t), protocol.NewContentFilter(ours.PubsubTopic(), o.Channel.ContentTopics()...))
	if err != nil {
		t.Fatal(err)
	}
	if err := stock.DialPeer(testContext(t), ours.Addrs()[0]); err != nil {
		t.Fatal(err)
	}
	receipt, err := ours.Publish(testContext(t), o.ID(), o.Signed(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	hears := func(what string, is func(announce.Received) bool) {
		timeout := time.After(testDeadline)
		for {
			select {
			case e := <-sub[0].Ch:
				r, err := o.Channel.Open(mustMarshal(t, e.Message()))
				if err != nil {
					t.Fatalf("the library's node hears something else: %v", err)
				}
				if is(r) {
					return
				}
			case <-timeout:
				t.Fatalf("the library's node does not hear %s", what)
			}
		}
	}
	hears("what we publish", func(r announce.Received) bool { return bytes.Equal(r.Envelope, receipt.Envelope) })

	envelope, err := o.Channel.Seal(o.Signed(t, 2), testTime)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wakupb.Unmarshal(envelope)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stock.Relay().Publish(testContext(t), m, relay.WithPubSubTopic(ours.PubsubTopic())); err != nil {
		t.Fatal(err)
	}
	await(t, got, 2)
	// With messages on their way to its subscribers the library panics when it is stopped.
	hears("itself", func(r announce.Received) bool { return r.Announcement.Clock == 2 })
}

func newStockNode(t *testing.T) *wakunode.WakuNode {
	t.Helper()
	health := make(chan peermanager.TopicHealthStatus, 100) // drained by nobody: the test is short
	s, err := (&Options{Listen: "127.0.0.1:0"}).parse()
	if err != nil {
		t.Fatal(err)
	}
	w, err := wakunode.New(
		wakunode.WithLogger(zapTo(newNode(t, nil).log)),
		wakunode.WithHostAddress(s.listen),
		wakunode.WithClusterID(testCluster),
		wakunode.WithShards([]uint16{testShard}),
		wakunode.WithTopicHealthStatusChannel(health),
		wakunode.WithLibP2POptions(libp2p.Transport(tcp.NewTCPTransport), libp2p.DisableMetrics()),
		wakunode.WithWakuRelayAndMinPeers(1),
	)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return w
}

func mustMarshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Strangers who ask for metadata cost nothing, whatever length they declare.
func TestMetadata(t *testing.T) {
	server := newNode(t, nil)
	client := newPeerOf(t, server)
	open := func() network.Stream {
		if err := client.dial(testContext(t), peer.AddrInfo{ID: server.host.ID(), Addrs: server.host.Addrs()}); err != nil {
			t.Fatal(err)
		}
		s, err := client.host.NewStream(testContext(t), server.host.ID(), metadata.MetadataID_v1)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Reset() })
		return s
	}
	huge := open()
	if _, err := huge.Write([]byte{0xff, 0xff, 0xff, 0xff, 0x07}); err != nil {
		t.Fatal(err)
	}
	if n, err := huge.Read(make([]byte, 1)); err == nil || n != 0 {
		t.Error("a request of 2 GiB is answered")
	}
	s := open()
	if err := pbio.NewDelimitedWriter(s).WriteMsg(&mpb.WakuMetadataRequest{}); err != nil {
		t.Fatal(err)
	}
	var resp mpb.WakuMetadataResponse
	if err := pbio.NewDelimitedReader(s, metadataMaxBytes).ReadMsg(&resp); err != nil {
		t.Fatal(err)
	}
	if resp.GetClusterId() != testCluster || len(resp.Shards) != 1 || resp.Shards[0] != testShard {
		t.Errorf("answers cluster %d, shards %v", resp.GetClusterId(), resp.Shards)
	}
}

// Nodes of different clusters do not stay connected.
func TestOtherClusterIsLeft(t *testing.T) {
	ours := newNode(t, nil)
	other := newNode(t, func(o *Options) { o.Cluster, o.StaticPeers = testCluster+1, ours.Addrs() })
	o := announcetest.NewOwner(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if _, err := other.Publish(ctx, o.ID(), o.Signed(t, 1)); !errors.Is(err, announce.ErrNoPeers) {
		t.Errorf("%v, want %v", err, announce.ErrNoPeers)
	}
	eventually(t, "disconnected", func() bool { return ours.Peers() == 0 })
}
