package bittorrent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/anacrolix/torrent"
)

const (
	// tcpAhead is how long a peer is tried by TCP before it is tried by uTP, too,
	// which is far slower.
	tcpAhead = time.Second
	// utpFor bounds an attempt by uTP: nobody says that a port is closed, and a
	// peer is not tried again meanwhile.
	utpFor = 5 * time.Second
)

// setTransports says by what the client listens: IPv4, IPv6 or both, TCP, uTP
// or both. It dials by [Swarm.useDialers].
func (s *Swarm) setTransports(cfg *torrent.ClientConfig, host string) {
	cfg.ListenHost = func(string) string { return host }
	if ip, err := netip.ParseAddr(host); err == nil {
		is4 := ip.Unmap().Is4()
		cfg.DisableIPv6, cfg.DisableIPv4 = is4, !is4
	}
	cfg.DisableIPv6 = cfg.DisableIPv6 || s.withoutIPv6
	cfg.DisableUTP = !s.opts.UTP && !s.opts.UTPOnly
	cfg.DisableTCP = s.opts.UTPOnly
	cfg.DialForPeerConns = false // the library would try all at once
}

// lacksIPv6 reports whether a client that was to listen by IPv4 and IPv6 could not
// because the system has no IPv6.
func lacksIPv6(host string, err error) bool {
	return host == "" && errors.Is(err, syscall.EAFNOSUPPORT)
}

// useDialers has the client dial from its sockets: by TCP first, and nothing of this
// machine alone unless it listens there alone.
func (s *Swarm) useDialers() {
	guarded := slices.ContainsFunc(s.client.ListenAddrs(), func(a net.Addr) bool {
		addr, err := netip.ParseAddrPort(a.String())
		return err == nil && !addr.Addr().Unmap().IsLoopback()
	})
	for _, l := range s.client.Listeners() {
		d, ok := l.(torrent.Dialer)
		if !ok {
			continue
		}
		if isUTP(d.DialerNetwork()) {
			d = utpDialer{d, tcpAhead}
			if s.opts.UTPOnly {
				d = utpDialer{Dialer: l.(torrent.Dialer)}
			}
		}
		if guarded {
			d = outwardDialer{d, s.allowed}
		}
		s.client.AddDialer(d)
	}
}

// outwardDialer does not dial addresses of this machine alone. Anybody can name
// them, by a magnet link, the DHT, a tracker or as a peer, and what listens there may
// take what strangers have put into an infohash for orders of its user.
type outwardDialer struct {
	torrent.Dialer

	allowed func(netip.AddrPort) bool
}

var errInward = errors.New("an address of this machine alone, which who runs it has not named")

// Dial implements [torrent.Dialer].
func (d outwardDialer) Dial(ctx context.Context, addr string) (net.Conn, error) {
	at, err := netip.ParseAddrPort(addr)
	if err == nil && inward(at.Addr()) && !d.allowed(at) {
		return nil, fmt.Errorf("dial %s: %w", addr, errInward)
	}
	return d.Dialer.Dial(ctx, addr) //nolint:wrapcheck // it is that dialer's
}

// inward reports whether an address leads to this machine from itself alone.
func inward(a netip.Addr) bool { return a.Unmap().IsLoopback() || a.Unmap().IsUnspecified() }

// allow has an address dialled though it is of this machine alone.
func (s *Swarm) allow(at netip.AddrPort) {
	if !inward(at.Addr()) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lists.inward == nil {
		s.lists.inward = make(map[netip.AddrPort]bool)
	}
	s.lists.inward[unmapped(at)] = true
}

func (s *Swarm) allowed(at netip.AddrPort) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lists.inward[unmapped(at)]
}

func unmapped(at netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// isUTP reports whether a connection of the library is one by uTP.
func isUTP(network string) bool { return strings.HasPrefix(network, "udp") }

// utpDialer dials by uTP when TCP has had its time. The context ends when a
// connection stands.
type utpDialer struct {
	torrent.Dialer

	after time.Duration
}

// Dial implements [torrent.Dialer].
func (d utpDialer) Dial(ctx context.Context, addr string) (net.Conn, error) {
	wait := time.NewTimer(d.after)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
		return nil, fmt.Errorf("dial %s by uTP: %w", addr, context.Cause(ctx))
	}
	ctx, cancel := context.WithTimeout(ctx, utpFor)
	defer cancel()
	conn, err := d.Dialer.Dial(ctx, addr)
	if err != nil {
		return nil, fmt.Errorf("dial %s by uTP: %w", addr, err)
	}
	return conn, nil
}
