package member_test

import (
	"cmp"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"seeder/catalog"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// modes are limits that a test sets.
type modes struct {
	mu      sync.Mutex
	mode    limits.Mode
	changed chan struct{}
}

func newModes() *modes {
	return &modes{mode: limits.Mode{Serve: true, Fetch: true, Archive: true}, changed: make(chan struct{}, 8)}
}

func (m *modes) Mode(message.CommunityID) limits.Mode {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mode
}

func (m *modes) Watch(message.CommunityID) (changed <-chan struct{}, stop func()) {
	return m.changed, func() {}
}

func (m *modes) set(mode limits.Mode) {
	m.mu.Lock()
	m.mode = mode
	m.mu.Unlock()
	m.changed <- struct{}{}
}

// limited gives a node a ledger that evicts as a daemon's does, and loads what is
// in its folder.
func (n *node) limited(m *modes) *quota.Ledger {
	n.t.Helper()
	e := &limits.Evictor{DB: n.db, Swarm: n.swarm, Clock: n.clock, Logger: slog.New(slog.DiscardHandler)}
	ledger := quota.NewLedger(quota.LedgerOptions{Evict: e.Evict})
	u, err := n.files.Usage(n.community)
	if err != nil {
		n.t.Fatal(err)
	}
	ledger.Load(n.community, limits.Held(n.community, n.archives(), u, store.RoleMember))
	ledger.Overhead(n.community, u.Overhead+catalog.OverheadSpare)
	n.member.Ledger, n.member.Limits = ledger, m
	return ledger
}

// held says of the archives, the newest first, which are here: "x" imported, "e"
// evicted, "b" beyond the cap, "l" listed.
func (n *node) held() (s string) {
	n.t.Helper()
	rows := n.archives()
	slices.SortFunc(rows, func(a, b store.Archive) int { return cmp.Compare(b.Span.To, a.Span.To) })
	u, err := n.files.Usage(n.community)
	if err != nil {
		n.t.Fatal(err)
	}
	for i := range rows {
		_, here := u.Archives[rows[i].ID]
		switch row := &rows[i]; {
		case row.State == store.Imported && here:
			s += "x"
		case row.State == store.Evicted && row.Reason == store.OverCap && !here:
			s += "e"
		case row.State == store.Listed && row.Reason == store.BeyondCap && !here:
			s += "b"
		case row.State == store.Listed && !here:
			s += "l"
		default:
			s += "?"
		}
	}
	return s
}

func (n *node) fetchWork() (w store.Work) {
	n.t.Helper()
	n.view(func(tx store.Tx) error {
		all, err := tx.Works(n.community)
		for i := range all {
			if all[i].Part == catalog.PartFetch {
				w = all[i]
			}
		}
		return err
	})
	return w
}

// room is a cap under which so many archives of the tests fit, and no more.
func room(n *node, archives int) quota.Size {
	_, peak := whole(n)
	return quota.Size(n.overhead() + peak*int64(archives) + peak/2)
}

func whole(n *node) (bytes, peak int64) {
	n.t.Helper()
	item := limits.Item(n.archives()[0], store.RoleMember)
	return item.Bytes, item.Peak
}

// overhead is what a settled member of six archives counts beside them.
func (n *node) overhead() int64 {
	n.t.Helper()
	sum, err := catalog.Overhead(n.files, n.community)
	if err != nil {
		n.t.Fatal(err)
	}
	return sum
}

// large makes messages for weeks whose archives have about a megabyte each: beside
// it, what a download takes more than the archive is little.
func large(weeks ...int) []message.Message {
	messages := history(25, weeks...)
	for i := range messages {
		messages[i].Payload = append(messages[i].Payload, make([]byte, 40_000)...)
	}
	return messages
}

// capped returns an owner with six archives, a member that has all of them, and one
// that has room for three and does not run yet.
func (w *world) capped() (o, free, m *node, ledger *quota.Ledger, mode *modes) {
	w.t.Helper()
	o = w.newNode(store.RoleOwner)
	o.add(large(0, 1, 2, 3, 4, 5)...)
	o.run(o.owner())
	o.eventually("the owner has archived", func() bool { return len(o.generations()) == 1 })
	free = w.newNode(store.RoleMember)
	free.follow()
	free.eventually("a member without a cap has all", free.sameAs(o))
	m, mode = w.newNode(store.RoleMember), newModes()
	ledger = m.limited(mode)
	ledger.SetCommunity(w.community, room(free, 3), nil, false)
	return o, free, m, ledger, mode
}

// A member holds the newest archives that its cap allows, and others when the cap
// or the history changes.
func TestMemberUnderACap(t *testing.T) {
	w := newWorld(t)
	o, free, m, ledger, mode := w.capped()
	stop := m.follow()
	m.eventually("it holds the newest three", func() bool { return m.held() == "xxxbbb" })
	m.eventually("the board says so", func() bool {
		return m.fetchWork().Reason == "3 of 6 archives are here, 3 are beyond the cap"
	})

	ledger.SetCommunity(w.community, room(free, 2), nil, false)
	if err := ledger.Enforce(t.Context()); err != nil {
		t.Fatal(err)
	}
	mode.set(mode.Mode(w.community))
	m.eventually("it gives up the oldest", func() bool { return m.held() == "xxebbb" })
	if n := m.digest().Messages; n != 75 {
		t.Errorf("%d messages are left, want 75", n)
	}
	stop()

	ledger = m.limited(mode) // as after a restart
	ledger.SetCommunity(w.community, room(free, 4), nil, false)
	m.follow()
	m.eventually("it fetches what fits again", func() bool { return m.held() == "xxxxbb" })

	pin := o.archives()[0].Span
	ledger.SetCommunity(w.community, room(free, 4), []message.Span{pin}, false)
	mode.set(mode.Mode(w.community))
	m.eventually("it makes room for what is pinned", func() bool { return m.held() == "xxxebx" })
	m.eventually("it counts them", func() bool { return ledger.Usage(w.community).Archives == 4 })
	if u := ledger.Usage(w.community); u.Used+u.Reserved > int64(u.Cap) {
		t.Errorf("usage %+v", u)
	}

	o.add(large(6)...)
	w.clock.Advance(2 * week * 1e9)
	o.archive()
	m.eventually("the newest week takes the place of the oldest", func() bool { return m.held() == "xxxeebx" })
}

// A community that is paused is left alone, and goes on at once.
func TestPausedMember(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	mode := newModes()
	mode.mode = limits.Mode{Reason: limits.ReasonPaused}
	m.limited(mode)
	m.follow()
	m.eventually("it says so", func() bool { return m.fetchWork().Reason == "paused" })
	m.eventually("announcements are recorded", func() bool { return m.knows(o.current().Clock) })
	if n := len(m.archives()); n != 0 {
		t.Errorf("%d archives are listed while paused", n)
	}

	mode.set(limits.Mode{Serve: true, Archive: true, Reason: limits.ReasonFetch})
	m.eventually("it knows the index, and fetches nothing", func() bool { return m.held() == "lll" })
	m.eventually("it says why", func() bool { return m.fetchWork().Reason == "fetching is off: 0 of 3 archives are here" })

	mode.set(limits.Mode{Serve: true, Fetch: true, Archive: true})
	m.eventually("it fetches", m.sameAs(o))

	mode.set(limits.Mode{Reason: limits.ReasonPaused})
	m.eventually("it serves nothing", func() bool { return len(m.swarm.Stats(w.community).Torrents) == 0 })
	mode.set(limits.Mode{Serve: true, Fetch: true, Archive: true})
	m.eventually("it serves again", func() bool { return len(m.swarm.Stats(w.community).Torrents) > 0 })
}
