package daemon_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"seeder/daemon"
	"seeder/internal/lockfile"
	"seeder/operation"
	"seeder/store"
)

// A service that starts while a command waits for a peer does not have to wait for
// that: it gets the data folder and the work.
func TestServiceTakesOverFromACommand(t *testing.T) {
	opts := options(t)
	c := ownHistory(t, opts, "one")
	type answer struct {
		op  store.Operation
		err error
	}
	asked := make(chan answer, 1)
	shown := make(chan store.Operation, 64)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		op, err := daemon.Ask(ctx, opts, daemon.Asking{
			Request: operation.Request{Community: c, Kind: operation.Archive}, Wait: time.Hour,
			Show: func(op store.Operation) {
				select {
				case shown <- op:
				default: // more than the test looks at
				}
			},
		})
		asked <- answer{op, err}
	}()
	var op store.Operation
	for op = range shown {
		if strings.Contains(op.Reason, "no peer") {
			break
		}
	}

	m := listenAsManager(t)
	service := opts
	service.Notify = true
	end := run(t, start(t, service))
	eventually(t, "the service manager is told what the service waited for", func() bool {
		return m.heard("STATUS=waiting for another seeder") == 1
	})
	eventually(t, "the service serves the community", func() bool { return m.heard("STATUS=1 community") > 0 })
	select {
	case got := <-asked:
		t.Fatalf("the command ended with %+v, %v, and its operation did not", got.op, got.err)
	default:
	}
	open := read(t, opts, func(tx store.Tx) ([]store.Operation, error) { return tx.Operations(c, true) })
	if len(open) != 1 || open[0].ID != op.ID {
		t.Errorf("the service has %+v to do, want operation %s", open, op.ID)
	}
	cancel()
	select {
	case got := <-asked:
		if got.op.ID != op.ID || !errors.Is(got.err, context.Canceled) {
			t.Errorf("interrupted, the command ended with %+v, %v", got.op, got.err)
		}
	case <-time.After(patience):
		t.Fatal("the command does not end when it is interrupted")
	}
	end()
}

// Interrupted while it waits, a service ends, and blames nobody for it.
func TestServiceThatWaitsForTheFolderEndsWithItsContext(t *testing.T) {
	opts := options(t)
	opts.Notify = true
	d := start(t, opts)
	m := listenAsManager(t)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		other, err := daemon.New(ctx, opts)
		if err == nil {
			err = other.Close()
		}
		failed <- err
	}()
	eventually(t, "it waits", func() bool { return m.heard("STATUS=waiting for another seeder") == 1 })
	eventually(t, "it says that it wants the folder", func() bool {
		l, err := lockfile.Acquire(opts.Config.WantedFile())
		if err == nil {
			err = l.Release()
		}
		return errors.Is(err, lockfile.ErrHeld)
	})
	cancel()
	select {
	case err := <-failed:
		if !errors.Is(err, context.Canceled) || errors.Is(err, daemon.ErrRunning) {
			t.Errorf("it ended with %v, want %v", err, context.Canceled)
		}
	case <-time.After(patience):
		t.Error("it still waits")
	}
	closeDaemon(t, d)
}
