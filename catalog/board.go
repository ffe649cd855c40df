package catalog

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
)

// The parts of a community's work that a [Board] tells of.
const (
	PartAnnouncement = "announcement" // finding the newest announcement
	PartFetch        = "fetch"        // fetching and importing archives
	PartArchive      = "archive"      // sealing and seeding
	PartSend         = "send"         // sending the announcement
)

// Board writes down what each part of a community's work is doing or waiting
// for, so that it can be shown. It is safe for concurrent use. Failing to write
// is logged and holds nothing up.
type Board struct {
	db        store.DB
	community message.CommunityID
	clock     clock.Clock
	log       *slog.Logger

	mu   sync.Mutex
	rows map[string]store.Work
}

// NewBoard returns the board of a community.
func NewBoard(db store.DB, c message.CommunityID, clk clock.Clock, log *slog.Logger) *Board {
	return &Board{db: db, community: c, clock: clk, log: log, rows: make(map[string]store.Work)}
}

// Working says that a part is doing something.
func (b *Board) Working(ctx context.Context, part, what string) {
	b.set(ctx, part, func(w *store.Work) { w.State, w.Reason, w.NextTry = store.Working, what, 0 })
}

// Waiting says that a part waits for something to happen, or for a time: next,
// the zero time when there is none.
func (b *Board) Waiting(ctx context.Context, part, what string, next time.Time) {
	b.set(ctx, part, func(w *store.Work) { w.State, w.Reason, w.NextTry = store.Waiting, what, millis(next) })
}

// Resting says that a part does nothing because whoever runs the node wants it so, and
// in words why. Failures before that count no more.
func (b *Board) Resting(ctx context.Context, part, why string) {
	b.set(ctx, part, func(w *store.Work) { w.State, w.Reason, w.NextTry, w.Attempts = store.Waiting, why, 0, 0 })
}

// Failed says that a part has failed and is tried again after the pause.
func (b *Board) Failed(ctx context.Context, part string, err error, pause time.Duration) {
	b.set(ctx, part, func(w *store.Work) {
		w.State, w.Reason, w.NextTry = store.Waiting, err.Error(), b.clock.Now().Add(pause).UnixMilli()
		w.Attempts++
	})
}

// Idle says that a part has nothing to do, and in words why.
func (b *Board) Idle(ctx context.Context, part, why string) { b.IdleUntil(ctx, part, why, time.Time{}) }

// IdleUntil does so for a part that begins again at a time.
func (b *Board) IdleUntil(ctx context.Context, part, why string, next time.Time) {
	b.set(ctx, part, func(w *store.Work) { w.State, w.Reason, w.NextTry, w.Attempts = store.Idle, why, millis(next), 0 })
}

// set changes a row and writes it when anything in it is new.
func (b *Board) set(ctx context.Context, part string, change func(*store.Work)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before, known := b.rows[part]
	row := before
	row.Community, row.Part = b.community, part
	change(&row)
	if known && row == before { // Since and UpdatedAt too: they are carried over
		return
	}
	now := b.clock.Now().UnixMilli()
	row.Since, row.UpdatedAt = now, now // the database keeps an older Since while nothing changes
	err := b.db.Update(ctx, func(tx store.Tx) error { return tx.PutWork(row) })
	if err != nil {
		if ctx.Err() == nil {
			b.log.Warn("cannot write down what is being done", "part", part, "error", err)
		}
		return
	}
	b.rows[part] = row
}

// millis is t in milliseconds since the Unix epoch, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
