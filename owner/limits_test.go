package owner_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/catalog"
	"seeder/limits"
	"seeder/message"
	"seeder/operation"
	"seeder/quota"
	"seeder/store"
)

// modes are limits that a test sets.
type modes struct {
	mu       sync.Mutex
	mode     limits.Mode
	watchers map[chan struct{}]bool
}

func (m *modes) Mode(message.CommunityID) limits.Mode {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mode
}

func (m *modes) Watch(message.CommunityID) (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.watchers == nil {
		m.watchers = make(map[chan struct{}]bool)
	}
	m.watchers[c] = true
	return c, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.watchers, c)
	}
}

func (m *modes) set(mode limits.Mode) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mode = mode
	for c := range m.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (r *rig) work(part string) (w store.Work) {
	r.t.Helper()
	r.view(func(tx store.Tx) error {
		all, err := tx.Works(r.key.Community())
		for i := range all {
			if all[i].Part == part {
				w = all[i]
			}
		}
		return err
	})
	return w
}

// lonely has nobody to send to.
type lonely struct{ *announcetest.Bus }

func (lonely) Publish(context.Context, message.CommunityID, []byte) (announce.Receipt, error) {
	return announce.Receipt{}, announce.ErrNoPeers
}

// An owner that is paused after a failure says so at once, and tries again as soon as
// it no longer is, however long it would have waited.
func TestPausedAfterAFailure(t *testing.T) {
	for part, fail := range map[string]error{
		catalog.PartArchive: errors.New("no space"),
		catalog.PartSend:    nil,
	} {
		t.Run(part, func(t *testing.T) {
			r := newRig(t)
			active := limits.Mode{Serve: true, Fetch: true, Archive: true}
			m := &modes{mode: active}
			r.opts.Limits, r.opts.RetryMin, r.opts.RetryMax = m, time.Hour, time.Hour
			r.opts.Bus, r.seeds.fail = lonely{r.opts.Bus.(*announcetest.Bus)}, fail
			r.add(history(5, 0, 1)...)
			r.atWeek(3)
			r.runs()
			for range 2 {
				r.waitFor("it fails", func() bool { return r.work(part).Attempts == 1 })
				m.set(limits.Mode{Reason: limits.ReasonPaused})
				r.waitFor("it says that it is paused", func() bool {
					w := r.work(part)
					return w.Reason == "paused" && w.Attempts == 0
				})
				m.set(active)
			}
		})
	}
}

// A paused owner neither archives nor announces, not even when asked to, and does
// both at once when it is no longer.
func TestPausedOwner(t *testing.T) {
	r := newRig(t)
	m := &modes{mode: limits.Mode{Reason: limits.ReasonPaused}}
	r.opts.Limits = m
	r.opts.Ledger = quota.NewLedger(quota.LedgerOptions{})
	r.add(history(5, 0, 1)...)
	r.atWeek(3)
	r.runs()
	r.waitFor("it says so", func() bool {
		return r.work(catalog.PartArchive).Reason == "paused" && r.work(catalog.PartSend).Reason == "paused"
	})
	id := r.ask(operation.Archive)
	r.waitFor("the operation waits", func() bool { return r.operation(id).Reason == "archiving is paused" })
	if n := len(r.archives()); n != 0 {
		t.Errorf("%d archives while paused", n)
	}
	m.set(limits.Mode{Serve: true, Fetch: true, Archive: true})
	r.waitFor("it archives and makes the announcement", func() bool { return r.archived(r.operation(id)).Published })
	if n := len(r.archives()); n != 2 {
		t.Errorf("%d archives, want 2", n)
	}
	u, err := r.files.Usage(r.key.Community())
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, a := range u.Archives {
		sum += a.Bytes
	}
	r.waitFor("its archives are counted as originals", func() bool {
		got := r.opts.Ledger.Usage(r.key.Community())
		return got.Archives == 2 && got.Used-got.Overhead == sum && got.Pinned == sum
	})
}
