// Package owner archives the history of a community whose key this node holds.
//
// A round is a pure function of the database: every partition of seven days
// that ended longer than the minimum age ago and is not yet covered is sealed
// (read as a stream in order of time, cut, encoded, hashed, signed, read back,
// published as files, and recorded in one transaction); messages that came
// later for a sealed partition become an amendment archive of it. Then the
// index of all archives is seeded as a new generation, and its announcement is
// stored to be sent until a peer took it. A round that dies at any point is
// run again and gives the same bytes.
package owner

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"seeder/announce"
	"seeder/catalog"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/limits"
	"seeder/message"
	"seeder/operation"
	"seeder/queue"
	"seeder/quota"
	"seeder/signer"
	"seeder/store"
	"seeder/swarm"
)

// ErrUnstable reports a span that kept receiving messages while it was being
// sealed; the next round tries again.
var ErrUnstable = errors.New("messages kept arriving while the span was sealed")

// Seeder is what a round needs of a swarm. The calls come from the goroutine
// that runs the round. Fetch and Discard are for archives that were lost.
type Seeder interface {
	Seed(context.Context, swarm.Generation) (swarm.Torrent, error)
	Fetch(context.Context, swarm.Ref, swarm.Receiver) error
	Drop(message.CommunityID, swarm.InfoHash) error
	Discard(message.CommunityID, message.ArchiveID) error
}

// Publisher is what an owner needs of the announcement bus. Both are called
// by goroutines of [Owner.Run] only.
type Publisher interface {
	Publish(context.Context, message.CommunityID, []byte) (announce.Receipt, error)
	Subscribe(context.Context, message.CommunityID, func(announce.Received)) error
}

// Keeper stores announcements that others have sent: see [queue.Queue].
type Keeper interface {
	Hear(context.Context, announce.Received) error
}

// Options are the parts and settings of an owner. All but Queue, Ledger, Limits,
// Watch, Import and Progress are required.
type Options struct {
	Key   *signer.Key
	DB    store.DB
	Files *swarm.Files
	Swarm Seeder
	Bus   Publisher
	// Queue keeps the announcements of others; nil for one that only keeps them.
	Queue Keeper
	// Ledger counts what archives take; nil for one without caps.
	Ledger *quota.Ledger
	// Limits say what may go on; nil for everything.
	Limits limits.Reader
	Clock  clock.Clock
	Logger *slog.Logger
	// MinAge is how long ago a partition must have ended to be sealed.
	MinAge time.Duration
	// MaxArchiveBytes limits the content of one archive; see package chunker.
	MaxArchiveBytes uint64
	// Interval is the time between two rounds of Run.
	Interval time.Duration
	// Watch tells Run of changes that others have made: see
	// [catalog.Watcher]. Nil for a watcher of its own, which looks every Poll.
	Watch func(message.CommunityID) (changed <-chan struct{}, stop func())
	// Poll is also the pause after a failure of the database.
	Poll time.Duration
	// Grace is how long the previous generation goes on being seeded.
	Grace time.Duration
	// Republish is the time after which an announcement is sent again.
	Republish time.Duration
	// RetryMin and RetryMax bound the pause after a failure.
	RetryMin, RetryMax time.Duration
	// Import says how archives are replayed; its Pace is that of sealing, too.
	Import importer.Options
	// Progress is told of each archive as it is sealed, on the goroutine of the
	// round; nil for none.
	Progress func(Progress)
	// Served is called once by Run, on the goroutine of the rounds, when what was
	// published is served, or cannot be now. Rounds begin when it returns; nil for
	// at once.
	Served func(context.Context)
}

// Progress tells of one archive that was sealed.
type Progress struct {
	Community message.CommunityID `json:"community"`
	Archive   message.ArchiveID   `json:"archive"`
	Span      message.Span        `json:"span"`
	Messages  uint64              `json:"messages"`
	// Bytes is the encoded size without padding.
	Bytes uint64 `json:"bytes"`
	// Amends is 0, or n for the n-th amendment of the span.
	Amends uint32 `json:"amends"`
}

// Report sums up a round.
type Report struct {
	Community message.CommunityID `json:"community"`
	// Archives, Messages and Bytes count what the round sealed.
	Archives int    `json:"archives"`
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
	// InfoHash is the generation being seeded now; empty when there is none.
	InfoHash string `json:"infohash,omitempty"`
	// Clock is the clock of its announcement in milliseconds.
	Clock uint64 `json:"clock,omitempty"`
	// New says that the round made a new announcement.
	New bool `json:"new"`
	// HashedBytes is how many bytes were hashed to seed the generation.
	HashedBytes int64 `json:"hashed_bytes"`
	// Sent is when a peer last took the announcement, in milliseconds since the
	// Unix epoch; 0 never.
	Sent int64 `json:"sent,omitempty"`
}

// Owner archives one community. Its methods are called by one goroutine.
type Owner struct {
	opts    Options
	id      message.CommunityID
	log     *slog.Logger
	board   *catalog.Board
	auditor *importer.Auditor
	asked   *operation.Runner
}

// New returns the owner of the community that the key belongs to.
func New(opts Options) *Owner {
	id := opts.Key.Community()
	log := opts.Logger.With("community", id.String())
	if opts.Queue == nil {
		opts.Queue = queue.New(queue.Options{Community: id, DB: opts.DB, Clock: opts.Clock, Logger: opts.Logger})
	}
	if opts.Served == nil {
		opts.Served = func(context.Context) {}
	}
	if opts.Ledger == nil {
		opts.Ledger = newLedger()
	}
	if opts.Limits == nil {
		opts.Limits = limits.Everything{}
	}
	o := &Owner{opts: opts, id: id, log: log, board: catalog.NewBoard(opts.DB, id, opts.Clock, log)}
	o.auditor = &importer.Auditor{
		Replayer: importer.Replayer{
			DB: opts.DB, Importer: importer.New(opts.DB, opts.Clock, opts.Import), Files: opts.Files,
			Clock: opts.Clock, Discard: opts.Swarm.Discard,
		},
		Import: true,
	}
	o.asked = operation.NewRunner(operation.RunnerOptions{
		Community: id, DB: opts.DB, Clock: opts.Clock, Logger: log, Handlers: o.handlers(),
		RetryMin: opts.RetryMin, RetryMax: opts.RetryMax, Budget: operationBudget,
	})
	return o
}

// nowMillis is the time in milliseconds since the Unix epoch.
func (o *Owner) nowMillis() int64 { return o.opts.Clock.Now().UnixMilli() }
