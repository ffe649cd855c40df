package queue_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/message"
	"seeder/queue"
	"seeder/store"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// A stored announcement is sent again unchanged in a fresh envelope, for ever,
// and store queries find it by the time of that envelope.
func TestSendsAgainEverySoOften(t *testing.T) {
	w := newWorld(t)
	n := w.newNode(nil)
	n.accept(at(0))
	before := n.rows()[0].Envelope
	ear := w.newEar()
	n.run()
	for range 20 { // two months
		n.clock.Advance(3 * 24 * time.Hour)
		late := n.clock.Now()
		r := ear.due(n.clock)
		if !bytes.Equal(r.Signed, n.owner.Signed(t, at(0))) || bytes.Equal(r.Envelope, before) {
			t.Fatal("not the same signed bytes in a fresh envelope")
		}
		sent, err := announce.EnvelopeTime(r.Envelope)
		if now := n.clock.Now(); err != nil || sent.Before(late) || sent.After(now) {
			t.Fatalf("the envelope is of %v, it was due at %v, now is %v, error %v", sent, late, now, err)
		}
		eventually(t, "the row has the envelope", func() bool { return bytes.Equal(n.rows()[0].Envelope, r.Envelope) })
		before = r.Envelope
	}
	if len(ear.got) != 0 {
		t.Errorf("sent %d times too often", len(ear.got))
	}
	late := w.buses.NewBus(nil)
	defer func() { _ = late.Close() }()
	found := 0
	err := late.Query(t.Context(), w.owner.ID(), n.clock.Now().Add(-30*24*time.Hour), func(announce.Received) { found++ })
	if err != nil || found != 1 {
		t.Errorf("a query of the last 30 days finds %d, error %v", found, err)
	}
}

// Of many nodes that are due in the same hours, few speak: who hears another is
// silent.
func TestManyNodesDoNotShoutAtOnce(t *testing.T) {
	w := newWorld(t)
	ear := w.newEar()
	voice := w.buses.NewBus(nil)
	defer func() { _ = voice.Close() }()
	const count = 30
	var nodes []*node
	for range count {
		n := w.newNode(nil)
		n.accept(at(0))
		n.run()
		nodes = append(nodes, n)
	}
	w.hush(nodes[0], voice, ear)
	for _, n := range nodes {
		eventually(t, "everybody has heard it", func() bool { return n.heard.Load() == 1 })
	}
	w.clock.Advance(12 * time.Hour)
	for range 6 * 4 { // until the last would be due
		w.clock.Advance(15 * time.Minute)
		for _, n := range nodes {
			before := n.looks.Load()
			eventually(t, "everybody has looked at the clock, twice", func() bool { return n.looks.Load() > before+6 })
		}
		eventually(t, "everybody has heard what was sent", func() bool {
			heard := int64(0)
			for _, n := range nodes {
				heard += n.heard.Load()
			}
			return heard == int64(count+len(ear.got)*(count-1))
		})
	}
	switch heard := len(ear.got); {
	case heard == 0:
		t.Error("nobody sends")
	case heard > count/3: // without hearing each other all of them would
		t.Errorf("%d nodes sent %d times", count, heard)
	}
}

func TestHearingAnotherPutsSendingOff(t *testing.T) {
	w := newWorld(t)
	n := w.newNode(nil)
	n.accept(at(0))
	ear := w.newEar()
	n.run()
	other := w.buses.NewBus(nil)
	defer func() { _ = other.Close() }()
	for range 10 {
		n.clock.Advance(11 * time.Hour)
		w.hush(n, other, ear)
		eventually(t, "the fresh envelope is kept", func() bool {
			sent, err := announce.EnvelopeTime(n.rows()[0].Envelope)
			return err == nil && sent.Equal(n.clock.Now())
		})
	}
	if row := n.rows()[0]; row.SentAt != 0 {
		t.Error("the row says that this node sent it")
	}
	if len(ear.got) != 0 {
		t.Errorf("sent %d times though another one did", len(ear.got))
	}
	n.clock.Advance(20 * time.Hour)
	ear.due(n.clock)
}

