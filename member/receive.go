package member

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"seeder/announce"
	"seeder/archive"
	"seeder/catalog"
	"seeder/importer"
	"seeder/message"
	"seeder/operation"
	"seeder/store"
	"seeder/swarm"
)

// maxQuarantine bounds the pause before a refused archive is tried again.
const maxQuarantine = 24 * time.Hour

// receiver takes what a fetch of one generation brings.
type receiver struct {
	member    *Member
	ctx       context.Context
	ref       swarm.Ref
	row       store.Announcement
	announced announce.Announcement
	choice    choice
	// total and missing count the archives of the generation, for the board.
	total, missing int
}

// Index implements [swarm.Receiver]: it checks the index against announcement
// and seals, records what is in it, and asks for what is missing.
func (r *receiver) Index(data []byte) ([]swarm.File, []message.ArchiveID, error) {
	entries, err := archive.DecodeIndex(data, r.announced.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("decode index: %w", err)
	}
	if err := r.match(entries); err != nil {
		return nil, nil, err
	}
	files := catalog.Files(entries)
	if err := r.member.keepRoom(r.ctx, r.ref.InfoHash, data, files); err != nil {
		return nil, nil, err
	}
	rows, err := r.record(data, entries)
	if err != nil {
		return nil, nil, err
	}
	want := wanted(rows, r.choice.first)
	r.member.log.Info("index received", "infohash", store.InfoHash(r.ref.InfoHash).String(),
		"archives", len(entries), "wanted", len(want))
	r.total, r.missing = len(entries), len(want)
	r.tell()
	r.member.operate(r.ctx, operation.Join) // who waits for it sees how many there are
	return files, want, nil
}

// match compares the index with what the announcement says of it, as far as
// it says anything.
func (r *receiver) match(entries []archive.Entry) error {
	if n := r.announced.Archives; n != 0 && n != uint64(len(entries)) {
		return fmt.Errorf("%w: %d archives announced, %d listed", ErrMismatch, n, len(entries))
	}
	if r.announced.Head.IsZero() {
		return nil
	}
	if len(entries) == 0 || entries[len(entries)-1].ID != r.announced.Head {
		return fmt.Errorf("%w: newest archive is not %s", ErrMismatch, r.announced.Head)
	}
	return nil
}

// record adds rows for new archives, marks those that will be fetched as far as
// there is room for them and lists the others, and makes
// the generation the current one, in one transaction. It returns the rows of
// this generation's archives.
func (r *receiver) record(index []byte, entries []archive.Entry) ([]store.Archive, error) {
	m := r.member
	fresh := m.newRows()
	var rows []store.Archive
	var lost []message.ArchiveID
	var err error
	if r.choice, err = m.choose(r.ctx, entries, fresh); err != nil {
		return nil, err
	}
	err = m.opts.DB.Update(r.ctx, func(tx store.Tx) error {
		rows = rows[:0]
		for i := range entries {
			row, err := tx.Archive(m.id, entries[i].ID)
			isNew := errors.Is(err, store.ErrNotFound) || err == nil && replaced(&row)
			if isNew {
				row, err = fresh(&entries[i]), nil
			}
			if changed := err == nil && r.choice.apply(m, &row); changed || isNew {
				err = tx.PutArchive(row)
			}
			if err != nil {
				return fmt.Errorf("record archive %s: %w", entries[i].ID, err)
			}
			rows = append(rows, row)
		}
		var err error
		if lost, err = r.recordFork(tx, entries); err != nil {
			return err
		}
		current := store.Generation{Community: m.id, InfoHash: r.ref.InfoHash, Clock: r.row.Clock, Index: index, Magnet: r.row.Magnet}
		return catalog.MakeCurrent(tx, current, m.nowMillis(), m.opts.Grace)
	})
	if err != nil {
		return nil, err
	}
	for _, a := range r.choice.asked { // the rows say now what there is room for
		m.considered[a.id] = true
	}
	m.discard(lost)
	return rows, nil
}

// newRows returns the function that makes the row of an archive that was not
// known, once: checking a seal costs more than all else about an index.
func (m *Member) newRows() func(*archive.Entry) store.Archive {
	made := make(map[message.ArchiveID]store.Archive)
	return func(e *archive.Entry) store.Archive {
		row, ok := made[e.ID]
		if !ok {
			row = m.newRow(e)
			made[e.ID] = row
		}
		return row
	}
}

// newRow is the row of an archive that was not known. One whose seal is not
// the community's goes into quarantine at once; the others are not held up.
func (m *Member) newRow(e *archive.Entry) store.Archive {
	row := catalog.Row(m.id, e, store.Listed)
	row.UpdatedAt = m.nowMillis()
	if e.Seal == nil {
		return row
	}
	if err := archive.VerifySeal(m.id, e); err != nil {
		m.quarantine(&row, err)
	}
	return row
}

// wants reports whether an archive is to be fetched now, as far as there is room
// for it.
func (m *Member) wants(row *store.Archive) bool {
	switch row.State {
	case store.Listed, store.Downloading:
		return true
	case store.Quarantined:
		return row.NextTry <= m.nowMillis()
	case store.Evicted:
		return row.Reason == store.OverCap
	case store.Stored, store.Imported: // has come already
	}
	return false
}

