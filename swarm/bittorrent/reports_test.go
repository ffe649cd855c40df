package bittorrent

import (
	"fmt"
	"net/netip"
	"syscall"
	"testing"
	"time"
)

func TestReportsOfPeers(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	type said struct{ peer, self string }
	for name, tt := range map[string]struct {
		said []said
		want string // of IPv4, and of IPv6
	}{
		"nobody":             {nil, "invalid IP invalid IP"},
		"one":                {[]said{{"81.2.69.1", "9.9.9.9"}}, "invalid IP invalid IP"},
		"one provider":       {[]said{{"81.2.69.1", "9.9.9.9"}, {"81.2.200.1", "9.9.9.9"}}, "invalid IP invalid IP"},
		"two":                {[]said{{"81.2.69.1", "9.9.9.9"}, {"81.3.69.1", "9.9.9.9"}}, "9.9.9.9 invalid IP"},
		"two disagree":       {[]said{{"81.2.69.1", "9.9.9.9"}, {"81.3.69.1", "9.9.9.8"}}, "invalid IP invalid IP"},
		"most count":         {[]said{{"1.1.0.1", "9.9.9.9"}, {"1.2.0.1", "9.9.9.9"}, {"1.3.0.1", "9.9.9.8"}, {"1.4.0.1", "9.9.9.8"}, {"1.5.0.1", "9.9.9.8"}}, "9.9.9.8 invalid IP"},
		"changes its mind":   {[]said{{"81.2.69.1", "9.9.9.9"}, {"81.3.69.1", "9.9.9.9"}, {"81.2.69.1", "9.9.9.8"}}, "invalid IP invalid IP"},
		"private":            {[]said{{"81.2.69.1", "192.168.1.1"}, {"81.3.69.1", "192.168.1.1"}}, "invalid IP invalid IP"},
		"shared by many":     {[]said{{"81.2.69.1", "100.64.1.1"}, {"81.3.69.1", "100.64.1.1"}}, "invalid IP invalid IP"},
		"loopback":           {[]said{{"81.2.69.1", "127.0.0.1"}, {"81.3.69.1", "127.0.0.1"}}, "invalid IP invalid IP"},
		"IPv6":               {[]said{{"2a00:1::1", "2a00:1450::7"}, {"2a00:2::1", "2a00:1450::7"}}, "invalid IP 2a00:1450::7"},
		"IPv6, one provider": {[]said{{"2a00:1:1::1", "2a00:1450::7"}, {"2a00:1:2::1", "2a00:1450::7"}}, "invalid IP invalid IP"},
		"other family":       {[]said{{"2a00:1::1", "9.9.9.9"}, {"2a00:2::1", "9.9.9.9"}}, "invalid IP invalid IP"},
		"mapped":             {[]said{{"::ffff:81.2.69.1", "9.9.9.9"}, {"81.3.69.1", "::ffff:9.9.9.9"}}, "9.9.9.9 invalid IP"},
	} {
		t.Run(name, func(t *testing.T) {
			var r reports
			for _, s := range tt.said {
				r.hear(netip.MustParseAddr(s.peer), netip.MustParseAddr(s.self), now)
			}
			if got := fmt.Sprint(r.agreed(true, now), r.agreed(false, now)); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if got := r.agreed(true, now.Add(reportFor+time.Second)); got.IsValid() {
				t.Errorf("%s after a day", got)
			}
		})
	}
}

func TestReportsAreBounded(t *testing.T) {
	var r reports
	now := time.Unix(1_700_000_000, 0)
	for i := range 1000 {
		r.hear(netip.AddrFrom4([4]byte{81, byte(i), byte(i >> 8), 1}), netip.MustParseAddr("9.9.9.9"), now.Add(time.Duration(i)))
		r.hear(netip.AddrFrom4([4]byte{byte(1 + i>>8), byte(i), 0, 1}), netip.MustParseAddr("9.9.9.9"), now.Add(time.Duration(i)))
	}
	if n := len(r.said); n > maxReports {
		t.Errorf("%d reports", n)
	}
	for range 3 {
		r.came(netip.MustParseAddr("192.168.1.4"), now)
		r.came(netip.MustParseAddr("81.2.69.1"), now)
	}
	if r.incoming != 3 {
		t.Errorf("%d connections from outside", r.incoming)
	}
}

func TestLacksIPv6(t *testing.T) {
	wrapped := fmt.Errorf("start: %w", syscall.EAFNOSUPPORT)
	for name, tt := range map[string]struct {
		host string
		err  error
		want bool
	}{
		"both families": {"", wrapped, true}, "IPv6 alone": {"::", wrapped, false}, "port taken": {"", syscall.EADDRINUSE, false},
	} {
		if got := lacksIPv6(tt.host, tt.err); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
