package daemon

import (
	"context"
	"fmt"
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
	running := make(map[message.CommunityID]bool)
	d.duties = make(map[message.CommunityID]*duty)
	defer func() { d.opening.end() }()
	first := true
	for {
		communities, err := d.communities(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && first {
			return err
		}
		if err != nil {
			d.opts.Logger.Error("cannot list communities", "error", err)
		}
		if first {
			d.opening = newOpening(communities, openingLimit)
		}
		first = false
		d.tend(ctx, communities)
		if !d.restrainNew(ctx, communities, running) {
			communities = nil // none begins without its limits
		}
		for _, c := range communities {
			if running[c.ID] {
				continue
			}
			running[c.ID] = true
			wg.Go(func() { d.runCommunity(ctx, c) })
		}
		if !retry.Sleep(ctx, pollInterval) {
			return nil
		}
	}
}

// restrainNew puts the limits of communities in force that have not begun yet,
// and reports whether they are.
func (d *Daemon) restrainNew(ctx context.Context, all []store.Community, running map[message.CommunityID]bool) bool {
	if !slices.ContainsFunc(all, func(c store.Community) bool { return !running[c.ID] }) {
		return true
	}
	if err := d.holders.keeper.Refresh(ctx); err != nil {
		d.opts.Logger.Error("cannot start communities", "error", err)
		return false
	}
	return true
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
