package bittorrent

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/anacrolix/torrent"
)

const (
	dialTick = 250 * time.Millisecond
	// lookupFor bounds the search for a host name's addresses.
	lookupFor = 10 * time.Second
)

// dial gives every due contact to every torrent; the library skips those it is
// connected to.
func (c *community) dial() {
	gens := c.generations()
	if len(gens) == 0 {
		return
	}
	due := c.book.due(func(addr string) bool { return c.s.conns.connected(addr, gens) })
	if len(due) == 0 {
		return
	}
	var peers []torrent.PeerInfo
	for _, a := range due {
		if addr, err := netip.ParseAddrPort(a); err == nil {
			if c.book.trusted(a) {
				c.s.allow(addr)
			}
			peers = append(peers, peerAt(addr))
			continue
		}
		c.s.spawn(func() { c.dialName(a, gens) })
	}
	give(peers, gens)
}

func peerAt(addr netip.AddrPort) torrent.PeerInfo {
	return torrent.PeerInfo{Addr: net.TCPAddrFromAddrPort(addr), Source: torrent.PeerSourceDirect}
}

func give(peers []torrent.PeerInfo, gens []*generation) {
	if len(peers) == 0 {
		return
	}
	for _, g := range gens {
		g.do(func(t *torrent.Torrent) { t.AddPeers(peers) })
	}
}

// dialName looks a host name up and dials all its addresses. The library dials
// numbers only.
func (c *community) dialName(addr string, gens []*generation) {
	host, portText, err := net.SplitHostPort(addr)
	if err != nil {
		return
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(c.s.ctx, lookupFor)
	defer cancel()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		c.s.opts.Logger.Debug("peer not found", "address", addr, "error", err)
		return // the book comes back to it
	}
	var peers []torrent.PeerInfo
	for _, ip := range ips {
		at := netip.AddrPortFrom(ip.Unmap(), uint16(port))
		if c.book.trusted(addr) {
			c.s.allow(at)
		}
		peers = append(peers, peerAt(at))
	}
	give(peers, gens)
}

// keepDialling works through the peer books until the swarm closes.
func (s *Swarm) keepDialling() {
	tick := time.NewTicker(min(dialTick, s.opts.RedialMin))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			return
		}
		for _, pc := range s.conns.overdue() {
			_ = pc.Close() // never fails
		}
		for _, c := range s.all() {
			if !c.book.idle() {
				c.dial()
			}
			c.saveBook()
		}
	}
}

// saveBook saves the peer book if it is time. On a full disk that fails each
// time; it is said once.
func (c *community) saveBook() {
	news, err := c.book.saveSometimes()
	if !news {
		return
	}
	log := c.s.opts.Logger.With("community", c.id.String())
	if err != nil {
		log.Warn("peer book not saved", "error", err)
		return
	}
	log.Info("peer book saved again")
}
