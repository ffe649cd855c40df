package sqltx

import (
	"cmp"
	"fmt"
	"slices"

	"seeder/message"
	"seeder/store"
)

const archiveColumns = `id, span_from, span_to, data_offset, size, padding, entry, sealed, sha256, messages, amends,
	state, reason, attempts, next_try, updated_at`

const putArchive = `INSERT INTO archive (community_no, ` + archiveColumns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (community_no, id) DO UPDATE SET span_from = excluded.span_from, span_to = excluded.span_to,
		data_offset = excluded.data_offset, size = excluded.size, padding = excluded.padding, entry = excluded.entry,
		sealed = excluded.sealed, sha256 = excluded.sha256, messages = excluded.messages, amends = excluded.amends,
		state = excluded.state, reason = excluded.reason, attempts = excluded.attempts, next_try = excluded.next_try,
		updated_at = excluded.updated_at`

// PutArchive implements [store.Archives].
func (t *Tx) PutArchive(a store.Archive) error {
	if err := t.putArchive(a); err != nil {
		return fmt.Errorf("put archive %v: %w", a.ID, err)
	}
	return nil
}

func (t *Tx) putArchive(a store.Archive) error {
	no, err := t.MustCommunity(a.Community)
	if err != nil {
		return err
	}
	if err := t.touch(no); err != nil {
		return err
	}
	if !a.Sealed && (a.State == store.Stored || a.State == store.Imported) {
		if err := t.claim(no, a); err != nil {
			return err
		}
	}
	_, err = t.engine.Exec(putArchive, no, a.ID[:], a.Span.From, a.Span.To, a.Offset, a.Size, a.Padding,
		a.Entry, a.Sealed, a.SHA256[:], a.Messages, a.Amends, string(a.State), Raw(a.Reason),
		a.Attempts, a.NextTry, a.UpdatedAt)
	return err
}

// claim refuses an unsealed archive that another community's history holds.
// Others that claim the same one wait for the end of this transaction.
func (t *Tx) claim(no int64, a store.Archive) error {
	if err := t.lock(LockArchive, a.ID[:]); err != nil {
		return err
	}
	claimed, err := t.Exists(`SELECT 1 FROM archive WHERE id = ? AND community_no <> ? AND NOT sealed
		AND sha256 = ? AND state IN ('stored', 'imported', 'evicted') LIMIT 1`, a.ID[:], no, a.SHA256[:])
	if err == nil && claimed {
		err = store.ErrClaimed
	}
	return err
}

func readArchive(c message.CommunityID, r Row) (store.Archive, error) {
	a := store.Archive{Community: c}
	err := r.Scan(a.ID[:], &a.Span.From, &a.Span.To, &a.Offset, &a.Size, &a.Padding, &a.Entry, &a.Sealed, a.SHA256[:],
		&a.Messages, &a.Amends, (*string)(&a.State), (*Raw)(&a.Reason), &a.Attempts, &a.NextTry, &a.UpdatedAt)
	return a, err
}

const selectArchive = "SELECT " + archiveColumns + " FROM archive" + ofCommunity

// Archive implements [store.Archives].
func (t *Tx) Archive(c message.CommunityID, id message.ArchiveID) (a store.Archive, err error) {
	found, err := t.first(c, func(r Row) (err error) { a, err = readArchive(c, r); return err }, selectArchive+" AND id = ?", id[:])
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Archive{}, fmt.Errorf("archive %v: %w", id, err)
	}
	return a, nil
}

// Archives implements [store.Archives].
func (t *Tx) Archives(c message.CommunityID) (all []store.Archive, err error) {
	err = t.list(c, func(r Row) error {
		a, err := readArchive(c, r)
		all = append(all, a)
		return err
	}, selectArchive+" ORDER BY data_offset, id")
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	// Databases take offsets of 2^63 and more for negative ones.
	slices.SortStableFunc(all, func(a, b store.Archive) int { return cmp.Compare(a.Offset, b.Offset) })
	return all, nil
}
