package queue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"seeder/announce"
	"seeder/internal/retry"
	"seeder/store"
)

// publishTimeout bounds one attempt to send an announcement.
const publishTimeout = 30 * time.Second

// startSpread is the longest random wait before an announcement is sent that
// has been due for a while: many nodes may come back at the same time.
const startSpread = 5 * time.Minute

// plan says when the newest announcement is sent again.
type plan struct {
	// due is when nobody will have sent it for too long; zero while not known.
	due time.Time
	// answer is when somebody who asked is answered; zero when nobody waits.
	answer time.Time
	// quiet is when it was last heard or sent: from then on nobody is answered
	// for a while.
	quiet time.Time
	// newest is the highest clock it was told of, or 0: what was read from the
	// database before is no longer sent.
	newest uint64
	swept  time.Time
}

// Run deletes what is too old, sends the newest announcement again every so
// often, and answers who asks for it, until ctx ends; failures are logged and
// tried again, for ever. It returns nil.
func (q *Queue) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return q.listen(ctx) })
	g.Go(func() error { return q.loop(ctx) })
	return g.Wait()
}

// listen takes requests until ctx ends.
func (q *Queue) listen(ctx context.Context) error {
	pause := retry.NewPause(q.opts.RetryMin, q.opts.RetryMax)
	for ctx.Err() == nil {
		err := q.opts.Bus.Requests(ctx, q.id, func(r announce.Request) { q.request(ctx, r) })
		if err != nil && ctx.Err() == nil {
			q.log.Warn("listening to requests ended", "error", err)
			pause.Wait(ctx)
		}
	}
	return nil
}

func (q *Queue) request(ctx context.Context, r announce.Request) {
	latest, err := q.latest(ctx)
	switch {
	case err == nil:
		q.asked(latest, r.Clock)
	case !errors.Is(err, store.ErrNotFound) && ctx.Err() == nil:
		q.log.Warn("request not answered", "error", err)
	}
}

// asked plans an answer to somebody who has nothing newer than the clock.
func (q *Queue) asked(latest store.Announcement, clock uint64) {
	if latest.Clock <= clock {
		return
	}
	q.change(func(p *plan, now time.Time) {
		p.newest = max(p.newest, latest.Clock)
		if quiet := now.Sub(p.quiet); !p.answer.IsZero() || (quiet >= 0 && quiet < q.opts.AnswerPause) {
			return
		}
		p.answer = now.Add(upTo(q.opts.AnswerDelay))
	})
}

// heard notes that somebody has just sent the announcement with a clock. It
// changes nothing when a newer one has come meanwhile: who asked waits for that.
func (q *Queue) heard(clock uint64) {
	q.change(func(p *plan, now time.Time) {
		if clock >= p.newest {
			p.newest, p.quiet, p.answer, p.due = clock, now, time.Time{}, q.next(now)
		}
	})
}

// next returns when an announcement that was last sent at the given time is
// sent again; it is different on each node.
func (q *Queue) next(sent time.Time) time.Time {
	return sent.Add(q.opts.Rebroadcast + upTo(q.opts.Rebroadcast/2))
}

// change changes the plan and makes Run look at it.
func (q *Queue) change(fn func(p *plan, now time.Time)) {
	q.mu.Lock()
	fn(&q.plan, q.opts.Clock.Now())
	q.mu.Unlock()
	q.look()
}

// look makes Run look at the plan.
func (q *Queue) look() {
	select {
	case q.wake <- struct{}{}:
	default: // it is to look already
	}
}

func (q *Queue) loop(ctx context.Context) error {
	pause := retry.NewPause(q.opts.RetryMin, q.opts.RetryMax)
	for ctx.Err() == nil {
		wait := q.opts.Poll
		if err := q.step(ctx); err == nil {
			pause.Reset()
			wait = min(wait, q.untilNext())
		} else if ctx.Err() == nil {
			wait = pause.Next()
			q.log.Warn("announcement not sent again", "error", err, "retry_in", wait.Round(time.Millisecond))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// untilNext returns the time until something is planned.
func (q *Queue) untilNext() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	now, next := q.opts.Clock.Now(), time.Duration(1<<62)
	for _, at := range []time.Time{q.plan.due, q.plan.answer} {
		if !at.IsZero() {
			next = min(next, at.Sub(now))
		}
	}
	return max(next, 0)
}

// step does what is due.
func (q *Queue) step(ctx context.Context) error {
	now := q.opts.Clock.Now()
	q.mu.Lock()
	sweep := q.plan.sweepDue(now)
	q.mu.Unlock()
	if sweep {
		if err := q.sweep(ctx); err != nil {
			return err
		}
		q.mu.Lock()
		q.plan.swept = now
		q.mu.Unlock()
	}
	latest, err := q.latest(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !q.sendNow(&latest) {
		return nil
	}
	return q.send(ctx, latest)
}

// sendNow brings the plan up to date and reports whether the newest
// announcement is to be sent.
func (q *Queue) sendNow(latest *store.Announcement) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	p, now := &q.plan, q.opts.Clock.Now()
	if latest.Clock < p.newest {
		p.newest = 0 // the database has it by now, or has it no longer
		q.look()
		return false
	}
	if p.answer.Sub(now) > q.opts.AnswerDelay {
		p.answer = now // the clock was set back
	}
	if !p.answer.IsZero() && !p.answer.After(now) {
		return true
	}
	if q.opts.Rebroadcast == 0 || latest.Own {
		p.due = time.Time{}
		return false
	}
	if p.due.IsZero() || p.due.Sub(now) > 2*q.opts.Rebroadcast {
		last := sentAt(latest.Envelope, now)
		if last.Before(p.quiet) && !p.quiet.After(now) {
			last = p.quiet
		}
		p.due = q.next(last)
		if p.due.Before(now) {
			p.due = now.Add(upTo(min(q.opts.Rebroadcast/2, startSpread)))
		}
	}
	return !p.due.After(now)
}

// send sends an announcement again.
func (q *Queue) send(ctx context.Context, latest store.Announcement) error {
	sendCtx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	receipt, err := q.opts.Bus.Publish(sendCtx, q.id, latest.Signed)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	q.heard(latest.Clock)
	q.log.Info("announcement sent again", "clock", latest.Clock, "peers", receipt.Peers)
	return q.opts.DB.Update(ctx, func(tx store.Tx) error {
		err := tx.MarkSent(q.id, latest.Clock, q.opts.Clock.Now().UnixMilli(), receipt.Peers, receipt.Envelope)
		if errors.Is(err, store.ErrNotFound) {
			return nil // deleted meanwhile, for newer ones
		}
		return err
	})
}

// upTo returns a random time from 0 to d.
func upTo(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d + 1)
}
