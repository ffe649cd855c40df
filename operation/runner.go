package operation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"seeder/internal/clock"
	"seeder/internal/retry"
	"seeder/message"
	"seeder/store"
)

// Handler takes an operation one bounded step further. An effect on the
// database and [Step.Save] belong into one transaction; other effects have to
// be such that they may be repeated, because a step whose process dies is
// taken again. An error is tried again later, one that wraps [ErrRefused] ends
// the operation.
type Handler func(ctx context.Context, s *Step) (Verdict, error)

// Step is one step of an operation.
type Step struct {
	// Op is the operation. The handler sets Cursor, Done and Total.
	Op    store.Operation
	saved bool
}

// Save records cursor and progress in the transaction of the step's effect.
func (s *Step) Save(tx store.Tx) error {
	row := s.Op
	row.State, row.Reason, row.Attempts, row.NextTry = store.OperationRunning, "", 0, 0
	if err := tx.PutOperation(row); err != nil {
		return fmt.Errorf("record operation %s: %w", row.ID, err)
	}
	s.saved = true
	return nil
}

// Verdict says how an operation goes on after a step that succeeded.
type Verdict struct {
	done bool
	wait string
}

// Again asks for the next step.
func Again() Verdict { return Verdict{} }

// Done ends the operation.
func Done() Verdict { return Verdict{done: true} }

// WaitFor asks for the next step when something may have happened; reason says
// in words what it waits for.
func WaitFor(reason string) Verdict { return Verdict{wait: reason} }

// Steps returns the handler of work that goes on from a cursor: next takes one
// step, calls save in the transaction of its effect, and returns false when
// nothing was left to do.
func Steps(next func(ctx context.Context, op store.Operation,
	save func(tx store.Tx, cursor []byte, done, total uint64) error) (more bool, err error),
) Handler {
	return func(ctx context.Context, s *Step) (Verdict, error) {
		more, err := next(ctx, s.Op, func(tx store.Tx, cursor []byte, done, total uint64) error {
			s.Op.Cursor, s.Op.Done, s.Op.Total = cursor, done, total
			return s.Save(tx)
		})
		if err != nil || more {
			return Again(), err
		}
		return Done(), nil
	}
}

// RunnerOptions are the parts and settings of a runner. All are required.
type RunnerOptions struct {
	Community message.CommunityID
	DB        store.DB
	Clock     clock.Clock
	Logger    *slog.Logger
	// Handlers execute operations by kind. A kind without one is refused.
	Handlers map[string]Handler
	// RetryMin and RetryMax bound the pause after a failure.
	RetryMin, RetryMax time.Duration
	// Budget is how long Work goes on before it yields to other work; a step
	// that has begun is not cut short.
	Budget time.Duration
}

// Runner executes the operations of one community. It is used by the one
// goroutine that owns the community.
type Runner struct{ opts RunnerOptions }

// NewRunner returns a runner.
func NewRunner(opts RunnerOptions) *Runner { return &Runner{opts: opts} }

// Work takes the open operations of the community, oldest first, as far as
// they go: each until it ends, waits, fails for now, or the budget is used up.
// With kinds it looks at those only. It returns when the next one is due, in
// milliseconds since the Unix epoch: at once when one is in the middle of its
// work, 0 when none is due before something else happens. Failures of
// operations are recorded in their rows; an error is one of the database or of
// ctx.
func (r *Runner) Work(ctx context.Context, kinds ...string) (int64, error) {
	open, err := r.open(ctx, kinds)
	if err != nil {
		return 0, err
	}
	until := r.opts.Clock.Now().Add(r.opts.Budget)
	next := int64(0)
	for _, op := range open {
		due, err := r.advance(ctx, op, until)
		if err != nil {
			return 0, err
		}
		if due != 0 && (next == 0 || due < next) {
			next = due
		}
	}
	return next, nil
}

