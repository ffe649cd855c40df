package daemon

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"seeder/catalog"
	"seeder/importer"
	"seeder/internal/retry"
	"seeder/message"
	"seeder/operation"
	"seeder/owner"
	"seeder/store"
)

var (
	// ErrStopped reports that the daemon which was to execute an operation has
	// ended. The operation goes on when the next one runs.
	ErrStopped = errors.New("the daemon has stopped")
	// ErrOperation reports an operation that has failed, for now or for good.
	ErrOperation = errors.New("operation failed")
)

// Desk returns where operations of a database are asked for.
func Desk(opts Options, db store.DB) *operation.Desk {
	random := opts.Rand
	if random == nil {
		random = rand.Reader
	}
	return operation.NewDesk(operation.Options{DB: db, Clock: opts.Clock, Rand: random})
}

// Asking says how an operation is asked for.
type Asking struct {
	Request operation.Request
	// Show is told how the operation stands, at first and whenever that has
	// changed; nil for nobody.
	Show func(store.Operation)
	// Progress is told of archives that this process seals; nil for nobody.
	Progress func(owner.Progress)
	// Wait is how long a round waits for a peer that takes the announcement; 0 for one
	// try. In this process that begins when there is nothing else to do, since archiving
	// takes as long as it takes; a daemon is waited for no longer than that in all.
	Wait time.Duration
	// Alive reports whether a process runs.
	Alive func(pid int) bool
	// takeover says that a daemon is starting that takes over what this process did.
	takeover bool
}

// Ask creates an operation and returns it as it is when it has ended. When a
// daemon holds the data folder that executes it, otherwise this process does, until
// a service starts that takes over.
// When ctx ends first, or the time to wait, the operation stays, and goes on with the
// next daemon; it is returned with ctx's error, or [context.DeadlineExceeded]. Other errors: [ErrOperation] and
// [ErrStopped], with the operation; announce.ErrNoPeers when a round was done
// but for the announcement, with the operation; those of [New].
func Ask(ctx context.Context, opts Options, a Asking) (store.Operation, error) {
	if a.Show == nil {
		a.Show = func(store.Operation) {}
	}
	var d *Daemon
	var err error
	if slices.Contains([]string{operation.Archive, operation.Join, operation.Fetch}, a.Request.Kind) {
		d, err = New(ctx, opts)
	} else {
		d, err = offline(ctx, opts)
	}
	if errors.Is(err, ErrRunning) {
		return askBeside(ctx, opts, a, "")
	}
	if err != nil {
		return store.Operation{}, err
	}
	op, yielded, err := d.executeOrYield(ctx, a)
	if yielded && err == nil {
		a.takeover = true
		return askBeside(ctx, opts, a, op.ID)
	}
	return op, err
}

// executeRunning creates an operation and runs this daemon until it has ended.
func (d *Daemon) executeRunning(ctx context.Context, a Asking) (op store.Operation, err error) {
	desk := Desk(d.opts, d.db)
	if op, err = createOrFind(ctx, desk, a.Request); err != nil {
		return op, err
	}
	running, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- d.Run(running) }()
	op, err = desk.Wait(ctx, op.ID, a.Show)
	cancel()
	if err == nil && op.State == store.OperationFailed {
		err = failedFor(op)
	}
	return op, errors.Join(err, <-done)
}

// createOrFind returns the open operation of a kind, or a new one: asking twice
// for something that goes on until it is reached is asking once.
func createOrFind(ctx context.Context, desk *operation.Desk, req operation.Request) (store.Operation, error) {
	open, err := desk.List(ctx, true, req.Community)
	if err != nil {
		return store.Operation{}, err
	}
	for _, op := range open {
		if op.Kind == req.Kind && req.Kind == operation.Join {
			return op, nil
		}
	}
	return desk.Create(ctx, req)
}

func failedFor(op store.Operation) error {
	return fmt.Errorf("%s %s: %w: %s", op.Kind, op.Community, ErrOperation, op.Reason)
}

