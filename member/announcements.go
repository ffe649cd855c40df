package member

import (
	"context"
	"errors"
	"time"

	"seeder/announce"
	"seeder/catalog"
	"seeder/internal/retry"
	"seeder/store"
)

// askTimeout bounds how long a request waits for a peer to take it.
const askTimeout = 20 * time.Second

// listen takes live announcements until ctx ends.
func (m *Member) listen(ctx context.Context) error {
	pause := m.pauses()
	for ctx.Err() == nil {
		err := m.opts.Bus.Subscribe(ctx, m.id, func(r announce.Received) { m.take(ctx, r, m.opts.Queue.Hear) })
		if err != nil && ctx.Err() == nil {
			m.log.Warn("subscription ended", "error", err)
			pause.Wait(ctx)
		}
	}
	return nil
}

// errNoAnnouncement is what a member waits for when peers answer but have none.
var errNoAnnouncement = errors.New("no announcement has been seen yet")

// query asks store peers at the start and then ever less often, up to every
// hour; more often while nothing is known, because the first announcement may
// have been missed. When none of them has one, it asks everybody to send it
// again: until something is known, and once after the start.
func (m *Member) query(ctx context.Context) error {
	pauses := queryPauses{failed: m.pauses(), done: retry.NewPause(m.opts.RetryMin, queryEvery)}
	asked := false
	select {
	case <-m.begun:
	case <-ctx.Done():
	}
	for ctx.Err() == nil {
		m.board.Working(ctx, catalog.PartAnnouncement, "asking store peers for the newest announcement")
		found := false
		err := m.opts.Bus.Query(ctx, m.id, m.opts.Clock.Now().Add(-queryWindow), func(r announce.Received) {
			found = true
			m.take(ctx, r, m.opts.Queue.Accept)
		})
		if err != nil && ctx.Err() == nil {
			m.log.Info("no answer about announcements yet", "error", err)
		}
		newest, lookup := m.latest(ctx)
		if !found && (lookup != nil || !asked) {
			if lookup != nil {
				m.board.Waiting(ctx, catalog.PartAnnouncement, whyNone(err).Error()+"; asking everybody to send it again", time.Time{})
			}
			asked = m.ask(ctx, newest.Clock)
		}
		retry.Sleep(ctx, m.nextQuery(ctx, pauses, err, found || asked))
	}
	return nil
}

// ask asks for an announcement that is newer than the clock, and reports
// whether somebody took the request. The answer comes like any announcement.
func (m *Member) ask(ctx context.Context, clock uint64) bool {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	err := m.opts.Bus.Ask(ctx, m.id, announce.Request{Clock: clock})
	if err != nil && !errors.Is(context.Cause(ctx), context.Canceled) {
		m.log.Debug("nobody could be asked to announce again", "error", err)
	}
	return err == nil
}

// queryPauses are the pauses between queries: those after one that brought
// nothing, and those once the newest announcement is known. These grow, too,
// because the relay may pass by a node whose connections have just been made:
// what it misses then it gets after no longer than it has been up.
type queryPauses struct{ failed, done *retry.Pause }

// nextQuery returns how long to wait before store peers are asked again, and
// says so on the board: ever longer once something is known and somebody was
// asked whether there is more.
func (m *Member) nextQuery(ctx context.Context, pauses queryPauses, err error, done bool) time.Duration {
	if newest, lookup := m.latest(ctx); lookup == nil {
		m.board.Idle(ctx, catalog.PartAnnouncement,
			"the newest is of "+time.UnixMilli(int64(newest.Clock)).UTC().Format(time.RFC3339))
		if !done {
			return pauses.failed.Next()
		}
		pauses.failed.Reset()
		return pauses.done.Next()
	}
	next := pauses.failed.Next()
	m.board.Failed(ctx, catalog.PartAnnouncement, whyNone(err), next)
	return next
}

// whyNone is what a query came to that brought no announcement.
func whyNone(err error) error {
	if err == nil {
		return errNoAnnouncement
	}
	return err
}

// take has an announcement kept, says in the log what became of it, and wakes
// the reconciling goroutine when it is newer than all before.
func (m *Member) take(ctx context.Context, r announce.Received, keep func(context.Context, announce.Received) error) {
	err := keep(ctx, r)
	switch {
	case err == nil:
		m.log.Info("announcement accepted", "clock", r.Announcement.Clock, "magnet", r.Announcement.MagnetURI)
		select {
		case m.kick <- struct{}{}:
		default: // it is to wake up already
		}
	case errors.Is(err, store.ErrStale):
		m.log.Debug("announcement is not newer", "clock", r.Announcement.Clock)
	case ctx.Err() == nil:
		m.log.Warn("announcement refused", "clock", r.Announcement.Clock, "error", err)
	}
}

// latest returns the newest announcement stored, or [store.ErrNotFound].
func (m *Member) latest(ctx context.Context) (a store.Announcement, err error) {
	err = m.opts.DB.View(ctx, func(tx store.Tx) error {
		a, err = tx.LatestAnnouncement(m.id)
		return err
	})
	return a, err
}
