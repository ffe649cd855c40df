package importer

import (
	"context"
	"errors"
	"fmt"
	"io"

	"seeder/archive"
	"seeder/internal/meter"
	"seeder/message"
	"seeder/store"
)

// checkBefore checks an archive in the background, before the transaction of
// its import begins: it takes its time, and nobody may have to wait for the
// database meanwhile. At another pace, or when the pace changes, the result is
// nil, and the archive is checked while it is imported.
func (im *Importer) checkBefore(ctx context.Context, turn *Turn, c message.CommunityID, e *archive.Entry,
	open func() (io.ReadCloser, error),
) (*archive.Summary, error) {
	if !im.opts.Pace.background() {
		return nil, nil //nolint:nilnil // nothing is known yet
	}
	var sum archive.Summary
	err := turn.Low(func() error {
		defer meter.Begin(c, meter.Verify)()
		r, err := open()
		if err != nil {
			return fmt.Errorf("open archive: %w", err)
		}
		sum, err = archive.Check(c, e, r, func(*message.Message) error { return turn.breathe(ctx) })
		return errors.Join(err, r.Close())
	})
	turn.since = im.opts.Pace.clock.Now() // the pauses for the work so far were made
	if errors.Is(err, errHurry) {
		return nil, nil //nolint:nilnil // as above
	}
	return &sum, err
}

// Check checks an archive as Import does, and stores nothing. The errors are
// those of Import.
func (im *Importer) Check(ctx context.Context, row store.Archive, open func() (io.ReadCloser, error)) (archive.Summary, error) {
	sum, err := im.checkAlone(ctx, row, open)
	if err != nil {
		return archive.Summary{}, fmt.Errorf("check archive %v: %w", row.ID, err)
	}
	return sum, nil
}

func (im *Importer) checkAlone(ctx context.Context, row store.Archive, open func() (io.ReadCloser, error)) (sum archive.Summary, err error) {
	e, err := entryOf(row)
	if err != nil {
		return sum, err
	}
	turn, err := im.opts.Pace.Enter(ctx)
	if err != nil {
		return sum, err
	}
	defer turn.Leave()
	known, err := im.checkBefore(ctx, turn, row.Community, &e, open)
	if err != nil {
		return sum, err
	}
	if known != nil {
		return *known, nil
	}
	r, err := open()
	if err != nil {
		return sum, fmt.Errorf("open archive: %w", err)
	}
	sum, err = archive.CheckAhead(row.Community, &e, r, im.opts.workers(), func(*message.Message) error { return ctx.Err() })
	return sum, errors.Join(err, r.Close())
}
