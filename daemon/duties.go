package daemon

import (
	"context"
	"errors"
	"time"

	"seeder/message"
	"seeder/operation"
	"seeder/store"
)

// duty is what the daemon knows of a community's operations. Run's goroutine
// has it alone.
type duty struct {
	changed <-chan struct{} // from the watcher
	stop    func()          // of the watcher
	open    bool            // there are operations that have not ended
}

// tend wakes the communities for which there is something to do that was
// asked for, and asks for the audits that are due. It reads the operations of
// those only that have changed or have some.
func (d *Daemon) tend(ctx context.Context, communities []store.Community) {
	d.askAudit(ctx, communities)
	if err := d.changes.Look(ctx); err != nil && ctx.Err() == nil {
		d.opts.Logger.Error("cannot look for changes", "error", err)
	}
	for _, c := range communities {
		on := d.duties[c.ID]
		if on == nil {
			changed, stop := d.changes.Watch(c.ID)
			on = &duty{changed: changed, stop: stop, open: true}
			d.duties[c.ID] = on
		}
		select {
		case <-on.changed:
		default:
			if !on.open {
				continue
			}
		}
		due := false
		err := d.db.View(ctx, func(tx store.Tx) (err error) {
			due, on.open, err = operation.Due(tx, c.ID, d.opts.Clock.Now())
			return err
		})
		if err != nil {
			on.open = true // look again
			if ctx.Err() == nil {
				d.opts.Logger.Error("cannot read operations", "community", c.ID.String(), "error", err)
			}
		}
		if due {
			d.wake(c.ID)
		}
	}
}

// quit forgets the duties for a community that is gone.
func (d *Daemon) quit(c message.CommunityID) {
	if on := d.duties[c]; on != nil {
		on.stop()
		delete(d.duties, c)
	}
	delete(d.audited.last, c)
}

// audits is which communities were audited. Run's goroutine has it alone.
type audits struct {
	last map[message.CommunityID]time.Time // when it was last asked for
	// running is the one asked for last, until then the next one waits.
	running store.OperationID
	until   time.Time
}

// auditFor is how long one audit may keep the others waiting.
const auditFor = 30 * time.Second

// askAudit asks for an audit of each community once all are served after the start,
// and then once in member.audit, of one after the other: to serve what is here
// comes first, and a desktop in use is not to stutter.
func (d *Daemon) askAudit(ctx context.Context, communities []store.Community) {
	every, now := d.config().Member.Audit, d.opts.Clock.Now()
	if every == 0 || !d.opening.isOver() || d.auditing(ctx, now) {
		return
	}
	for _, c := range communities {
		last, asked := d.audited.last[c.ID]
		if asked && now.Sub(last) < every && now.After(last.Add(-every)) {
			continue
		}
		op, err := Desk(d.opts, d.db).Create(ctx, operation.Request{Community: c.ID, Kind: operation.Audit})
		if errors.Is(err, store.ErrNotFound) {
			continue // it was left just now
		}
		if err != nil {
			if ctx.Err() == nil {
				d.opts.Logger.Error("cannot ask for an audit", "community", c.ID.String(), "error", err)
			}
			return // the database would keep the turn waiting for each of the others
		}
		if d.audited.last == nil {
			d.audited.last = make(map[message.CommunityID]time.Time)
		}
		d.audited.last[c.ID] = now
		d.audited.running, d.audited.until = op.ID, now.Add(auditFor)
		return
	}
}

// auditing reports whether the audit asked for last goes on.
func (d *Daemon) auditing(ctx context.Context, now time.Time) bool {
	a := &d.audited
	if a.running == "" || now.After(a.until) || now.Before(a.until.Add(-auditFor)) {
		return false
	}
	var op store.Operation
	err := d.db.View(ctx, func(tx store.Tx) (err error) {
		op, err = tx.Operation(a.running)
		return err
	})
	if err != nil || op.Ended() {
		a.running = ""
	}
	return a.running != ""
}

// damagedTimeout bounds how long it takes to note that a file is damaged.
const damagedTimeout = 30 * time.Second

// damaged has a community audited whose archive the swarm found damaged: the
// audit lists it to be fetched or written anew.
func (d *Daemon) damaged(c message.CommunityID, id message.ArchiveID) {
	log := d.opts.Logger.With("community", c.String(), "archive", id.String())
	log.Warn("archive file was damaged, it is replaced")
	ctx, cancel := context.WithTimeout(context.Background(), damagedTimeout)
	defer cancel()
	_, err := Desk(d.opts, d.db).Create(ctx, operation.Request{Community: c, Kind: operation.Audit})
	if err != nil {
		log.Error("cannot ask for an audit", "error", err)
	}
}

// started notes what works for a community, so that it can be woken.
func (d *Daemon) started(c message.CommunityID, r runner) {
	w, ok := r.(interface{ Wake() })
	if !ok {
		return // an owner looks by itself
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wakers == nil {
		d.wakers = make(map[message.CommunityID]func())
	}
	d.wakers[c] = w.Wake
}

func (d *Daemon) wake(c message.CommunityID) {
	d.mu.Lock()
	w := d.wakers[c]
	d.mu.Unlock()
	if w != nil {
		w()
	}
}
