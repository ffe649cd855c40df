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

// listen takes live announcements until ctx ends.
func (m *Member) listen(ctx context.Context) error {
	pause := m.pauses()
	for ctx.Err() == nil {
		err := m.opts.Bus.Subscribe(ctx, m.id, func(r announce.Received) { m.take(ctx, r) })
		if err != nil && ctx.Err() == nil {
			m.log.Warn("subscription ended", "error", err)
			pause.Wait(ctx)
		}
	}
	return nil
}

// errNoAnnouncement is what a member waits for when peers answer but have none.
var errNoAnnouncement = errors.New("no announcement has been seen yet")

// query asks store peers at the start and then every hour; more often while
// nothing is known, because the first announcement may have been missed.
func (m *Member) query(ctx context.Context) error {
	pause := m.pauses()
	for ctx.Err() == nil {
		m.board.Working(ctx, catalog.PartAnnouncement, "asking store peers for the newest announcement")
		err := m.opts.Bus.Query(ctx, m.id, m.opts.Clock.Now().Add(-queryWindow), func(r announce.Received) { m.take(ctx, r) })
		if err != nil && ctx.Err() == nil {
			m.log.Info("no answer about announcements yet", "error", err)
		}
		retry.Sleep(ctx, m.nextQuery(ctx, pause, err))
	}
	return nil
}

// nextQuery returns how long to wait before store peers are asked again, and
// says so on the board.
func (m *Member) nextQuery(ctx context.Context, pause *retry.Pause, err error) time.Duration {
	if newest, lookup := m.latest(ctx); lookup == nil {
		pause.Reset()
		m.board.Idle(ctx, catalog.PartAnnouncement,
			"the newest is of "+time.UnixMilli(int64(newest.Clock)).UTC().Format(time.RFC3339))
		return queryEvery
	}
	if err == nil {
		err = errNoAnnouncement
	}
	next := pause.Next()
	m.board.Failed(ctx, catalog.PartAnnouncement, err, next)
	return next
}

// take accepts an announcement and says in the log what became of it.
func (m *Member) take(ctx context.Context, r announce.Received) {
	err := m.accept(ctx, r)
	switch {
	case err == nil:
		m.log.Info("announcement accepted", "clock", r.Announcement.Clock, "magnet", r.Announcement.MagnetURI)
	case errors.Is(err, store.ErrStale):
		m.log.Debug("announcement is not newer", "clock", r.Announcement.Clock)
	case ctx.Err() == nil:
		m.log.Warn("announcement refused", "clock", r.Announcement.Clock, "error", err)
	}
}

// accept stores an announcement if it is newer than all before, and wakes the
// reconciling goroutine.
func (m *Member) accept(ctx context.Context, r announce.Received) error {
	now := m.opts.Clock.Now()
	if err := r.Announcement.CheckClock(now); err != nil {
		return err
	}
	fresh := false
	err := m.opts.DB.Update(ctx, func(tx store.Tx) error {
		before, err := tx.LatestAnnouncement(m.id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		fresh = r.Announcement.Clock > before.Clock
		return tx.PutAnnouncement(store.Announcement{Community: m.id, Clock: r.Announcement.Clock, Signed: r.Signed,
			Magnet: r.Announcement.MagnetURI, Envelope: r.Envelope, ReceivedAt: now.UnixMilli()})
	})
	if err != nil {
		return err
	}
	if !fresh {
		return store.ErrStale
	}
	select {
	case m.kick <- struct{}{}:
	default: // it is to wake up already
	}
	return nil
}

// latest returns the newest announcement stored, or [store.ErrNotFound].
func (m *Member) latest(ctx context.Context) (a store.Announcement, err error) {
	err = m.opts.DB.View(ctx, func(tx store.Tx) error {
		a, err = tx.LatestAnnouncement(m.id)
		return err
	})
	return a, err
}