// offline takes the data folder without joining a network.
func offline(ctx context.Context, opts Options) (*Daemon, error) {
	d := &Daemon{opts: opts, files: OpenFiles(opts.Config), keys: Keystore(opts.Config)}
	if err := d.openFolder(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// openFolder takes the data folder and opens the database.
func (d *Daemon) openFolder(ctx context.Context) (err error) {
	cfg := d.opts.Config
	if err := makeDataDir(cfg); err != nil {
		return err
	}
	if err := d.takeFolder(ctx); err != nil {
		return err
	}
	if d.db, err = OpenStore(ctx, cfg); err != nil {
		return err
	}
	d.changes = catalog.NewWatcher(d.db, pollInterval, d.opts.Logger)
	if d.owned, err = ownStore(ctx, d.db); err != nil {
		return err
	}
	d.openTelling()
	return nil
}

// importerOptions are those of every importer of this node.
func (d *Daemon) importerOptions() importer.Options {
	return importer.Options{Validator: d.opts.Validator, Workers: d.opts.Config.Import.Workers, Pace: d.pace,
		Observe: d.measured.imported}
}

// execute creates an operation and executes it in this process.
func (d *Daemon) execute(ctx context.Context, a Asking) (store.Operation, error) {
	work, send, err := d.executor(a)
	if err != nil {
		return store.Operation{}, err
	}
	desk := Desk(d.opts, d.db)
	op, err := desk.Create(ctx, a.Request)
	if err != nil {
		return op, err
	}
	patience := sync.OnceValues(func() (context.Context, context.CancelFunc) { // from the first call on
		if a.Wait == 0 {
			return context.WithCancel(ctx)
		}
		return context.WithTimeout(ctx, a.Wait)
	})
	defer func() { _, cancel := patience(); cancel() }()
	for {
		a.Show(op)
		if _, err := work(ctx); err != nil {
			return op, fmt.Errorf("execute operation %s: %w", op.ID, err)
		}
		now, err := desk.Get(ctx, op.ID)
		if err != nil {
			return op, err
		}
		op = now
		switch {
		case op.State == store.OperationDone:
			a.Show(op)
			return op, nil
		case op.Ended(), op.Attempts > 0:
			a.Show(op)
			return op, failedFor(op)
		case op.Reason != "":
			a.Show(op)
			waiting, _ := patience()
			if err := send(waiting); err != nil && (a.Wait == 0 || waiting.Err() != nil) {
				return op, errors.Join(err, waiting.Err())
			} else if err != nil && !retry.Sleep(waiting, pollInterval) {
				return op, fmt.Errorf("wait for operation %s: %w", op.ID, waiting.Err())
			}
		}
	}
}

// executor returns what takes steps of an operation in this process, and what
// brings about what it may wait for.
func (d *Daemon) executor(a Asking) (work func(context.Context) (int64, error), send func(context.Context) error, err error) {
	c := a.Request.Community
	if a.Request.Kind == operation.Archive {
		o, err := d.Owner(c, a.Progress)
		if err != nil {
			return nil, nil, err
		}
		return func(ctx context.Context) (int64, error) { return o.Operate(ctx, operation.Archive) },
			func(ctx context.Context) error {
				if _, err := o.SendDue(ctx); err != nil {
					return fmt.Errorf("announce %s: %w", c, err)
				}
				return nil
			}, nil
	}
	r := d.offlineRunner(c)
	return func(ctx context.Context) (int64, error) { return r.Work(ctx, a.Request.Kind) },
		func(context.Context) error { return nil }, nil
}

// offlineRunner executes what needs no network.
func (d *Daemon) offlineRunner(c message.CommunityID) *operation.Runner {
	cfg := d.opts.Config
	keeps := func() bool { return cfg.Member.Import || d.owns(c) }
	auditor := &importer.Auditor{
		Replayer: importer.Replayer{
			DB: d.db, Importer: importer.New(d.db, d.opts.Clock, d.importerOptions()), Files: d.files,
			Clock: d.opts.Clock, Discard: d.files.Remove,
		},
		Import: keeps(),
	}
	return operation.NewRunner(operation.RunnerOptions{
		Community: c, DB: d.db, Clock: d.opts.Clock, Logger: d.opts.Logger.With("community", c.String()),
		RetryMin: cfg.Member.RetryMin, RetryMax: cfg.Member.RetryMax, Budget: time.Minute,
		Handlers: map[string]operation.Handler{
			operation.Replay: operation.Steps(func(ctx context.Context, op store.Operation,
				save func(store.Tx, []byte, uint64, uint64) error,
			) (bool, error) {
				if !keeps() {
					return false, fmt.Errorf("%w: this node keeps no messages, member.import is false", operation.ErrRefused)
				}
				return auditor.Replayer.Next(ctx, c, op.Span, op.Cursor, save)
			}),
			operation.Audit: operation.Steps(func(ctx context.Context, op store.Operation,
				save func(store.Tx, []byte, uint64, uint64) error,
			) (bool, error) {
				return auditor.Next(ctx, c, op.Cursor, save)
			}),
		},
	})
}

// owns reports whether the key of a community is here.
func (d *Daemon) owns(c message.CommunityID) bool {
	_, err := d.keys.Load(c)
	return err == nil
}

// besidePoll is how often it is looked whether the daemon still runs.
const besidePoll = 2 * time.Second

// askBeside waits for the end of an operation that the daemon which runs executes;
// without an id it creates one.
func askBeside(ctx context.Context, opts Options, a Asking, id store.OperationID) (op store.Operation, err error) {
	if a.Wait > 0 {
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, a.Wait)
		defer cancel()
	}
	db, err := OpenStore(ctx, opts.Config)
	if err != nil {
		return op, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	desk := Desk(opts, db)
	if id == "" {
		if op, err = createOrFind(ctx, desk, a.Request); err != nil {
			return op, err
		}
		id = op.ID
	}
	return WaitBeside(ctx, opts, desk, id, a)
}

// WaitBeside waits for the end of an operation that the daemon which runs on
// the data folder executes. Of a, Show and Alive are looked at.
func WaitBeside(ctx context.Context, opts Options, desk *operation.Desk, id store.OperationID, a Asking) (store.Operation, error) {
	gone, most := 0, 1
	if a.takeover {
		most = takeoverPolls
	}
	for {
		slice, cancel := context.WithTimeout(ctx, besidePoll)
		op, err := desk.Wait(slice, id, a.Show)
		cancel()
		switch {
		case err == nil && op.State == store.OperationFailed:
			return op, failedFor(op)
		case err == nil, ctx.Err() != nil, !errors.Is(err, context.DeadlineExceeded):
			return op, err
		}
		// The node file of a daemon that is starting is not there yet.
		if n, err := ReadNodeFile(opts.Config); errors.Is(err, os.ErrNotExist) || err == nil && a.Alive != nil && !a.Alive(n.PID) {
			gone++
		} else {
			gone = 0
		}
		if gone > most {
			return op, fmt.Errorf("%w: operation %s goes on when the next one runs", ErrStopped, id)
		}
	}
}
