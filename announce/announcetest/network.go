// Package announcetest holds the suite that every driver of [announce.Bus]
// passes, and the simplest driver: buses of one process that hand each other
// real envelopes through memory. Tests of packages that need a bus use it.
package announcetest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"time"

	"seeder/announce"
	"seeder/internal/clock"
	"seeder/message"
)

// queueSize is how many announcements wait for a slow subscriber of a [Bus].
const queueSize = 64

// Network connects buses: each with all the others.
type Network struct {
	clock clock.Clock

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced when a bus joins or leaves
	buses    []*Bus
	made     int
	channels map[message.CommunityID]*announce.Channel
}

// NewNetwork returns a network without buses. The clock stamps envelopes.
func NewNetwork(clk clock.Clock) *Network {
	return &Network{
		clock:    clk,
		changed:  make(chan struct{}),
		channels: make(map[message.CommunityID]*announce.Channel),
	}
}

// NewBus adds a bus. The shelf answers the queries of others; nil answers none.
func (n *Network) NewBus(shelf announce.Shelf) *Bus {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.made++
	b := &Bus{net: n, name: fmt.Sprintf("memory:%d", n.made), shelf: shelf, closed: make(chan struct{}),
		subs: make(map[*subscription]struct{}), own: make(map[[32]byte]bool)}
	n.buses = append(n.buses, b)
	n.notify()
	return b
}

// notify wakes those who wait for a peer. Callers hold mu.
func (n *Network) notify() {
	close(n.changed)
	n.changed = make(chan struct{})
}

// others returns the buses that b is connected to, and a channel that is
// closed when that changes.
func (n *Network) others(b *Bus) ([]*Bus, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Contains(n.buses, b) {
		return nil, n.changed
	}
	return slices.DeleteFunc(slices.Clone(n.buses), func(o *Bus) bool { return o == b }), n.changed
}

func (n *Network) remove(b *Bus) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.buses = slices.DeleteFunc(n.buses, func(o *Bus) bool { return o == b })
	n.notify()
}

func (n *Network) channel(c message.CommunityID) *announce.Channel {
	n.mu.Lock()
	defer n.mu.Unlock()
	if ch, ok := n.channels[c]; ok {
		return ch
	}
	ch := announce.NewChannel(c)
	n.channels[c] = ch
	return ch
}

// Bus is a bus of a [Network].
type Bus struct {
	net   *Network
	name  string
	shelf announce.Shelf

	closeOnce sync.Once
	closed    chan struct{}

	mu   sync.Mutex
	subs map[*subscription]struct{}
	own  map[[32]byte]bool
}

var _ announce.Bus = (*Bus)(nil)

// subscription is one running call of Subscribe or Requests.
type subscription struct {
	channel  *announce.Channel
	requests bool // wants requests, else announcements
	queue    chan announce.Content
}

func (b *Bus) isClosed() bool {
	select {
	case <-b.closed:
		return true
	default:
		return false
	}
}

// Publish implements [announce.Bus].
func (b *Bus) Publish(ctx context.Context, c message.CommunityID, signed []byte) (announce.Receipt, error) {
	return b.sendTo(ctx, c, func(ch *announce.Channel) ([]byte, error) { return ch.Seal(signed, b.net.clock.Now()) })
}

// Ask implements [announce.Bus].
func (b *Bus) Ask(ctx context.Context, c message.CommunityID, r announce.Request) error {
	_, err := b.sendTo(ctx, c, func(ch *announce.Channel) ([]byte, error) { return ch.SealRequest(r, b.net.clock.Now()) })
	return err
}

// sendTo seals an envelope and waits until there is somebody to give it to.
func (b *Bus) sendTo(
	ctx context.Context, c message.CommunityID, seal func(*announce.Channel) ([]byte, error),
) (announce.Receipt, error) {
	if b.isClosed() {
		return announce.Receipt{}, announce.ErrClosed
	}
	ch := b.net.channel(c)
	envelope, err := seal(ch)
	if err != nil {
		return announce.Receipt{}, err
	}
	for {
		others, changed := b.net.others(b)
		if len(others) > 0 {
			b.mu.Lock()
			b.own[sha256.Sum256(envelope)] = true
			b.mu.Unlock()
			send(others, envelope)
			return announce.Receipt{Peers: len(others), Envelope: envelope}, nil
		}
		select {
		case <-changed:
		case <-b.closed:
			return announce.Receipt{}, announce.ErrClosed
		case <-ctx.Done():
			return announce.Receipt{}, announce.ErrNoPeers
		}
	}
}