func TestNeverSendsAgainWhenTold(t *testing.T) {
	w := newWorld(t)
	n := w.newNode(func(o *queue.Options) { o.Rebroadcast = 0 })
	n.accept(at(0))
	owner := w.newNode(nil)
	owner.putOwn(at(0)) // its outbox sends that
	ear := w.newEar()
	n.run()
	owner.run()
	n.clock.Advance(100 * 24 * time.Hour)
	asker := w.buses.NewBus(nil)
	defer func() { _ = asker.Close() }()
	w.ask(asker, 0)
	ear.next() // whoever answers has looked at the plan before
	eventually(t, "both have been asked", func() bool { return n.asked.Load() > 0 && owner.asked.Load() > 0 })
	if len(ear.got) > 1 {
		t.Errorf("sent %d times though nobody asked", len(ear.got)-1)
	}
}

func TestAnswersWhoHasNothingAsNew(t *testing.T) {
	w := newWorld(t)
	n := w.newNode(nil)
	ear := w.newEar()
	n.run()
	asker := w.buses.NewBus(nil)
	defer func() { _ = asker.Close() }()
	w.ask(asker, 0) // there is nothing to answer with
	n.accept(at(0))
	w.ask(asker, at(0))         // has it
	w.ask(asker, at(time.Hour)) // has more
	w.ask(asker, at(-time.Hour))
	r := ear.next()
	if !bytes.Equal(r.Signed, n.owner.Signed(t, at(0))) {
		t.Error("answered with other signed bytes")
	}
	n.awaitSent(at(0)) // the pause has begun
	for range 20 {
		w.ask(asker, 0)
	}
	n.clock.Advance(29 * time.Second)
	w.ask(asker, 0)
	eventually(t, "all requests are read", func() bool { return n.asked.Load() == 25 })
	n.accept(at(time.Second))
	n.clock.Advance(2 * time.Second)
	w.ask(asker, at(0))
	if r := ear.next(); r.Announcement.Clock != at(time.Second) {
		t.Error("answered more than once in the pause")
	}
	n.awaitSent(at(time.Second))
}

// held is a database of which one reader, when it has read, is held until it may
// go on.
type held struct {
	store.DB
	next atomic.Pointer[func()]
}

// hold holds the next reader, and tells when it has read.
func (h *held) hold(read, goOn chan struct{}) {
	wait := func() { close(read); <-goOn }
	h.next.Store(&wait)
}

func (h *held) View(ctx context.Context, fn func(store.Tx) error) error {
	err := h.DB.View(ctx, fn)
	if wait := h.next.Swap(nil); wait != nil {
		(*wait)()
	}
	return err
}

// Who asks once a newer announcement is kept gets that one, whatever the node
// was about to do.
func TestAnswersWithTheNewest(t *testing.T) {
	w := newWorld(t)
	var db *held
	n := w.newNode(func(o *queue.Options) {
		db = &held{DB: o.DB}
		o.DB, o.Rebroadcast = db, 0
	})
	n.accept(at(0))
	ear := w.newEar()
	n.run()
	asker := w.buses.NewBus(nil)
	defer func() { _ = asker.Close() }()
	read, newer := make(chan struct{}), make(chan struct{})
	goOn := sync.OnceFunc(func() { close(newer) })
	defer goOn()
	db.hold(read, newer)
	<-read // by the queue, which looks at its plan when it goes on
	n.accept(at(time.Hour))
	w.ask(asker, at(0))
	eventually(t, "the request is read", func() bool { return n.asked.Load() == 1 })
	goOn()
	if r := ear.next(); r.Announcement.Clock != at(time.Hour) {
		t.Errorf("answered with clock %d, want %d", r.Announcement.Clock, at(time.Hour))
	}
	n.awaitSent(at(time.Hour))
}

// awaitSent waits until the newest row says that it was sent now.
func (n *node) awaitSent(clk uint64) {
	n.t.Helper()
	eventually(n.t, "the row says that it was sent", func() bool {
		row := n.rows()[0]
		return row.Clock == clk && row.SentAt == n.clock.Now().UnixMilli() && row.SentPeers > 0
	})
}

