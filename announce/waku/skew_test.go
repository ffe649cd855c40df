package waku

import (
	"context"
	"testing"
	"time"

	"seeder/announce"
	"seeder/internal/clock"
	"seeder/message"
)

// shifted is the clock of the machine, set wrong.
type shifted struct{ by time.Duration }

func (s shifted) Now() time.Time { return clock.System{}.Now().Add(s.by) }

// TestSkew has a node whose clock is an hour fast hear requests of another.
func TestSkew(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	sender := newNode(t, nil)
	fast := newNode(t, func(o *Options) {
		o.Clock, o.StaticPeers = shifted{time.Hour}, append(sender.Addrs(), "/ip4/127.0.0.1/tcp/9/p2p/16Uiu2HAm1QxSjNvNbsT2xtLjRGAsBLVztsJiTHr9a3EK96717hpj")
	})
	if ahead, n := fast.Skew(); n != 0 || ahead != 0 {
		t.Errorf("%s by %d messages before there are any", ahead, n)
	}
	for i := range skewLeast + 2 {
		if err := sender.Ask(ctx, message.CommunityID{0: 2, 32: byte(i)}, announce.Request{}); err != nil {
			t.Fatal(err)
		}
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		ahead, n := fast.Skew()
		if n >= skewLeast {
			if ahead < 59*time.Minute || ahead > 61*time.Minute {
				t.Errorf("ahead by %s", ahead)
			}
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%d messages", n)
		}
	}
	if _, n := sender.Skew(); n != 0 {
		t.Error("a node's own messages count")
	}
	if all, connected := fast.Configured(); all != 2 || connected != 1 {
		t.Errorf("%d of %d configured peers are connected", connected, all)
	}
}

func TestSkewIsTheMedianOfLately(t *testing.T) {
	var s skew
	now := time.Unix(1_700_000_000, 0)
	for range 10 { // old
		s.hear(now.Add(-2*skewFor), now.Add(-3*skewFor).UnixNano())
	}
	for i := range 9 {
		s.hear(now, now.Add(time.Duration(i-4)*time.Minute).UnixNano())
	}
	s.hear(now, 1<<62)
	s.hear(now, -1<<62)
	if by, n := s.median(now); by != 0 || n != 11 {
		t.Errorf("%s of %d", by, n)
	}
	for range 10 * skewSamples {
		s.hear(now, now.Add(-time.Hour).UnixNano())
	}
	if by, n := s.median(now); by != time.Hour || n != skewSamples {
		t.Errorf("%s of %d", by, n)
	}
}
