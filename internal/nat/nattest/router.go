// Package nattest has a router for tests, on loopback: it speaks NAT-PMP (RFC
// 6886) and UPnP (Internet Gateway Device) as home routers do, and forwards
// nothing.
package nattest

import (
	"net/netip"
	"sync"
	"testing"
	"time"
)

// Mapping is a port that the router was asked to forward.
type Mapping struct {
	Protocol        string // "tcp" or "udp"
	Inside, Outside uint16
	// Client is who is behind it.
	Client netip.Addr
	// Lifetime is what was granted; 0 for ever.
	Lifetime time.Duration
	// Asked counts requests for it, renewals included.
	Asked int
}

// Router is a router that answers. Its fields are set before it is asked.
type Router struct {
	// Address is the one on its other side.
	Address netip.Addr
	// Longest bounds the lifetime of mappings; 0 for what is asked.
	Longest time.Duration
	// Permanent refuses mappings that end (UPnP error 725).
	Permanent bool
	// Taken are ports outside that somebody else has.
	Taken map[uint16]bool
	// Refuses says that it forwards nothing.
	Refuses bool
	// Mute says that it answers nothing at all.
	Mute bool
	// Secret says that it does not tell its address (UPnP).
	Secret bool
	// Verbose is what it says beside an error (UPnP).
	Verbose string

	mu       sync.Mutex
	mappings map[key]*Mapping
	removed  int
	asked    int
}

type key struct {
	protocol string
	outside  uint16
}

// NewRouter returns a router with an address on its other side.
func NewRouter(t testing.TB, address string) *Router {
	t.Helper()
	return &Router{Address: netip.MustParseAddr(address), Taken: map[uint16]bool{}, mappings: make(map[key]*Mapping)}
}

// Set changes the router while it answers.
func (r *Router) Set(change func(*Router)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(r)
}

// Restart forgets all mappings, as a router does that loses power.
func (r *Router) Restart() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.mappings)
}

// Mappings returns what is forwarded.
func (r *Router) Mappings() (list []Mapping) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.mappings {
		list = append(list, *m)
	}
	return list
}

// Removed counts the mappings that were taken back.
func (r *Router) Removed() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.removed
}

// Asked counts the requests that came.
func (r *Router) Asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// put enters a mapping, or renews it, and returns it as granted; nil when
// somebody else has the port.
func (r *Router) put(m Mapping) *Mapping {
	k := key{m.Protocol, m.Outside}
	old := r.mappings[k]
	if r.Taken[m.Outside] || old != nil && (old.Client != m.Client || old.Inside != m.Inside) {
		return nil
	}
	if r.Longest > 0 {
		m.Lifetime = min(m.Lifetime, r.Longest)
	}
	m.Asked = 1
	if old != nil {
		m.Asked = old.Asked + 1
	}
	r.mappings[k] = &m
	return &m
}

// take removes a mapping, and reports whether there was one.
func (r *Router) take(protocol string, outside uint16) bool {
	k := key{protocol, outside}
	if r.mappings[k] == nil {
		return false
	}
	delete(r.mappings, k)
	r.removed++
	return true
}
