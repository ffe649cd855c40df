package owner_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"seeder/announce"
	"seeder/message"
	"seeder/owner"
	"seeder/store"
)

func (r *rig) forks() (forks []store.Fork) {
	r.t.Helper()
	r.view(func(tx store.Tx) (err error) {
		forks, err = tx.Forks(r.key.Community())
		return err
	})
	return forks
}

// runs runs the owner until the test ends, and returns when it listens.
func (r *rig) runs() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.owner().Run(ctx) }()
	r.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			r.t.Errorf("run: %v", err)
		}
	})
	bus := r.opts.Bus.(interface{ Listeners() int })
	r.waitFor("the owner listens", func() bool { return bus.Listeners() > 0 })
}

func (r *rig) waitFor(what string, cond func() bool) {
	r.t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline.C:
			r.t.Fatalf("not in time: %s", what)
		}
	}
}

// sent publishes an announcement of the community from another node.
func (r *rig) sent(a announce.Announcement) {
	r.t.Helper()
	bus := r.network.NewBus(nil)
	defer func() { _ = bus.Close() }()
	signed, err := announce.Sign(a, r.key)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := bus.Publish(r.t.Context(), r.key.Community(), signed); err != nil {
		r.t.Fatal(err)
	}
}

// hears has another owner announce two archives, of which the last is another one, and
// returns when that is recorded.
func (r *rig) hears(clock uint64) {
	r.t.Helper()
	r.sent(announce.Announcement{Clock: clock, MagnetURI: otherMagnet, Archives: 2, Head: message.ArchiveID{9}})
	r.waitFor("it was heard", func() bool { return r.latest().Clock == clock })
}

const otherMagnet = "magnet:?xt=urn:btih:00112233445566778899aabbccddeeff00112233"

// An owner whose announcement is sent again by others, and one who hears of an
// older one of its own, sees no fork; one with another history is seen once.
func TestOwnerSeesForks(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0, 1)...)
	r.atWeek(2)
	r.round()
	before := r.latest()
	r.atWeek(3)
	r.round()
	own := r.latest()
	archives := r.archives()
	r.runs()

	for _, row := range []store.Announcement{before, own} {
		a, err := announce.Open(r.key.Community(), row.Signed)
		if err != nil {
			t.Fatal(err)
		}
		r.sent(a)
	}
	r.sent(announce.Announcement{Clock: own.Clock - 1, MagnetURI: otherMagnet, Archives: 2, Head: message.ArchiveID{9}})
	r.waitFor("the fork is recorded", func() bool { return len(r.forks()) > 0 })
	fork := r.forks()[0]
	if fork.Clock != own.Clock-1 || fork.WinnerClock != own.Clock || fork.InfoHash.String() != otherMagnet[len("magnet:?xt=urn:btih:"):] {
		t.Errorf("the fork that lost: %+v", fork)
	}
	r.clock.Advance(time.Minute)
	r.sent(announce.Announcement{Clock: own.Clock + 1, MagnetURI: otherMagnet, Archives: 1, Head: archives[0].ID})
	r.waitFor("the lead is recorded", func() bool { return len(r.forks()) == 2 })
	for _, fork := range r.forks() {
		if fork.Clock == own.Clock && fork.FirstDiffering != archives[1].ID {
			t.Errorf("the fork that won lacks %s first, recorded is %s", archives[1].ID, fork.FirstDiffering)
		}
	}
	if len(r.forks()) != 2 {
		t.Errorf("forks: %+v", r.forks())
	}
}

// What cannot be told when it is heard is told when this node's history has
// grown.
func TestOwnerLooksAgainWhenItHasGrown(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0, 1)...)
	r.atWeek(2)
	r.round()
	if n := len(r.archives()); n != 1 {
		t.Fatalf("%d archives", n)
	}
	r.runs()
	longer := r.latest().Clock + 1
	r.hears(longer)
	if len(r.forks()) != 0 {
		t.Error("a fork is recorded though nothing is known")
	}
	r.atWeek(3)
	r.round()
	r.waitFor("the fork is recorded", func() bool { return len(r.forks()) > 0 })
	forks := r.forks()
	if len(forks) != 1 || forks[0].Clock != longer || forks[0].WinnerClock != r.latest().Clock {
		t.Errorf("forks: %+v", forks)
	}
}

// What is sealed and not announced yet is no part of what others are compared with.
func TestOwnerComparesWhatItHasAnnounced(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0, 1)...)
	r.atWeek(2)
	r.round()
	own := r.latest()
	r.atWeek(3)
	var sealed owner.Report
	if err := r.owner().Seal(t.Context(), &sealed); err != nil || sealed.Archives != 1 {
		t.Fatalf("sealed %+v, %v", sealed, err)
	}
	r.seeds.fail = errors.New("no space") // so it is not announced
	r.runs()
	for n := range uint64(2) { // the first was compared when the second is taken
		r.hears(own.Clock + 1 + n)
	}
	if forks := r.forks(); len(forks) != 0 {
		t.Errorf("forks: %+v", forks)
	}
}

// A clock that was set back by two days does not keep the announcement from
// being sent again.
func TestRepublishesAfterAClockJump(t *testing.T) {
	r := newRig(t)
	peer := r.network.NewBus(nil)
	defer func() { _ = peer.Close() }()
	r.add(history(5, 0)...)
	r.atWeek(2)
	r.round()
	o := r.owner()
	for _, jump := range []time.Duration{0, 48 * time.Hour, -48 * time.Hour, -48 * time.Hour} {
		r.clock.Advance(jump)
		due, err := o.SendDue(t.Context())
		if err != nil || due != 0 {
			t.Fatalf("after a jump of %v: due in %v, error %v, want it sent", jump, due, err)
		}
		if sent := r.latest().SentAt; sent != r.clock.Now().UnixMilli() {
			t.Errorf("after a jump of %v: sent at %d, now is %d", jump, sent, r.clock.Now().UnixMilli())
		}
		if due, err := o.SendDue(t.Context()); err != nil || due != r.opts.Republish {
			t.Errorf("sent just now, due in %v, error %v, want %v", due, err, r.opts.Republish)
		}
	}
}

// A clock set back does not make an announcement older than the one before.
func TestClockSetBackStillAnnouncesForward(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0, 1)...)
	r.atWeek(3)
	r.clock.Advance(48 * time.Hour)
	r.round()
	before := r.latest()
	r.clock.Advance(-48 * time.Hour)
	r.add(history(7, 0)...) // late ones
	r.round()
	after := r.latest()
	if after.Clock != before.Clock+1 {
		t.Errorf("clock %d after %d, want the next one", after.Clock, before.Clock)
	}
	a, err := announce.Open(r.key.Community(), after.Signed)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.CheckClock(r.clock.Now()); !errors.Is(err, announce.ErrClockAhead) {
		t.Errorf("two days ahead: %v, want %v", err, announce.ErrClockAhead)
	}
	r.clock.Advance(25 * time.Hour)
	if err := a.CheckClock(r.clock.Now()); err != nil {
		t.Errorf("less than a day ahead: %v", err)
	}
}
