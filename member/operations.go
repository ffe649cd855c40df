package member

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
		operation.Fetch:  m.fetchSpan,
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

// newest returns the archives of the newest announcement's index, or what has to come
// before they are known.
func (m *Member) newest(ctx context.Context) (entries []archive.Entry, rows map[message.ArchiveID]*store.Archive, wait string, err error) {
	a, err := m.latest(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, "no announcement of the community has come yet", nil
	}
	if err != nil {
		return nil, nil, "", fmt.Errorf("read newest announcement: %w", err)
	}
	opened, err := announce.Open(m.id, a.Signed)
	if err != nil {
		return nil, nil, "", fmt.Errorf("open newest announcement: %w", err)
	}
	if opened.Policy.ServingDisabled {
		return nil, nil, "", fmt.Errorf("%w: the owner asks not to serve this community", operation.ErrRefused)
	}
	ref, err := swarm.ParseMagnet(a.Magnet)
	if err != nil {
		return nil, nil, "", fmt.Errorf("read newest announcement: %w", err)
	}
	list, gens, err := m.state(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	i := slices.IndexFunc(gens, func(g store.Generation) bool {
		return g.InfoHash == store.InfoHash(ref.InfoHash) && len(g.Index) > 0
	})
	if i < 0 {
		return nil, nil, fmt.Sprintf("no peer has sent the index of torrent %s yet", store.InfoHash(ref.InfoHash)), nil
	}
	if entries, err = archive.DecodeIndex(gens[i].Index, 0); err != nil {
		return nil, nil, "", fmt.Errorf("decode index: %w", err)
	}
	rows = make(map[message.ArchiveID]*store.Archive, len(list))
	for i := range list {
		rows[list[i].ID] = &list[i]
	}
	return entries, rows, "", nil
}

// join is done when every archive of the newest generation is here, but those that
// are beyond a storage cap.
func (m *Member) join(ctx context.Context, s *operation.Step) (operation.Verdict, error) {
	entries, rows, wait, err := m.newest(ctx)
	if err != nil || wait != "" {
		return operation.WaitFor(wait), err
	}
	n := m.count(entries, rows, message.Forever())
	n.here, n.beyond = n.here+n.beyond, 0
	s.Op.Done, s.Op.Total = uint64(n.here), uint64(n.all)
	return n.verdict(), nil
}

// counts says how many archives of a span there are, and how they stand.
type counts struct {
	all, here, beyond, refused int
	reason                     string // why one was refused
}

func (m *Member) count(entries []archive.Entry, rows map[message.ArchiveID]*store.Archive, span message.Span) (n counts) {
	for i := range entries {
		row := rows[entries[i].ID]
		if row != nil && !touches(row.Span, span) {
			continue
		}
		n.all++
		switch {
		case row == nil:
		case row.State == store.Imported, row.State == store.Stored && !m.opts.Import:
			n.here++
		case beyond(row), row.State == store.Evicted:
			n.beyond++
		case row.State == store.Quarantined:
			n.refused++
			n.reason = row.Reason
		}
	}
	return n
}

// touches reports whether spans have a second in common.
func touches(a, b message.Span) bool { return a.From < b.To && b.From < a.To }

func (n counts) verdict() operation.Verdict {
	switch missing := n.all - n.here - n.beyond - n.refused; {
	case missing > 0:
		return operation.WaitFor(fmt.Sprintf("archives still to be fetched: %d", missing))
	case n.refused > 0:
		return operation.WaitFor(fmt.Sprintf("archives refused: %d, the last because: %s", n.refused, n.reason))
	}
	return operation.Done()
}
