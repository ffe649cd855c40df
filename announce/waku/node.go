package waku

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/connmgr"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/waku-org/go-waku/waku/v2/node"
	"go.uber.org/zap/zapcore"

	"seeder/announce"
	"seeder/internal/clock"
)

// Numbers of connections between which the node trims them, sparing its
// configured peers.
const (
	connectionsLow  = 96
	connectionsHigh = 192
)

// validateQueueSize is how many messages wait for the validator. With the
// library's 32, a burst loses one message in three.
const validateQueueSize = 1024

// subscriptionBuffer is how many valid messages wait for the node's reader.
const subscriptionBuffer = 1024

// ownEnvelopes is how many of the node's own envelopes it knows again.
const ownEnvelopes = 1024

// Node is a Waku relay node with a store client and server. It is safe for
// concurrent use.
type Node struct {
	clock clock.Clock
	log   *slog.Logger

	node        *node.WakuNode
	host        host.Host
	pubsub      *pubsub.PubSub
	pubsubTopic string
	topic       *pubsub.Topic
	sub         *pubsub.Subscription
	sent        *sendTracer
	own         *recent
	skew        skew

	contacts       contacts // mu guards them
	storePeersOnly bool
	store          *storeServer

	routes routes

	// arrivals tells of peers that take part in the topic, joined passes it on.
	arrivals *pubsub.TopicEventHandler
	joined   bell

	// ctx ends when the node is closed; work counts what Close waits for.
	ctx    context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	closed bool
	work   sync.WaitGroup
	done   chan struct{} // closed when Close has finished
}

var _ announce.Bus = (*Node)(nil)

// New starts a node; ctx bounds the start only. The caller closes it. The
// error wraps [ErrOption] for options that no node can be made of.
func New(ctx context.Context, o Options) (*Node, error) {
	o.setDefaults()
	s, err := o.parse()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n := &Node{
		clock:          o.Clock,
		log:            o.Logger,
		pubsubTopic:    s.pubsubTopic,
		sent:           newSendTracer(),
		own:            newRecent(ownEnvelopes),
		contacts:       contacts{static: s.static, store: s.store, kept: make(map[peer.ID]contact)},
		storePeersOnly: o.StorePeersOnly,
		done:           make(chan struct{}),
	}
	n.routes.init()
	n.ctx, n.cancel = context.WithCancel(context.Background())
	if err := n.start(o, s); err != nil {
		n.cancel()
		return nil, err
	}
	return n, nil
}

func (n *Node) start(o Options, s settings) error {
	if err := tryPort(s.listen); err != nil {
		return err
	}
	w, err := newLibraryNode(o, s, n.sent)
	if err != nil {
		return err
	}
	// The library ends with its Stop, in its order, not when n.ctx does.
	if err := w.Start(context.Background()); err != nil {
		return fmt.Errorf("start waku node on %s: %w", o.Listen, err)
	}
	n.node, n.host, n.pubsub = w, w.Host(), w.Relay().PubSub()
	if err := n.join(); err != nil {
		w.Stop()
		return err
	}
	if o.Shelf != nil {
		n.store = newStoreServer(n, o.Shelf, o.PeerQueries, o.PeerBytes)
		n.store.mount()
	}
	n.answerMetadata(o.Cluster, o.Shard)
	n.work.Go(n.read)
	n.work.Go(n.welcome)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.keepContacts()
	return nil
}

// tryPort fails when somebody has the port: the library leaves a dozen
// goroutines behind when it finds out by itself.
func tryPort(addr *net.TCPAddr) error {
	l, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return fmt.Errorf("take waku port: %w", err)
	}
	return l.Close()
}

