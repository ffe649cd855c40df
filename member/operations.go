package member

import (
	"context"
	"errors"
	"fmt"
	"time"

	"seeder/announce"
	"seeder/archive"
	"seeder/message"
	"seeder/operation"
	"seeder/store"
	"seeder/swarm"
)

// operationBudget is how long operations go on before the member looks after
// announcements and archives again.
const operationBudget = 10 * time.Second

// Wake makes the reconciling goroutine look at once for operations that were
// asked for. A fetch that runs is interrupted and goes on thereafter.
func (m *Member) Wake() {
	select {
	case m.kick <- struct{}{}:
	default: // it is to wake up already
	}
}

// handlers are what a member does when asked.
func (m *Member) handlers() map[string]operation.Handler {
	return map[string]operation.Handler{
		operation.Join:   m.join,
		operation.Replay: m.replay,
		operation.Audit: operation.Steps(func(ctx context.Context, op store.Operation,
			save func(store.Tx, []byte, uint64, uint64) error,
		) (bool, error) {
			return m.auditor.Next(ctx, m.id, op.Cursor, save)
		}),
	}
}

func (m *Member) replay(ctx context.Context, s *operation.Step) (operation.Verdict, error) {
	if !m.opts.Import {
		return operation.Again(), fmt.Errorf("%w: this node keeps no messages, member.import is false", operation.ErrRefused)
	}
	return operation.Steps(func(ctx context.Context, op store.Operation, save func(store.Tx, []byte, uint64, uint64) error) (bool, error) {
		return m.auditor.Replayer.Next(ctx, m.id, op.Span, op.Cursor, save)
	})(ctx, s)
}

// operate executes what was asked for, of the given kinds or of all. It
// returns in how long there is more to do, false when nothing is due by time.
func (m *Member) operate(ctx context.Context, kinds ...string) (time.Duration, bool) {
	next, err := m.asked.Work(ctx, kinds...)
	if err != nil && ctx.Err() == nil {
		m.log.Error("cannot execute operations", "error", err)
		return m.opts.RetryMin, true
	}
	return max(time.Duration(next-m.nowMillis())*time.Millisecond, 0), next != 0
}

// join is done when every archive of the newest generation is here, but those that
// are beyond a storage cap.
func (m *Member) join(ctx context.Context, s *operation.Step) (operation.Verdict, error) {
	a, err := m.latest(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return operation.WaitFor("no announcement of the community has come yet"), nil
	}
	if err != nil {
		return operation.Again(), fmt.Errorf("read newest announcement: %w", err)
	}
	opened, err := announce.Open(m.id, a.Signed)
	if err != nil {
		return operation.Again(), fmt.Errorf("open newest announcement: %w", err)
	}
	if opened.Policy.ServingDisabled {
		return operation.Again(), fmt.Errorf("%w: the owner asks not to serve this community", operation.ErrRefused)
	}
	ref, err := swarm.ParseMagnet(a.Magnet)
	if err != nil {
		return operation.Again(), fmt.Errorf("read newest announcement: %w", err)
	}
	rows, gens, err := m.state(ctx)
	if err != nil {
		return operation.Again(), err
	}
	for i := range gens {
		if gens[i].InfoHash == store.InfoHash(ref.InfoHash) && len(gens[i].Index) > 0 {
			return m.joined(s, gens[i].Index, rows)
		}
	}
	return operation.WaitFor(fmt.Sprintf("no peer has sent the index of torrent %s yet", store.InfoHash(ref.InfoHash))), nil
}

// joined counts which archives of an index are here.
func (m *Member) joined(s *operation.Step, index []byte, rows []store.Archive) (operation.Verdict, error) {
	entries, err := archive.DecodeIndex(index, 0)
	if err != nil {
		return operation.Again(), fmt.Errorf("decode index: %w", err)
	}
	byID := make(map[message.ArchiveID]*store.Archive, len(rows))
	for i := range rows {
		byID[rows[i].ID] = &rows[i]
	}
	here, refused, reason := 0, 0, ""
	for i := range entries {
		row := byID[entries[i].ID]
		switch {
		case row == nil:
		case row.State == store.Imported, row.State == store.Evicted, row.State == store.Stored && !m.opts.Import, beyond(row):
			here++
		case row.State == store.Quarantined:
			refused++
			reason = row.Reason
		}
	}
	s.Op.Done, s.Op.Total = uint64(here), uint64(len(entries))
	switch {
	case here == len(entries):
		return operation.Done(), nil
	case here+refused == len(entries):
		return operation.WaitFor(fmt.Sprintf("%d archives were refused, the last because: %s", refused, reason)), nil
	default:
		return operation.WaitFor(fmt.Sprintf("%d archives are still to be fetched", len(entries)-here-refused)), nil
	}
}
