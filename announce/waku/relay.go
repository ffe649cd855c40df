package waku

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	"google.golang.org/protobuf/proto"

	"seeder/announce"
	"seeder/internal/fault"
	"seeder/message"
)

// How often a publisher looks for peers, and how long it waits for the relay
// to hand an envelope to one before it makes another.
const (
	peerPoll     = time.Second // beside being told of peers
	confirmLimit = time.Second
)

// droppedMessage is what the log says of a message that fails the validator.
const droppedMessage = "dropped message that is no announcement and no request"

// errRepeated reports a repeated announcement, or a request, beyond the rate
// at which they pass.
var errRepeated = errors.New("too many of these")

// delivery is what the validator leaves for the reader.
type delivery struct {
	community message.CommunityID
	content   announce.Content
}

// Serve makes the node follow a community until Unserve: it answers store
// queries about it, and drops what is no announcement from its topics. Publish
// does the same; Subscribe follows for as long as it runs.
func (n *Node) Serve(c message.CommunityID) { n.routes.serve(n.routes.channel(c)) }

// Unserve ends what Serve or Publish began.
func (n *Node) Unserve(c message.CommunityID) { n.routes.unserve(c) }

// Publish implements [announce.Bus]. It has a peer's connection take the
// envelope before it returns: the receipt counts those connections.
func (n *Node) Publish(ctx context.Context, c message.CommunityID, signed []byte) (announce.Receipt, error) {
	if err := n.enter(); err != nil {
		return announce.Receipt{}, err
	}
	defer n.work.Done()
	// Nobody is followed for bytes that are no announcement.
	if _, err := announce.Open(c, signed); err != nil {
		return announce.Receipt{}, err
	}
	ch := n.routes.channel(c)
	n.routes.serve(ch)
	receipt, err := n.send(ctx, func() ([]byte, error) {
		if err := fault.Point(fault.WakuPublishBefore); err != nil {
			return nil, fmt.Errorf("publish announcement: %w", err)
		}
		return ch.Seal(signed, n.clock.Now())
	})
	if err != nil {
		return receipt, err
	}
	return receipt, fault.Point(fault.WakuPublishAfter)
}

// Ask implements [announce.Bus].
func (n *Node) Ask(ctx context.Context, c message.CommunityID, r announce.Request) error {
	if err := n.enter(); err != nil {
		return err
	}
	defer n.work.Done()
	ch := n.routes.channel(c)
	_, err := n.send(ctx, func() ([]byte, error) { return ch.SealRequest(r, n.clock.Now()) })
	return err
}

// send seals fresh envelopes until a peer took one.
func (n *Node) send(ctx context.Context, seal func() ([]byte, error)) (announce.Receipt, error) {
	ctx, cancel := n.bound(ctx)
	defer cancel()
	for {
		if err := n.waitForPeer(ctx); err != nil {
			return announce.Receipt{}, err
		}
		receipt, err := n.sendOnce(ctx, seal)
		if err != nil || receipt.Peers > 0 {
			return receipt, err
		}
	}
}

// waitForPeer returns when a peer takes part in the topic.
func (n *Node) waitForPeer(ctx context.Context) error {
	tick := time.NewTicker(peerPoll)
	defer tick.Stop()
	for {
		joined := n.joined.wait()
		if len(n.topic.ListPeers()) > 0 {
			return nil
		}
		select {
		case <-joined:
		case <-tick.C:
		case <-ctx.Done():
			return n.ended(announce.ErrNoPeers)
		}
	}
}

// bell is rung for all who wait at that time.
type bell struct {
	mu sync.Mutex
	ch chan struct{}
}

// wait returns what is closed when it rings next.
func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}

// welcome rings for those who wait for a peer whenever one takes part in the
// topic, until the node is closed.
func (n *Node) welcome() {
	for {
		if _, err := n.arrivals.NextPeerEvent(n.ctx); err != nil {
			return
		}
		n.joined.ring()
	}
}

// ended returns what to say when a context ended: that the node was closed, or
// what had not happened by then.
func (n *Node) ended(otherwise error) error {
	if n.ctx.Err() != nil {
		return announce.ErrClosed
	}
	return otherwise
}

