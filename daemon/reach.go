package daemon

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"seeder/internal/nat"
)

// openMapping has the router forward the ports that others may reach, if it is to
// and there are any. It does not wait.
func (d *Daemon) openMapping() {
	cfg := d.opts.Config.Swarm
	if !cfg.Mapping {
		return
	}
	var ports []nat.Port
	for _, addr := range d.swarm.Addrs() {
		if p, ok := mappable(addr); ok {
			ports = append(ports, nat.Port{Protocol: nat.TCP, Number: p})
			if cfg.DHT || cfg.UTP {
				ports = append(ports, nat.Port{Protocol: nat.UDP, Number: p})
			}
			break // all addresses have the same port
		}
	}
	for _, addr := range d.bus.Addrs() {
		// Such as /ip4/192.0.2.7/tcp/26880/p2p/16Uiu2HAm...
		if part := strings.Split(addr, "/"); len(part) > 4 && part[1] == "ip4" && part[3] == "tcp" {
			if p, ok := mappable(net.JoinHostPort(part[2], part[4])); ok {
				ports = append(ports, nat.Port{Protocol: nat.TCP, Number: p})
				break
			}
		}
	}
	if len(ports) == 0 {
		return
	}
	o := d.opts.Router
	o.Ports, o.Clock, o.Logger = ports, d.opts.Clock, d.opts.Logger.With("part", "router")
	d.mapper.Store(nat.Start(o))
}

// mappable returns the port of an IPv4 address that others than this machine reach.
func mappable(addr string) (uint16, bool) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return 0, false
	}
	ip, err := netip.ParseAddr(host)
	n, notPort := strconv.ParseUint(port, 10, 16)
	return uint16(n), err == nil && notPort == nil && n > 0 && ip.Unmap().Is4() && !ip.IsLoopback()
}

// closeMapping takes back what the router forwards. What it returns waits for that,
// a few seconds at most.
func (d *Daemon) closeMapping() (wait func()) {
	m := d.mapper.Swap(nil)
	if m == nil {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Close()
	}()
	return func() { <-done }
}

// forwarding returns what the router does; nil when it is not asked.
func (d *Daemon) forwarding() *nat.State {
	m := d.mapper.Load()
	if m == nil {
		return nil
	}
	s := m.State()
	return &s
}

// mapped returns the address at which the router forwards to the swarm.
func (d *Daemon) mapped() []netip.AddrPort {
	s := d.forwarding()
	if s == nil || len(s.Mappings) == 0 {
		return nil
	}
	// The first port is the swarm's, if the swarm has any.
	for _, addr := range d.swarm.Addrs() {
		if p, ok := mappable(addr); ok {
			if at := s.External(nat.TCP, p); at.IsValid() {
				return []netip.AddrPort{at}
			}
		}
	}
	return nil
}

// forwardedBy says who forwards ports to this node; empty for nobody.
func (d *Daemon) forwardedBy() string {
	if s := d.forwarding(); s != nil && len(s.Mappings) > 0 {
		return s.Protocol + " at " + s.Router
	}
	return ""
}
