package owner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"seeder/announce"
	"seeder/catalog"
	"seeder/internal/retry"
	"seeder/internal/spans"
	"seeder/store"
)

// publishTimeout bounds one attempt to send an announcement.
const publishTimeout = 30 * time.Second

// Run archives and announces until ctx ends; failures are logged and tried
// again with back-off, for ever. It returns nil.
func (o *Owner) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	watch := o.opts.Watch
	if watch == nil {
		w := catalog.NewWatcher(o.opts.DB, o.opts.Poll, o.log)
		g.Go(func() error { return w.Run(ctx) })
		watch = w.Watch
	}
	g.Go(func() error {
		changed, stop := watch(o.id)
		defer stop()
		o.rounds(ctx, changed)
		return nil
	})
	g.Go(func() error {
		changed, stop := watch(o.id)
		defer stop()
		o.send(ctx, changed)
		return nil
	})
	g.Go(func() error { return o.listen(ctx) })
	return g.Wait()
}

// unwatched is how often the clock is looked at while nothing changes: it may
// have been set.
const unwatched = 30 * time.Second

// wait returns after d, or when something of the community has changed, which
// it reports, or when ctx ends.
func wait(ctx context.Context, changed <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-changed:
		return true
	case <-t.C:
	case <-ctx.Done():
	}
	return false
}

// Round seals what is due and publishes it.
func (o *Owner) Round(ctx context.Context) (Report, error) {
	var r Report
	if err := o.sealWhole(ctx, &r, nil); err != nil {
		return r, err
	}
	err := o.publishWhole(ctx, &r)
	return r, err
}

// sealWhole seals what is due after it has put back what can be. While an
// archive is lost whose span the database does not know as archived any more,
// nothing is sealed: it would be archived twice.
func (o *Owner) sealWhole(ctx context.Context, r *Report, also noting) error {
	lost, err := o.mendHere(ctx)
	if err != nil {
		return err
	}
	covered, err := o.covered(ctx)
	if err != nil {
		return err
	}
	for i := range lost {
		if len(spans.Missing(covered, lost[i].Span)) == 0 {
			continue
		}
		if err := o.mend(ctx); err != nil {
			return err
		}
		break
	}
	return o.seal(ctx, r, also)
}

// publishWhole publishes once every archive is in place.
func (o *Owner) publishWhole(ctx context.Context, r *Report) error {
	if err := o.mend(ctx); err != nil {
		return err
	}
	return o.Publish(ctx, r)
}

// rounds resumes seeding, then runs a round at once and after each interval.
// Between rounds it publishes what another process has sealed.
func (o *Owner) rounds(ctx context.Context, changed <-chan struct{}) {
	pause := o.pauses()
	err := o.Resume(ctx)
	o.opts.Served(ctx)
	for ; err != nil && ctx.Err() == nil; err = o.Resume(ctx) {
		o.failed(ctx, changed, pause, "cannot resume seeding", err)
	}
	for ctx.Err() == nil {
		o.operate(ctx)
		if o.rest(ctx, changed) {
			continue
		}
		o.board.Working(ctx, catalog.PartArchive, "archiving what is due")
		round, end := o.whileAllowed(ctx)
		_, err := o.Round(round)
		cut := errors.Is(context.Cause(round), errPaused)
		end()
		if cut {
			continue
		}
		if err == nil {
			pause.Reset()
			next := o.opts.Clock.Now().Add(o.opts.Interval)
			o.board.IdleUntil(ctx, catalog.PartArchive, "next round at "+next.UTC().Format(time.RFC3339), next)
			o.idle(ctx, changed)
			continue
		}
		o.failed(ctx, changed, pause, "archiving round failed", err)
	}
}

// failed tells of a failure and waits before the next attempt, or until the community
// is no longer paused.
func (o *Owner) failed(ctx context.Context, changed <-chan struct{}, pause *retry.Pause, what string, err error) {
	if ctx.Err() != nil {
		return
	}
	next := pause.Next()
	o.log.Error("the owner's work does not go on", "what", what, "error", err, "retry_in", next.Round(time.Millisecond))
	o.board.Failed(ctx, catalog.PartArchive, err, next)
	sleep, cancel := context.WithTimeout(ctx, next)
	defer cancel()
	allowed, end := o.whileAllowed(sleep)
	for due := o.operate(ctx); allowed.Err() == nil; due = o.operate(ctx) {
		wait(allowed, changed, due)
	}
	end()
	o.rest(ctx, changed)
}

