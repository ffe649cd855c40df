package owner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"seeder/limits"
	"seeder/message"
	"seeder/operation"
	"seeder/quota"
	"seeder/store"
)

// bringBack writes archives of a span anew that were evicted with the owner's leave,
// as far as there is room for them without others having to go.
func (o *Owner) bringBack(ctx context.Context, s *operation.Step) (operation.Verdict, error) {
	if o.paused() {
		return operation.WaitFor("archiving is " + o.opts.Limits.Mode(o.id).Reason), nil
	}
	span := s.Op.Span
	if span == (message.Span{}) {
		span = message.Forever()
	}
	all, away, coming, err := o.awayIn(ctx, span)
	if err != nil {
		return operation.Again(), err
	}
	s.Op.Done, s.Op.Total = uint64(all-len(away)-len(coming)), uint64(all)
	switch {
	case all == 0:
		return operation.Again(), fmt.Errorf("%w: the history has no archive in this span", operation.ErrRefused)
	case len(away)+len(coming) > 0:
	case s.Op.Attempts == 0:
		return operation.Done(), nil
	default: // a try before may have written them, and failed then
		if err := o.Publish(ctx, &Report{}); err != nil {
			return operation.Again(), err
		}
		return operation.Done(), nil
	}
	back, err := o.admit(ctx, away)
	if err != nil {
		return operation.Again(), err
	}
	if coming = append(coming, back...); len(coming) == 0 {
		return operation.Again(), fmt.Errorf("%w: %d of %d archives are here, and there is no room under the storage caps for the others; raise the cap, or pin the span",
			operation.ErrRefused, all-len(away), all)
	}
	if err := o.mend(ctx); err != nil {
		return operation.Again(), err
	}
	for i := range coming {
		u, err := o.opts.Files.ArchiveUsage(o.id, coming[i].ID)
		if err != nil {
			return operation.Again(), err
		}
		o.opts.Ledger.Commit(o.id, coming[i].ID, u.Bytes)
	}
	return operation.Again(), o.Publish(ctx, &Report{})
}

// awayIn returns how many archives there are in a span, those that were evicted, and
// those that are to be written anew and are not yet.
func (o *Owner) awayIn(ctx context.Context, span message.Span) (all int, away, coming []store.Archive, err error) {
	err = o.opts.DB.View(ctx, func(tx store.Tx) error {
		all, away, coming = 0, nil, nil
		rows, err := tx.Archives(o.id)
		for i := range rows {
			if rows[i].Span.From >= span.To || span.From >= rows[i].Span.To {
				continue
			}
			all++
			switch {
			case givenAway(&rows[i]):
				away = append(away, rows[i])
			case rows[i].State != store.Imported:
				coming = append(coming, rows[i])
			}
		}
		return err
	})
	if err != nil {
		return 0, nil, nil, fmt.Errorf("list archives: %w", err)
	}
	return all, away, coming, nil
}

// admit sets room aside for those of the archives that fit, and lists them, which has
// them written anew. It returns these.
func (o *Owner) admit(ctx context.Context, away []store.Archive) (back []store.Archive, err error) {
	items := make([]quota.Item, len(away))
	for i := range away {
		items[i] = limits.Item(away[i], store.RoleOwner)
		items[i].Asked = true
	}
	wanted := o.opts.Ledger.Wanted(o.id, items)
	for i, row := range away {
		if !slices.Contains(wanted, row.ID) {
			continue
		}
		err := o.opts.Ledger.Reserve(ctx, items[i])
		if errors.Is(err, quota.ErrNoRoom) || errors.Is(err, quota.ErrNoSpace) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("make room for archive %s: %w", row.ID, err)
		}
		row.State, row.Reason, row.UpdatedAt = store.Listed, "asked for", o.nowMillis()
		if err := o.opts.DB.Update(ctx, func(tx store.Tx) error { return tx.PutArchive(row) }); err != nil {
			o.opts.Ledger.Release(o.id, row.ID)
			return nil, fmt.Errorf("list archive %s: %w", row.ID, err)
		}
		back = append(back, row)
	}
	return back, nil
}
