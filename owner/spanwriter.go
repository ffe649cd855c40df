package owner

import (
	"fmt"

	"seeder/archive"
	"seeder/catalog"
	"seeder/chunker"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// spanWriter turns the ordered messages of a span into archive files. It
// holds one archive's encoder, never the span.
type spanWriter struct {
	owner  *Owner
	span   message.Span
	topics []message.Topic
	amends uint32
	// offset and previous are where the next archive goes and what it follows.
	offset   uint64
	previous message.ArchiveID

	splitter *chunker.Splitter
	draft    *swarm.Draft
	enc      *archive.Encoder
	messages uint64
	rows     []store.Archive
}

// follow continues the chain of the archives that exist. An amendment takes
// the next number of its span.
func (w *spanWriter) follow(rows []store.Archive, late bool) {
	for i := range rows {
		row := &rows[i]
		if end := row.Offset + row.Size; end > w.offset {
			w.offset, w.previous = end, row.ID
		}
		if late && row.Span == w.span && row.Amends >= w.amends {
			w.amends = row.Amends + 1
		}
	}
	if late && w.amends == 0 {
		w.amends = 1
	}
}

func (w *spanWriter) begin(topics []message.Topic, limit uint64) {
	w.topics = topics
	w.splitter = chunker.NewSplitter(w.span, limit)
}

// add takes the next message of the span.
func (w *spanWriter) add(m *message.Message) error {
	verdict, err := w.splitter.Next(m)
	if err != nil {
		return fmt.Errorf("cut history: %w", err)
	}
	w.messages++
	if verdict == chunker.Duplicate {
		return nil
	}
	if verdict == chunker.Cut {
		if err := w.closePart(); err != nil {
			return err
		}
	}
	if w.draft == nil {
		if err := w.openPart(); err != nil {
			return err
		}
	}
	if err := w.enc.Encode(m); err != nil {
		return fmt.Errorf("encode message %s: %w", m.Key(), err)
	}
	return nil
}

func (w *spanWriter) openPart() (err error) {
	if w.draft, err = w.owner.opts.Files.Create(w.owner.id); err != nil {
		return fmt.Errorf("create archive file: %w", err)
	}
	if w.enc, err = archive.NewEncoder(w.draft, w.span, w.topics); err != nil {
		return fmt.Errorf("begin archive: %w", err)
	}
	return nil
}

// closePart seals and publishes the archive being written, if there is one.
func (w *spanWriter) closePart() error {
	if w.draft == nil {
		return nil
	}
	sum, err := w.enc.Close()
	if err != nil {
		return fmt.Errorf("end archive: %w", err)
	}
	e, err := archive.NewEntry(w.span, w.topics, w.offset, sum, w.previous, w.amends)
	if err != nil {
		return fmt.Errorf("describe archive: %w", err)
	}
	if err := archive.Sign(&e, w.owner.opts.Key); err != nil {
		return fmt.Errorf("sign archive: %w", err)
	}
	if err := w.draft.Commit(e.ID); err != nil {
		return fmt.Errorf("publish archive file: %w", err)
	}
	w.draft, w.enc = nil, nil
	w.rows = append(w.rows, catalog.Row(w.owner.id, &e, store.Imported))
	w.offset, w.previous = e.End(), e.ID
	return w.owner.readBack(&e)
}

// abort removes what is not yet published.
func (w *spanWriter) abort() {
	if w.draft != nil {
		w.draft.Abort()
		w.draft = nil
	}
}