// Listeners returns how many calls of Subscribe and Requests are running: what
// is sent from then on reaches them.
func (b *Bus) Listeners() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.subs)
}

// Inject sends bytes to all peers as they are, whatever they are.
func (b *Bus) Inject(envelope []byte) {
	others, _ := b.net.others(b)
	send(others, envelope)
}

func send(to []*Bus, envelope []byte) {
	for _, b := range to {
		b.receive(envelope)
	}
}

func (b *Bus) receive(envelope []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.own[sha256.Sum256(envelope)] {
		return
	}
	for s := range b.subs {
		r, err := s.channel.Read(slices.Clone(envelope))
		if err != nil || (r.Request != nil) != s.requests {
			continue
		}
		if len(s.queue) == cap(s.queue) {
			select {
			case <-s.queue: // the newest are kept
			default:
			}
		}
		s.queue <- r
	}
}

// Subscribe implements [announce.Bus].
func (b *Bus) Subscribe(ctx context.Context, c message.CommunityID, fn func(announce.Received)) error {
	return b.subscribe(ctx, c, false, func(got announce.Content) { fn(got.Received) })
}

// Requests implements [announce.Bus]. Nothing limits their rate.
func (b *Bus) Requests(ctx context.Context, c message.CommunityID, fn func(announce.Request)) error {
	return b.subscribe(ctx, c, true, func(got announce.Content) { fn(*got.Request) })
}

func (b *Bus) subscribe(ctx context.Context, c message.CommunityID, requests bool, fn func(announce.Content)) error {
	if b.isClosed() {
		return announce.ErrClosed
	}
	ch := b.net.channel(c)
	s := &subscription{channel: ch, requests: requests, queue: make(chan announce.Content, queueSize)}
	b.mu.Lock()
	b.subs[s] = struct{}{}
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs, s)
	}()
	for {
		// What ended goes before what waits.
		if ctx.Err() != nil {
			return nil
		}
		if b.isClosed() {
			return announce.ErrClosed
		}
		select {
		case got := <-s.queue:
			if ctx.Err() == nil && !b.isClosed() {
				fn(got)
			}
		case <-ctx.Done():
		case <-b.closed:
		}
	}
}

// Query implements [announce.Bus]. Every peer answers with all it has.
func (b *Bus) Query(ctx context.Context, c message.CommunityID, since time.Time, fn func(announce.Received)) error {
	if b.isClosed() {
		return announce.ErrClosed
	}
	ch := b.net.channel(c)
	var (
		mu       sync.Mutex
		answered bool
		given    = make(map[[32]byte]bool)
		asked    sync.WaitGroup
	)
	others, _ := b.net.others(b)
	for _, o := range others {
		if o.shelf == nil {
			continue
		}
		asked.Go(func() {
			envelopes, err := o.shelf.Envelopes(ctx, c, since)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			answered = true
			for _, r := range openAll(ch, envelopes, since) {
				if hash := sha256.Sum256(r.Signed); !given[hash] {
					given[hash] = true
					fn(r)
				}
			}
		})
	}
	asked.Wait()
	if !answered {
		return announce.ErrNoStorePeers
	}
	return nil
}

// openAll returns the valid announcements that were sent since a time, highest
// clock first.
func openAll(ch *announce.Channel, envelopes [][]byte, since time.Time) []announce.Received {
	var found []announce.Received
	for _, e := range envelopes {
		sent, err := announce.EnvelopeTime(e)
		if err != nil || sent.Before(since) {
			continue
		}
		if r, err := ch.Open(e); err == nil {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(x, y announce.Received) int {
		return cmp.Compare(y.Announcement.Clock, x.Announcement.Clock)
	})
	return found
}

// Peers implements [announce.Bus].
func (b *Bus) Peers() int {
	others, _ := b.net.others(b)
	return len(others)
}

// Addrs implements [announce.Bus]. The address is a name for logs only.
func (b *Bus) Addrs() []string { return []string{b.name} }

// Close implements [announce.Bus].
func (b *Bus) Close() error {
	b.closeOnce.Do(func() {
		close(b.closed)
		b.net.remove(b)
	})
	return nil
}
