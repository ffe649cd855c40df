// Package announcetest holds the suite that every driver of [announce.Bus]
// passes, and the simplest driver: buses of one process that hand each other
// real envelopes through memory. Tests of packages that need a bus use it.
package announcetest

import (
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

func (n *Network) channel(c message.CommunityID) (*announce.Channel, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if ch, ok := n.channels[c]; ok {
		return ch, nil
	}
	ch, err := announce.NewChannel(c)
	if err == nil {
		n.channels[c] = ch
	}
	return ch, err
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

type subscription struct {
	channel *announce.Channel
	queue   chan announce.Received
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
	if b.isClosed() {
		return announce.Receipt{}, announce.ErrClosed
	}
	ch, err := b.net.channel(c)
	if err != nil {
		return announce.Receipt{}, err
	}
	envelope, err := ch.Seal(signed, b.net.clock.Now())
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
		r, err := s.channel.Open(slices.Clone(envelope))
		if err != nil {
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
	if b.isClosed() {
		return announce.ErrClosed
	}
	ch, err := b.net.channel(c)
	if err != nil {
		return err
	}
	s := &subscription{channel: ch, queue: make(chan announce.Received, queueSize)}
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
		case r := <-s.queue:
			if ctx.Err() == nil && !b.isClosed() {
				fn(r)
			}
		case <-ctx.Done():
		case <-b.closed:
		}
	}
}

// Query implements [announce.Bus].
func (b *Bus) Query(ctx context.Context, c message.CommunityID, since time.Time) ([]announce.Received, error) {
	if b.isClosed() {
		return nil, announce.ErrClosed
	}
	ch, err := b.net.channel(c)
	if err != nil {
		return nil, err
	}
	answered := false
	var found []announce.Received
	others, _ := b.net.others(b)
	for _, o := range others {
		if o.shelf == nil {
			continue
		}
		envelopes, err := o.shelf.Envelopes(ctx, c, since)
		if err != nil {
			continue
		}
		answered = true
		for _, e := range envelopes {
			if r, err := ch.Open(e); err == nil {
				found = append(found, r)
			}
		}
	}
	if !answered {
		return nil, announce.ErrNoStorePeers
	}
	slices.SortStableFunc(found, func(x, y announce.Received) int {
		switch {
		case x.Announcement.Clock > y.Announcement.Clock:
			return -1
		case x.Announcement.Clock < y.Announcement.Clock:
			return 1
		default:
			return slices.Compare(x.Envelope, y.Envelope)
		}
	})
	return slices.CompactFunc(found, func(x, y announce.Received) bool { return slices.Equal(x.Envelope, y.Envelope) }), nil
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