// idle waits for the next round, executes what is asked for meanwhile, and
// returns early when there are archives that are not announced, or not here.
func (o *Owner) idle(ctx context.Context, changed <-chan struct{}) {
	idle, cancel := context.WithTimeout(ctx, o.opts.Interval)
	defer cancel()
	for due := o.operate(ctx); idle.Err() == nil; due = o.operate(ctx) {
		if !wait(idle, changed, due) {
			continue
		}
		announced, err := o.Announced(ctx)
		if err != nil && ctx.Err() == nil {
			o.log.Error("cannot read announcements", "error", err)
		}
		if err == nil && !announced {
			return
		}
		whole, err := o.whole(ctx)
		if err != nil && ctx.Err() == nil {
			o.log.Error("cannot read archives", "error", err)
		}
		if err == nil && !whole {
			return // the round brings back what an audit has missed
		}
	}
}

// send is the outbox: it sends the newest announcement until a peer took it,
// and again after each republication time.
func (o *Owner) send(ctx context.Context, changed <-chan struct{}) {
	pause := o.pauses()
	for ctx.Err() == nil {
		o.restSending(ctx)
		due, err := o.SendDue(ctx)
		switch {
		case err == nil && due > 0:
			pause.Reset()
			o.board.Idle(ctx, catalog.PartSend, "nothing to send")
			wait(ctx, changed, min(due, unwatched))
		case err != nil && ctx.Err() == nil:
			next := pause.Next()
			o.log.Warn("announcement not sent", "error", err)
			o.board.Failed(ctx, catalog.PartSend, err, next)
			allowed, end := o.whileAllowed(ctx)
			retry.Sleep(allowed, next)
			end()
		}
	}
}

// SendDue sends the newest announcement of this node if it is due. It returns
// the time until the next one is or may be, or 0 when one was sent just now.
func (o *Owner) SendDue(ctx context.Context) (time.Duration, error) {
	var latest store.Announcement
	err := o.opts.DB.View(ctx, func(tx store.Tx) (err error) {
		latest, err = tx.LatestAnnouncement(o.id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || (err == nil && !latest.Own) {
		return unwatched, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read outbox: %w", err)
	}
	if latest.SentAt != 0 {
		due := latest.SentAt + o.opts.Republish.Milliseconds() - o.nowMillis()
		if due > 0 && due <= o.opts.Republish.Milliseconds() { // else the clock was set back
			return time.Duration(due) * time.Millisecond, nil
		}
	}
	sendCtx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	o.board.Working(ctx, catalog.PartSend, "waiting for a peer to take the announcement")
	receipt, err := o.opts.Bus.Publish(sendCtx, o.id, latest.Signed)
	if err != nil {
		return 0, fmt.Errorf("publish: %w", err)
	}
	o.log.Info("announcement sent", "clock", latest.Clock, "peers", receipt.Peers)
	return 0, o.opts.DB.Update(ctx, func(tx store.Tx) error {
		return tx.MarkSent(o.id, latest.Clock, o.nowMillis(), receipt.Peers, receipt.Envelope)
	})
}

// listen keeps the node subscribed, so that it relays and serves the
// community's announcements.
func (o *Owner) listen(ctx context.Context) error {
	pause := o.pauses()
	for ctx.Err() == nil {
		err := o.opts.Bus.Subscribe(ctx, o.id, func(r announce.Received) { o.hear(ctx, r) })
		if err != nil && ctx.Err() == nil {
			o.log.Warn("subscription ended", "error", err)
			pause.Wait(ctx)
		}
	}
	return nil
}

func (o *Owner) pauses() *retry.Pause { return retry.NewPause(o.opts.RetryMin, o.opts.RetryMax) }
