package queue_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/internal/clock"
	"seeder/internal/leaktest"
	"seeder/message"
	"seeder/queue"
	"seeder/store"
	"seeder/store/sqlite"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// patience bounds every wait for a condition.
const patience = time.Minute

// start is when the tests take place.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is what the nodes of a test share.
type world struct {
	t     *testing.T
	owner announcetest.Owner
	buses *announcetest.Network
	clock *clock.Fixed
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clk := clock.NewFixed(start)
	return &world{t: t, owner: announcetest.NewOwner(t), buses: announcetest.NewNetwork(clk), clock: clk}
}

// at returns the clock of an announcement made at a time from the start on.
func at(d time.Duration) uint64 { return uint64(start.Add(d).UnixMilli()) }

// received returns an announcement as it is received, in an envelope sent at
// the given time.
func (w *world) received(clk uint64, sent time.Time) announce.Received {
	w.t.Helper()
	envelope, err := w.owner.Channel.Seal(w.owner.Signed(w.t, clk), sent)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := w.owner.Channel.Open(envelope)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// node is a node with a queue.
type node struct {
	*world
	db    store.DB
	bus   *announcetest.Bus
	queue *queue.Queue
	// heard and asked count the announcements and requests that the queue has
	// dealt with.
	heard, asked atomic.Int64
	// looks counts how often the queue looked at the clock.
	looks atomic.Int64
}

// watched counts how often somebody looks at a clock.
type watched struct {
	clock.Clock
	n *atomic.Int64
}

func (w watched) Now() time.Time {
	w.n.Add(1)
	return w.Clock.Now()
}

// counted counts requests that were dealt with.
type counted struct {
	queue.Bus
	n *atomic.Int64
}

func (c counted) Requests(ctx context.Context, id message.CommunityID, fn func(announce.Request)) error {
	return c.Bus.Requests(ctx, id, func(r announce.Request) { fn(r); c.n.Add(1) })
}

// newNode makes a node; change may be nil.
func (w *world) newNode(change func(*queue.Options)) *node {
	w.t.Helper()
	db, err := sqlite.Open(w.t.Context(), filepath.Join(w.t.TempDir(), "seeder.db"), sqlite.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	n := &node{world: w, db: db, bus: w.buses.NewBus(queue.Shelf{DB: db})}
	w.t.Cleanup(func() {
		if err := errors.Join(n.bus.Close(), db.Close()); err != nil {
			w.t.Error(err)
		}
	})
	n.update(func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: w.owner.ID(), Role: store.RoleMember})
	})
	opts := queue.Options{
		Community: w.owner.ID(), DB: db, Logger: slog.New(slog.DiscardHandler),
		Rebroadcast: 12 * time.Hour, AnswerPause: 30 * time.Second,
		RetryMin: time.Millisecond, RetryMax: 5 * time.Millisecond, Poll: time.Millisecond,
	}
	opts.Bus, opts.Clock = counted{n.bus, &n.asked}, watched{w.clock, &n.looks}
	if change != nil {
		change(&opts)
	}
	n.queue = queue.New(opts)
	return n
}

func (n *node) update(fn func(store.Tx) error) {
	n.t.Helper()
	if err := n.db.Update(n.t.Context(), fn); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) rows() (rows []store.Announcement) {
	n.t.Helper()
	err := n.db.View(n.t.Context(), func(tx store.Tx) (err error) {
		rows, err = tx.Announcements(n.owner.ID(), 0)
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return rows
}

func (n *node) clocks() (clocks []uint64) {
	n.t.Helper()
	for _, row := range n.rows() {
		clocks = append(clocks, row.Clock)
	}
	return clocks
}

// accept keeps announcements as if a store had had them.
func (n *node) accept(clocks ...uint64) {
	n.t.Helper()
	for _, clk := range clocks {
		if err := n.queue.Accept(n.t.Context(), n.received(clk, n.clock.Now())); err != nil {
			n.t.Fatal(err)
		}
	}
}

// run runs the queue, and has it hear what comes on the bus, until the test or
// the returned function ends it.
func (n *node) run() (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := n.queue.Run(ctx); err != nil {
			n.t.Errorf("run: %v", err)
		}
	})
	wg.Go(func() {
		_ = n.bus.Subscribe(ctx, n.owner.ID(), func(r announce.Received) {
			_ = n.queue.Hear(ctx, r)
			n.heard.Add(1)
		})
	})
	end = sync.OnceFunc(func() { cancel(); wg.Wait() })
	n.t.Cleanup(end)
	eventually(n.t, "the node listens", func() bool { return n.bus.Listeners() == 2 })
	return end
}

// ear collects what is sent on a network.
type ear struct {
	t   *testing.T
	got chan announce.Received
}

func (w *world) newEar() *ear {
	bus := w.buses.NewBus(nil)
	e := &ear{t: w.t, got: make(chan announce.Received, 4096)}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = bus.Subscribe(ctx, w.owner.ID(), func(r announce.Received) { e.got <- r }) })
	w.t.Cleanup(func() { cancel(); wg.Wait(); _ = bus.Close() })
	eventually(w.t, "somebody listens", func() bool { return bus.Listeners() == 1 })
	return e
}

// next returns what is sent next.
func (e *ear) next() announce.Received {
	e.t.Helper()
	select {
	case r := <-e.got:
		return r
	case <-time.After(patience):
		e.t.Fatal("nothing is sent")
		return announce.Received{}
	}
}

// due returns what is sent next, while the time goes on: after a long time it
// is sent at a random moment.
func (e *ear) due(clk *clock.Fixed) (r announce.Received) {
	e.t.Helper()
	eventually(e.t, "the announcement is sent again", func() bool {
		select {
		case r = <-e.got:
			return true
		default:
			clk.Advance(10 * time.Second)
			return false
		}
	})
	return r
}

// ask sends a request.
func (w *world) ask(from *announcetest.Bus, clk uint64) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	if err := from.Ask(ctx, w.owner.ID(), announce.Request{Clock: clk}); err != nil {
		w.t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// putOwn stores an announcement as an owner's round does.
func (n *node) putOwn(clk uint64) {
	n.t.Helper()
	a := n.owner.Announcement(clk)
	n.update(func(tx store.Tx) error {
		return tx.PutAnnouncement(store.Announcement{Community: n.owner.ID(), Clock: clk, Signed: n.owner.Signed(n.t, clk),
			Magnet: a.MagnetURI, ReceivedAt: n.clock.Now().UnixMilli(), Own: true})
	})
}

func (n *node) envelopes(c message.CommunityID, since time.Time) [][]byte {
	n.t.Helper()
	list, err := queue.Shelf{DB: n.db}.Envelopes(n.t.Context(), c, since)
	if err != nil {
		n.t.Fatal(err)
	}
	return list
}
