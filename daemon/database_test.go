package daemon_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"seeder/daemon"
	"seeder/internal/clock"
	"seeder/internal/synth"
	"seeder/message"
	"seeder/store"
	"seeder/store/postgres"
	"seeder/store/postgres/pgtest"
)

// notice notes when something is said about a database that is not available.
type notice struct {
	slog.Handler
	noticed *atomic.Bool
}

func (notice) Enabled(context.Context, slog.Level) bool { return true }

func (n notice) WithAttrs([]slog.Attr) slog.Handler { return n }

func (n notice) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok && errors.Is(err, store.ErrUnavailable) {
			n.noticed.Store(true)
		}
		return true
	})
	return nil
}

// TestNodeOutlivesItsDatabase takes the database server away from a running
// owner. What was given to it afterwards is archived by the same process.
func TestNodeOutlivesItsDatabase(t *testing.T) {
	t.Parallel()
	server, err := pgtest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	opts := options(t)
	opts.Config.Database.URL = server.URL()
	opts.Config.Owner.Interval = 100 * time.Millisecond
	var noticed atomic.Bool
	opts.Logger = slog.New(notice{slog.DiscardHandler, &noticed})
	key := newKey(t, "17")
	c := key.Community()
	if err := daemon.Keystore(opts.Config).Add(key, "owned"); err != nil {
		t.Fatal(err)
	}
	update(t, opts.Config, func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: c, Role: store.RoleOwner, Name: "owned"})
	})
	history := synth.Default(c, 1, uint64(clock.System{}.Now().Unix()))
	history.Messages, history.Weeks = 200, 4
	ingest := func(skip, take int) {
		update(t, opts.Config, func(tx store.Tx) error {
			_, err := tx.AddMessages(c, func(yield func(message.Message, error) bool) {
				n := 0
				for m, err := range synth.Messages(history) {
					if n++; n > skip+take || n > skip && !yield(m, err) {
						return
					}
				}
			})
			return err
		})
	}
	archived := func() (n uint64) {
		db, err := daemon.OpenStore(t.Context(), opts.Config)
		if err == nil {
			err = errors.Join(db.View(t.Context(), func(tx store.Tx) (err error) {
				n, err = tx.CountMessages(c, message.Forever(), store.Canonical)
				return err
			}), db.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		return n
	}

	ingest(0, 50)
	end := run(t, start(t, opts))
	defer end()
	eventually(t, "the first messages are archived", func() bool { return archived() == 50 })
	for _, stop := range []func() error{server.Stop, server.Crash} {
		before := archived()
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		noticed.Store(false)
		eventually(t, "the daemon notices", noticed.Load)
		if err := server.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		ingest(int(before), 25)
		eventually(t, "later messages are archived", func() bool { return archived() == before+25 })
	}
}

// TestSecondNodeOnASchemaIsRefused has two nodes, each with a folder of its
// own, and one schema.
func TestSecondNodeOnASchemaIsRefused(t *testing.T) {
	t.Cleanup(func() {
		if err := pgtest.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	first, second := options(t), options(t)
	first.Config.Database.URL = pgtest.URL(t)
	second.Config.Database.URL = first.Config.Database.URL
	second.Config.DataDir += "-2"
	d := start(t, first)
	if other, err := daemon.New(t.Context(), second); !errors.Is(err, postgres.ErrOwned) {
		t.Errorf("second node: %v, %v, want %v", other, err, postgres.ErrOwned)
	}
	update(t, second.Config, func(tx store.Tx) error { // as a command would
		return tx.PutCommunity(store.Community{Name: "x"})
	})
	closeDaemon(t, d)
	closeDaemon(t, start(t, second))
}