// sendOnce sends one fresh envelope. The receipt counts no peers when none
// took it in time, which happens when the last peer left in between.
func (n *Node) sendOnce(ctx context.Context, seal func() ([]byte, error)) (announce.Receipt, error) {
	envelope, err := seal()
	if err != nil {
		return announce.Receipt{}, err
	}
	hash := sha256.Sum256(envelope)
	n.own.add(hash)
	watch := n.sent.watch(hash)
	defer n.sent.unwatch(hash)
	if err := n.topic.Publish(ctx, envelope); err != nil {
		if ctx.Err() != nil {
			return announce.Receipt{}, n.ended(fmt.Errorf("%w: %w", announce.ErrNoPeers, err))
		}
		return announce.Receipt{}, fmt.Errorf("publish: %w", err)
	}
	timeout := time.NewTimer(confirmLimit)
	defer timeout.Stop()
	select {
	case <-watch.first:
		// The relay sends to all peers in one turn of its loop, and ListPeers
		// takes the next one: now the count is final.
		n.topic.ListPeers()
		return announce.Receipt{Peers: n.sent.count(watch), Envelope: envelope}, nil
	case <-timeout.C:
		return announce.Receipt{}, nil
	case <-ctx.Done():
		return announce.Receipt{}, n.ended(announce.ErrNoPeers)
	}
}

// Subscribe implements [announce.Bus]. While fn is busy the newest
// announcements wait, older ones are dropped. It ends with
// [announce.ErrClosed] when the node is closed.
func (n *Node) Subscribe(ctx context.Context, c message.CommunityID, fn func(announce.Received)) error {
	box := newMailbox[announce.Received]()
	return subscribe(ctx, n, c, box, fn, func(rt *route, add bool) {
		if add {
			rt.boxes[box] = struct{}{}
		} else {
			delete(rt.boxes, box)
		}
	})
}

// Requests implements [announce.Bus]. It follows the community as Subscribe
// does.
func (n *Node) Requests(ctx context.Context, c message.CommunityID, fn func(announce.Request)) error {
	box := newMailbox[announce.Request]()
	return subscribe(ctx, n, c, box, fn, func(rt *route, add bool) {
		if add {
			rt.asked[box] = struct{}{}
		} else {
			delete(rt.asked, box)
		}
	})
}

// subscribe hands what comes into a box to fn. change adds the box to the
// community's route, or takes it away.
func subscribe[T any](ctx context.Context, n *Node, c message.CommunityID, box *mailbox[T], fn func(T), change func(rt *route, add bool)) error {
	if err := n.enter(); err != nil {
		return err
	}
	ch := n.routes.channel(c)
	n.work.Done()
	n.routes.change(ch, true, func(rt *route) { change(rt, true) })
	defer n.routes.change(ch, false, func(rt *route) { change(rt, false) })
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-n.ctx.Done():
			return announce.ErrClosed
		case <-box.ready:
		}
		for _, item := range box.take() {
			if ctx.Err() != nil {
				return nil
			}
			if n.ctx.Err() != nil {
				return announce.ErrClosed
			}
			fn(item)
		}
	}
}

// validate is called for every message of the topic once, before it is passed
// on, on the relay's few validation workers. Whatever is not addressed to a
// followed community is none of its business.
func (n *Node) validate(_ context.Context, from peer.ID, m *pubsub.Message) pubsub.ValidationResult {
	if len(m.Data) > announce.MaxEnvelope {
		return pubsub.ValidationIgnore
	}
	var w wakupb.WakuMessage
	if err := proto.Unmarshal(m.Data, &w); err != nil || w.Validate() != nil {
		return pubsub.ValidationIgnore
	}
	if from != n.host.ID() && w.Timestamp != nil {
		n.skew.hear(n.clock.Now(), w.GetTimestamp())
	}
	rt := n.routes.byTopic(w.ContentTopic)
	if rt == nil {
		return pubsub.ValidationAccept
	}
	content, err := rt.channel.Read(m.Data)
	if err == nil && from != n.host.ID() && !rt.pass(content, n.clock.Now()) {
		err = errRepeated
	}
	if err != nil {
		n.log.Debug(droppedMessage,
			slog.String("community", rt.channel.Community().String()), slog.Any("error", err))
		return pubsub.ValidationIgnore
	}
	m.ValidatorData = delivery{community: rt.channel.Community(), content: content}
	return pubsub.ValidationAccept
}

// read takes valid messages from the relay until the node is closed. It never
// waits for a subscriber.
func (n *Node) read() {
	for {
		m, err := n.sub.Next(n.ctx)
		if err != nil {
			if n.ctx.Err() == nil && !errors.Is(err, pubsub.ErrSubscriptionCancelled) {
				n.log.Error("reading announcements ended", slog.Any("error", err))
			}
			return
		}
		d, ok := m.ValidatorData.(delivery)
		if !ok || m.ReceivedFrom == n.host.ID() || n.own.has(sha256.Sum256(m.Data)) {
			continue
		}
		n.routes.deliver(d.community, d.content)
	}
}
