package announcetest

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seeder/announce"
	"seeder/message"
)

// listener collects what a subscription is given.
type listener struct {
	got   chan announce.Received
	ended chan error
}

// listen subscribes until the test ends.
func listen(t *testing.T, bus announce.Bus, c message.CommunityID) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &listener{got: make(chan announce.Received, 4096), ended: make(chan error, 1)}
	go func() { l.ended <- bus.Subscribe(ctx, c, func(r announce.Received) { l.got <- r }) }()
	t.Cleanup(func() {
		cancel()
		select {
		case <-l.ended:
		case <-time.After(deadline):
			t.Error("Subscribe does not end with its context")
		}
	})
	return l
}

// next returns the first announcement with the clock, and fails the test when
// it does not come, or when something of another community does.
func (l *listener) next(t *testing.T, o Owner, clock uint64) announce.Received {
	t.Helper()
	return l.await(t, o, fmt.Sprintf("announcement %d", clock), func(r announce.Received) bool { return r.Announcement.Clock == clock })
}

// nextOf returns what came in the envelope of a receipt. The announcement may
// have come in another one before, which its sender took for lost.
func (l *listener) nextOf(t *testing.T, o Owner, receipt announce.Receipt) announce.Received {
	t.Helper()
	return l.await(t, o, "the envelope that the receipt shows", func(r announce.Received) bool { return bytes.Equal(r.Envelope, receipt.Envelope) })
}

func (l *listener) await(t *testing.T, o Owner, what string, is func(announce.Received) bool) announce.Received {
	t.Helper()
	timeout := time.After(deadline)
	for {
		select {
		case r := <-l.got:
			if diff := cmp.Diff(o.Announcement(r.Announcement.Clock), r.Announcement); diff != "" {
				t.Fatalf("received something else (-want +got)\n%s", diff)
			}
			if is(r) {
				return r
			}
		case <-timeout:
			t.Fatalf("%s does not arrive", what)
		}
	}
}

func publish(t *testing.T, bus announce.Bus, o Owner, signed []byte) announce.Receipt {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	r, err := bus.Publish(ctx, o.ID(), signed)
	if err != nil {
		t.Fatalf("publish: %v", err)
	}
	if r.Peers < 1 {
		t.Errorf("receipt counts %d peers", r.Peers)
	}
	return r
}

// reach publishes announcement 1 until every listener has had one, and as many
// others take it as there are: until then a subscription may not have begun, or
// a bus be connected with some of the others only.
func reach(t *testing.T, bus announce.Bus, o Owner, others int, listeners ...*listener) {
	t.Helper()
	end := now().Add(deadline)
	try := func() announce.Receipt {
		if now().After(end) {
			t.Fatal("nothing reaches the subscriber")
		}
		return publish(t, bus, o, o.Signed(t, 1))
	}
	for _, l := range listeners {
		for reached := false; !reached; {
			try()
			select {
			case <-l.got:
				reached = true
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
	for try().Peers < others {
		<-time.After(100 * time.Millisecond)
	}
}

// connected waits until a bus is connected with so many others: a query does not
// try again to connect with those that it asks.
func connected(t *testing.T, bus announce.Bus, others int) {
	t.Helper()
	for end := now().Add(deadline); bus.Peers() < others; <-time.After(10 * time.Millisecond) {
		if now().After(end) {
			t.Fatalf("not connected with %d others", others)
		}
	}
}
