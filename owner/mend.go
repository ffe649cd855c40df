package owner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"seeder/archive"
	"seeder/catalog"
	"seeder/chunker"
	"seeder/importer"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// ErrLost reports archive files that are gone and that neither the database
// nor a peer could give back yet. What is complete goes on being seeded;
// nothing new is announced until they are back.
var ErrLost = errors.New("archive files are gone")

// fetchTimeout bounds one attempt to get lost archives back from members.
const fetchTimeout = 20 * time.Second

// mend brings back what was deleted behind the owner's back: rows from the
// index of the current generation, files from the messages of the database
// when these give the same bytes, and else from members. It returns [ErrLost]
// when that was not possible for all.
func (o *Owner) mend(ctx context.Context) error {
	lost, err := o.mendHere(ctx)
	if err != nil || len(lost) == 0 {
		return err
	}
	o.board.Working(ctx, catalog.PartArchive, fmt.Sprintf("%d archive files are gone: asking members for them", len(lost)))
	if err := o.fetchLost(ctx, lost); err != nil {
		return err
	}
	if lost, err = o.lost(ctx); err != nil || len(lost) == 0 {
		return err
	}
	return fmt.Errorf("%w: %d of them, the first is %s of %s; neither the messages here nor a member could give them back yet",
		ErrLost, len(lost), lost[0].ID, lost[0].Span)
}

// mendHere does what mend does without asking anybody, and returns the archives
// that are still gone. It comes before sealing, which must not archive again
// what archives cover whose rows or covered spans were lost.
func (o *Owner) mendHere(ctx context.Context) ([]store.Archive, error) {
	lost, err := o.lost(ctx)
	if err != nil || len(lost) == 0 {
		return nil, err
	}
	o.board.Working(ctx, catalog.PartArchive, fmt.Sprintf("%d archive files are gone: writing them anew", len(lost)))
	return o.rewrite(ctx, lost)
}

