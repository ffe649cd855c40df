package bittorrent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
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

// useDialers has the client dial from its sockets: by TCP first.
func (s *Swarm) useDialers() {
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
		s.client.AddDialer(d)
	}
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
