package limits_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// damage writes a row as a hand or a broken disk does.
func (w *world) damage(c message.CommunityID, key string) {
	w.t.Helper()
	w.update(func(tx store.Tx) error {
		return tx.PutSetting(store.Setting{Community: c, Key: key, Value: "5 Mi"})
	})
}

// While a keeper runs, a limit whose row is damaged stays what it was.
func TestADamagedRowOpensNoLimit(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first, second)
	w.set(first, map[string]string{"cap": "3MiB", "serve": "off", "up": "5"})
	w.set(whole, map[string]string{"cap": "1GiB", "up": "9"})
	w.refresh()
	for range 2 { // the second time what was in force was damaged already
		for c, keys := range map[message.CommunityID][]string{first: {"cap", "serve", "up", "paused", "pins"}, whole: {"cap", "up"}} {
			for _, key := range keys {
				w.damage(c, key)
			}
		}
		w.refresh()
		s, n := w.keeper.State(first), w.keeper.NodeState()
		if s.Settings.Cap != 3<<20 || s.Settings.Serve || s.Rates.Up != 5 || w.ledger.Usage(first).Cap != 3<<20 || s.Mode.Reason != limits.ReasonServe {
			t.Errorf("state %+v", s)
		}
		if n.Settings.Cap != 1<<30 || n.Rates.Up != 9 || w.keeper.Mode(second).Reason != "" {
			t.Errorf("node %+v", n)
		}
		if len(s.Ignored) != 5 || s.Ignored[0].InForce == "" || s.Ignored[0].Stops {
			t.Errorf("ignored: %+v", s.Ignored)
		}
	}
	w.set(first, map[string]string{"cap": limits.Default, "serve": "on"})
	w.refresh()
	if s := w.keeper.State(first); s.Settings.Cap != 0 || !s.Settings.Serve || len(s.Ignored) != 3 {
		t.Errorf("after it was mended: %+v", s)
	}
}

// A keeper that finds a damaged row at its start transfers and evicts nothing.
func TestADamagedRowAtTheStartStopsTransfers(t *testing.T) {
	for _, key := range []string{"up", "down", "schedule", "cap", "serve", "fetch", "paused", "pins"} {
		w := newWorld(t, quota.DefaultNode(), first, second)
		w.damage(first, key)
		w.again(quota.DefaultNode())
		m := w.keeper.Mode(first)
		if m.Serve || m.Fetch || m.Archive == (key == "paused") || w.serving[first] || !w.serving[second] || w.keeper.Mode(second).Reason != "" {
			t.Errorf("%s: mode %+v, serving %v", key, m, w.serving)
		}
		if want := "`seeder community set " + first.String() + " --" + key + " VALUE`"; !strings.Contains(m.Reason, want) {
			t.Errorf("%s: the reason %q does not say how to mend it", key, m.Reason)
		}
		w.refresh() // what nobody knew is not known now
		if w.keeper.Mode(first) != m {
			t.Errorf("%s: after another look %+v", key, w.keeper.Mode(first))
		}
		w.set(first, map[string]string{key: limits.Default})
		w.refresh()
		if m := w.keeper.Mode(first); m != (limits.Mode{Serve: true, Fetch: true, Archive: true}) || !w.serving[first] {
			t.Errorf("%s: after it was mended %+v", key, m)
		}
	}
	for _, k := range quota.NodeKeys() {
		w := newWorld(t, quota.DefaultNode(), first, second)
		w.damage(whole, k.Name)
		w.again(quota.DefaultNode())
		want := k.Name != "pace"
		if m := w.keeper.Mode(second); m.Serve == want || m.Fetch == want || strings.Contains(m.Reason, "seeder limits set --") != want {
			t.Errorf("%s: mode %+v", k.Name, m)
		}
	}
	for _, key := range []string{"drop_messages_on_evict", "evict_originals"} {
		w := newWorld(t, quota.DefaultNode(), first)
		w.damage(first, key)
		w.again(quota.DefaultNode())
		if s := w.keeper.State(first); s.Mode.Reason != "" || s.Settings.DropMessages || s.Settings.EvictOriginals {
			t.Errorf("%s: %+v", key, s)
		}
	}
}