// Who sends an older announcement is told of the newer one.
func TestAnswersAnOlderAnnouncement(t *testing.T) {
	w := newWorld(t)
	n := w.newNode(nil)
	n.accept(at(time.Hour))
	ear := w.newEar()
	n.run()
	other := w.buses.NewBus(nil)
	defer func() { _ = other.Close() }()
	if _, err := other.Publish(t.Context(), n.owner.ID(), n.owner.Signed(t, at(0))); err != nil {
		t.Fatal(err)
	}
	heard := []uint64{ear.next().Announcement.Clock, ear.next().Announcement.Clock}
	slices.Sort(heard) // the answer may come before the other has reached everybody
	if want := []uint64{at(0), at(time.Hour)}; !slices.Equal(heard, want) {
		t.Errorf("heard %d, want %d", heard, want)
	}
}

// A node that waits to answer is silent when another one was quicker.
func TestAnswerIsSuppressed(t *testing.T) {
	w := newWorld(t)
	slow := w.newNode(func(o *queue.Options) { o.AnswerDelay = time.Hour })
	slow.accept(at(0))
	ear := w.newEar()
	slow.run()
	asker := w.buses.NewBus(nil)
	defer func() { _ = asker.Close() }()
	for range 5 {
		before := slow.asked.Load()
		w.ask(asker, 0)
		eventually(t, "the request is read", func() bool { return slow.asked.Load() > before })
		w.hush(slow, asker, ear)
		w.clock.Advance(2 * time.Hour) // what was planned is due
	}
	slow.accept(at(time.Hour))
	eventually(t, "the next request is answered", func() bool {
		w.ask(asker, at(0))
		w.clock.Advance(time.Hour)
		return len(ear.got) > 0
	})
	if r := ear.next(); r.Announcement.Clock != at(time.Hour) {
		t.Error("answered though another one had")
	}
}

// hush answers before a node does, and returns when the node has heard it.
func (w *world) hush(n *node, from *announcetest.Bus, ear *ear) {
	w.t.Helper()
	before := n.heard.Load()
	if _, err := from.Publish(w.t.Context(), w.owner.ID(), w.owner.Signed(w.t, at(0))); err != nil {
		w.t.Fatal(err)
	}
	ear.next()
	eventually(w.t, "the answer is heard", func() bool { return n.heard.Load() > before })
}

// failing refuses to publish until told otherwise.
type failing struct {
	queue.Bus
	mu    sync.Mutex
	tries int
	until int
}

func (f *failing) Publish(ctx context.Context, c message.CommunityID, signed []byte) (announce.Receipt, error) {
	f.mu.Lock()
	f.tries++
	fail := f.tries < f.until
	f.mu.Unlock()
	if fail {
		return announce.Receipt{}, announce.ErrNoPeers
	}
	return f.Bus.Publish(ctx, c, signed)
}

func TestTriesUntilSomebodyTakesIt(t *testing.T) {
	w := newWorld(t)
	bus := &failing{until: 10}
	n := w.newNode(func(o *queue.Options) { bus.Bus = o.Bus; o.Bus = bus })
	n.accept(at(0))
	ear := w.newEar()
	n.run()
	n.clock.Advance(3 * 24 * time.Hour)
	ear.due(n.clock)
	if bus.tries != bus.until {
		t.Errorf("%d attempts, want %d", bus.tries, bus.until)
	}
}

// Somebody puts the signed bytes into an envelope with a time that no honest
// sender writes: it does not become what store queries are answered with.
func TestEnvelopesOfImpossibleTimesAreReplaced(t *testing.T) {
	w := newWorld(t)
	n := w.newNode(nil)
	for _, sent := range []time.Time{time.Unix(0, 0), start.Add(1000 * 24 * time.Hour)} {
		n.clock.Advance(time.Hour)
		clk := uint64(n.clock.Now().UnixMilli())
		if err := n.queue.Hear(t.Context(), n.received(clk, sent)); err != nil {
			t.Fatal(err)
		}
		sound := n.received(clk, n.clock.Now())
		for _, r := range []announce.Received{sound, n.received(clk, sent)} {
			if err := n.queue.Hear(t.Context(), r); !errors.Is(err, store.ErrStale) {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(n.rows()[0].Envelope, sound.Envelope) {
			t.Errorf("the envelope of %v is kept", sent)
		}
	}
}
