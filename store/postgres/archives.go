package postgres

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
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
	ON CONFLICT (community_no, id) DO UPDATE SET span_from = excluded.span_from, span_to = excluded.span_to,
		data_offset = excluded.data_offset, size = excluded.size, padding = excluded.padding, entry = excluded.entry,
		sealed = excluded.sealed, sha256 = excluded.sha256, messages = excluded.messages, amends = excluded.amends,
		state = excluded.state, reason = excluded.reason, attempts = excluded.attempts, next_try = excluded.next_try,
		updated_at = excluded.updated_at`

// PutArchive implements [store.Archives].
func (t *tx) PutArchive(a store.Archive) error {
	if err := t.putArchive(a); err != nil {
		return fmt.Errorf("put archive %v: %w", a.ID, err)
	}
	return nil
}

func (t *tx) putArchive(a store.Archive) error {
	no, err := t.mustCommunity(a.Community)
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
	_, err = t.exec(putArchive, no, a.ID[:], asInt(a.Span.From), asInt(a.Span.To), asInt(a.Offset), asInt(a.Size), asInt(a.Padding),
		nullable(a.Entry), a.Sealed, a.SHA256[:], asInt(a.Messages), int64(a.Amends), string(a.State), raw(a.Reason),
		int64(a.Attempts), a.NextTry, a.UpdatedAt)
	return err
}

// claim refuses an unsealed archive that another community's history holds.
// Others that claim the same one wait for the end of this transaction.
func (t *tx) claim(no int64, a store.Archive) error {
	if err := t.lock(lockArchive, a.ID[:]); err != nil {
		return err
	}
	claimed, err := t.exists(`SELECT 1 FROM archive WHERE id = $1 AND community_no <> $2 AND NOT sealed
		AND sha256 = $3 AND state IN ('stored', 'imported', 'evicted')`, a.ID[:], no, a.SHA256[:])
	if err == nil && claimed {
		err = store.ErrClaimed
	}
	return err
}

func readArchive(c message.CommunityID, r row) (a store.Archive, err error) {
	var id, sha, reason []byte
	var from, to, offset, size, padding, messages int64
	err = r.scan(&id, &from, &to, &offset, &size, &padding, &a.Entry, &a.Sealed, &sha, &messages, &a.Amends,
		&a.State, &reason, &a.Attempts, &a.NextTry, &a.UpdatedAt)
	a.Community = c
	a.Span = message.Span{From: uint64(from), To: uint64(to)}
	a.Offset, a.Size, a.Padding, a.Messages = uint64(offset), uint64(size), uint64(padding), uint64(messages)
	a.Reason = string(reason)
	copy(a.ID[:], id)
	copy(a.SHA256[:], sha)
	return a, err
}

const selectArchive = "SELECT " + archiveColumns + " FROM archive WHERE community_no = $1"

// Archive implements [store.Archives].
func (t *tx) Archive(c message.CommunityID, id message.ArchiveID) (a store.Archive, err error) {
	no, found, err := t.community(c)
	if err == nil && found {
		found, err = t.one(func(r row) (err error) { a, err = readArchive(c, r); return err }, selectArchive+" AND id = $2", no, id[:])
	}
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Archive{}, fmt.Errorf("archive %v: %w", id, err)
	}
	return a, nil
}

// Archives implements [store.Archives].
func (t *tx) Archives(c message.CommunityID) (all []store.Archive, err error) {
	err = t.list(c, func(r row) error {
		a, err := readArchive(c, r)
		all = append(all, a)
		return err
	}, selectArchive+" ORDER BY data_offset, id")
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	// The server takes offsets of 2^63 and more for negative ones.
	slices.SortStableFunc(all, func(a, b store.Archive) int { return cmp.Compare(a.Offset, b.Offset) })
	return all, nil
}
