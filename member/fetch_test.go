package member_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"seeder/limits"
	"seeder/member"
	"seeder/message"
	"seeder/operation"
	"seeder/store"
)

// following runs a member and returns it, so that it can be asked for something.
func (n *node) following() *member.Member {
	m := member.New(n.member)
	n.run(m)
	return m
}

// A part of the history that is asked for comes where there is room for it, and the
// answer says so where there is none.
func TestFetchUnderACap(t *testing.T) {
	w := newWorld(t)
	o, _, m, ledger, mode := w.capped()
	running := m.following()
	m.eventually("it holds the newest three", func() bool { return m.held() == "xxxbbb" })
	oldest := o.archives()[0].Span

	full := m.ask(running, operation.Fetch, oldest)
	m.eventually("there is no room", m.ended(full))
	if op := m.operation(full); op.State != store.OperationFailed || !strings.Contains(op.Reason, "0 of 1") || !strings.Contains(op.Reason, "pin") {
		t.Errorf("%+v", op)
	}
	if got := m.held(); got != "xxxbbb" {
		t.Errorf("it holds %s", got)
	}
	nothing := m.ask(running, operation.Fetch, message.Span{From: 5, To: 6})
	m.eventually("there is nothing to fetch", m.ended(nothing))
	if op := m.operation(nothing); op.State != store.OperationFailed || !strings.Contains(op.Reason, "no archive") {
		t.Errorf("%+v", op)
	}

	mode.set(limits.Mode{Serve: true, Archive: true, Reason: limits.ReasonFetch})
	waits := m.ask(running, operation.Fetch, oldest)
	m.eventually("it waits while fetching is off", func() bool { return m.operation(waits).Reason == limits.ReasonFetch })
	ledger.SetCommunity(w.community, 0, nil, false)
	mode.set(limits.Mode{Serve: true, Fetch: true, Archive: true})
	m.eventually("it comes when it may", m.ended(waits))
	if op := m.operation(waits); op.State != store.OperationDone || op.Done != 1 || op.Total != 1 {
		t.Errorf("%+v", op)
	}
}

// unwritten is a database that does not take the next change when it is told so.
type unwritten struct {
	store.DB
	next *atomic.Bool
}

func (u unwritten) Update(ctx context.Context, fn func(store.Tx) error) error {
	if u.next.CompareAndSwap(true, false) {
		return store.ErrUnavailable
	}
	return u.DB.Update(ctx, fn)
}

// A fetch is not refused for what the rows say when the room that was found for it
// could not be written down.
func TestFetchWhenRoomIsNotRecorded(t *testing.T) {
	w := newWorld(t)
	o, _, m, ledger, mode := w.capped()
	var once, fail atomic.Bool
	m.member.DB = unwritten{m.db, &fail}
	m.member.Beside = func(store.Archive) int64 { // asked while room is looked for
		if once.CompareAndSwap(true, false) {
			fail.Store(true)
		}
		return 0
	}
	running := m.following()
	m.eventually("it holds the newest three", func() bool { return m.held() == "xxxbbb" })
	mode.set(limits.Mode{Serve: true, Archive: true, Reason: limits.ReasonFetch})
	id := m.ask(running, operation.Fetch, o.archives()[0].Span)
	m.eventually("it waits while fetching is off", func() bool { return m.operation(id).Reason == limits.ReasonFetch })

	ledger.SetCommunity(w.community, 0, nil, false)
	once.Store(true)
	mode.set(limits.Mode{Serve: true, Fetch: true, Archive: true})
	m.eventually("it has ended", m.ended(id))
	if op := m.operation(id); op.State != store.OperationDone {
		t.Errorf("%+v", op)
	}
	if once.Load() {
		t.Error("nothing failed")
	}
}
