package limits

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"seeder/internal/clock"
	"seeder/internal/hoststate"
	"seeder/internal/retry"
	"seeder/internal/wake"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

// Interval is how often a running keeper looks for what has changed.
const Interval = 500 * time.Millisecond

// Bandwidth is what a keeper asks of [quota.Bandwidth]. Its methods are called
// by one goroutine at a time and do not wait.
type Bandwidth interface {
	SetNode(quota.Rates)
	SetCommunity(message.CommunityID, quota.Rates)
}

// Ledger is what a keeper asks of [quota.Ledger]. The setters are called by one
// goroutine at a time and do not wait; Enforce by another one.
type Ledger interface {
	SetNode(limit quota.Size, minFree quota.Free)
	SetCommunity(c message.CommunityID, limit quota.Size, pins []message.Span, evictOriginals bool)
	Enforce(context.Context) error
}

// Options are what a keeper is made of; all but Beat, SetPace and
// Host are required.
type Options struct {
	DB store.DB
	// Node is what the configuration says.
	Node      quota.Node
	Clock     clock.Clock
	Logger    *slog.Logger
	Bandwidth Bandwidth
	Ledger    Ledger
	// SetServing switches uploading; called by one goroutine at a time.
	SetServing func(message.CommunityID, bool)
	// Beat is called each time that Run has looked; nil for nobody.
	Beat func()
	// SetPace is told how fast to import; called by one goroutine at a time. It may
	// be nil.
	SetPace func(string)
	// Host tells about the machine; nil when nothing is known.
	Host func() hoststate.State
}

// Keeper knows the settings in force and makes them hold. It is safe for
// concurrent use.
type Keeper struct {
	opts     Options
	enforce  chan struct{} // of one: caps may be exceeded
	watchers wake.Group[message.CommunityID]

	// turn is held by who applies settings; it guards what follows.
	turn     sync.Mutex
	revision int64 // of rows
	loaded   bool  // rows were read once
	unread   bool  // the last look at the rows failed
	known    map[message.CommunityID]struct{}
	applied  applied
	next     time.Time // when a schedule may say something else; zero never

	mu       sync.Mutex // taken after turn; guards what follows
	settings Resolved
	states   map[message.CommunityID]State
	node     NodeState
	evicted  map[message.CommunityID]time.Time // since when watchers were not told
}

// State is what holds for a community. Its maps and slices are shared: nobody
// changes them.
type State struct {
	Settings  quota.Community
	Overrides map[string]string
	Ignored   []Ignored
	// Rates are in force now; Window is the part of the schedule they come from,
	// empty for none.
	Rates  quota.Rates
	Window string
	Mode   Mode

	pins []message.Span // as the ledger is told
}

// NodeState is what holds for the node.
type NodeState struct {
	Settings  quota.Node
	Overrides map[string]string
	Ignored   []Ignored
	// Rates and Window are as in [State].
	Rates  quota.Rates
	Window string
	Host   hoststate.State
}

// NewKeeper returns a keeper that has read nothing yet: everything is as the
// configuration says until the first [Keeper.Refresh].
func NewKeeper(opts Options) *Keeper {
	if opts.Host == nil {
		opts.Host = func() hoststate.State { return hoststate.State{} }
	}
	if opts.Beat == nil {
		opts.Beat = func() {}
	}
	k := &Keeper{
		opts:     opts,
		enforce:  make(chan struct{}, 1),
		known:    make(map[message.CommunityID]struct{}),
		applied:  applied{communities: make(map[message.CommunityID]communityLimits)},
		settings: Resolve(opts.Node, nil),
		states:   make(map[message.CommunityID]State),
		evicted:  make(map[message.CommunityID]time.Time),
	}
	k.node = NodeState{Settings: opts.Node, Overrides: map[string]string{}}
	k.enforce <- struct{}{} // caps may have been lowered while no node ran
	return k
}

