package member_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"seeder/quota"
	"seeder/store"
)

// An archive that is here waits with its messages until the disk has room for them.
func TestStoringWaitsForRoom(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.member.Import = false
	stop := m.follow()
	m.eventually("it has the archives", func() bool { return m.states(store.Stored) == 3 })
	stop()

	var free atomic.Int64
	free.Store(100 << 20)
	m.limited(newModes())
	m.member.Ledger = quota.NewLedger(quota.LedgerOptions{Free: func() (int64, int64, error) { return free.Load(), 1 << 40, nil }})
	m.member.Beside = func(store.Archive) int64 { return 200 << 20 }
	m.member.Import = true
	m.follow()
	m.eventually("it says that it has no space", func() bool { return m.fetchWork().Attempts > 0 })
	if got, want := m.fetchWork().Reason, "no space on the disk of the node: 200 MiB are needed, "; !strings.HasPrefix(got, want) {
		t.Errorf("it says %q, want %q and how much is lacking", got, want)
	}
	if n := m.states(store.Stored); n != 3 {
		t.Errorf("%d archives wait", n)
	}
	free.Store(300 << 20)
	m.eventually("it stores the messages", m.sameAs(o))
	m.eventually("nothing is set aside any more", func() bool { return m.member.Ledger.Room() == 300<<20-quota.SpareSpace })
}

func (n *node) states(s store.ArchiveState) (count int) {
	for _, a := range n.archives() {
		if a.State == s {
			count++
		}
	}
	return count
}
