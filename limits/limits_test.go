package limits_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"seeder/internal/clock"
	"seeder/internal/hoststate"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/store/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait for a condition.
const patience = 30 * time.Second

var (
	whole  = message.CommunityID{} // the node
	first  = message.CommunityID{2, 1}
	second = message.CommunityID{2, 2}
	start  = time.Date(2024, 1, 1, 7, 30, 0, 0, time.UTC) // a Monday
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
		w.evicted <- i
		return nil
	}})
	w.keeper = limits.NewKeeper(limits.Options{
		DB: db, Node: base, Clock: w.clock, Logger: slog.New(slog.NewTextHandler(w, nil)), Bandwidth: w, Ledger: w.ledger,
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

func TestRowsStandAboveTheConfiguration(t *testing.T) {
	base := quota.DefaultNode()
	base.Rates, base.Cap = quota.Rates{Up: 100, Down: 200}, 1<<30
	w := newWorld(t, base, first, second)
	w.is("configuration", base.Rates, map[message.CommunityID]quota.Rates{first: {}, second: {}})

	w.set(whole, map[string]string{"up": "1 MiB/s", "min_free": "5%"})
	w.set(first, map[string]string{"down": "256KiB/s", "cap": "2GiB", "serve": "off", "pins": "2024-01-01..2024-02-01"})
	w.refresh()
	w.is("rows", quota.Rates{Up: 1 << 20, Down: 200}, map[message.CommunityID]quota.Rates{first: {Down: 256 << 10}, second: {}})
	if u := w.ledger.Usage(first); u.Cap != 2<<30 || w.ledger.NodeUsage().Cap != 1<<30 {
		t.Errorf("caps %d and %d of the node", u.Cap, w.ledger.NodeUsage().Cap)
	}
	if w.serving[first] || !w.serving[second] {
		t.Errorf("serving %v, want the second alone", w.serving)
	}
	s := w.keeper.State(first)
	if diff := cmp.Diff(map[string]string{"down": "256KiB/s", "cap": "2GiB", "serve": "off", "pins": "2024-01-01..2024-02-01"}, s.Overrides); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
	if s.Settings.Pins[0].From != 1704067200 || s.Mode != (limits.Mode{Fetch: true, Archive: true, Reason: limits.ReasonServe}) {
		t.Errorf("state %+v", s)
	}
	if n := w.keeper.NodeState(); n.Settings.MinFree.Percent != 5 || n.Overrides["min_free"] != "5%" || len(n.Overrides) != 2 {
		t.Errorf("node %+v", n)
	}

	w.set(whole, map[string]string{"up": limits.Default})
	w.set(first, map[string]string{"down": "", "serve": "default"})
	w.refresh()
	w.is("taken back", base.Rates, map[message.CommunityID]quota.Rates{first: {}, second: {}})
	if !w.serving[first] || w.keeper.Mode(first) != (limits.Mode{Serve: true, Fetch: true, Archive: true}) {
		t.Errorf("mode %+v, serving %t", w.keeper.Mode(first), w.serving[first])
	}
}

// Without being told, a running keeper sees rows of other programs.
func TestRunningKeeperSeesChanges(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	defer w.run()()
	w.set(first, map[string]string{"up": "1000"})
	w.is("a row", quota.Rates{}, map[message.CommunityID]quota.Rates{first: {Up: 1000}})
	w.set(whole, map[string]string{"alternative": "on", "alternative_down": "7 KB/s"})
	w.is("alternative limits", quota.Rates{Down: 7000}, map[message.CommunityID]quota.Rates{first: {Up: 1000}})
	w.mu.Lock()
	calls := w.calls
	w.mu.Unlock()
	w.set(first, map[string]string{"up": "1000", "drop_messages_on_evict": "on"})
	w.eventually("the new setting", func() (any, bool) { return nil, w.keeper.Community(first).DropMessages })
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls != calls {
		t.Errorf("%d limits were set again that are as they were", w.calls-calls)
	}
}

func TestScheduleEdges(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first, second)
	defer w.run()()
	// In Berlin, winter: 08:00 is 07:00 UTC.
	w.set(whole, map[string]string{"up": "5000", "timezone": "Europe/Berlin", "schedule": "09:00-18:00 mon-fri up=1000"})
	w.set(second, map[string]string{"down": "9", "schedule": "09:30-10:00 daily down=0 up=1"})
	noLimits := map[message.CommunityID]quota.Rates{first: {}, second: {Down: 9}}
	w.is("before all windows", quota.Rates{Up: 5000}, noLimits)
	w.clock.Advance(30*time.Minute - time.Nanosecond)
	w.refresh() // reads the clock: nothing has begun
	w.is("a moment before", quota.Rates{Up: 5000}, noLimits)
	w.clock.Advance(time.Nanosecond)
	w.is("09:00 of the node", quota.Rates{Up: 1000}, noLimits)
	if n := w.keeper.NodeState(); n.Window == "" || n.Settings.Rates.Up != 5000 {
		t.Errorf("state %+v", n)
	}
	w.clock.Advance(30 * time.Minute)
	w.is("09:30 of a community", quota.Rates{Up: 1000}, map[message.CommunityID]quota.Rates{first: {}, second: {Up: 1}})
	w.clock.Advance(30 * time.Minute)
	w.is("10:00", quota.Rates{Up: 1000}, noLimits)
	w.set(whole, map[string]string{"alternative": "on", "alternative_up": "3"})
	w.is("alternative limits stand above schedules", quota.Rates{Up: 3}, noLimits)
	w.set(whole, map[string]string{"alternative": "off"})
	w.is("and end", quota.Rates{Up: 1000}, noLimits)
	w.clock.Advance(-2 * time.Hour) // somebody sets the clock
	w.is("earlier again", quota.Rates{Up: 5000}, noLimits)
	w.clock.Advance(11 * time.Hour)
	w.is("after work", quota.Rates{Up: 5000}, noLimits)
	w.clock.Advance(4 * 24 * time.Hour)
	w.clock.Advance(-3 * time.Hour)
	w.is("Friday afternoon", quota.Rates{Up: 1000}, noLimits)
	w.clock.Advance(24 * time.Hour)
	w.is("Saturday", quota.Rates{Up: 5000}, noLimits)
}

func TestBadRowsAreReportedAndIgnored(t *testing.T) {
	base := quota.DefaultNode()
	base.Rates.Up = 77
	w := newWorld(t, base, first)
	w.update(func(tx store.Tx) error {
		return errors.Join(
			tx.PutSetting(store.Setting{Key: "up", Value: "fast"}),
			tx.PutSetting(store.Setting{Key: "down", Value: "1000"}),
			tx.PutSetting(store.Setting{Key: "teleport", Value: "on"}),
			tx.PutSetting(store.Setting{Community: first, Key: "cap", Value: "\x00\xff"}),
			tx.PutSetting(store.Setting{Community: first, Key: "up", Value: "5"}),
		)
	})
	w.refresh()
	w.refresh()
	w.is("what is understood", quota.Rates{Up: 77, Down: 1000}, map[message.CommunityID]quota.Rates{first: {Up: 5}})
	n, c := w.keeper.NodeState(), w.keeper.State(first)
	if len(n.Ignored) != 2 || !errors.Is(n.Ignored[0].Err, quota.ErrKey) || !errors.Is(n.Ignored[1].Err, quota.ErrForm) {
		t.Errorf("ignored of the node: %v", n.Ignored)
	}
	if len(c.Ignored) != 1 || c.Ignored[0].Key != "cap" || c.Ignored[0].Community != first || c.Settings.Cap != 0 {
		t.Errorf("ignored of the community: %v", c.Ignored)
	}
	if lines := strings.Count(w.log.String(), "limit in the database ignored"); lines != 3 {
		t.Errorf("%d lines in the log, want one for each row:\n%s", lines, w.log)
	}
	w.set(whole, map[string]string{"up": "9"})
	w.refresh()
	if n := w.keeper.NodeState(); len(n.Ignored) != 1 || n.Rates.Up != 9 {
		t.Errorf("after it was mended: %+v", n)
	}
}

func TestModes(t *testing.T) {
	all := limits.Mode{Serve: true, Fetch: true, Archive: true}
	n, c := quota.DefaultNode(), quota.DefaultCommunity()
	yes := hoststate.State{Battery: hoststate.Yes, Metered: hoststate.Yes}
	pauses := n
	pauses.PauseOnBattery, pauses.PauseOnMetered = true, true
	with := func(change func(*quota.Community)) quota.Community { s := c; change(&s); return s }
	for i, test := range []struct {
		node quota.Node
		c    quota.Community
		host hoststate.State
		want limits.Mode
	}{
		{n, c, yes, all},
		{pauses, c, hoststate.State{}, all},
		{pauses, c, hoststate.State{Battery: hoststate.No, Metered: hoststate.No}, all},
		{pauses, c, yes, limits.Mode{Reason: limits.ReasonBattery}},
		{pauses, c, hoststate.State{Metered: hoststate.Yes}, limits.Mode{Archive: true, Reason: limits.ReasonMetered}},
		{pauses, with(func(c *quota.Community) { c.Paused = true }), yes, limits.Mode{Reason: limits.ReasonPaused}},
		{n, with(func(c *quota.Community) { c.Serve = false }), yes, limits.Mode{Fetch: true, Archive: true, Reason: limits.ReasonServe}},
		{n, with(func(c *quota.Community) { c.Fetch = false }), yes, limits.Mode{Serve: true, Archive: true, Reason: limits.ReasonFetch}},
		{n, with(func(c *quota.Community) { c.Fetch, c.Serve = false, false }), yes, limits.Mode{Archive: true, Reason: limits.ReasonBoth}},
	} {
		if got := limits.ModeOf(test.node, test.c, test.host); got != test.want {
			t.Errorf("case %d: %+v, want %+v", i, got, test.want)
		}
	}
}

func TestBatteryPausesWhileRunning(t *testing.T) {
	base := quota.DefaultNode()
	base.PauseOnBattery = true
	w := newWorld(t, base, first)
	defer w.run()()
	changed, stop := w.keeper.Watch(first)
	defer stop()
	w.note(func() { w.host.Battery = hoststate.Yes })
	w.eventually("no serving", func() (any, bool) { return w.serving, !w.serving[first] })
	<-changed
	if m := w.keeper.Mode(first); m.Reason != limits.ReasonBattery || w.keeper.NodeState().Host.Battery != hoststate.Yes {
		t.Errorf("mode %+v", m)
	}
	w.note(func() { w.host.Battery = hoststate.No })
	<-changed
	if m := w.keeper.Mode(first); !m.Serve || m.Reason != "" {
		t.Errorf("mode %+v", m)
	}
}

// A watcher hears of what concerns it, and of nothing else.
func TestWatch(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first, second)
	changed, stop := w.keeper.Watch(first)
	heard := func() bool {
		w.refresh()
		select {
		case <-changed:
			return true
		default:
			return false
		}
	}
	for i, test := range []struct {
		c     message.CommunityID
		key   string
		value string
		want  bool
	}{
		{first, "paused", "on", true},
		{first, "paused", "on", false},
		{first, "up", "1000", false},
		{first, "cap", "2GiB", true},
		{first, "pins", "2024-01-01..2024-02-01", true},
		{second, "cap", "1GiB", false},
		{whole, "cap", "3GiB", true},
		{whole, "min_free", "1%", true},
		{whole, "up", "1000", false},
		{first, "paused", "off", true},
	} {
		w.set(test.c, map[string]string{test.key: test.value})
		if got := heard(); got != test.want {
			t.Errorf("step %d, %s=%s: heard %t, want %t", i, test.key, test.value, got, test.want)
		}
	}
	stop()
	stop()
	w.set(first, map[string]string{"paused": "on"})
	if heard() {
		t.Error("heard after stop")
	}
}