// Refresh reads everything, communities that are new included, and returns when
// it is in force; archives over a cap go in the background, while Run runs.
// After an error of the database everything holds as before.
func (k *Keeper) Refresh(ctx context.Context) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	return k.read(ctx)
}

// Configure replaces what the configuration says, and returns when it is in force,
// as [Keeper.Refresh] does. After an error everything holds as before.
func (k *Keeper) Configure(ctx context.Context, node quota.Node) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	before := k.opts.Node
	k.opts.Node = node
	err := k.read(ctx)
	if err != nil {
		k.opts.Node = before
	}
	return err
}

// Run applies what has changed until ctx ends, when it returns nil: rows,
// schedules, the state of the machine. Failures of the database are logged.
func (k *Keeper) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { k.enforceCaps(ctx) })
	for retry.Sleep(ctx, Interval) {
		k.look(ctx)
		k.opts.Beat()
	}
	return nil
}

// look applies what has changed since the last time.
func (k *Keeper) look(ctx context.Context) {
	k.turn.Lock()
	defer k.turn.Unlock()
	var revision int64
	err := k.opts.DB.View(ctx, func(tx store.Tx) (err error) {
		revision, err = tx.SettingsRevision()
		return err
	})
	if err == nil && (revision != k.revision || k.unread) {
		err = k.read(ctx)
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil && !k.unread {
		k.opts.Logger.Error("cannot read limits; those in force go on", "error", err)
	}
	k.unread = err != nil
	if k.due() {
		k.apply()
	}
	k.tellEvicted(evictedQuiet)
}

// read reads rows and communities and applies them.
func (k *Keeper) read(ctx context.Context) error {
	var revision int64
	var rows []store.Setting
	var communities []store.Community
	err := k.opts.DB.View(ctx, func(tx store.Tx) (err error) {
		revision, err = tx.SettingsRevision()
		if err == nil {
			rows, err = tx.Settings()
		}
		if err == nil {
			communities, err = tx.Communities()
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read limits: %w", err)
	}
	resolved := resolveAfter(k.opts.Node, rows, k.last)
	k.report(resolved.Ignored)
	k.revision, k.loaded = revision, true
	k.keep(communities)
	k.mu.Lock()
	k.settings = resolved
	k.mu.Unlock()
	k.apply()
	return nil
}

// keep forgets the communities that are gone. One that comes back begins anew.
func (k *Keeper) keep(communities []store.Community) {
	before := k.known
	k.known = make(map[message.CommunityID]struct{}, len(communities))
	for _, c := range communities {
		k.known[c.ID] = struct{}{}
		delete(before, c.ID)
	}
	for c := range before {
		delete(k.applied.communities, c)
	}
}

// last returns the value of a setting that is in force; false when nobody knows
// it, because nothing was read yet or its row was damaged from the first.
func (k *Keeper) last(c message.CommunityID, key string) (string, bool) {
	if !k.loaded || k.settings.unknown[c][key] {
		return "", false
	}
	if c == (message.CommunityID{}) {
		return k.settings.Node.Get(key), true
	}
	_, known := k.known[c]
	return k.settings.Community(c).Get(key), known
}

// report logs rows that do not count, each once.
func (k *Keeper) report(now []Ignored) {
	type row struct {
		c          message.CommunityID
		key, value string
	}
	known := make(map[row]bool)
	for _, i := range k.settings.Ignored { // written under turn only
		known[row{i.Community, i.Key, i.Value}] = true
	}
	for _, i := range now {
		if known[row{i.Community, i.Key, i.Value}] {
			continue
		}
		log := k.opts.Logger
		if i.Community != (message.CommunityID{}) {
			log = log.With("community", i.Community.String())
		}
		log.Error("limit in the database ignored", "key", i.Key, "value", i.Value, "error", i.Err,
			"in_force", i.InForce, "stops_transfers", i.Stops)
	}
}
