package importer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"seeder/archive"
	"seeder/catalog"
	"seeder/internal/spans"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// Auditor finds what was deleted behind the back of a node and mends it:
//
//   - an archive of the current index without a row gets its row again,
//   - an archive whose file is gone or has another length is listed again, so
//     that it is fetched,
//   - where fewer canonical messages are in the database than the imported
//     archives hold, or their span is not covered, the archives are replayed.
//
// Archives that were evicted are meant to be gone: nothing is wrong with them.
// It reads no archive that is whole. It is used by one goroutine.
type Auditor struct {
	Replayer
	// Import says whether this node keeps messages; one that only serves has
	// none to compare.
	Import bool

	// suspected is why an archive is to be replayed, and fruitless for which
	// count that mended nothing: an unsealed archive may hold a message twice.
	suspected map[message.ArchiveID]suspicion
	fruitless map[message.ArchiveID]uint64
}

// suspicion is a count of canonical messages that is too low, in the span of
// an archive and those that overlap it.
type suspicion struct {
	span  message.Span
	count uint64
}

// Audited is how far an audit is and what it has found. It is the cursor of
// the operation, as JSON.
type Audited struct {
	// Begun says that rows and files were compared.
	Begun bool `json:"begun"`
	// Rows counts archives that had lost their row, Files those that had lost
	// their file.
	Rows  uint64 `json:"rows"`
	Files uint64 `json:"files"`
	// Replay are the archives still to be replayed, Replayed how many were.
	Replay   []message.ArchiveID `json:"replay,omitempty"`
	Replayed uint64              `json:"replayed"`
	// Added sums up what the replays brought back.
	Added store.Added `json:"added"`
}

// Mended reports whether anything was wrong.
func (a Audited) Mended() bool {
	return a.Rows+a.Files+a.Added.New+a.Added.Promoted+a.Added.Restored > 0
}

// ParseAudited reads a cursor; an empty one is the beginning.
func ParseAudited(cursor []byte) (a Audited, err error) {
	if len(cursor) == 0 {
		return a, nil
	}
	if err := json.Unmarshal(cursor, &a); err != nil {
		return Audited{}, fmt.Errorf("%w: %w", ErrCursor, err)
	}
	return a, nil
}

// Next takes the next step of an audit: at first it compares, then it replays
// one archive a step. It calls save in the transaction of the effect with the
// new cursor. It returns false when nothing was left to do.
func (a *Auditor) Next(ctx context.Context, c message.CommunityID, cursor []byte,
	save Save,
) (bool, error) {
	at, err := ParseAudited(cursor)
	if err != nil {
		return false, err
	}
	record := func(tx store.Tx, now Audited) error {
		b, err := json.Marshal(now)
		if err != nil {
			return fmt.Errorf("write audit cursor: %w", err)
		}
		return save(tx, b, now.Replayed, now.Replayed+uint64(len(now.Replay)))
	}
	switch {
	case !at.Begun:
		return true, a.compare(ctx, c, record)
	case len(at.Replay) == 0:
		return false, nil
	default:
		return true, a.replay(ctx, c, at, record)
	}
}

// known is what rows say of a community.
type known struct {
	rows    []store.Archive
	covered []message.Span
	index   []archive.Entry
}

func (a *Auditor) read(ctx context.Context, c message.CommunityID) (k known, err error) {
	err = a.DB.View(ctx, func(tx store.Tx) error {
		if k.rows, err = tx.Archives(c); err != nil {
			return err
		}
		if k.covered, err = tx.Covered(c); err != nil {
			return err
		}
		k.index, err = currentIndex(tx, c)
		return err
	})
	if err != nil {
		return known{}, fmt.Errorf("read what is to be audited: %w", err)
	}
	return k, nil
}

// currentIndex returns the entries of the generation that is not about to
// retire; none when no index is known.
func currentIndex(tx store.Tx, c message.CommunityID) ([]archive.Entry, error) {
	gens, err := tx.Generations(c)
	if err != nil {
		return nil, err
	}
	for i := range gens {
		if gens[i].RetireAt == 0 && len(gens[i].Index) > 0 {
			return archive.DecodeIndex(gens[i].Index, 0)
		}
	}
	return nil, nil
}

// compare is the first step of an audit.
func (a *Auditor) compare(ctx context.Context, c message.CommunityID, record func(store.Tx, Audited) error) error {
	k, err := a.read(ctx, c)
	if err != nil {
		return err
	}
	at := Audited{Begun: true}
	lost := unlisted(k)
	at.Rows = uint64(len(lost))
	whole, files, err := a.files(ctx, k.rows)
	if err != nil {
		return err
	}
	at.Files = files
	if a.Import {
		if at.Replay, err = a.lacking(ctx, c, k, whole); err != nil {
			return err
		}
	}
	return a.relistLost(ctx, c, lost, at, record)
}

