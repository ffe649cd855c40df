package owner

import (
	"context"
	"errors"
	"fmt"
	"os"

	"seeder/archive"
	"seeder/chunker"
	"seeder/internal/spans"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// rewrite writes lost archives anew from the database and returns those that
// it could not.
func (o *Owner) rewrite(ctx context.Context, lost []store.Archive) ([]store.Archive, error) {
	type group struct {
		span   message.Span
		amends uint32
	}
	var order []group
	groups := make(map[group][]store.Archive)
	for _, row := range lost {
		g := group{row.Span, row.Amends}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], row)
	}
	for _, g := range order {
		if err := o.rewriteSpan(ctx, groups[g]); err != nil {
			return nil, fmt.Errorf("write archives of %s anew: %w", g.span, err)
		}
	}
	var left []store.Archive
	for _, row := range lost {
		if _, err := os.Stat(o.opts.Files.Path(o.id, row.ID)); err != nil {
			left = append(left, row)
			continue
		}
		if err := o.takeBack(ctx, row); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// rewriteSpan encodes the messages of the first seal, or of one amendment, of
// a span again and keeps what has the hash of a lost archive.
func (o *Owner) rewriteSpan(ctx context.Context, lost []store.Archive) error {
	first := lost[0]
	if !first.Sealed {
		return nil // its bytes are not those that this program would write
	}
	e, err := archive.ParseEntry(first.Entry)
	if err != nil {
		return err
	}
	w := &rewriter{owner: o, span: first.Span, topics: e.Topics, want: make(map[[32]byte]message.ArchiveID)}
	for i := range lost {
		w.want[lost[i].SHA256] = lost[i].ID
	}
	w.splitter = chunker.NewSplitter(first.Span, o.opts.MaxArchiveBytes)
	defer w.abort()
	return o.opts.DB.View(ctx, func(tx store.Tx) error {
		rows, err := tx.Archives(o.id)
		if err != nil {
			return err
		}
		for i := range rows {
			if rows[i].Span == first.Span && rows[i].Amends != first.Amends {
				if err := w.exclude(rows[i].ID); err != nil {
					return err
				}
			}
		}
		covered, err := tx.Covered(o.id)
		if err != nil {
			return err
		}
		class := store.Canonical
		if len(spans.Missing(covered, first.Span)) > 0 {
			class = store.Pending // that it is covered was lost, too
		}
		if err := tx.ScanMessages(o.id, first.Span, class, w.add); err != nil {
			return err
		}
		return w.closePart()
	})
}

// rewriter encodes messages as the sealing did, and keeps the archives that
// come out as they were.
type rewriter struct {
	owner    *Owner
	span     message.Span
	topics   []message.Topic
	others   map[message.Key]struct{} // in other archives of the span
	want     map[[32]byte]message.ArchiveID
	splitter *chunker.Splitter
	draft    *swarm.Draft
	enc      *archive.Encoder
}

// exclude notes the messages of another archive of the span. One that is
// gone too is passed over: the result will not match then.
func (w *rewriter) exclude(id message.ArchiveID) error {
	f, err := w.owner.opts.Files.Open(w.owner.id, id)
	if errors.Is(err, swarm.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if w.others == nil {
		w.others = make(map[message.Key]struct{})
	}
	d := archive.NewDecoder(f)
	for {
		m, err := d.Next()
		if err != nil { // the end, or damage: the hash decides in either case
			return nil
		}
		w.others[m.Key()] = struct{}{}
	}
}

func (w *rewriter) add(m *message.Message) error {
	if _, other := w.others[m.Key()]; other {
		return nil
	}
	verdict, err := w.splitter.Next(m)
	if err != nil || verdict == chunker.Duplicate {
		return err
	}
	if verdict == chunker.Cut {
		if err := w.closePart(); err != nil {
			return err
		}
	}
	if w.draft == nil {
		if w.draft, err = w.owner.opts.Files.Create(w.owner.id); err != nil {
			return err
		}
		if w.enc, err = archive.NewEncoder(w.draft, w.span, w.topics); err != nil {
			return err
		}
	}
	return w.enc.Encode(m)
}

func (w *rewriter) closePart() error {
	if w.draft == nil {
		return nil
	}
	sum, err := w.enc.Close()
	if err != nil {
		return err
	}
	id, wanted := w.want[sum.SHA256]
	if !wanted {
		w.abort()
		return nil
	}
	draft := w.draft
	w.draft = nil
	return draft.Commit(id)
}

func (w *rewriter) abort() {
	if w.draft != nil {
		w.draft.Abort()
		w.draft = nil
	}
}