// wanted returns the archives that are being fetched: those that were asked for, and
// then the others, each newest first.
func wanted(rows []store.Archive, first map[message.ArchiveID]bool) []message.ArchiveID {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b store.Archive) int {
		if first[a.ID] != first[b.ID] {
			if first[a.ID] {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Span.To, a.Span.To), cmp.Compare(b.Offset, a.Offset))
	})
	var want []message.ArchiveID
	for i := range rows {
		if rows[i].State == store.Downloading {
			want = append(want, rows[i].ID)
		}
	}
	return want
}

// Archive implements [swarm.Receiver]: it verifies an archive that is in
// place and imports it.
func (r *receiver) Archive(id message.ArchiveID) error {
	var row store.Archive
	err := r.member.opts.DB.View(r.ctx, func(tx store.Tx) (err error) {
		row, err = tx.Archive(r.member.id, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("read row of archive %s: %w", id, err)
	}
	r.missing--
	defer r.tell()
	if err := r.member.finish(r.ctx, row); err != nil {
		return err
	}
	r.member.operate(r.ctx, operation.Join, operation.Fetch) // who waits for it sees how far it is
	return nil
}

// tell writes on the board how far the fetch is.
func (r *receiver) tell() {
	if r.missing > 0 {
		r.member.board.Working(r.ctx, catalog.PartFetch,
			fmt.Sprintf("fetching archives, %d of %d are still to come", r.missing, r.total))
	}
}

// finish verifies an archive on disk and moves its row on: imported, or stored
// on a node that only serves, or quarantined when it was refused. One that was
// evicted meanwhile stays so. Only a failure of the node itself is an error.
func (m *Member) finish(ctx context.Context, row store.Archive) error {
	err := m.process(ctx, row)
	switch {
	case err == nil:
		return m.commit(row.ID)
	case errors.Is(err, store.ErrChanged):
		m.log.Debug("archive was evicted as it came", "archive", row.ID.String())
		return nil
	case ctx.Err() != nil || !importer.Refused(err):
		return err
	}
	before := row
	m.quarantine(&row, err)
	if err := m.move(ctx, before, row); err != nil {
		if errors.Is(err, store.ErrChanged) {
			return nil
		}
		return err
	}
	return m.giveUp(m.id, row.ID)
}

// move replaces the row of an archive; [store.ErrChanged] when it has gone
// another way since it was read: it was evicted.
func (m *Member) move(ctx context.Context, before, row store.Archive) error {
	row.UpdatedAt = m.nowMillis()
	err := m.opts.DB.Update(ctx, func(tx store.Tx) error {
		now, err := tx.Archive(m.id, row.ID)
		if err != nil {
			return err
		}
		if now.State != before.State {
			return fmt.Errorf("%w: it is %s", store.ErrChanged, now.State)
		}
		return tx.PutArchive(row)
	})
	if err != nil {
		return fmt.Errorf("record archive %s: %w", row.ID, err)
	}
	return nil
}

func (m *Member) process(ctx context.Context, row store.Archive) error {
	if !m.opts.Import {
		return m.verify(ctx, row)
	}
	result, err := m.opts.Importer.Import(ctx, row, func() (io.ReadCloser, error) {
		return m.opts.Files.Open(m.id, row.ID)
	})
	if err != nil {
		return err
	}
	m.log.Info("archive imported", "archive", row.ID.String(), "span", row.Span.String(),
		"messages", result.Messages, "new", result.Added.New)
	return nil
}

// verify checks an archive on disk and marks it stored.
func (m *Member) verify(ctx context.Context, row store.Archive) error {
	sum, err := m.opts.Importer.Check(ctx, row, func() (io.ReadCloser, error) {
		return m.opts.Files.Open(m.id, row.ID)
	})
	if err != nil {
		return err
	}
	before := row
	row.State, row.Reason, row.Attempts, row.NextTry = store.Stored, "", 0, 0
	row.SHA256, row.Messages = sum.SHA256, sum.Messages
	if err := m.move(ctx, before, row); err != nil {
		return err
	}
	m.log.Info("archive stored", "archive", row.ID.String(), "span", row.Span.String(), "messages", sum.Messages)
	return nil
}

// refusalOf returns why an archive was refused, without the steps on the way
// that name the archive once more.
func refusalOf(id message.ArchiveID, reason error) string {
	text := reason.Error()
	if i := strings.LastIndex(text, id.String()+": "); i >= 0 {
		text = text[i+len(id.String())+2:]
	}
	return text
}

// quarantine sets a row aside with the reason and the time of the next try.
func (m *Member) quarantine(row *store.Archive, reason error) {
	row.State, row.Reason = store.Quarantined, refusalOf(row.ID, reason)
	row.Attempts++
	pause := m.opts.RetryMax << min(row.Attempts-1, 16)
	row.NextTry = m.nowMillis() + min(pause, maxQuarantine).Milliseconds()
	m.log.Error("archive quarantined", "archive", row.ID.String(), "span", row.Span.String(),
		"attempts", row.Attempts, "error", reason)
}
