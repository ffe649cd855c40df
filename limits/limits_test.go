package limits_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seeder/internal/hoststate"
	"seeder/internal/leaktest"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// patience bounds every wait for a condition.
const patience = 30 * time.Second

var (
	whole  = message.CommunityID{} // the node
	first  = message.CommunityID{2, 1}
	second = message.CommunityID{2, 2}
	start  = time.Date(2024, 1, 1, 7, 30, 0, 0, time.UTC) // a Monday
)

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