func (r *Runner) open(ctx context.Context, kinds []string) (ops []store.Operation, err error) {
	err = r.opts.DB.View(ctx, func(tx store.Tx) error {
		ops, err = tx.Operations(r.opts.Community, true)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list operations: %w", err)
	}
	if len(kinds) == 0 {
		return ops, nil
	}
	some := ops[:0]
	for _, op := range ops {
		for _, k := range kinds {
			if op.Kind == k {
				some = append(some, op)
			}
		}
	}
	return some, nil
}

// advance takes steps of one operation and returns when the next one is due.
func (r *Runner) advance(ctx context.Context, op store.Operation, until time.Time) (int64, error) {
	for {
		now := r.opts.Clock.Now()
		if op.NextTry > now.UnixMilli() {
			return op.NextTry, nil
		}
		if now.After(until) {
			return now.UnixMilli(), nil
		}
		again, err := r.step(ctx, &op)
		if err != nil || op.Ended() {
			return 0, err
		}
		if !again {
			return op.NextTry, nil
		}
	}
}

// step takes one step and records what became of it.
func (r *Runner) step(ctx context.Context, op *store.Operation) (again bool, err error) {
	if op.State == store.OperationPending {
		r.opts.Logger.Info("operation begins", "operation", string(op.ID), "kind", op.Kind)
		// From here on it does not stand for what is asked for later.
		op.State = store.OperationRunning
		if err := r.put(ctx, *op); err != nil {
			return false, err
		}
	}
	before := *op
	s := &Step{Op: *op}
	verdict, err := r.handle(ctx, s)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return false, r.failed(ctx, op, err)
	}
	*op = s.Op
	op.State, op.Reason, op.Attempts, op.NextTry = store.OperationRunning, verdict.wait, 0, 0
	if verdict.done {
		op.State, op.EndedAt = store.OperationDone, r.opts.Clock.Now().UnixMilli()
		r.opts.Logger.Info("operation done", "operation", string(op.ID), "kind", op.Kind, "steps", op.Done)
	}
	again = !verdict.done && verdict.wait == ""
	if again && s.saved || !again && !verdict.done && !changed(before, *op) {
		return again, nil
	}
	return again, r.put(ctx, *op)
}

func (r *Runner) handle(ctx context.Context, s *Step) (Verdict, error) {
	h := r.opts.Handlers[s.Op.Kind]
	if h == nil {
		return Verdict{}, fmt.Errorf("%w: this node does not %s for the community", ErrRefused, s.Op.Kind)
	}
	return h(ctx, s)
}

// failed records a failure: the end when it was refused, or the next try.
func (r *Runner) failed(ctx context.Context, op *store.Operation, cause error) error {
	now := r.opts.Clock.Now()
	// A step may have saved its cursor and failed thereafter.
	err := r.opts.DB.Update(ctx, func(tx store.Tx) error {
		row, err := tx.Operation(op.ID)
		if err != nil {
			return err
		}
		row.Attempts = op.Attempts + 1
		row.State, row.Reason = store.OperationRunning, cause.Error()
		row.NextTry = now.Add(retry.After(r.opts.RetryMin, r.opts.RetryMax, row.Attempts)).UnixMilli()
		if errors.Is(cause, ErrRefused) {
			row.State, row.NextTry, row.EndedAt = store.OperationFailed, 0, now.UnixMilli()
		}
		*op = row
		return tx.PutOperation(row)
	})
	if err != nil {
		return fmt.Errorf("record failure of operation %s (%w): %w", op.ID, cause, err)
	}
	r.opts.Logger.Warn("operation failed", "operation", string(op.ID), "kind", op.Kind, "state", string(op.State),
		"attempts", op.Attempts, "error", cause)
	return nil
}

func (r *Runner) put(ctx context.Context, op store.Operation) error {
	err := r.opts.DB.Update(ctx, func(tx store.Tx) error { return tx.PutOperation(op) })
	if err != nil {
		return fmt.Errorf("record operation %s: %w", op.ID, err)
	}
	return nil
}