// relistLost gives archives of the index that have no row one, and replays
// them when their file is there.
func (a *Auditor) relistLost(ctx context.Context, c message.CommunityID, lost []archive.Entry, at Audited,
	record func(store.Tx, Audited) error,
) error {
	rows := make([]store.Archive, len(lost))
	for i := range lost {
		rows[i] = catalog.Row(c, &lost[i], store.Listed)
		rows[i].Reason, rows[i].UpdatedAt = "row was missing", a.Clock.Now().UnixMilli()
		reason, err := a.look(rows[i])
		if err != nil {
			return err
		}
		if reason == "" && a.Import {
			at.Replay = append(at.Replay, rows[i].ID)
		}
		if err := a.clear(rows[i], reason); err != nil {
			return err
		}
	}
	err := a.DB.Update(ctx, func(tx store.Tx) error {
		for i := range rows {
			if err := tx.PutArchive(rows[i]); err != nil {
				return err
			}
		}
		return record(tx, at)
	})
	if err != nil {
		return fmt.Errorf("list archives that had lost their row: %w", err)
	}
	return nil
}

// unlisted returns the entries of the index that no row stands for.
func unlisted(k known) (lost []archive.Entry) {
	have := make(map[message.ArchiveID]bool, len(k.rows))
	for i := range k.rows {
		have[k.rows[i].ID] = true
	}
	for i := range k.index {
		if !have[k.index[i].ID] {
			lost = append(lost, k.index[i])
		}
	}
	return lost
}

// lacking returns the imported archives whose messages are not all there.
func (a *Auditor) lacking(ctx context.Context, c message.CommunityID, k known, whole map[message.ArchiveID]bool) ([]message.ArchiveID, error) {
	a.suspected = make(map[message.ArchiveID]suspicion)
	var ids []message.ArchiveID
	for _, group := range overlapping(k.rows) {
		span, want := message.Span{From: group[0].Span.From}, uint64(0)
		for i := range group {
			span.To = max(span.To, group[i].Span.To)
			want += group[i].Messages
		}
		got, err := a.count(ctx, c, span)
		if err != nil {
			return nil, err
		}
		for i := range group {
			row := &group[i]
			old, known := a.fruitless[row.ID]
			bare := len(spans.Missing(k.covered, row.Span)) > 0
			if (got < want || bare) && whole[row.ID] && (!known || old != got) {
				a.suspected[row.ID] = suspicion{span: span, count: got}
				ids = append(ids, row.ID)
			}
		}
	}
	return ids, nil
}

func (a *Auditor) count(ctx context.Context, c message.CommunityID, span message.Span) (n uint64, err error) {
	err = a.DB.View(ctx, func(tx store.Tx) error {
		n, err = tx.CountMessages(c, span, store.Canonical)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count messages of %s: %w", span, err)
	}
	return n, nil
}

// overlapping groups the imported archives whose spans overlap, directly or
// through others.
func overlapping(rows []store.Archive) [][]store.Archive {
	var imported []store.Archive
	for i := range rows {
		if rows[i].State == store.Imported {
			imported = append(imported, rows[i])
		}
	}
	slices.SortStableFunc(imported, func(a, b store.Archive) int { return cmp.Compare(a.Span.From, b.Span.From) })
	var groups [][]store.Archive
	end := uint64(0)
	for _, row := range imported {
		if len(groups) == 0 || row.Span.From >= end {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], row)
		end = max(end, row.Span.To)
	}
	return groups
}

// replay replays the first archive of the list.
func (a *Auditor) replay(ctx context.Context, c message.CommunityID, at Audited, record func(store.Tx, Audited) error) error {
	id := at.Replay[0]
	at.Replay = at.Replay[1:]
	var row store.Archive
	err := a.DB.View(ctx, func(tx store.Tx) (err error) {
		row, err = tx.Archive(c, id)
		return err
	})
	gone := errors.Is(err, store.ErrNotFound) // deleted again meanwhile: the next audit sees it
	if gone || err == nil && row.State == store.Evicted {
		return a.DB.Update(ctx, func(tx store.Tx) error { return record(tx, at) })
	}
	if err != nil {
		return fmt.Errorf("read row of archive %s: %w", id, err)
	}
	err = a.verify(row)
	if err == nil {
		_, err = a.Importer.Replay(ctx, row, a.open(row), func(tx store.Tx, res Result) error {
			next := at
			next.Replayed++
			next.Added = sum(at.Added, res.Added)
			if err := a.learn(tx, c, id, res); err != nil {
				return err
			}
			return record(tx, next)
		})
	}
	switch {
	case errors.Is(err, store.ErrChanged):
		return a.DB.Update(ctx, func(tx store.Tx) error { return record(tx, at) })
	case errors.Is(err, swarm.ErrMissing):
		at.Files++
		return a.Relist(ctx, row, fileMissing, func(tx store.Tx) error { return record(tx, at) })
	case errors.Is(err, ErrDamaged), Refused(err):
		at.Files++
		return a.Relist(ctx, row, err.Error(), func(tx store.Tx) error { return record(tx, at) })
	default:
		return err
	}
}

// learn notes replays that mended nothing, so that the next audit does not
// repeat them.
func (a *Auditor) learn(tx store.Tx, c message.CommunityID, id message.ArchiveID, res Result) error {
	if a.fruitless == nil {
		a.fruitless = make(map[message.ArchiveID]uint64)
	}
	delete(a.fruitless, id)
	why, known := a.suspected[id]
	if !known || res.Added.Known != res.Messages {
		return nil
	}
	now, err := tx.CountMessages(c, why.span, store.Canonical)
	if err != nil {
		return fmt.Errorf("count messages of %s: %w", why.span, err)
	}
	if now == why.count { // otherwise something else has mended it meanwhile
		a.fruitless[id] = now
	}
	return nil
}
