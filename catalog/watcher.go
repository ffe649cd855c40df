package catalog

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"seeder/internal/retry"
	"seeder/internal/wake"
	"seeder/message"
	"seeder/store"
)

// Watcher looks for changes of all communities at once and wakes those who wait
// for one: archives, announcements and operations that this or another process
// has put. What it costs does not grow with the history.
type Watcher struct {
	db    store.DB
	every time.Duration
	log   *slog.Logger

	waiting wake.Group[message.CommunityID]

	mu   sync.Mutex
	seen map[message.CommunityID]int64
}

// NewWatcher returns a watcher that looks every so often once Run is called.
func NewWatcher(db store.DB, every time.Duration, log *slog.Logger) *Watcher {
	return &Watcher{db: db, every: every, log: log, seen: make(map[message.CommunityID]int64)}
}

// Run looks until ctx ends; failures are logged and tried again. It returns nil.
func (w *Watcher) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := w.Look(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("cannot look for changes", "error", err)
		}
		retry.Sleep(ctx, w.every)
	}
	return nil
}

// Look wakes those whose community has changed since the last look.
func (w *Watcher) Look(ctx context.Context) error {
	var now map[message.CommunityID]int64
	err := w.db.View(ctx, func(tx store.Tx) (err error) {
		now, err = tx.Revisions()
		return err
	})
	if err != nil {
		return fmt.Errorf("look for changes: %w", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	changed := make(map[message.CommunityID]bool)
	for c, revision := range now {
		if before, known := w.seen[c]; !known || before != revision {
			w.seen[c], changed[c] = revision, true
		}
	}
	maps.DeleteFunc(w.seen, func(c message.CommunityID, _ int64) bool { _, there := now[c]; return !there })
	w.waiting.Wake(func(c message.CommunityID) bool { return changed[c] })
	return nil
}

// Watch returns a channel that receives after something of a community has
// changed, several changes at once. Stop ends it.
func (w *Watcher) Watch(c message.CommunityID) (changed <-chan struct{}, stop func()) {
	return w.waiting.Wait(c)
}
