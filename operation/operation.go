// Package operation holds what users have asked a node to do: archive now,
// replay the archives, follow a community to its newest generation, fetch a part
// of its history, look whether anything is damaged.
//
// An operation is a row of the database. Its random id is what the user and
// the log call it by; its cursor is where it goes on after a restart. Whoever
// asks puts the row there ([Desk]); the one goroutine that owns the community
// executes it ([Runner]) in bounded steps, so that a process which dies loses
// at most one step. Effect and cursor of a step are committed in one
// transaction: an effect is never there without the cursor that says so.
//
//	pending -> running -> done
//	              |  ^ \-> failed   (refused for good; reason)
//	              v  |
//	        waiting: running, with a reason, and a next try after a failure
//
// A failure of the node (disk, database, network) is tried again for ever with
// growing random pauses, and the row says what failed and when it is tried
// again. Only an error that wraps [ErrRefused] ends an operation as failed.
package operation

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"seeder/internal/clock"
	"seeder/internal/retry"
	"seeder/message"
	"seeder/store"
)

// The kinds of operations.
const (
	// Archive runs an owner's round. It is done when a peer took the
	// announcement of everything archived.
	Archive = "archive"
	// Replay rebuilds message rows from archive files.
	Replay = "replay"
	// Join is done when a member holds every archive of the newest generation.
	Join = "join"
	// Audit compares rows, files and messages, and mends what differs.
	Audit = "audit"
	// Fetch is done when every archive of a span is here, those included that were
	// evicted or left out for a storage cap, and refused when there is no room for
	// them beside what is here.
	Fetch = "fetch"
)

// Keep is how long operations that ended are kept.
const Keep = 30 * 24 * time.Hour

var (
	// ErrRefused marks an error that no further try can mend: it ends the
	// operation as failed.
	ErrRefused = errors.New("operation cannot be done")
	// ErrID reports an operation id that is not 32 lower-case hex digits.
	ErrID = errors.New("malformed operation id")
)

// idBytes is the length of an id in bytes, before it is written in hex.
const idBytes = 16

// ParseID reads an operation id; the error wraps [ErrID].
func ParseID(s string) (store.OperationID, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != idBytes || hex.EncodeToString(b) != s {
		return "", fmt.Errorf("%w: %.80q", ErrID, s)
	}
	return store.OperationID(s), nil
}

// Options are what a desk needs. All are required.
type Options struct {
	DB    store.DB
	Clock clock.Clock
	// Rand gives the random bits of ids: crypto/rand.Reader, or a fixed source
	// in tests.
	Rand io.Reader
}

// Desk takes what users ask for. It is safe for concurrent use when Rand is.
type Desk struct{ opts Options }

// NewDesk returns a desk.
func NewDesk(opts Options) *Desk { return &Desk{opts: opts} }

// Request is what a user asks for.
type Request struct {
	Community message.CommunityID
	// Kind is one of the kinds of this package.
	Kind string
	// Span limits the operation to a part of the history; empty for all of it.
	Span message.Span
}

// New returns a pending operation with an id of its own, which the caller
// stores in a transaction of its choice.
func (d *Desk) New(req Request) (store.Operation, error) {
	var id [idBytes]byte
	if _, err := io.ReadFull(d.opts.Rand, id[:]); err != nil {
		return store.Operation{}, fmt.Errorf("make operation id: %w", err)
	}
	return store.Operation{
		ID: store.OperationID(hex.EncodeToString(id[:])), Community: req.Community, Kind: req.Kind, Span: req.Span,
		State: store.OperationPending, CreatedAt: d.opts.Clock.Now().UnixMilli(),
	}, nil
}

// Create stores a new operation and forgets those that ended long ago. One
// that asks for the same and has not begun is returned instead.
func (d *Desk) Create(ctx context.Context, req Request) (store.Operation, error) {
	op, err := d.New(req)
	if err != nil {
		return store.Operation{}, err
	}
	created := op
	err = d.opts.DB.Update(ctx, func(tx store.Tx) error {
		op = created
		open, err := tx.Operations(req.Community, true)
		if err != nil {
			return err
		}
		for _, o := range open {
			if o.State == store.OperationPending && o.Kind == req.Kind && o.Span == req.Span {
				op = o
				return nil
			}
		}
		if err := tx.DeleteOperations(req.Community, op.CreatedAt-Keep.Milliseconds()); err != nil {
			return err
		}
		return tx.PutOperation(op)
	})
	if err != nil {
		return store.Operation{}, fmt.Errorf("record operation: %w", err)
	}
	return op, nil
}

// Get returns an operation; the error wraps [store.ErrNotFound] when there is
// no such row.
func (d *Desk) Get(ctx context.Context, id store.OperationID) (op store.Operation, err error) {
	err = d.opts.DB.View(ctx, func(tx store.Tx) error {
		op, err = tx.Operation(id)
		return err
	})
	if err != nil {
		return store.Operation{}, fmt.Errorf("read operation %s: %w", id, err)
	}
	return op, nil
}

// List returns the operations of the communities, or of all there are when
// none is named, each community's oldest first; with open set only those that
// have not ended.
func (d *Desk) List(ctx context.Context, open bool, communities ...message.CommunityID) (ops []store.Operation, err error) {
	err = d.opts.DB.View(ctx, func(tx store.Tx) error {
		ops = nil
		ids := communities
		if len(ids) == 0 {
			all, err := tx.Communities()
			if err != nil {
				return err
			}
			for _, c := range all {
				ids = append(ids, c.ID)
			}
		}
		for _, c := range ids {
			some, err := tx.Operations(c, open)
			if err != nil {
				return err
			}
			ops = append(ops, some...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list operations: %w", err)
	}
	return ops, nil
}

// waitPoll is how often Wait looks at the row.
const waitPoll = 100 * time.Millisecond

// Wait returns an operation once it has ended. It calls show, unless nil, with
// the row at first and whenever it has changed. When ctx ends first it returns
// the row as it was last and ctx's error; the operation goes on.
func (d *Desk) Wait(ctx context.Context, id store.OperationID, show func(store.Operation)) (store.Operation, error) {
	var last store.Operation
	for first := true; ; first = false {
		op, err := d.Get(ctx, id)
		if err != nil {
			return last, err
		}
		if show != nil && (first || changed(last, op)) {
			show(op)
		}
		last = op
		if op.Ended() {
			return op, nil
		}
		if !retry.Sleep(ctx, waitPoll) {
			return last, fmt.Errorf("wait for operation %s: %w", id, ctx.Err())
		}
	}
}

func changed(a, b store.Operation) bool {
	return a.State != b.State || a.Done != b.Done || a.Total != b.Total || a.Reason != b.Reason ||
		a.Attempts != b.Attempts || a.NextTry != b.NextTry
}

// Due reports whether a community has an operation for which there is
// something to do now: it has not begun, is in the middle of its work, or the
// time of its next try has come. One that waits for something else to happen
// is not due. Without an open one none becomes due before the community changes
// (see [store.Revisions]).
func Due(tx store.Tx, c message.CommunityID, now time.Time) (due, open bool, err error) {
	all, err := tx.Operations(c, true)
	if err != nil {
		return false, false, fmt.Errorf("list operations: %w", err)
	}
	for i := range all {
		op := &all[i]
		if op.NextTry == 0 && op.Reason == "" || op.NextTry != 0 && op.NextTry <= now.UnixMilli() {
			return true, true, nil
		}
	}
	return false, len(all) > 0, nil
}
