package limits

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"

	"seeder/internal/clock"
	"seeder/internal/fault"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// Evictor removes archives for which there is no room any more. Its Evict is what a
// [quota.Ledger] calls.
type Evictor struct {
	// DB holds the rows of the archives.
	DB store.DB
	// Swarm tells peers that the archive goes, gives them some time, and
	// removes its file. Evicting what is not there is no error. Called after the
	// row says that it is gone, by several goroutines.
	Swarm interface {
		Evict(ctx context.Context, c message.CommunityID, id message.ArchiveID) error
	}
	// Policy says whether the messages of an evicted archive are deleted, too; nil
	// keeps them. Called before each eviction. Those of originals stay: their
	// owner would archive again what is not covered.
	Policy func(message.CommunityID) (dropMessages bool)
	Clock  clock.Clock
	Logger *slog.Logger

	mu     sync.Mutex
	counts map[quota.Cause]uint64
}

// Evict removes an archive: in one transaction its row becomes evicted, with the
// reason [store.OverCap], and its messages are deleted where that is the policy;
// then the swarm removes it. A download becomes listed again, with the reason
// [store.BeyondCap]. After an error it is called again: what was done is not
// done twice.
//
// The row is read and written in one transaction, so that whatever else
// happens to the archive comes before, and counts, or finds it evicted.
func (e *Evictor) Evict(ctx context.Context, item quota.Item) error {
	drop := e.Policy != nil && e.Policy(item.Community)
	var was store.ArchiveState
	var dropped uint64
	err := e.DB.Update(ctx, func(tx store.Tx) (err error) {
		if was, dropped, err = e.evict(tx, item, drop); err != nil {
			return err
		}
		return fault.Point(fault.EvictStateBefore)
	})
	if err != nil {
		return fmt.Errorf("record that archive %s is evicted: %w", item.ID, err)
	}
	if err := fault.Point(fault.EvictFileBefore); err != nil {
		return fmt.Errorf("evict archive %s: %w", item.ID, err)
	}
	if err := e.Swarm.Evict(ctx, item.Community, item.ID); err != nil {
		return fmt.Errorf("evict archive %s: %w", item.ID, err)
	}
	e.count(item.Cause)
	e.Logger.Info("archive evicted", "community", item.Community.String(), "archive", item.ID.String(),
		"span", item.Span.String(), "bytes", item.Bytes, "cause", string(item.Cause), "was", string(was),
		"messages_deleted", dropped)
	return nil
}

// evict changes the row of an archive. It may run again.
func (e *Evictor) evict(tx store.Tx, item quota.Item, drop bool) (was store.ArchiveState, dropped uint64, err error) {
	row, err := tx.Archive(item.Community, item.ID)
	if errors.Is(err, store.ErrNotFound) {
		return "", 0, nil // a file that nothing refers to
	}
	if err != nil {
		return "", 0, err
	}
	was = row.State
	switch row.State {
	case store.Stored, store.Imported:
		row.State, row.Reason = store.Evicted, store.OverCap
	case store.Downloading:
		row.State, row.Reason = store.Listed, store.BeyondCap
	case store.Listed, store.Quarantined, store.Evicted:
		return was, 0, nil // what is left of it on disk goes
	}
	row.Attempts, row.NextTry, row.UpdatedAt = 0, 0, e.Clock.Now().UnixMilli()
	if err := tx.PutArchive(row); err != nil {
		return "", 0, err
	}
	if drop && !item.Original && was == store.Imported {
		dropped, err = store.DropMessages(tx, row)
	}
	return was, dropped, err
}

func (e *Evictor) count(cause quota.Cause) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.counts == nil {
		e.counts = make(map[quota.Cause]uint64)
	}
	e.counts[cause]++
}

// Evictions returns how many archives were evicted since the start, by cause.
func (e *Evictor) Evictions() map[quota.Cause]uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return maps.Clone(e.counts)
}
