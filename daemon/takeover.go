package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"seeder/internal/lockfile"
	"seeder/internal/retry"
	"seeder/operation"
	"seeder/store"
)

// A command that does its work itself holds the data folder meanwhile, for as long as
// no peer takes an announcement. A service that starts then says that it wants the
// folder: it holds a second lock, which the command looks at. The command gives the
// folder up, and waits for its operation beside the service, which goes on with it.

const (
	// folderPatience is how long a service waits for the folder. What does not give it
	// up by then is not a command that could.
	folderPatience = 45 * time.Second
	folderPoll     = 100 * time.Millisecond
	// wantedPoll is how often a command looks whether the folder is wanted.
	wantedPoll = 250 * time.Millisecond
	// takeoverPolls is how often [besidePoll] may pass until the service that took the
	// folder has begun.
	takeoverPolls = 15
)

// errWanted is why work ends that a service goes on with.
var errWanted = errors.New("a service takes over the data folder")

// takeFolder takes the data folder; [ErrRunning] when another process has it. A
// service waits a while for it to be given up.
func (d *Daemon) takeFolder(ctx context.Context) (err error) {
	cfg := d.opts.Config
	d.lock, err = lockfile.Acquire(cfg.LockFile())
	if errors.Is(err, lockfile.ErrHeld) && d.notify.managed() {
		err = d.awaitFolder(ctx)
	}
	if errors.Is(err, lockfile.ErrHeld) {
		return fmt.Errorf("%w: %s", ErrRunning, cfg.DataDir)
	}
	return err
}

func (d *Daemon) awaitFolder(ctx context.Context) (err error) {
	d.opts.Logger.Info("waiting for another seeder that uses the data folder", "folder", d.opts.Config.DataDir)
	d.notify.tell("STATUS=waiting for another seeder that uses the data folder")
	var want *lockfile.Lock
	defer func() {
		if want != nil {
			err = errors.Join(err, want.Release())
		}
	}()
	waiting, cancel := context.WithTimeout(ctx, folderPatience)
	defer cancel()
	for {
		if want == nil {
			// Others may be looking at it, or want the folder, too.
			if want, err = lockfile.Acquire(d.opts.Config.WantedFile()); err != nil && !errors.Is(err, lockfile.ErrHeld) {
				return err
			}
		}
		if d.lock, err = lockfile.Acquire(d.opts.Config.LockFile()); !errors.Is(err, lockfile.ErrHeld) {
			return err
		}
		if retry.Sleep(waiting, folderPoll) {
			continue
		}
		if ctx.Err() != nil {
			return fmt.Errorf("wait for the data folder: %w", ctx.Err())
		}
		return err
	}
}

// untilWanted returns a context that ends with the cause [errWanted] when a service
// wants the data folder of this process. The function returned ends the looking.
func (d *Daemon) untilWanted(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for retry.Sleep(ctx, wantedPoll) {
			probe, err := lockfile.Acquire(d.opts.Config.WantedFile())
			switch {
			case errors.Is(err, lockfile.ErrHeld):
				cancel(errWanted)
			case err == nil:
				_ = probe.Release() // it was only looked at
			case errors.Is(err, os.ErrNotExist): // the folder was removed
				return
			}
		}
	}()
	return ctx, func() {
		cancel(nil)
		<-done
	}
}

// executeOrYield executes an operation in this process, or until a service wants the
// data folder: then yielded is true and the operation not over, if there is one yet.
func (d *Daemon) executeOrYield(ctx context.Context, a Asking) (op store.Operation, yielded bool, err error) {
	execute := d.execute
	if a.Request.Kind == operation.Join || a.Request.Kind == operation.Fetch {
		execute = d.executeRunning
	}
	mine, end := d.untilWanted(ctx)
	op, err = execute(mine, a)
	yielded = errors.Is(context.Cause(mine), errWanted) && ctx.Err() == nil && !op.Ended() && !errors.Is(err, ErrOperation)
	end()
	if yielded {
		d.opts.Logger.Info("a service takes over the data folder, and this work", "operation", string(op.ID))
		err = nil
	}
	return op, yielded, errors.Join(err, d.Close())
}