// whole reports whether no row says that its archive is gone.
func (o *Owner) whole(ctx context.Context) (whole bool, err error) {
	err = o.opts.DB.View(ctx, func(tx store.Tx) error {
		rows, err := tx.Archives(o.id)
		whole = true
		for i := range rows {
			whole = whole && rows[i].State == store.Imported
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("list archives: %w", err)
	}
	return whole, nil
}

// lost returns the archives that are not whole on this node, and records them
// as listed. Rows that are gone it puts back.
func (o *Owner) lost(ctx context.Context) ([]store.Archive, error) {
	rows, err := o.allRows(ctx)
	if err != nil {
		return nil, err
	}
	var lost []store.Archive
	for _, row := range rows {
		info, err := os.Stat(o.opts.Files.Path(o.id, row.ID))
		here := err == nil && uint64(info.Size()) == row.Size-row.Padding
		if here && row.State == store.Imported {
			continue
		}
		if here, err = o.relist(ctx, &row, here); err != nil {
			return nil, err
		}
		if !here {
			lost = append(lost, row)
		}
	}
	return lost, nil
}

// relist takes back an archive whose file is there again, and lists one whose
// file is not. It reports whether the archive is whole now.
func (o *Owner) relist(ctx context.Context, row *store.Archive, here bool) (bool, error) {
	reason := "file was missing"
	if here { // it is back: verify it, and see to its messages
		err := o.takeBack(ctx, *row)
		if err == nil || !importer.Refused(err) {
			return err == nil, err
		}
		reason = err.Error()
	} else if row.State == store.Listed {
		return false, nil
	}
	o.log.Error("archive file is gone", "archive", row.ID.String(), "span", row.Span.String(), "reason", reason)
	row.State, row.Reason = store.Listed, reason
	return false, o.auditor.Relist(ctx, *row, reason, nil)
}

// allRows returns the rows of all archives, in order of offset, after it has
// put back those that the current generation has and the database has not.
func (o *Owner) allRows(ctx context.Context) (rows []store.Archive, err error) {
	entries, err := o.currentIndex(ctx)
	if err != nil {
		return nil, err
	}
	var back []store.Archive
	err = o.opts.DB.View(ctx, func(tx store.Tx) error {
		back = back[:0]
		for i := range entries {
			_, err := tx.Archive(o.id, entries[i].ID)
			if errors.Is(err, store.ErrNotFound) {
				row := catalog.Row(o.id, &entries[i], store.Listed)
				row.Reason, row.UpdatedAt = "row was missing", o.nowMillis()
				back = append(back, row)
			} else if err != nil {
				return err
			}
		}
		rows, err = tx.Archives(o.id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	if len(back) == 0 {
		return rows, nil
	}
	o.log.Error("rows of archives were gone, they are put back from the index", "archives", len(back))
	err = o.opts.DB.Update(ctx, func(tx store.Tx) error {
		for _, row := range back {
			if err := tx.PutArchive(row); err != nil {
				return err
			}
		}
		rows, err = tx.Archives(o.id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("put back rows of archives: %w", err)
	}
	return rows, nil
}

// current returns the generation that is not about to retire; false when
// there is none.
func (o *Owner) current(ctx context.Context) (store.Generation, bool, error) {
	gens, err := catalog.Generations(ctx, o.opts.DB, o.id)
	if err != nil {
		return store.Generation{}, false, err
	}
	for _, g := range gens {
		if g.RetireAt == 0 {
			return g, true, nil
		}
	}
	return store.Generation{}, false, nil
}

func (o *Owner) currentIndex(ctx context.Context) ([]archive.Entry, error) {
	g, ok, err := o.current(ctx)
	if err != nil || !ok {
		return nil, err
	}
	entries, err := archive.DecodeIndex(g.Index, 0)
	if err != nil {
		return nil, fmt.Errorf("decode index of %s: %w", g.InfoHash, err)
	}
	return entries, nil
}

// takeBack verifies a file that is in place again, sees that its messages are
// in the database, and records the archive as imported.
func (o *Owner) takeBack(ctx context.Context, row store.Archive) error {
	_, err := o.auditor.Importer.Replay(ctx, row, func() (io.ReadCloser, error) {
		return o.opts.Files.Open(o.id, row.ID)
	}, nil)
	if err != nil {
		return fmt.Errorf("take back archive %s: %w", row.ID, err)
	}
	o.log.Info("archive is back", "archive", row.ID.String(), "span", row.Span.String())
	return nil
}

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
		if len(store.Missing(covered, first.Span)) > 0 {
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

// fetchLost asks the swarm for lost archives. That nobody has them now is no
// error.
func (o *Owner) fetchLost(ctx context.Context, lost []store.Archive) error {
	g, ok, err := o.current(ctx)
	if err != nil || !ok {
		return err
	}
	want := make(map[message.ArchiveID]store.Archive, len(lost))
	for _, row := range lost {
		want[row.ID] = row
	}
	return o.fetch(ctx, g, want)
}

// fetch serves a generation of which archives are missing, and asks for those
// wanted for a while.
func (o *Owner) fetch(ctx context.Context, g store.Generation, want map[message.ArchiveID]store.Archive) error {
	ref, err := swarm.ParseMagnet(g.Magnet)
	if err != nil {
		return fmt.Errorf("read magnet link of %s: %w", g.InfoHash, err)
	}
	ref.Community = o.id
	within, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	err = o.opts.Swarm.Fetch(within, ref, &recovery{owner: o, ctx: within, index: g.Index, want: want})
	if err != nil && ctx.Err() == nil && within.Err() == nil {
		return fmt.Errorf("fetch lost archives of %s: %w", g.InfoHash, err)
	}
	return ctx.Err()
}

// recovery is the receiver of archives that the owner had lost.
type recovery struct {
	owner *Owner
	ctx   context.Context
	index []byte
	want  map[message.ArchiveID]store.Archive
}

// Index implements [swarm.Receiver].
func (r *recovery) Index([]byte) ([]swarm.File, []message.ArchiveID, error) {
	files, err := catalog.ParseIndex(r.index)
	if err != nil {
		return nil, nil, err
	}
	var want []message.ArchiveID
	for _, f := range files {
		if _, ok := r.want[f.ID]; ok {
			want = append(want, f.ID)
		}
	}
	return files, want, nil
}

// Archive implements [swarm.Receiver].
func (r *recovery) Archive(id message.ArchiveID) error {
	return r.owner.takeBack(r.ctx, r.want[id])
}
