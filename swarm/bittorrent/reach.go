package bittorrent

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/anacrolix/dht/v2"
	"github.com/anacrolix/torrent"

	"seeder/internal/nat"
	"seeder/swarm"
)

const (
	// witnesses is how many peers of different networks have to name the same
	// address before it is believed.
	witnesses = 2
	// maxReports bounds what is remembered of what peers say.
	maxReports = 64
	// reportFor is how long what a peer said counts.
	reportFor = 24 * time.Hour
)

// reports are the addresses of this node as peers see them (yourip, BEP 10). A
// network counts as one peer: whoever has one address of it can have many.
type reports struct {
	mu   sync.Mutex
	said map[netip.Prefix]reported
	// incoming counts connections that peers beyond private networks made, the
	// last one at a time.
	incoming   int64
	incomingAt time.Time
}

// reported is what one network said last.
type reported struct {
	addr netip.Addr
	at   time.Time
}

// network returns what counts as one witness: /16 of IPv4, /32 of IPv6, which is
// about what one provider has.
func network(a netip.Addr) netip.Prefix {
	bits := 32
	if a.Is4() {
		bits = 16
	}
	p, _ := a.Prefix(bits) // never fails for these
	return p
}

// hear notes what a peer says, unless it is no public address or of another
// family than the connection.
func (r *reports) hear(peer, self netip.Addr, now time.Time) {
	peer, self = peer.Unmap(), self.Unmap()
	if !nat.Public(self) || peer.Is4() != self.Is4() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.said == nil {
		r.said = make(map[netip.Prefix]reported)
	}
	r.said[network(peer)] = reported{self, now}
	if len(r.said) <= maxReports {
		return
	}
	var oldest netip.Prefix
	for n, said := range r.said {
		if o, ok := r.said[oldest]; !ok || said.at.Before(o.at) {
			oldest = n
		}
	}
	delete(r.said, oldest)
}

// came notes a connection that a peer made.
func (r *reports) came(peer netip.Addr, now time.Time) {
	if !nat.Public(peer.Unmap()) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.incoming++
	r.incomingAt = now
}

// agreed returns the address of a family that most networks named, and at least
// [witnesses] of them; the zero address for none.
func (r *reports) agreed(is4 bool, now time.Time) (best netip.Addr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	votes := make(map[netip.Addr]int)
	for n, said := range r.said {
		switch {
		case now.Sub(said.at) > reportFor:
			delete(r.said, n)
		case said.addr.Is4() == is4:
			votes[said.addr]++
		}
	}
	for addr, n := range votes {
		if n >= witnesses && (!best.IsValid() || n > votes[best] || n == votes[best] && addr.Less(best)) {
			best = addr
		}
	}
	return best
}

// listen notes what a peer that introduced itself tells of this node.
func (r *reports) listen(pc *torrent.PeerConn, yourIP []byte, now time.Time) {
	peer, err := netip.ParseAddrPort(pc.RemoteAddr.String())
	if err != nil {
		return
	}
	if self, ok := netip.AddrFromSlice(yourIP); ok {
		r.hear(peer.Addr(), self, now)
	}
	if pc.Discovery == torrent.PeerSourceIncoming {
		r.came(peer.Addr(), now)
	}
}

// external returns the addresses host:port at which others reach this node, as
// far as it knows: those that were configured, or else one of IPv4 and one of
// IPv6, from the router, or from what peers say of a node that they may reach.
func (s *Swarm) external() []string {
	if len(s.opts.External) > 0 {
		return s.opts.External
	}
	var out []string
	for _, is4 := range []bool{true, false} {
		if addr := s.mapped(is4); addr.IsValid() {
			out = append(out, addr.String())
		} else if ip := s.conns.reports.agreed(is4, s.opts.Clock.Now()); ip.IsValid() && s.listensOn(is4) {
			out = append(out, net.JoinHostPort(ip.String(), strconv.Itoa(s.client.LocalPort())))
		}
	}
	return out
}

// mapped returns the address of a family that a router forwards.
func (s *Swarm) mapped(is4 bool) (none netip.AddrPort) {
	if s.opts.Mapped == nil {
		return none
	}
	for _, a := range s.opts.Mapped() {
		if nat.Public(a.Addr()) && a.Addr().Is4() == is4 {
			return a
		}
	}
	return none
}

// listensOn reports whether the node takes connections of a family from beyond
// this machine.
func (s *Swarm) listensOn(is4 bool) bool {
	return slices.ContainsFunc(s.client.ListenAddrs(), func(a net.Addr) bool {
		addr, err := netip.ParseAddrPort(a.String())
		return err == nil && addr.Addr().Is4() == is4 && !addr.Addr().IsLoopback()
	})
}

// Reach tells how others can reach this node.
func (s *Swarm) Reach() swarm.Reach {
	r := swarm.Reach{External: s.external(), UTP: s.opts.UTP || s.opts.UTPOnly, DHT: s.opts.DHT}
	for _, server := range s.client.DhtServers() {
		if stats, ok := server.Stats().(dht.ServerStats); ok {
			r.DHTNodes += stats.GoodNodes
		}
	}
	s.conns.reports.mu.Lock()
	defer s.conns.reports.mu.Unlock()
	r.Incoming, r.IncomingAt = s.conns.reports.incoming, s.conns.reports.incomingAt
	return r
}
