package daemon

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"seeder/importer"
	"seeder/internal/retry"
	"seeder/member"
	"seeder/message"
	"seeder/owner"
	"seeder/queue"
	"seeder/store"
)

// pollInterval is how often the daemon looks for what other processes (the
// command line) have changed in the database.
const pollInterval = time.Second

// runner works for one community until its context ends.
type runner interface {
	Run(context.Context) error
}

// Run works for every community of the database, those that are added
// meanwhile included, until ctx ends and all work has stopped. A failure of
// the database at start is returned; later ones are logged and tried again.
func (d *Daemon) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { _ = d.holders.keeper.Run(ctx) }) // returns nil
	wg.Go(func() { d.telling.rates.Run(ctx) })
	defer d.attend(ctx, &wg, cancel)()
	d.duties = make(map[message.CommunityID]*duty)
	defer func() { d.opening.end() }()
	for turn := 0; ; turn++ {
		first := turn == 0
		communities, left, err := d.roll(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && first {
			return err
		}
		if first {
			d.opening = newOpening(communities, openingLimit)
		}
		if err != nil {
			d.opts.Logger.Error("cannot list communities", "error", err)
		} else {
			d.keepUp(ctx, &wg, communities, left)
			d.tell(turn, len(communities))
		}
		d.pulses.run.beat()
		if !d.team.wait(ctx) {
			return nil
		}
	}
}

// attend begins what goes on between this process and who started it: reloads, and
// word to the service manager. What it returns says that the end is near.
func (d *Daemon) attend(ctx context.Context, wg *sync.WaitGroup, cancel func()) (end func()) {
	if d.opts.Reload != nil {
		var signals <-chan os.Signal
		signals, d.heedless = hangups()
		wg.Go(func() { d.reloadAtHangup(ctx, signals, cancel) })
	}
	if every := d.notify.watchdogEvery(); every > 0 {
		wg.Go(func() { d.notify.watchdog(ctx, d.opts.Clock, every, &d.pulses.run, &d.pulses.limits) })
	}
	return d.notify.stopping
}

// keepUp ends work for the communities that are gone and begins it for those that
// are new.
func (d *Daemon) keepUp(ctx context.Context, wg *sync.WaitGroup, communities []store.Community, left []store.Left) {
	for id, l := range d.team.leavers(communities, left) {
		d.quit(id)
		wg.Go(func() { d.part(ctx, id, l) })
	}
	d.tend(ctx, communities)
	if !d.restrainNew(ctx, communities) {
		return // none begins without its limits
	}
	for _, c := range communities {
		working, w := d.team.begin(ctx, c)
		if w == nil {
			continue
		}
		wg.Go(func() {
			defer d.team.ended(w)
			defer d.opening.served(c.ID) // or it would be waited for
			d.runCommunity(working, c)
		})
	}
}

// restrainNew puts the limits of communities in force that have not begun yet,
// and reports whether they are.
func (d *Daemon) restrainNew(ctx context.Context, all []store.Community) bool {
	if !slices.ContainsFunc(all, func(c store.Community) bool { return !d.team.working(c.ID) }) {
		return true
	}
	if err := d.holders.keeper.Refresh(ctx); err != nil {
		d.opts.Logger.Error("cannot start communities", "error", err)
		return false
	}
	return true
}

// roll returns the communities there are, and those that were left.
func (d *Daemon) roll(ctx context.Context) (cs []store.Community, left []store.Left, err error) {
	err = d.db.View(ctx, func(tx store.Tx) error {
		if cs, err = tx.Communities(); err != nil {
			return err
		}
		left, err = tx.Left()
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list communities: %w", err)
	}
	return cs, left, nil
}

func (d *Daemon) communities(ctx context.Context) (cs []store.Community, err error) {
	err = d.db.View(ctx, func(tx store.Tx) error {
		cs, err = tx.Communities()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list communities: %w", err)
	}
	return cs, nil
}

// runCommunity runs a community's owner or member until ctx ends.
func (d *Daemon) runCommunity(ctx context.Context, c store.Community) {
	log := d.opts.Logger.With("community", c.ID.String())
	pause := retry.NewPause(d.opts.Config.Member.RetryMin, d.opts.Config.Member.RetryMax)
	kept := d.queueOf(c.ID)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { _ = kept.Run(ctx) }) // returns nil
	for ctx.Err() == nil {
		r, err := d.runner(c, kept)
		if err != nil {
			d.opening.served(c.ID)
		} else {
			d.started(c.ID, r)
			log.Info("community started", "role", string(c.Role), "name", c.Name)
			err = r.Run(ctx)
		}
		if err != nil && ctx.Err() == nil {
			log.Error("community stopped", "error", err)
			pause.Wait(ctx)
		}
	}
}

func (d *Daemon) runner(c store.Community, kept *queue.Queue) (runner, error) {
	if c.Role == store.RoleOwner {
		return d.owner(c.ID, kept, nil)
	}
	cfg := d.opts.Config
	return member.New(member.Options{
		Community: c.ID,
		DB:        d.db,
		Files:     d.files,
		Swarm:     d.swarm,
		Ledger:    d.holders.ledger,
		Beside:    d.beside,
		Limits:    d.holders.keeper,
		Bus:       d.bus,
		Queue:     kept,
		Importer:  importer.New(d.db, d.opts.Clock, d.importerOptions()),
		Clock:     d.opts.Clock,
		Logger:    d.opts.Logger,
		Settle:    cfg.Member.Settle,
		Grace:     cfg.Owner.Grace,
		RetryMin:  cfg.Member.RetryMin,
		RetryMax:  cfg.Member.RetryMax,
		Import:    cfg.Member.Import,
		Served:    d.whenServed(c.ID),
	}), nil
}

// whenServed returns what waits, once a community is served, for the others.
func (d *Daemon) whenServed(c message.CommunityID) func(context.Context) {
	return func(ctx context.Context) {
		d.opening.served(c)
		d.opening.wait(ctx)
	}
}

// Owner returns the archiving part of an owned community; progress may be nil.
// The error wraps [signer.ErrNoKey] when its key is not in the keystore.
func (d *Daemon) Owner(id message.CommunityID, progress func(owner.Progress)) (*owner.Owner, error) {
	return d.owner(id, d.queueOf(id), progress)
}

func (d *Daemon) owner(id message.CommunityID, kept *queue.Queue, progress func(owner.Progress)) (*owner.Owner, error) {
	key, err := d.keys.Load(id)
	if err != nil {
		return nil, fmt.Errorf("load key of %s: %w", id, err)
	}
	cfg := d.opts.Config
	imports := d.importerOptions()
	imports.Validator = nil // what this node archived it does not refuse
	return owner.New(owner.Options{
		Key:             key,
		DB:              d.db,
		Files:           d.files,
		Swarm:           d.swarm,
		Bus:             d.bus,
		Ledger:          d.holders.ledger,
		Limits:          d.holders.keeper,
		Queue:           kept,
		Clock:           d.opts.Clock,
		Logger:          d.opts.Logger,
		MinAge:          cfg.Owner.MinAge,
		MaxArchiveBytes: cfg.Owner.MaxArchiveBytes,
		Interval:        cfg.Owner.Interval,
		Watch:           d.changes.Watch,
		Poll:            pollInterval,
		Grace:           cfg.Owner.Grace,
		Republish:       cfg.Owner.Republish,
		RetryMin:        cfg.Member.RetryMin,
		RetryMax:        cfg.Member.RetryMax,
		Import:          imports,
		Progress:        progress,
		Served:          d.whenServed(id),
	}), nil
}
