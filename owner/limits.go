package owner

import (
	"context"
	"errors"

	"seeder/catalog"
	"seeder/limits"
	"seeder/operation"
	"seeder/quota"
	"seeder/store"
)

// errPaused ends a round because the community was paused.
var errPaused = errors.New("archiving is paused")

func (o *Owner) paused() bool { return !o.opts.Limits.Mode(o.id).Archive }

// rest waits while the community is paused, and executes what is asked for
// meanwhile, but for rounds. It reports whether it was paused.
func (o *Owner) rest(ctx context.Context, changed <-chan struct{}) bool {
	limited, stop := o.opts.Limits.Watch(o.id)
	defer stop()
	if !o.paused() {
		return false
	}
	for o.paused() && ctx.Err() == nil {
		o.board.Resting(ctx, catalog.PartArchive, o.opts.Limits.Mode(o.id).Reason)
		select {
		case <-limited:
		case <-changed:
			o.operate(ctx)
		case <-ctx.Done():
		}
	}
	return true
}

// restSending does the same for announcements.
func (o *Owner) restSending(ctx context.Context) {
	limited, stop := o.opts.Limits.Watch(o.id)
	defer stop()
	for o.paused() && ctx.Err() == nil {
		o.board.Resting(ctx, catalog.PartSend, o.opts.Limits.Mode(o.id).Reason)
		select {
		case <-limited:
		case <-ctx.Done():
		}
	}
}

// whileAllowed returns a context that ends with ctx, or when the community is
// paused, and what releases it. A round that is cut off is done again.
func (o *Owner) whileAllowed(ctx context.Context) (context.Context, func()) {
	limited, stop := o.opts.Limits.Watch(o.id)
	round, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() { // ends with round
		defer close(done)
		for {
			if o.paused() {
				cancel(errPaused)
			}
			select {
			case <-limited:
			case <-round.Done():
				return
			}
		}
	}()
	return round, func() {
		cancel(nil)
		<-done
		stop()
	}
}

// archiveAllowed is the archive operation while the community is not paused.
func (o *Owner) archiveAllowed(ctx context.Context, s *operation.Step) (operation.Verdict, error) {
	if o.paused() {
		return operation.WaitFor("archiving is " + o.opts.Limits.Mode(o.id).Reason), nil
	}
	return o.archive(ctx, s)
}

// take counts archives that were just sealed. They are originals: room for them is
// made by other archives, afterwards, and they stay when there is none.
func (o *Owner) take(ctx context.Context, rows []store.Archive) error {
	for i := range rows {
		u, err := o.opts.Files.ArchiveUsage(o.id, rows[i].ID)
		if err != nil {
			return err
		}
		item := limits.Item(rows[i], store.RoleOwner)
		item.Bytes = u.Bytes
		o.opts.Ledger.Add(item)
	}
	return o.makeRoom(ctx)
}

// measure counts what the folder takes beside archives.
func (o *Owner) measure(ctx context.Context) error {
	now, err := catalog.Overhead(o.opts.Files, o.id)
	if err != nil {
		return err
	}
	o.opts.Ledger.Overhead(o.id, now)
	return o.makeRoom(ctx)
}

// makeRoom has archives evicted that are over the node's cap now. That none may
// be is no failure of the owner.
func (o *Owner) makeRoom(ctx context.Context) error {
	if !o.opts.Ledger.NodeUsage().OverCap() {
		return nil
	}
	err := o.opts.Ledger.Enforce(ctx)
	if err != nil && ctx.Err() == nil {
		o.log.Warn("a storage cap is exceeded", "error", err)
		return nil
	}
	return err
}

// newLedger is for owners without [Options.Ledger].
func newLedger() *quota.Ledger { return quota.NewLedger(quota.LedgerOptions{}) }
