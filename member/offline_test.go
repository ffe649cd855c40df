package member_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"seeder/announce"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/queue"
	"seeder/store"
)

// withoutShelf gives a node a bus on which it answers no store queries.
func (n *node) withoutShelf() {
	n.t.Helper()
	if err := n.bus.Close(); err != nil {
		n.t.Fatal(err)
	}
	n.bus = n.buses.NewBus(nil)
	n.member.Bus = n.bus
}

// keep gives a node a queue that answers at once and never sends by itself.
func (n *node) keep() {
	kept := queue.New(queue.Options{
		Community: n.key.Community(), DB: n.db, Clock: n.clock, Logger: slog.New(slog.DiscardHandler), Bus: n.bus,
		RetryMin: time.Millisecond, RetryMax: 10 * time.Millisecond, Poll: time.Millisecond,
	})
	n.member.Queue = kept
	n.run(kept)
}

// requests collects what members ask for, from now on.
func (w *world) requests() func() []announce.Request {
	bus := w.buses.NewBus(nil)
	var mu sync.Mutex
	var got []announce.Request
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = bus.Requests(ctx, w.key.Community(), func(r announce.Request) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, r)
		})
	})
	w.t.Cleanup(func() { cancel(); wg.Wait(); _ = bus.Close() })
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for bus.Listeners() == 0 {
		<-tick.C
	}
	return func() []announce.Request {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(got)
	}
}

// No store peer has the announcement and the owner is gone: a member asks, and
// any node that holds the announcement sends it again.
func TestMemberAsksWhenStoresHaveNothing(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	holder := w.newNode(store.RoleMember)
	holder.follow()
	holder.eventually("the holder has all", holder.sameAs(o))
	holder.stop()
	want := o.digest()
	o.stop()

	holder = w.openNode(holder.dir, store.RoleMember)
	holder.withoutShelf()
	holder.keep()
	holder.follow()
	late := w.newNode(store.RoleMember)
	late.withoutShelf()
	asked := w.requests()
	late.follow()
	late.eventually("the member has the history", func() bool { return late.digest() == want })
	late.eventually("somebody has asked", func() bool { return len(asked()) > 0 })
	for _, r := range asked() {
		if r.Clock != 0 && r.Clock != holder.current().Clock {
			t.Errorf("somebody asks with the clock %d", r.Clock)
		}
	}
}

// A member that knows something asks once whether there is more; one that knows
// nothing goes on asking.
func TestMembersAskNoMoreThanNeeded(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	m.eventually("the member has all", m.sameAs(o))
	known := m.current().Clock
	m.stop()
	o.stop()
	asked := w.requests()
	m = w.openNode(m.dir, store.RoleMember)
	m.withoutShelf()
	m.follow()
	m.eventually("the member asks", func() bool { return len(asked()) > 0 })

	fresh := w.newNode(store.RoleMember)
	fresh.withoutShelf()
	fresh.follow()
	fresh.eventually("who knows nothing asks again and again", func() bool { return len(asked()) > 5 })
	count := 0
	for _, r := range asked() {
		switch r.Clock {
		case known:
			count++
		case 0:
		default:
			t.Errorf("a request with clock %d", r.Clock)
		}
	}
	if count != 1 {
		t.Errorf("who knows the newest asked %d times, want once", count)
	}
}

// Somebody replays old announcements, live and from a store, to a member that
// was restarted: it stays where it was.
func TestReplayedAnnouncementsChangeNothing(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	m.eventually("the member has the first generation", m.sameAs(o))
	var old store.Announcement
	m.view(func(tx store.Tx) (err error) {
		old, err = tx.LatestAnnouncement(w.key.Community())
		return err
	})
	w.clock.Advance(time.Minute)
	o.add(history(10, 4)...)
	o.archive()
	m.eventually("the member has the second generation", func() bool { return m.digest() == o.digest() && m.digest().Messages == 85 })
	followed, digest := m.current(), m.digest()
	m.stop()
	o.stop()

	w.clock.Advance(29 * 24 * time.Hour)
	liar := w.buses.NewBus(replaying{w, old.Signed})
	defer func() { _ = liar.Close() }()
	m = w.openNode(m.dir, store.RoleMember)
	m.follow()
	m.eventually("the member listens", func() bool { return m.bus.Listeners() > 0 })
	for range 5 {
		if _, err := liar.Publish(t.Context(), w.key.Community(), old.Signed); err != nil {
			t.Fatal(err)
		}
	}
	// When this one was accepted, those before it have been dealt with.
	next := announce.Announcement{Clock: followed.Clock + 1, MagnetURI: followed.Magnet}
	signed, err := announce.Sign(next, w.key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := liar.Publish(t.Context(), w.key.Community(), signed); err != nil {
		t.Fatal(err)
	}
	m.eventually("the next one is accepted", func() bool { return m.newest().Clock == next.Clock })
	if m.current().InfoHash != followed.InfoHash || m.digest() != digest {
		t.Error("the member went back to the first generation")
	}
	if len(m.forks()) != 0 {
		t.Errorf("forks: %+v", m.forks())
	}
}

func (n *node) newest() (a store.Announcement) {
	n.t.Helper()
	n.view(func(tx store.Tx) (err error) {
		a, err = tx.LatestAnnouncement(n.key.Community())
		return err
	})
	return a
}

// replaying is a shelf that has an old announcement in an envelope of now.
type replaying struct {
	*world
	signed []byte
}

func (r replaying) Envelopes(_ context.Context, c message.CommunityID, _ time.Time) ([][]byte, error) {
	envelope, err := announce.NewChannel(c).Seal(r.signed, r.clock.Now())
	return [][]byte{envelope}, err
}

// The clock of a member's node jumps by two days: back, and what the owner
// announces is from the future until the clock is right again; forward, and what
// comes after it went back is followed all the same.
func TestMemberWithAJumpingClock(t *testing.T) {
	const days = 48 * time.Hour
	for name, jump := range map[string]time.Duration{"back": -days, "forward": days} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			o := ownedHistory(w)
			m := w.newNode(store.RoleMember)
			own := clock.NewFixed(w.clock.Now().Add(jump))
			m.member.Clock = own
			m.follow()
			if jump < 0 {
				m.eventually("the member knows nothing yet", func() bool {
					works := m.works()
					return len(works) > 0 && works[0].State == store.Waiting
				})
				if len(m.generations()) != 0 {
					t.Error("an announcement two days ahead was followed")
				}
				own.Advance(-jump)
			}
			m.eventually("the member has the first generation", m.sameAs(o))
			if jump > 0 {
				own.Advance(-jump)
			}
			w.clock.Advance(time.Minute)
			o.add(history(10, 4)...)
			o.archive()
			m.eventually("the member has the second generation", func() bool { return m.digest() == o.digest() && m.digest().Messages == 85 })
		})
	}
}

func (n *node) works() (works []store.Work) {
	n.t.Helper()
	n.view(func(tx store.Tx) (err error) {
		works, err = tx.Works(n.key.Community())
		return err
	})
	return works
}