// newLibraryNode sets the library up. The libp2p options are our own because
// the library's defaults share one connection manager, and a slice that it
// appends to, between all nodes of a process.
func newLibraryNode(o Options, s settings, sent *sendTracer) (*node.WakuNode, error) {
	connections, err := connmgr.NewConnManager(connectionsLow, connectionsHigh)
	if err != nil {
		return nil, fmt.Errorf("make connection manager: %w", err)
	}
	w, err := node.New(
		node.WithLogger(zapTo(o.Logger)),
		node.WithLogLevel(zapcore.ErrorLevel), // of the libraries below Waku
		node.WithPrivateKey(s.key),
		node.WithHostAddress(s.listen),
		node.WithClusterID(o.Cluster),
		node.WithShards([]uint16{o.Shard}),
		node.WithMaxConnectionsPerIP(0),
		node.WithLibP2POptions(
			// With reuse of ports, a second node on one port would take half of
			// the first one's connections instead of failing.
			libp2p.Transport(tcp.NewTCPTransport, tcp.DisableReuseport()),
			libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
			libp2p.ConnectionManager(connections),
			libp2p.UserAgent("seeder"),
			libp2p.DisableMetrics(),
		),
		node.WithWakuRelay(
			pubsub.WithValidateQueueSize(validateQueueSize),
			pubsub.WithRawTracer(sent),
		),
	)
	if err != nil {
		return nil, fmt.Errorf("set up waku node: %w", err)
	}
	return w, nil
}

// join takes part in the pubsub topic. It goes past the library's own
// subscriptions, on purpose: an undrained one of those blocks all others, they
// panic when stopped with messages in flight, and their topic events make the
// peer manager send on a channel that nobody need read.
func (n *Node) join() (err error) {
	err = n.pubsub.RegisterTopicValidator(n.pubsubTopic, n.validate, pubsub.WithValidatorInline(true))
	if err != nil {
		return fmt.Errorf("register validator: %w", err)
	}
	if n.topic, err = n.pubsub.Join(n.pubsubTopic); err != nil {
		return fmt.Errorf("join %s: %w", n.pubsubTopic, err)
	}
	if err = n.topic.SetScoreParams(topicScore()); err != nil {
		return fmt.Errorf("score peers of %s: %w", n.pubsubTopic, err)
	}
	if n.arrivals, err = n.topic.EventHandler(); err != nil {
		return fmt.Errorf("follow peers of %s: %w", n.pubsubTopic, err)
	}
	if n.sub, err = n.topic.Subscribe(pubsub.WithBufferSize(subscriptionBuffer)); err != nil {
		return fmt.Errorf("subscribe to %s: %w", n.pubsubTopic, err)
	}
	return nil
}

// topicScore holds the values of 11/WAKU2-RELAY: peers that deliver first are
// preferred, invalid messages cost.
func topicScore() *pubsub.TopicScoreParams {
	return &pubsub.TopicScoreParams{
		TopicWeight:                    1,
		TimeInMeshWeight:               0.01,
		TimeInMeshQuantum:              time.Second,
		TimeInMeshCap:                  10,
		FirstMessageDeliveriesWeight:   1,
		FirstMessageDeliveriesDecay:    0.5,
		FirstMessageDeliveriesCap:      10,
		InvalidMessageDeliveriesWeight: -100,
		InvalidMessageDeliveriesDecay:  0.5,
	}
}

// Peers implements [announce.Bus].
func (n *Node) Peers() int { return len(n.host.Network().Peers()) }

// Addrs implements [announce.Bus].
func (n *Node) Addrs() []string {
	var addrs []string
	for _, a := range n.node.ListenAddresses() {
		addrs = append(addrs, a.String())
	}
	return addrs
}

// ID returns the node's peer id.
func (n *Node) ID() string { return n.host.ID().String() }

// PubsubTopic returns the topic that the node takes part in.
func (n *Node) PubsubTopic() string { return n.pubsubTopic }

// Close implements [announce.Bus]. Running calls of Publish and Query end with
// [announce.ErrClosed] and are waited for, calls of Subscribe end soon after.
func (n *Node) Close() error {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		<-n.done
		return nil
	}
	n.closed = true
	n.mu.Unlock()
	defer close(n.done)

	n.cancel()
	if n.store != nil {
		n.store.unmount()
	}
	n.sub.Cancel()
	n.arrivals.Cancel()
	n.work.Wait()
	err := n.topic.Close()
	n.node.Stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("leave %s: %w", n.pubsubTopic, err)
	}
	return nil
}

// enter begins work that Close waits for; the caller ends it with n.work.Done.
func (n *Node) enter() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return announce.ErrClosed
	}
	n.work.Add(1)
	return nil
}

// bound returns a context that also ends when the node is closed.
func (n *Node) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(n.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}
