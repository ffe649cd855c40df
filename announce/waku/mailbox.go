package waku

import "sync"

// mailboxSize is how many announcements, or requests, wait for a slow subscriber.
const mailboxSize = 64

// mailbox keeps the newest items for one subscriber, so that putting one in
// never waits.
type mailbox[T any] struct {
	ready chan struct{} // holds a token while there is something to take

	mu    sync.Mutex
	items []T
}

func newMailbox[T any]() *mailbox[T] { return &mailbox[T]{ready: make(chan struct{}, 1)} }

// put adds an item and drops the oldest one when the box is full.
func (b *mailbox[T]) put(item T) {
	b.mu.Lock()
	if len(b.items) == mailboxSize {
		copy(b.items, b.items[1:])
		b.items = b.items[:mailboxSize-1]
	}
	b.items = append(b.items, item)
	b.mu.Unlock()
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

// take removes everything, oldest first.
func (b *mailbox[T]) take() []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	items := b.items
	b.items = nil
	return items
}

// recent remembers the last hashes that were added.
type recent struct {
	mu    sync.Mutex
	known map[[32]byte]struct{}
	ring  [][32]byte
	next  int
}

func newRecent(size int) *recent {
	return &recent{known: make(map[[32]byte]struct{}, size), ring: make([][32]byte, size)}
}

func (r *recent) add(h [32]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.known[h]; ok {
		return
	}
	delete(r.known, r.ring[r.next])
	r.ring[r.next] = h
	r.known[h] = struct{}{}
	r.next = (r.next + 1) % len(r.ring)
}

func (r *recent) has(h [32]byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.known[h]
	return ok
}
