package queue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"seeder/announce"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
)

// Limits say what is kept of one community.
type Limits struct {
	// Rows and Bytes bound the announcements and their size with envelopes; the
	// newest is kept whatever its size. 0 means the default.
	Rows  int
	Bytes uint64
	// Retention is how long announcements that are not the newest are kept. 0
	// means the default.
	Retention time.Duration
}

// The default limits. A week brings an owner's announcement or two.
const (
	DefaultRows      = 256
	DefaultBytes     = 4 << 20
	DefaultRetention = 30 * 24 * time.Hour
)

func (l *Limits) setDefaults() {
	if l.Rows == 0 {
		l.Rows = DefaultRows
	}
	if l.Bytes == 0 {
		l.Bytes = DefaultBytes
	}
	if l.Retention == 0 {
		l.Retention = DefaultRetention
	}
}

// Bus is what a queue needs of the announcement bus, on goroutines of its own.
type Bus interface {
	Publish(context.Context, message.CommunityID, []byte) (announce.Receipt, error)
	Requests(context.Context, message.CommunityID, func(announce.Request)) error
}

// Options are the parts and settings of a queue. Community, DB, Clock and
// Logger are required; Bus and what follows are for [Queue.Run].
type Options struct {
	Community message.CommunityID
	DB        store.DB
	Clock     clock.Clock
	Logger    *slog.Logger
	Limits    Limits
	Bus       Bus
	// Rebroadcast is how long after the newest announcement was last heard it
	// is sent again; 0 for never.
	Rebroadcast time.Duration
	// AnswerDelay is the longest random wait before a request is answered, and
	// AnswerPause the time in which there is one answer at most.
	AnswerDelay, AnswerPause time.Duration
	// RetryMin and RetryMax bound the pause after a failure.
	RetryMin, RetryMax time.Duration
	// Poll is how often Run looks at the clock; 0 means every 30 seconds.
	Poll time.Duration
}

// pollEvery bounds how long a jump of the clock goes unnoticed.
const pollEvery = 30 * time.Second

// Queue keeps the announcements of one community. It is safe for concurrent
// use.
type Queue struct {
	opts Options
	id   message.CommunityID
	log  *slog.Logger
	// wake tells Run that the plan below has changed.
	wake chan struct{}

	mu   sync.Mutex
	plan plan
	kept tally
}

// New returns a queue; Run makes it send. What its announcements are accepted
// from need not run.
func New(opts Options) *Queue {
	opts.Limits.setDefaults()
	if opts.Poll == 0 {
		opts.Poll = pollEvery
	}
	return &Queue{
		opts: opts,
		id:   opts.Community,
		log:  opts.Logger.With("community", opts.Community.String()),
		wake: make(chan struct{}, 1),
	}
}

// Accept keeps an announcement that a store peer had. [store.ErrStale] unless
// it is newer than every one before, [announce.ErrClockAhead] when it is from
// the future.
func (q *Queue) Accept(ctx context.Context, r announce.Received) error {
	_, err := q.accept(ctx, r)
	if err == nil {
		q.change(func(p *plan, _ time.Time) { p.due, p.newest = time.Time{}, max(p.newest, r.Announcement.Clock) })
	}
	return err
}

// Hear keeps an announcement that somebody has just sent, as Accept does, and
// takes note that it was sent.
func (q *Queue) Hear(ctx context.Context, r announce.Received) error {
	latest, err := q.accept(ctx, r)
	switch {
	case err == nil:
		q.heard(r.Announcement.Clock)
	case !errors.Is(err, store.ErrStale):
	case r.Announcement.Clock < latest.Clock:
		q.asked(latest, r.Announcement.Clock)
	case bytes.Equal(r.Signed, latest.Signed):
		q.heard(r.Announcement.Clock)
		if refreshErr := q.refresh(ctx, latest, r.Envelope); refreshErr != nil && ctx.Err() == nil {
			q.log.Warn("cannot keep fresh envelope", "clock", latest.Clock, "error", refreshErr)
		}
	}
	return err
}

// accept also returns the newest announcement afterwards.
func (q *Queue) accept(ctx context.Context, r announce.Received) (store.Announcement, error) {
	now := q.opts.Clock.Now()
	if err := r.Announcement.CheckClock(now); err != nil {
		return store.Announcement{}, err
	}
	latest, err := q.latest(ctx)
	if err == nil && r.Announcement.Clock <= latest.Clock {
		return latest, fmt.Errorf("%w: clock %d, the newest has %d", store.ErrStale, r.Announcement.Clock, latest.Clock)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Announcement{}, err
	}
	row := store.Announcement{
		Community: q.id, Clock: r.Announcement.Clock, Signed: r.Signed, Magnet: r.Announcement.MagnetURI, Envelope: r.Envelope,
	}
	err = q.opts.DB.Update(ctx, func(tx store.Tx) error {
		before, err := tx.LatestAnnouncement(q.id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		// Later rows have later times, so that the oldest can be deleted by
		// time whatever the clock of this node does.
		row.ReceivedAt = max(now.UnixMilli(), before.ReceivedAt+1)
		return tx.PutAnnouncement(row)
	})
	if err != nil {
		return latest, err
	}
	q.keptOne(ctx, &row)
	return row, nil
}

// latest returns the newest announcement, or [store.ErrNotFound].
func (q *Queue) latest(ctx context.Context) (a store.Announcement, err error) {
	err = q.opts.DB.View(ctx, func(tx store.Tx) error {
		a, err = tx.LatestAnnouncement(q.id)
		return err
	})
	return a, err
}

// maxSkew is how far ahead of this node's clock that of an honest sender is.
const maxSkew = 10 * time.Minute

// refreshAfter is how much later an envelope must have been sent to take the
// place of the one that is kept.
const refreshAfter = time.Hour

// refresh keeps the envelope that an announcement has just come in: store
// queries find it by the time of its envelope, which must not grow old.
func (q *Queue) refresh(ctx context.Context, row store.Announcement, envelope []byte) error {
	now := q.opts.Clock.Now()
	if sent := sentAt(envelope, now); sent.Before(sentAt(row.Envelope, now).Add(refreshAfter)) {
		return nil
	}
	return q.opts.DB.Update(ctx, func(tx store.Tx) error {
		return tx.MarkSent(q.id, row.Clock, row.SentAt, row.SentPeers, envelope)
	})
}

// sentAt returns when an envelope was sent; the zero time when there is none or
// its time cannot be true.
func sentAt(envelope []byte, now time.Time) time.Time {
	if len(envelope) == 0 {
		return time.Time{}
	}
	sent, err := announce.EnvelopeTime(envelope)
	if err != nil || sent.After(now.Add(maxSkew)) {
		return time.Time{}
	}
	return sent
}
