package announcetest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"seeder/announce"
	"seeder/message"
)

// Collect returns everything that a query finds, highest clock first.
func Collect(ctx context.Context, bus announce.Bus, c message.CommunityID, since time.Time) ([]announce.Received, error) {
	var found []announce.Received
	err := bus.Query(ctx, c, since, func(r announce.Received) { found = append(found, r) })
	slices.SortFunc(found, func(a, b announce.Received) int {
		return cmp.Compare(b.Announcement.Clock, a.Announcement.Clock)
	})
	return found, err
}

// stuckShelf answers when it is released, and then with nothing.
type stuckShelf struct {
	asked   chan struct{}
	release chan struct{}
}

func (s stuckShelf) Envelopes(ctx context.Context, _ message.CommunityID, _ time.Time) ([][]byte, error) {
	select {
	case s.asked <- struct{}{}:
	default:
	}
	select {
	case <-s.release:
	case <-ctx.Done():
	}
	return nil, ctx.Err()
}

// A peer that answers is heard while another one does not.
func queryActsOnFirstAnswer(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	o := NewOwner(t)
	shelf := &Shelf{}
	stuck := stuckShelf{asked: make(chan struct{}, 1), release: make(chan struct{})}
	t.Cleanup(func() {
		select {
		case <-stuck.release:
		default:
			close(stuck.release)
		}
	})
	slow, quick := add(stuck), add(shelf)
	for _, bus := range []announce.Bus{quick, slow} { // both follow the community
		r := publish(t, bus, o, o.Signed(t, 4))
		shelf.Put(o.ID(), r.Envelope, now())
	}
	late := add(nil)
	connected(t, late, 2)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	found, ended := make(chan announce.Received, 8), make(chan error, 1)
	go func() {
		ended <- late.Query(ctx, o.ID(), now().Add(-time.Hour), func(r announce.Received) { found <- r })
	}()
	select {
	case r := <-found:
		if !bytes.Equal(r.Signed, o.Signed(t, 4)) {
			t.Error("found other signed bytes than were published")
		}
	case <-time.After(deadline):
		t.Fatal("a peer that does not answer holds the answer of another up")
	}
	select {
	case <-stuck.asked:
	case <-time.After(deadline):
		t.Fatal("the other peer is not asked")
	}
	select {
	case err := <-ended:
		t.Fatalf("ended with %v before every peer has answered", err)
	default:
	}
	close(stuck.release)
	expectEnd(t, ended, nil)
	if len(found) != 0 {
		t.Error("the same signed bytes came twice")
	}
}

// requests collects requests until the test ends.
func requests(t *testing.T, bus announce.Bus, c message.CommunityID) <-chan announce.Request {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	got, ended := make(chan announce.Request, 4096), make(chan error, 1)
	go func() { ended <- bus.Requests(ctx, c, func(r announce.Request) { got <- r }) }()
	t.Cleanup(func() {
		cancel()
		expectEnd(t, ended, nil)
	})
	return got
}

// askUntil asks until a request arrives: until then its reader may not have
// begun.
func askUntil(t *testing.T, from announce.Bus, c message.CommunityID, r announce.Request, got <-chan announce.Request) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	for ctx.Err() == nil {
		if err := from.Ask(ctx, c, r); err != nil {
			t.Fatalf("ask: %v", err)
		}
		select {
		case first := <-got:
			if first != r {
				t.Fatalf("received %+v, want %+v", first, r)
			}
			return
		case <-time.After(500 * time.Millisecond):
		}
	}
	t.Fatal("the request does not arrive")
}

// Requests reach those who listen, and nobody takes them for announcements.
func requestsReachOthers(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	o, p := NewOwner(t), NewOwner(t)
	holder, asker := add(nil), add(nil)
	got, others := requests(t, holder, o.ID()), requests(t, holder, p.ID())
	own := requests(t, asker, o.ID())
	l := listen(t, holder, o.ID())
	askUntil(t, asker, o.ID(), announce.Request{Clock: 5}, got)
	askUntil(t, asker, p.ID(), announce.Request{}, others)
	reach(t, asker, o, 1, l)
	for len(l.got) > 0 {
		if r := <-l.got; r.Announcement.Clock != 1 {
			t.Errorf("a request came as announcement %+v", r.Announcement)
		}
	}
	for len(got) > 0 {
		if r := <-got; r.Clock != 5 {
			t.Errorf("a request of another community: %+v", r)
		}
	}
	if len(own) != 0 {
		t.Error("the asker received its own request")
	}
}

// Requests that break a rule neither go out nor arrive.
func requestsAreChecked(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	o, other := NewOwner(t), NewOwner(t)
	holder, asker, liar := add(nil), add(nil), add(nil)
	got := requests(t, holder, o.ID())
	askUntil(t, asker, o.ID(), announce.Request{Clock: 7}, got)
	err := asker.Ask(context.Background(), o.ID(), announce.Request{Clock: announce.MaxClock + 1})
	if !errors.Is(err, announce.ErrMalformed) {
		t.Errorf("ask with a clock too high: %v, want %v", err, announce.ErrMalformed)
	}
	foreign, err := other.Channel.SealRequest(announce.Request{Clock: 8}, now())
	if err != nil {
		t.Fatal(err)
	}
	sound, err := o.Channel.SealRequest(announce.Request{Clock: 9}, now())
	if err != nil {
		t.Fatal(err)
	}
	torn := bytes.Clone(sound)
	torn[len(torn)/2] ^= 1
	for _, envelope := range [][]byte{[]byte("garbage"), foreign, torn, sound} {
		d.Inject(t, liar, envelope)
	}
	timeout := time.After(deadline)
	for {
		select {
		case r := <-got:
			switch r.Clock {
			case 7: // one of those that were sent until one arrived
			case 9:
				return
			default:
				t.Fatalf("received %+v", r)
			}
		case <-timeout:
			t.Fatal("a sound request does not arrive")
		}
	}
}
