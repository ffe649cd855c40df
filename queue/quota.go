package queue

import (
	"context"
	"fmt"
	"time"

	"seeder/store"
)

// sweepEvery is how often what is too old is looked for.
const sweepEvery = time.Hour

// tally is what a queue believes to keep. Sweeping makes it exact; other
// processes may have added rows since.
type tally struct {
	known bool
	rows  int
	bytes uint64
}

// over reports whether the limits are passed.
func (t tally) over(l Limits) bool { return t.rows > l.Rows || t.bytes > l.Bytes }

func sizeOf(a *store.Announcement) uint64 {
	return uint64(len(a.Signed) + len(a.Envelope) + len(a.Magnet))
}

// keptOne counts a row that was just added, and deletes the oldest ones when
// that was one too many. A failure is made good by the next sweep.
func (q *Queue) keptOne(ctx context.Context, a *store.Announcement) {
	q.mu.Lock()
	q.kept.rows++
	q.kept.bytes += sizeOf(a)
	fine := q.kept.known && !q.kept.over(q.opts.Limits)
	q.mu.Unlock()
	if fine {
		return
	}
	if err := q.sweep(ctx); err != nil && ctx.Err() == nil {
		q.log.Warn("old announcements not deleted", "error", err)
	}
}

// sweep deletes announcements that are too old, and the oldest ones until the
// limits hold.
func (q *Queue) sweep(ctx context.Context) error {
	var now tally
	deleted := 0
	err := q.opts.DB.Update(ctx, func(tx store.Tx) error {
		rows, err := tx.Announcements(q.id, 0)
		if err != nil {
			return err
		}
		before := q.before(rows)
		now, deleted = tally{known: true}, 0
		for i := range rows {
			if i > 0 && rows[i].ReceivedAt < before {
				deleted++
				continue
			}
			now.rows++
			now.bytes += sizeOf(&rows[i])
		}
		if deleted == 0 {
			return nil
		}
		return tx.DeleteAnnouncements(q.id, before)
	})
	if err != nil {
		return fmt.Errorf("delete old announcements: %w", err)
	}
	if deleted > 0 {
		q.log.Debug("old announcements deleted", "count", deleted, "kept", now.rows)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.kept = now
	return nil
}

// before returns the time, in milliseconds since the Unix epoch, before which
// rows go that are not the newest; rows are newest first. The newest that this
// node made is not too old for as long as the newest of all is kept: an owner
// without it would announce anew. When the limits are passed, only three
// quarters of them are kept, so that a flood does not cost a sweep each time.
func (q *Queue) before(rows []store.Announcement) int64 {
	limits := q.opts.Limits
	cutoff := q.opts.Clock.Now().Add(-limits.Retention).UnixMilli()
	for i := range rows {
		if rows[i].Own {
			cutoff = min(cutoff, rows[i].ReceivedAt)
			break
		}
	}
	var all tally
	for i := range rows {
		all.rows++
		all.bytes += sizeOf(&rows[i])
	}
	if !all.over(limits) {
		return cutoff
	}
	reduced := Limits{Rows: max(limits.Rows*3/4, 1), Bytes: limits.Bytes / 4 * 3}
	var kept tally
	for i := range rows {
		kept.rows++
		kept.bytes += sizeOf(&rows[i])
		if i > 0 && kept.over(reduced) {
			return max(cutoff, rows[i-1].ReceivedAt)
		}
	}
	return cutoff
}

// sweepDue reports whether it is time for a sweep; a clock that was set back
// does not put it off.
func (p *plan) sweepDue(now time.Time) bool {
	return p.swept.IsZero() || now.Sub(p.swept) >= sweepEvery || now.Before(p.swept)
}
