package limits_test

import (
	"context"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"seeder/internal/clock"
	"seeder/internal/hoststate"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/store/sqlite"
)

// world is a keeper with what it keeps limits on.
type world struct {
	t       *testing.T
	db      store.DB
	clock   *clock.Fixed
	ledger  *quota.Ledger
	keeper  *limits.Keeper
	log     *strings.Builder
	evicted chan quota.Item

	mu      sync.Mutex
	node    quota.Rates
	rates   map[message.CommunityID]quota.Rates
	serving map[message.CommunityID]bool
	host    hoststate.State
	calls   int
	refuse  error // of evictions
	// enforced counts how often the ledger was to evict what is over caps, and was done.
	enforced int
}

// watchedLedger counts what a keeper enforces.
type watchedLedger struct {
	*quota.Ledger

	w *world
}

func (l watchedLedger) Enforce(ctx context.Context) error {
	err := l.Ledger.Enforce(ctx)
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	l.w.enforced++
	return err
}

func newWorld(t *testing.T, base quota.Node, communities ...message.CommunityID) *world {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "seeder.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, db: db, clock: clock.NewFixed(start), log: new(strings.Builder), evicted: make(chan quota.Item, 100),
		rates: make(map[message.CommunityID]quota.Rates), serving: make(map[message.CommunityID]bool),
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	w.ledger = quota.NewLedger(quota.LedgerOptions{Evict: func(_ context.Context, i quota.Item) error {
		w.mu.Lock()
		err := w.refuse
		w.mu.Unlock()
		if err != nil {
			return err
		}
		w.keeper.Evicted(i)
		w.evicted <- i
		return nil
	}})
	w.keeper = limits.NewKeeper(limits.Options{
		DB: db, Node: base, Clock: w.clock, Logger: slog.New(slog.NewTextHandler(w, nil)), Bandwidth: w,
		Ledger:     watchedLedger{w.ledger, w},
		SetServing: func(c message.CommunityID, on bool) { w.note(func() { w.serving[c] = on }) },
		Host: func() hoststate.State {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.host
		},
	})
	for _, c := range communities {
		w.add(c)
	}
	w.refresh()
	return w
}

func (w *world) note(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
	w.calls++
}

// SetNode implements [limits.Bandwidth].
func (w *world) SetNode(r quota.Rates) { w.note(func() { w.node = r }) }

// SetCommunity implements [limits.Bandwidth].
func (w *world) SetCommunity(c message.CommunityID, r quota.Rates) { w.note(func() { w.rates[c] = r }) }

// Write takes the log.
func (w *world) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(b)
}

func (w *world) add(c message.CommunityID) {
	w.t.Helper()
	w.update(func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember}) })
}

func (w *world) update(fn func(store.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) set(c message.CommunityID, values map[string]string) {
	w.t.Helper()
	if err := limits.Set(w.t.Context(), w.db, c, values); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refresh() {
	w.t.Helper()
	if err := w.keeper.Refresh(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// run runs the keeper until the returned function ends it.
func (w *world) run() (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.keeper.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("run ended with %v", err)
		}
	}
}

// is waits until the bandwidth has the given limits.
func (w *world) is(what string, wantNode quota.Rates, want map[message.CommunityID]quota.Rates) {
	w.t.Helper()
	w.eventually(what, func() (any, bool) {
		got := maps.Clone(w.rates)
		return []any{w.node, got}, w.node == wantNode && maps.Equal(got, want)
	})
}

func (w *world) eventually(what string, cond func() (any, bool)) {
	w.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		w.mu.Lock()
		got, ok := cond()
		w.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			w.t.Fatalf("%s: not within %s, at last %+v", what, patience, got)
		}
	}
}

// again starts anew on the same database.
func (w *world) again(base quota.Node) {
	w.t.Helper()
	w.keeper = limits.NewKeeper(limits.Options{
		DB: w.db, Node: base, Clock: w.clock, Logger: slog.New(slog.NewTextHandler(w, nil)), Bandwidth: w, Ledger: w.ledger,
		SetServing: func(c message.CommunityID, on bool) { w.note(func() { w.serving[c] = on }) },
	})
	w.refresh()
}
