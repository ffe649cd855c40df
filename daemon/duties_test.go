package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"seeder/config"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
)

// lockedDB is a database that another program writes to.
type lockedDB struct {
	store.DB
	asked int
	err   error
}

func (db *lockedDB) Update(context.Context, func(store.Tx) error) error {
	db.asked++
	return db.err
}

// A database that cannot be written makes a turn wait once, not for each community: the
// watchdog would take the node for one that stands still. A community that is gone does
// not keep the others from being audited.
func TestAuditsDoNotHoldUpATurn(t *testing.T) {
	var communities []store.Community
	for i := range 5 {
		communities = append(communities, store.Community{ID: message.CommunityID{0: 2, 32: byte(i)}})
	}
	for _, tt := range []struct {
		err  error
		want int
	}{{store.ErrUnavailable, 1}, {fmt.Errorf("create: %w", store.ErrNotFound), 5}} {
		db := &lockedDB{err: tt.err}
		d := &Daemon{opts: Options{Clock: clock.NewFixed(time.Unix(1_700_000_000, 0)), Logger: slog.New(slog.DiscardHandler)}, db: db}
		d.loaded.Store(&config.Loaded{Config: config.Default()})
		d.askAudit(t.Context(), communities)
		if db.asked != tt.want {
			t.Errorf("%v: asked %d times, want %d", tt.err, db.asked, tt.want)
		}
	}
}
