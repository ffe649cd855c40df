package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/terminal"
	"seeder/message"
	"seeder/node"
	"seeder/operation"
	"seeder/owner"
	"seeder/store"
)

func operationText(o node.Operation, w io.Writer) {
	fmt.Fprintf(w, "operation\t%s\ncommunity\t%s\nkind\t%s\nstate\t%s\n", o.ID, o.Community, o.Kind, o.State)
	if o.To != 0 {
		fmt.Fprintf(w, "span\t%s\n", message.Span{From: o.From, To: o.To})
	}
	fmt.Fprintf(w, "progress\t%s\n", progressText(o))
	if o.Reason != "" {
		fmt.Fprintf(w, "%s\t%s\n", whyText(o), terminal.Visible(o.Reason))
	}
	if o.Attempts > 0 {
		fmt.Fprintf(w, "attempts\t%d\n", o.Attempts)
	}
	if o.NextTry > 0 {
		fmt.Fprintf(w, "next try\t%s\n", millisText(uint64(o.NextTry)))
	}
	fmt.Fprintf(w, "asked for\t%s\n", millisText(uint64(o.CreatedAt)))
	if o.EndedAt > 0 {
		fmt.Fprintf(w, "ended\t%s\n", millisText(uint64(o.EndedAt)))
	}
}

func progressText(o node.Operation) string {
	if o.Total == 0 {
		return fmt.Sprint(o.Done)
	}
	return fmt.Sprintf("%d of %d", o.Done, o.Total)
}

// whyText says what the reason is about.
func whyText(o node.Operation) string {
	switch {
	case o.State == store.OperationFailed:
		return "failed"
	case o.Attempts > 0:
		return "last failure"
	default:
		return "waits"
	}
}

// asking asks for an operation on this node and waits for its end.
type asking struct {
	request operation.Request
	// timeout is how long to wait; 0 for as long as it takes. That of a round is only for
	// a peer that takes the announcement.
	timeout time.Duration
}

// ask creates an operation and returns it when it has ended. How it stands is
// shown on standard error meanwhile. Interrupted, or after the timeout, it goes
// on without this command, whose error says so.
func (a *app) ask(ctx context.Context, cfg config.Config, q asking) (store.Operation, error) {
	wait, cancel, patience := ctx, context.CancelFunc(func() {}), time.Duration(0)
	switch {
	case q.request.Kind == operation.Archive:
		patience = q.timeout
	case q.timeout > 0:
		wait, cancel = context.WithTimeout(ctx, q.timeout)
	}
	defer cancel()
	bar := newSteps(a.err)
	above := *a
	above.err = bar // logs and notes stand above the bar
	show := &operationShow{out: above.stderr(), bar: bar, now: a.clock.Now}
	op, err := daemon.Ask(wait, above.daemonOptions(cfg), daemon.Asking{
		Request: q.request, Show: show.changed, Progress: above.showArchive, Wait: patience, Alive: alive,
	})
	bar.Close()
	late := wait.Err() != nil || patience > 0 && errors.Is(err, context.DeadlineExceeded)
	return op, a.goesOn(ctx, late, op, err)
}

// goesOn makes the error of a wait that ended before its operation, late because its time
// was over.
func (a *app) goesOn(ctx context.Context, late bool, op store.Operation, err error) error {
	const hint = "`seeder operation show ID` says how it stands; it goes on while `seeder run` works on the data folder"
	switch {
	case err == nil || op.ID == "":
		return err
	case errors.Is(err, daemon.ErrStopped):
		return fail(exitUnreachable, "start it again with `seeder run`", "%w", err)
	case ctx.Err() != nil:
		fmt.Fprintf(a.stderr(), "operation %s is not over: it goes on with `seeder run`\n", op.ID)
		return ctx.Err()
	case late && op.Reason == owner.NoPeer:
		return fail(exitUnannounced, "`seeder run`, or the next round, sends it as soon as there is one; waku.peers says where to look",
			"not within the timeout: operation %s %s", op.ID, waitsFor(op))
	case late:
		return fail(exitFailed, hint, "not within the timeout: operation %s %s", op.ID, waitsFor(op))
	default:
		return err
	}
}

func waitsFor(op store.Operation) string {
	switch {
	case op.State == store.OperationPending:
		return "has not begun"
	case op.Reason == "":
		return "is being worked on, " + progressText(node.NewOperation(op)) + " steps"
	default:
		return "waits: " + terminal.Visible(op.Reason)
	}
}

// operationShow tells how an operation stands, a line for each change of what
// it waits for and a line now and then for progress, or on a terminal a bar.
type operationShow struct {
	out  io.Writer
	bar  *steps
	now  func() time.Time
	last string
	at   time.Time
	name bool
}

func (s *operationShow) changed(op store.Operation) {
	if !s.name {
		s.name = true
		fmt.Fprintf(s.out, "operation %s: %s of %s\n", op.ID, op.Kind, op.Community)
	}
	if op.State == store.OperationPending || op.Ended() {
		return
	}
	if s.bar.Drawn() {
		s.bar.set(op.Kind, op.Done, op.Total, op.Reason)
		return
	}
	line := ""
	switch {
	case op.Reason != "":
		line = waitsFor(op)
	case op.Total > 0:
		line = fmt.Sprintf("%d of %d", op.Done, op.Total)
	}
	now := s.now()
	if line == "" || line == s.last || op.Reason == "" && now.Sub(s.at) < lineInterval {
		return
	}
	s.last, s.at = line, now
	fmt.Fprintf(s.out, "%s: %s\n", op.Kind, line)
}

// archivedReport returns the report of an archive operation.
func archivedReport(op store.Operation) (owner.Report, error) {
	at, err := owner.ParseArchived(op.Cursor)
	if err != nil {
		return owner.Report{}, err
	}
	at.Report.Community = op.Community
	return at.Report, nil
}