// A community that is new has its limits before it begins.
func TestNewCommunities(t *testing.T) {
	w := newWorld(t, quota.DefaultNode())
	if m := w.keeper.Mode(first); !m.Serve {
		t.Errorf("mode of an unknown community %+v", m)
	}
	w.add(first)
	w.set(first, map[string]string{"up": "3", "paused": "on"})
	w.refresh()
	w.is("limits", quota.Rates{}, map[message.CommunityID]quota.Rates{first: {Up: 3}})
	if on, known := w.serving[first]; on || !known {
		t.Error("a paused community serves")
	}
}

// A cap that is lowered evicts at once, and so does one that was lowered while
// nothing ran.
func TestCapsAreEnforced(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	item := func(n uint64) quota.Item {
		return quota.Item{ID: message.ArchiveID{byte(n)}, Span: message.Span{From: n, To: n + 1}, Bytes: 1 << 20}
	}
	w.ledger.Load(first, []quota.Item{item(1), item(2), item(3)})
	w.set(first, map[string]string{"cap": "2MiB"})
	w.refresh()
	defer w.run()()
	want := func(n uint64) {
		t.Helper()
		select {
		case got := <-w.evicted:
			if got.ID != item(n).ID {
				t.Errorf("evicted %v, want %d", got.ID, n)
			}
		case <-time.After(patience):
			t.Fatal("nothing was evicted")
		}
	}
	want(1)
	w.set(first, map[string]string{"pins": "1970-01-01..1970-01-02"}) // all of them: nothing may go
	w.eventually("pins", func() (any, bool) { return nil, w.ledger.Usage(first).Pinned == 2<<20 })
	w.set(whole, map[string]string{"cap": "1MiB"})
	w.eventually("a warning", func() (any, bool) {
		return w.log.String(), strings.Contains(w.log.String(), "may not be evicted")
	})
	w.set(first, map[string]string{"pins": "none"})
	want(2)
}

