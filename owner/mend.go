package owner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"seeder/announce"
	"seeder/archive"
	"seeder/catalog"
	"seeder/importer"
	"seeder/internal/spans"
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
			whole = whole && (rows[i].State == store.Imported || givenAway(&rows[i]))
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("list archives: %w", err)
	}
	return whole, nil
}

// givenAway reports an archive that its owner allowed to be evicted once others
// had it: it is not lost.
func givenAway(row *store.Archive) bool {
	return row.State == store.Evicted && row.Reason == store.OverCap
}

// lost returns the archives that are not whole on this node, and records them
// as listed. Rows that are gone it puts back.
func (o *Owner) lost(ctx context.Context) ([]store.Archive, error) {
	rows, err := o.allRows(ctx)
	if err != nil {
		return nil, err
	}
	covered, err := o.covered(ctx)
	if err != nil {
		return nil, err
	}
	var lost []store.Archive
	for _, row := range rows {
		if givenAway(&row) {
			continue
		}
		info, err := os.Stat(o.opts.Files.Path(o.id, row.ID))
		there := err == nil
		whole := there && uint64(info.Size()) == row.Size-row.Padding
		if whole && row.State == store.Imported && len(spans.Missing(covered, row.Span)) == 0 {
			continue
		}
		if whole, err = o.relist(ctx, &row, there, whole); err != nil {
			return nil, err
		}
		if !whole {
			lost = append(lost, row)
		}
	}
	return lost, nil
}

// covered returns the spans that are archived. What is outside would be sealed
// once more.
func (o *Owner) covered(ctx context.Context) (spans []message.Span, err error) {
	err = o.opts.DB.View(ctx, func(tx store.Tx) error {
		spans, err = tx.Covered(o.id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read archived spans: %w", err)
	}
	return spans, nil
}

// relist takes back an archive whose file is there again, and lists one whose
// file is not, or is not whole. It reports whether the archive is whole now.
func (o *Owner) relist(ctx context.Context, row *store.Archive, there, whole bool) (bool, error) {
	reason := "file was missing"
	switch {
	case whole: // it is back: verify it, and see to its messages
		err := o.takeBack(ctx, *row)
		if err == nil || !importer.Refused(err) {
			return err == nil, err
		}
		reason = err.Error()
	case there:
		reason = "file had another length"
	case row.State == store.Listed:
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
// there is none. One whose row is gone, but which was announced, it puts back.
func (o *Owner) current(ctx context.Context) (store.Generation, bool, error) {
	var own *store.Announcement
	var current *store.Generation
	err := o.opts.DB.View(ctx, func(tx store.Tx) error {
		current = nil
		gens, err := tx.Generations(o.id)
		if err != nil {
			return err
		}
		for i := range gens {
			if gens[i].RetireAt == 0 {
				current = &gens[i]
				return nil
			}
		}
		own, _, err = o.announced(tx)
		return err
	})
	if err != nil {
		return store.Generation{}, false, fmt.Errorf("look for the current generation: %w", err)
	}
	if current != nil {
		return *current, true, nil
	}
	if own == nil {
		return store.Generation{}, false, nil
	}
	return o.putBack(ctx, *own)
}

// putBack records the generation of an announcement again, if its index is in
// the folder.
func (o *Owner) putBack(ctx context.Context, own store.Announcement) (store.Generation, bool, error) {
	ref, err := swarm.ParseMagnet(own.Magnet)
	if err != nil {
		return store.Generation{}, false, fmt.Errorf("read newest announcement: %w", err)
	}
	index, err := o.lostIndex(ctx, own, ref.InfoHash)
	if err != nil || len(index) == 0 {
		return store.Generation{}, false, err
	}
	g := store.Generation{Community: o.id, InfoHash: ref.InfoHash, Clock: own.Clock, Index: index, Magnet: own.Magnet}
	o.log.Error("the row of the current generation was gone, it is put back", "infohash", g.InfoHash.String())
	err = o.opts.DB.Update(ctx, func(tx store.Tx) error { return catalog.MakeCurrent(tx, g, o.nowMillis(), o.opts.Grace) })
	if err != nil {
		return store.Generation{}, false, fmt.Errorf("put back generation %s: %w", g.InfoHash, err)
	}
	return g, true, nil
}

// lostIndex returns the index of an announced generation: from the folder, or
// else from the rows, when these are what was announced, or else from members.
// It is empty when none has it.
func (o *Owner) lostIndex(ctx context.Context, own store.Announcement, hash swarm.InfoHash) ([]byte, error) {
	kept, err := o.opts.Files.Kept(o.id, hash)
	if err == nil {
		return kept.Index, nil
	}
	if !errors.Is(err, swarm.ErrMissing) {
		return nil, err
	}
	a, err := announce.Open(o.id, own.Signed)
	if err != nil {
		return nil, fmt.Errorf("open newest announcement: %w", err)
	}
	entries, err := o.entries(ctx)
	if err != nil {
		return nil, err
	}
	if len(entries) > 0 && uint64(len(entries)) == a.Archives && entries[len(entries)-1].ID == a.Head {
		gen, err := o.generation(entries)
		return gen.Index, err
	}
	r := &recovery{owner: o, ctx: ctx}
	err = o.fetchWith(ctx, own.Magnet, r)
	return r.index, err
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
	return o.fetchWith(ctx, g.Magnet, &recovery{owner: o, ctx: ctx, index: g.Index, want: want})
}

// fetchWith asks for a generation for a while. That nobody answers is no error.
func (o *Owner) fetchWith(ctx context.Context, magnet string, r *recovery) error {
	ref, err := swarm.ParseMagnet(magnet)
	if err != nil {
		return fmt.Errorf("read magnet link: %w", err)
	}
	ref.Community = o.id
	within, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	err = o.opts.Swarm.Fetch(within, ref, r)
	if err != nil && ctx.Err() == nil && within.Err() == nil {
		return fmt.Errorf("fetch from members what was lost: %w", err)
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
func (r *recovery) Index(data []byte) ([]swarm.File, []message.ArchiveID, error) {
	if r.index == nil {
		r.index = data
	}
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

// Room implements [swarm.Receiver]: an owner's own archives always come back.
func (r *recovery) Room(message.ArchiveID) error { return nil }

// Archive implements [swarm.Receiver].
func (r *recovery) Archive(id message.ArchiveID) error {
	return r.owner.takeBack(r.ctx, r.want[id])
}
