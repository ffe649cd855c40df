package member

import (
	"context"
	"encoding/json"
	"fmt"

	"seeder/message"
	"seeder/operation"
	"seeder/store"
)

// Fetched is how far a fetch operation is. It is the cursor of the operation, as
// JSON.
type Fetched struct {
	// Archives is how many archives the span touches, Here how many of them are
	// here, and NoRoom for how many there is no room under the storage caps.
	Archives int `json:"archives"`
	Here     int `json:"here"`
	NoRoom   int `json:"no_room"`
}

// ask is a part of the history that somebody asked for.
type ask struct {
	id   store.OperationID
	span message.Span
	// isNew says that no room was looked for yet since it was asked for.
	isNew bool
}

type asks []ask

// touch reports whether somebody asked for a part of the span, and whether for the
// first time.
func (a asks) touch(span message.Span) (asked, isNew bool) {
	for _, one := range a {
		if touches(one.span, span) {
			asked, isNew = true, isNew || one.isNew
		}
	}
	return asked, isNew
}

// spanOf returns the span of an operation; an empty one is all of the history.
func spanOf(op store.Operation) message.Span {
	if op.Span == (message.Span{}) {
		return message.Forever()
	}
	return op.Span
}

// asks returns the open fetch operations.
func (m *Member) asks(ctx context.Context) (list asks, err error) {
	err = m.opts.DB.View(ctx, func(tx store.Tx) error {
		list = nil
		ops, err := tx.Operations(m.id, true)
		for _, op := range ops {
			if op.Kind == operation.Fetch {
				list = append(list, ask{op.ID, spanOf(op), !m.considered[op.ID]})
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list operations: %w", err)
	}
	return list, nil
}

// fetchSpan is done when the archives of a span are here. It is refused when there is
// no room for all of them without others having to go: those are newer, or were pinned,
// and would be fetched again.
func (m *Member) fetchSpan(ctx context.Context, s *operation.Step) (operation.Verdict, error) {
	if mode := m.mode(); !mode.Fetch {
		delete(m.considered, s.Op.ID) // there may be more room when it goes on
		return operation.WaitFor(mode.Reason), nil
	}
	entries, rows, wait, err := m.newest(ctx)
	if err != nil || wait != "" {
		return operation.WaitFor(wait), err
	}
	n := m.count(entries, rows, spanOf(s.Op))
	s.Op.Done, s.Op.Total = uint64(n.here), uint64(n.all)
	if s.Op.Cursor, err = json.Marshal(Fetched{Archives: n.all, Here: n.here, NoRoom: n.beyond}); err != nil {
		return operation.Again(), fmt.Errorf("write cursor: %w", err)
	}
	switch {
	case n.all == 0:
		err = fmt.Errorf("%w: the history has no archive in this span", operation.ErrRefused)
	case n.here == n.all:
		delete(m.considered, s.Op.ID)
		return operation.Done(), nil
	case !m.considered[s.Op.ID]:
		return operation.WaitFor("looking for room"), nil
	case n.here+n.beyond == n.all:
		err = fmt.Errorf("%w: %d of %d archives are here, and there is no room under the storage caps for the others; "+
			"raise the cap, or pin the span, which then counts more than newer history", operation.ErrRefused, n.here, n.all)
	}
	if err != nil {
		delete(m.considered, s.Op.ID)
		return operation.Again(), err
	}
	return n.verdict(), nil
}
