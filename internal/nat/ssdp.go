package nat

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
)

const (
	// searchTries is how often a search is sent: datagrams get lost.
	searchTries = 2
	// maxAnswers bounds how many answers are looked at.
	maxAnswers = 32
	// maxOfHost bounds how many descriptions one host may have.
	maxOfHost = 3
)

// ssdpGroup is the multicast group that routers listen to (UPnP Device
// Architecture 1.0, 1.2).
var ssdpGroup = netip.MustParseAddrPort("239.255.255.250:1900")

// searched are what routers are called.
var searched = []string{
	"urn:schemas-upnp-org:device:InternetGatewayDevice:1",
	"urn:schemas-upnp-org:device:InternetGatewayDevice:2",
}

// found is where somebody who answered describes itself.
type found struct {
	at   *url.URL
	host netip.Addr
}

// search asks the local network for routers and calls fn for each that answers in
// time, however long fn takes for those before, until fn returns true or ctx ends.
func (m *Mapper) search(ctx context.Context, fn func(found) bool) error {
	waiting, cancel := context.WithTimeout(ctx, m.opts.SearchFor)
	defer cancel()
	to := m.opts.Search
	if !to.IsValid() {
		to = ssdpGroup
	}
	sockets := m.searchSockets(ctx, to)
	if len(sockets) == 0 {
		return fmt.Errorf("%w: no network to look in", ErrNoRouter)
	}
	var listening sync.WaitGroup
	defer listening.Wait()
	defer func() {
		for _, s := range sockets {
			_ = s.Close() // nothing is buffered
		}
	}()
	answers := make(chan found, maxAnswers)
	for _, s := range sockets {
		for range searchTries {
			for _, st := range searched {
				// What cannot be sent is not answered.
				_, _ = s.WriteToUDPAddrPort(searchFrom(to, st), to)
			}
		}
		listening.Go(func() { listenFor(s, answers) })
	}
	seen, ofHost := make(map[string]bool), make(map[netip.Addr]int)
	for len(seen) < maxAnswers && ctx.Err() == nil {
		a, ok := next(waiting, answers)
		if !ok {
			return nil
		}
		if seen[a.at.String()] || ofHost[a.host] == maxOfHost {
			continue
		}
		seen[a.at.String()] = true
		ofHost[a.host]++
		if fn(a) {
			return nil
		}
	}
	return nil
}

// next returns an answer that has come, or waits for one until ctx ends.
func next(ctx context.Context, answers <-chan found) (found, bool) {
	select {
	case a := <-answers:
		return a, true
	default:
	}
	select {
	case a := <-answers:
		return a, true
	case <-ctx.Done():
		return found{}, false
	}
}

func searchFrom(to netip.AddrPort, target string) []byte {
	return fmt.Appendf(nil, "M-SEARCH * HTTP/1.1\r\nHOST: %s\r\nMAN: \"ssdp:discover\"\r\nMX: 2\r\nST: %s\r\n\r\n", to, target)
}

// searchSockets opens a socket in each network that has multicast; one alone
// for an address that has none.
func (m *Mapper) searchSockets(ctx context.Context, to netip.AddrPort) (list []*net.UDPConn) {
	locals := []netip.Addr{netip.IPv4Unspecified()}
	if to.Addr().IsMulticast() {
		locals = multicastAddrs()
	}
	for _, a := range locals {
		s, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, 0)))
		if err != nil {
			m.opts.Logger.DebugContext(ctx, "no search from this address", "address", a.String(), "error", err)
			continue
		}
		list = append(list, s)
	}
	return list
}

// multicastAddrs returns an IPv4 address of each network that has multicast.
func multicastAddrs() (list []netip.Addr) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil
	}
	for _, i := range interfaces {
		const want = net.FlagUp | net.FlagMulticast
		if i.Flags&want != want || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() {
				list = append(list, p.Addr())
				break
			}
		}
	}
	return list
}

// listenFor reads answers until the socket is closed. An answer may only name the
// host that it comes from: others in the network could have this node fetch what
// they like. Those from beyond the network are nobody's who was asked.
func listenFor(s *net.UDPConn, answers chan<- found) {
	b := make([]byte, 4096)
	for {
		n, from, err := s.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		if a, ok := readAnswer(b[:n], from.Addr().Unmap()); ok {
			select {
			case answers <- a:
			default: // there are too many
			}
		}
	}
}

func readAnswer(b []byte, from netip.Addr) (found, bool) {
	r, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(b)), nil)
	if err != nil {
		return found{}, false
	}
	_ = r.Body.Close() // it is in memory
	at, err := url.Parse(r.Header.Get("Location"))
	if err != nil || r.StatusCode != http.StatusOK || Public(from) || !sameHost(at, from) {
		return found{}, false
	}
	return found{at, from}, true
}

// sameHost reports whether a URL is one of HTTP at that address.
func sameHost(u *url.URL, host netip.Addr) bool {
	a, err := netip.ParseAddr(u.Hostname())
	return err == nil && u.Scheme == "http" && a.Unmap() == host
}
