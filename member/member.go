// Package member follows a community: it finds the newest announcement, live
// or by asking store peers, fetches the index and then the archives, newest
// first, verifies and imports each as it completes, and serves what it has.
//
// One goroutine reconciles: it compares the newest announcement with the rows
// and files of this node and takes the next step. Every step can be repeated,
// so a process that died at any point goes on where it was. A failing archive
// is quarantined with its reason, is tried again later, and never holds up the
// others.
package member

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"seeder/announce"
	"seeder/catalog"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/internal/retry"
	"seeder/limits"
	"seeder/message"
	"seeder/operation"
	"seeder/queue"
	"seeder/quota"
	"seeder/store"
	"seeder/swarm"
)

// queryWindow is how far back store peers are asked for announcements: store
// nodes keep 30 days.
const queryWindow = 30 * 24 * time.Hour

// queryEvery is the longest pause between two store queries once an
// announcement is known; live announcements come meanwhile.
const queryEvery = time.Hour

// ErrMismatch reports an index that is not what the announcement says.
var ErrMismatch = errors.New("index does not match the announcement")

// Listener is what a member needs of the announcement bus, on goroutines of
// its own.
type Listener interface {
	Subscribe(context.Context, message.CommunityID, func(announce.Received)) error
	Query(context.Context, message.CommunityID, time.Time, func(announce.Received)) error
	Ask(context.Context, message.CommunityID, announce.Request) error
}

// Keeper stores announcements that are newer than all before, and is told
// apart which were heard live: see [queue.Queue].
type Keeper interface {
	Accept(context.Context, announce.Received) error
	Hear(context.Context, announce.Received) error
}

// Fetcher is what a member needs of a swarm. The calls come from the
// reconciling goroutine.
type Fetcher interface {
	Fetch(context.Context, swarm.Ref, swarm.Receiver) error
	Drop(message.CommunityID, swarm.InfoHash) error
	Discard(message.CommunityID, message.ArchiveID) error
}

// Options are the parts and settings of a member. All but Queue, Ledger,
// Beside and Limits are required.
type Options struct {
	Community message.CommunityID
	DB        store.DB
	Files     *swarm.Files
	Swarm     Fetcher
	Bus       Listener
	// Queue keeps the announcements; nil for one that only keeps them.
	Queue    Keeper
	Importer *importer.Importer
	Clock    clock.Clock
	Logger   *slog.Logger
	// Ledger counts what archives take and makes room for them; nil for one
	// without caps.
	Ledger *quota.Ledger
	// Beside returns what storing the messages of an archive takes at most on the
	// disk of archives, in bytes; nil for nothing.
	Beside func(store.Archive) int64
	// Limits say what may go on; nil for everything.
	Limits limits.Reader
	// Settle is how long a new announcement must stand before it is followed.
	Settle time.Duration
	// Grace is how long the previous generation goes on being served.
	Grace time.Duration
	// RetryMin and RetryMax bound the pause after a failure.
	RetryMin, RetryMax time.Duration
	// Import says whether messages go into the database; a node that only
	// serves leaves it off.
	Import bool
	// Served is called once, by the reconciling goroutine, when what is known of
	// the community is served, or cannot be. All else that the member does, but
	// listening, begins when it returns; nil for at once.
	Served func(context.Context)
}

// Member follows one community.
type Member struct {
	opts Options
	id   message.CommunityID
	log  *slog.Logger
	// kick wakes the reconciling goroutine: there is a newer announcement, or
	// something was asked for.
	kick    chan struct{}
	board   *catalog.Board
	auditor *importer.Auditor
	asked   *operation.Runner
	// begun is closed when Served has returned.
	begun chan struct{}
	// resumed says that known generations are served; the reconciling goroutine
	// has it alone.
	resumed bool
	// considered are fetch operations whose archives were looked for room for; the
	// reconciling goroutine has it alone.
	considered map[store.OperationID]bool
}

// New returns a member; Run starts it.
func New(opts Options) *Member {
	log := opts.Logger.With("community", opts.Community.String())
	if opts.Queue == nil {
		opts.Queue = queue.New(queue.Options{Community: opts.Community, DB: opts.DB, Clock: opts.Clock, Logger: opts.Logger})
	}
	if opts.Served == nil {
		opts.Served = func(context.Context) {}
	}
	if opts.Ledger == nil {
		opts.Ledger = quota.NewLedger(quota.LedgerOptions{})
	}
	if opts.Beside == nil || !opts.Import {
		opts.Beside = func(store.Archive) int64 { return 0 }
	}
	if opts.Limits == nil {
		opts.Limits = limits.Everything{}
	}
	m := &Member{
		opts:  opts,
		id:    opts.Community,
		log:   log,
		kick:  make(chan struct{}, 1),
		begun: make(chan struct{}),

		considered: make(map[store.OperationID]bool),
		board:      catalog.NewBoard(opts.DB, opts.Community, opts.Clock, log),
	}
	m.auditor = &importer.Auditor{
		Replayer: importer.Replayer{
			DB: opts.DB, Importer: opts.Importer, Files: opts.Files, Clock: opts.Clock, Discard: m.giveUp,
			Room: m.roomToStore,
		},
		Import: opts.Import,
	}
	m.asked = operation.NewRunner(operation.RunnerOptions{
		Community: m.id, DB: opts.DB, Clock: opts.Clock, Logger: log, Handlers: m.handlers(),
		RetryMin: opts.RetryMin, RetryMax: opts.RetryMax, Budget: operationBudget,
	})
	return m
}

// Run follows the community until ctx ends; failures are logged and tried
// again with back-off, for ever. It returns nil.
func (m *Member) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return m.listen(ctx) })
	g.Go(func() error { return m.query(ctx) })
	g.Go(func() error { return m.watch(ctx) })
	g.Go(func() error { return m.reconcile(ctx) })
	return g.Wait()
}

func (m *Member) pauses() *retry.Pause { return retry.NewPause(m.opts.RetryMin, m.opts.RetryMax) }

// nowMillis is the time in milliseconds since the Unix epoch.
func (m *Member) nowMillis() int64 { return m.opts.Clock.Now().UnixMilli() }
