package owner

import (
	"context"
	"errors"
	"fmt"

	"seeder/archive"
	"seeder/internal/meter"
	"seeder/message"
	"seeder/store"
)

// sealTries is how often a span is read again when messages arrive while it
// is being sealed.
const sealTries = 5

// Seal seals every partition that is due and adds what it sealed to r. What
// was sealed before an error stays sealed.
func (o *Owner) Seal(ctx context.Context, r *Report) error { return o.seal(ctx, r, nil) }

// noting is called in the transaction that records a sealed span, with what
// the report is when that is committed.
type noting func(store.Tx, Report) error

// seal does what Seal does; also may be nil.
func (o *Owner) seal(ctx context.Context, r *Report, also noting) error {
	r.Community = o.id
	if err := o.checkBehind(ctx); err != nil {
		return err
	}
	for _, class := range []store.Class{store.Pending, store.Late} {
		if err := o.sealClass(ctx, class, r, also); err != nil {
			return err
		}
	}
	return nil
}

// sealClass seals every due partition that has messages of the class, oldest
// first.
func (o *Owner) sealClass(ctx context.Context, class store.Class, r *Report, also noting) error {
	due := message.Span{To: o.dueBefore()}
	for !due.Empty() {
		ts, found, err := o.first(ctx, due, class)
		if err != nil {
			return fmt.Errorf("look for messages to archive: %w", err)
		}
		if !found {
			return nil
		}
		span := message.PartitionOf(ts)
		if err := o.sealSpan(ctx, span, class, r, also); err != nil {
			return fmt.Errorf("archive %s: %w", span, err)
		}
		due.From = span.To
	}
	return nil
}

// dueBefore is the end of the last partition that is old enough.
func (o *Owner) dueBefore() uint64 {
	limit := o.opts.Clock.Now().Add(-o.opts.MinAge).Unix()
	if limit <= 0 {
		return 0
	}
	return message.PartitionOf(uint64(limit)).From
}

func (o *Owner) first(ctx context.Context, span message.Span, class store.Class) (ts uint64, found bool, err error) {
	err = o.opts.DB.View(ctx, func(tx store.Tx) error {
		ts, found, err = tx.FirstMessage(o.id, span, class)
		return err
	})
	return ts, found, err
}

// sealSpan seals one span. Messages that arrive between reading and recording
// make the recording fail, so that none of them is taken for archived; then
// the span is read again.
func (o *Owner) sealSpan(ctx context.Context, span message.Span, class store.Class, r *Report, also noting) error {
	turn, err := o.opts.Import.Pace.Enter(ctx)
	if err != nil {
		return err
	}
	defer turn.Leave()
	for range sealTries {
		var w *spanWriter
		err := turn.Low(func() (err error) {
			defer meter.Begin(o.id, meter.Seal)()
			w, err = o.writeSpan(ctx, span, class)
			return err
		})
		if err != nil {
			return err
		}
		next := *r
		count(w, &next)
		err = o.record(ctx, w, class, func(tx store.Tx) error {
			if also == nil {
				return nil
			}
			return also(tx, next)
		})
		if err == nil {
			*r = next
			o.reportSpan(w)
			return o.take(ctx, w.rows)
		}
		if err := errors.Join(o.removeUnrecorded(ctx, w)); err != nil {
			return err
		}
		if !errors.Is(err, store.ErrChanged) {
			return err
		}
	}
	return ErrUnstable
}

// writeSpan writes the archive files of a span; nothing refers to them yet.
func (o *Owner) writeSpan(ctx context.Context, span message.Span, class store.Class) (*spanWriter, error) {
	w := &spanWriter{owner: o, span: span}
	err := o.opts.DB.View(ctx, func(tx store.Tx) error {
		rows, err := tx.Archives(o.id)
		if err != nil {
			return fmt.Errorf("list archives: %w", err)
		}
		w.follow(rows, class == store.Late)
		topics, err := tx.Topics(o.id, span, class)
		if err != nil {
			return fmt.Errorf("list topics: %w", err)
		}
		w.begin(topics, o.opts.MaxArchiveBytes)
		if err := tx.ScanMessages(o.id, span, class, w.add); err != nil {
			return fmt.Errorf("read messages: %w", err)
		}
		return w.closePart()
	})
	if err != nil {
		w.abort()
		return nil, errors.Join(err, o.removeUnrecorded(ctx, w))
	}
	return w, nil
}

// record marks the span as archived and adds the archives' rows, in one
// transaction.
func (o *Owner) record(ctx context.Context, w *spanWriter, class store.Class, also func(store.Tx) error) error {
	return o.opts.DB.Update(ctx, func(tx store.Tx) error {
		defer meter.Begin(o.id, meter.Seal)()
		if err := tx.Seal(o.id, w.span, class == store.Late, w.messages); err != nil {
			return err
		}
		for i := range w.rows {
			row := w.rows[i]
			row.UpdatedAt = o.nowMillis()
			if err := tx.PutArchive(row); err != nil {
				return fmt.Errorf("record archive %s: %w", row.ID, err)
			}
		}
		return also(tx)
	})
}

// removeUnrecorded removes files that no row refers to. Another process that
// sealed the same span at the same time wrote the same bytes under the same
// name: its row keeps the file.
func (o *Owner) removeUnrecorded(ctx context.Context, w *spanWriter) error {
	var errs []error
	for i := range w.rows {
		id := w.rows[i].ID
		err := o.opts.DB.View(ctx, func(tx store.Tx) error {
			_, err := tx.Archive(o.id, id)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			err = o.opts.Files.Remove(o.id, id)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// count adds the archives of a span to a report.
func count(w *spanWriter, r *Report) {
	for i := range w.rows {
		r.Archives++
		r.Messages += w.rows[i].Messages
		r.Bytes += w.rows[i].Size - w.rows[i].Padding
	}
}

func (o *Owner) reportSpan(w *spanWriter) {
	for i := range w.rows {
		row := &w.rows[i]
		bytes := row.Size - row.Padding
		o.log.Info("archive sealed", "archive", row.ID.String(), "span", row.Span.String(),
			"messages", row.Messages, "bytes", bytes, "amends", row.Amends)
		if o.opts.Progress != nil {
			o.opts.Progress(Progress{Community: o.id, Archive: row.ID, Span: row.Span,
				Messages: row.Messages, Bytes: bytes, Amends: row.Amends})
		}
	}
}

// readBack checks an archive file the way a member will, before anything
// refers to it.
func (o *Owner) readBack(e *archive.Entry) error {
	f, err := o.opts.Files.Open(o.id, e.ID)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	defer f.Close()
	if _, err := archive.Check(o.id, e, f, func(*message.Message) error { return nil }); err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	return nil
}