func TestDatabaseGoneForAWhile(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	w.set(first, map[string]string{"up": "5"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.keeper.Refresh(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("refresh without a database: %v", err)
	}
	w.is("as before", quota.Rates{}, map[message.CommunityID]quota.Rates{first: {}})
	defer w.run()()
	w.is("when it is back", quota.Rates{}, map[message.CommunityID]quota.Rates{first: {Up: 5}})
}

func TestSetIsAllOrNothing(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	for name, test := range map[string]struct {
		c      message.CommunityID
		values map[string]string
		want   error
	}{
		"a bad value":          {first, map[string]string{"up": "1 MiB/s", "cap": "big"}, quota.ErrForm},
		"an unknown key":       {first, map[string]string{"up": "1 MiB/s", "tax": "0"}, quota.ErrKey},
		"a key of the node":    {first, map[string]string{"timezone": "UTC"}, quota.ErrKey},
		"an unknown community": {second, map[string]string{"up": "1 MiB/s"}, store.ErrNotFound},
		"unknown, taken back":  {second, map[string]string{"up": limits.Default}, store.ErrNotFound},
		"a bad key taken back": {whole, map[string]string{"tax": limits.Default}, quota.ErrKey},
		"nothing":              {whole, nil, limits.ErrNothing},
	} {
		if err := limits.Set(t.Context(), w.db, test.c, test.values); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	got, err := limits.Load(t.Context(), w.db, quota.DefaultNode())
	if err != nil || len(got.Overrides(first)) != 0 || len(got.Overrides(whole)) != 0 {
		t.Errorf("stored %v and %v of the node (%v)", got.Overrides(first), got.Overrides(whole), err)
	}
	err = limits.Change(t.Context(), w.db, second, func(quota.Community) (map[string]string, error) { return nil, nil })
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("change of an unknown community: %v", err)
	}
}

func TestChangesOfOneSettingAddUp(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	var wg sync.WaitGroup
	for day := range uint64(20) {
		wg.Go(func() {
			err := limits.Change(t.Context(), w.db, first, func(c quota.Community) (map[string]string, error) {
				pins := append(slices.Clone(c.Pins), message.Span{From: day * 86400, To: (day + 1) * 86400})
				return map[string]string{"pins": quota.FormatPins(pins)}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := limits.Load(t.Context(), w.db, quota.DefaultNode())
	if err != nil || len(got.Community(first).Pins) != 20 {
		t.Errorf("%d pins, want 20 (%v)", len(got.Community(first).Pins), err)
	}
	boom := errors.New("boom")
	err = limits.Change(t.Context(), w.db, first, func(quota.Community) (map[string]string, error) { return nil, boom })
	if !errors.Is(err, boom) {
		t.Errorf("error of a change came as %v", err)
	}
}

// Each value that can be printed is stored as it is.
func TestStoredValuesReadBack(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	n := quota.DefaultNode()
	values := map[string]string{
		"up": "1.5 MiB/s", "down": "8 Mbit/s", "schedule": "22:00-06:00 sat,sun up=0; 08:00-18:00 mon-fri down=1KiB/s",
		"timezone": "America/St_Johns", "alternative": "yes", "alternative_up": "123", "cap": "1.5GiB", "min_free": "2.5%",
		"pace": "FAST", "pause_on_battery": "true", "pause_on_metered": "on",
	}
	for key, value := range values {
		if err := n.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	w.set(whole, values)
	w.refresh()
	if got := w.keeper.Node(); !reflect.DeepEqual(got, n) {
		t.Errorf("stored %+v, want %+v", got, n)
	}
}

// Rows of a hundred communities cost little, where nothing has changed.
func BenchmarkKeeper(b *testing.B) {
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "seeder.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	w := &world{rates: make(map[message.CommunityID]quota.Rates), serving: make(map[message.CommunityID]bool), log: new(strings.Builder)}
	k := limits.NewKeeper(limits.Options{
		DB: db, Node: quota.DefaultNode(), Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler), Bandwidth: w,
		Ledger: quota.NewLedger(quota.LedgerOptions{}), SetServing: func(message.CommunityID, bool) {},
	})
	for n := range byte(100) {
		c := message.CommunityID{2, n}
		if err := db.Update(b.Context(), func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: c}) }); err != nil {
			b.Fatal(err)
		}
		values := map[string]string{"up": "1MiB/s", "down": "2MiB/s", "cap": "2GiB", "schedule": "08:00-18:00 mon-fri up=256KiB/s"}
		if err := limits.Set(b.Context(), db, c, values); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if err := k.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