// Pins and caps that nobody knows let nothing go.
func TestADamagedRowEvictsNothing(t *testing.T) {
	base := quota.DefaultNode()
	base.Cap = 1
	for c, key := range map[message.CommunityID]string{first: "pins", whole: "cap"} {
		w := newWorld(t, quota.DefaultNode(), first)
		w.damage(c, key)
		w.again(base)
		w.ledger.Load(first, []quota.Item{{ID: message.ArchiveID{1}, Span: message.Span{From: 1, To: 2}, Bytes: 1 << 20}})
		if err := w.ledger.Enforce(t.Context()); err != nil && !errors.Is(err, quota.ErrNoRoom) {
			t.Error(err)
		}
		if len(w.evicted) != 0 {
			t.Errorf("%s: %d archives were evicted", key, len(w.evicted))
		}
	}
}

// Who works for a community is told when its archives have gone.
func TestWatchersHearOfEvictions(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first, second)
	w.set(first, map[string]string{"cap": "1MiB"})
	w.refresh()
	changed, stop := w.keeper.Watch(first)
	defer stop()
	others, stopOthers := w.keeper.Watch(second)
	defer stopOthers()
	for n := range byte(3) {
		w.ledger.Add(quota.Item{Community: first, ID: message.ArchiveID{n}, Span: message.Span{From: uint64(n), To: uint64(n) + 1}, Bytes: 1 << 20})
	}
	defer w.run()()
	<-changed
	if u := w.ledger.Usage(first); u.Used != 1<<20 {
		t.Errorf("told while %d bytes are here", u.Used)
	}
	select {
	case <-others:
		t.Error("another community was told")
	default:
	}
	for len(w.evicted) > 0 {
		<-w.evicted
	}
	// Where another community made room nobody looks afterwards but the clock.
	w.keeper.Evicted(quota.Item{Community: second, Cause: quota.CauseNode})
	w.clock.Advance(limits.Interval * 100)
	<-others
}

// Originals that nobody else holds are no fault, and told of once.
func TestWhatStaysOverACapIsToldOnce(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	w.set(first, map[string]string{"cap": "1MiB", "evict_originals": "on"})
	w.refresh()
	w.refuse = fmt.Errorf("evict: %w: no peer holds it", quota.ErrNoRoom)
	for n := range byte(40) {
		w.ledger.Add(quota.Item{Community: first, ID: message.ArchiveID{n}, Span: message.Span{From: uint64(n), To: uint64(n) + 1}, Bytes: 1 << 20, Original: true})
	}
	end := w.run()
	lines := func() (any, bool) {
		log := w.log.String()
		return log, strings.Count(log, "may not be evicted") == 1
	}
	w.eventually("it is told", lines)
	for range 5 {
		for _, limit := range []string{"2MiB", "1MiB"} {
			w.mu.Lock()
			before := w.enforced
			w.mu.Unlock()
			w.set(first, map[string]string{"cap": limit})
			w.refresh()
			w.eventually("it is enforced", func() (any, bool) { return w.enforced, w.enforced > before })
		}
	}
	// Where half of the archives stay for one reason and half for another, that is told.
	end()
	w.note(func() { w.refuse = errors.New("the disk is broken") })
	defer w.run()()
	w.set(first, map[string]string{"cap": "3MiB"})
	w.eventually("a fault", func() (any, bool) { return w.log.String(), strings.Contains(w.log.String(), "the disk is broken") })
	w.mu.Lock()
	defer w.mu.Unlock()
	if log := w.log.String(); strings.Count(log, "level=WARN") != 1 || !strings.Contains(log, "level=ERROR") {
		t.Errorf("the log:\n%s", log)
	}
}
