package owner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"seeder/operation"
	"seeder/store"
)

// operationBudget is how long operations go on before the owner looks after
// its rounds again.
const operationBudget = 10 * time.Second

// NoPeer is what an archive operation waits for in the end: its archives are made and
// its announcement is stored, and nobody has taken it.
const NoPeer = "no peer has taken the announcement yet"

// Archived is how far an archive operation is and what it has done so far. It
// is the cursor of the operation, as JSON.
type Archived struct {
	// Sealed says that everything due was sealed, Published that it is seeded
	// and its announcement stored.
	Sealed    bool   `json:"sealed"`
	Published bool   `json:"published"`
	Report    Report `json:"report"`
}

// ParseArchived reads the cursor of an archive operation; an empty one is the
// beginning.
func ParseArchived(cursor []byte) (a Archived, err error) {
	if len(cursor) == 0 {
		return a, nil
	}
	if err := json.Unmarshal(cursor, &a); err != nil {
		return Archived{}, fmt.Errorf("read cursor: %w", err)
	}
	return a, nil
}

// handlers are what an owner does when asked.
func (o *Owner) handlers() map[string]operation.Handler {
	return map[string]operation.Handler{
		operation.Archive: o.archiveAllowed,
		operation.Fetch:   o.bringBack,
		operation.Replay: operation.Steps(func(ctx context.Context, op store.Operation,
			save func(store.Tx, []byte, uint64, uint64) error,
		) (bool, error) {
			return o.auditor.Replayer.Next(ctx, o.id, op.Span, op.Cursor, save)
		}),
		operation.Audit: operation.Steps(func(ctx context.Context, op store.Operation,
			save func(store.Tx, []byte, uint64, uint64) error,
		) (bool, error) {
			return o.auditor.Next(ctx, o.id, op.Cursor, save)
		}),
	}
}

// Operate executes what was asked for, of the given kinds or of all. It
// returns when there is more to do, in milliseconds since the Unix epoch; 0
// when nothing is due before something else happens.
func (o *Owner) Operate(ctx context.Context, kinds ...string) (int64, error) {
	return o.asked.Work(ctx, kinds...)
}

// operate is Operate for Run: a failure of the database is logged. It returns
// in how long to look again unless something changes.
func (o *Owner) operate(ctx context.Context) time.Duration {
	next, err := o.Operate(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		o.log.Error("cannot execute operations", "error", err)
		return o.opts.Poll
	case err != nil || next == 0:
		return unwatched
	}
	due := time.Duration(next-o.nowMillis()) * time.Millisecond
	return min(max(due, 0), unwatched)
}

// archive runs a round in steps: seal span by span, publish, and wait until
// the announcement was taken.
func (o *Owner) archive(ctx context.Context, s *operation.Step) (operation.Verdict, error) {
	at, err := ParseArchived(s.Op.Cursor)
	if err != nil {
		return operation.Again(), fmt.Errorf("%w: %w", operation.ErrRefused, err)
	}
	set := func(next Archived) error {
		at = next
		s.Op.Done = uint64(at.Report.Archives)
		if s.Op.Cursor, err = json.Marshal(at); err != nil {
			return fmt.Errorf("write cursor: %w", err)
		}
		return nil
	}
	switch {
	case !at.Sealed:
		if err := o.sealWhole(ctx, &at.Report, func(tx store.Tx, r Report) error {
			return errors.Join(set(Archived{Report: r}), s.Save(tx))
		}); err != nil {
			return operation.Again(), err
		}
		return operation.Again(), set(Archived{Sealed: true, Report: at.Report})
	case !at.Published:
		if err := o.publishWhole(ctx, &at.Report); err != nil {
			return operation.Again(), err
		}
		return operation.Again(), set(Archived{Sealed: true, Published: true, Report: at.Report})
	case at.Report.InfoHash == "":
		return operation.Done(), nil // no archives: there is nothing to announce
	}
	if at.Report.Sent, err = o.sentSince(ctx, at.Report.Clock); err != nil {
		return operation.Again(), err
	}
	if err := set(at); err != nil {
		return operation.Again(), err
	}
	if at.Report.Sent == 0 {
		return operation.WaitFor(NoPeer), nil
	}
	return operation.Done(), nil
}

// sentSince returns when an announcement of this node of that clock or a
// higher one was taken by a peer, in milliseconds since the Unix epoch; 0 when
// none was.
func (o *Owner) sentSince(ctx context.Context, clock uint64) (at int64, err error) {
	err = o.opts.DB.View(ctx, func(tx store.Tx) error {
		at = 0
		all, err := tx.Announcements(o.id, 0)
		for i := range all {
			if all[i].Own && all[i].Clock >= clock {
				at = max(at, all[i].SentAt)
			}
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read outbox: %w", err)
	}
	return at, nil
}
