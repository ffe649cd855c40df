package nattest

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"
)

// ServePMP answers by NAT-PMP until the test ends, and returns the address.
func (r *Router) ServePMP(t testing.TB) netip.AddrPort {
	t.Helper()
	return serveUDP(t, func(q []byte, from netip.AddrPort) [][]byte {
		if a := r.pmp(q, from.Addr()); a != nil {
			return [][]byte{a}
		}
		return nil
	})
}

// serveUDP answers what comes to a port of this machine until the test ends, and
// returns the address.
func serveUDP(t testing.TB, answers func(q []byte, from netip.AddrPort) [][]byte) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	go func() {
		defer close(done)
		b := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			for _, a := range answers(b[:n], from) {
				_, _ = conn.WriteToUDPAddrPort(a, from)
			}
		}
	}()
	return netip.MustParseAddrPort(conn.LocalAddr().String())
}

// pmp answers one request; nil for none.
func (r *Router) pmp(q []byte, client netip.Addr) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if r.Mute || len(q) < 2 {
		return nil
	}
	head := func(result uint16) []byte {
		b := []byte{0, q[1] | 128}
		b = binary.BigEndian.AppendUint16(b, result)
		return binary.BigEndian.AppendUint32(b, 4711) // seconds since it began
	}
	switch {
	case q[0] != 0:
		return head(1)
	case q[1] == 0:
		a := r.Address.As4()
		return append(head(0), a[:]...)
	case q[1] > 2 || len(q) < 12:
		return head(5)
	case r.Refuses:
		return head(2)
	}
	m := Mapping{
		Protocol: []string{"", "udp", "tcp"}[q[1]], Client: client,
		Inside: binary.BigEndian.Uint16(q[4:]), Outside: binary.BigEndian.Uint16(q[6:]),
		Lifetime: time.Duration(binary.BigEndian.Uint32(q[8:])) * time.Second,
	}
	result := r.pmpMap(&m)
	b := head(result)
	b = binary.BigEndian.AppendUint16(b, m.Inside)
	b = binary.BigEndian.AppendUint16(b, m.Outside)
	return binary.BigEndian.AppendUint32(b, uint32(m.Lifetime/time.Second))
}

// pmpMap maps, or removes with a lifetime of 0, and sets what was granted.
func (r *Router) pmpMap(m *Mapping) (result uint16) {
	if m.Lifetime == 0 {
		for k, old := range r.mappings {
			if old.Protocol == m.Protocol && old.Inside == m.Inside && old.Client == m.Client {
				r.take(k.protocol, k.outside)
			}
		}
		m.Outside = 0
		return 0
	}
	for range 1000 { // another port where that one is taken (RFC 6886, 3.3)
		if got := r.put(*m); got != nil {
			*m = *got
			return 0
		}
		m.Outside++
	}
	return 4
}
