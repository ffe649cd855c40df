package member

import (
	"fmt"

	"seeder/archive"
	"seeder/message"
	"seeder/store"
)

// recordFork records a fork when the generation that is followed now lacks an
// archive that the one before has: a history that only grew would not. The
// clock says which one wins, and it has said so already. It returns the archives
// that are no longer part of the history.
func (r *receiver) recordFork(tx store.Tx, entries []archive.Entry) (lost []message.ArchiveID, err error) {
	gens, err := tx.Generations(r.member.id)
	if err != nil {
		return nil, err
	}
	for i := range gens {
		before := &gens[i]
		if before.RetireAt != 0 || before.InfoHash == store.InfoHash(r.ref.InfoHash) || len(before.Index) == 0 {
			continue
		}
		old, err := archive.DecodeIndex(before.Index, 0)
		if err != nil {
			return nil, fmt.Errorf("decode index of %s: %w", before.InfoHash, err)
		}
		gone := missing(old, entries)
		if len(gone) == 0 {
			continue
		}
		first := gone[0].ID
		fork := store.Fork{
			Community: r.member.id, InfoHash: before.InfoHash, Clock: before.Clock,
			WinnerInfoHash: store.InfoHash(r.ref.InfoHash), WinnerClock: r.row.Clock,
			FirstDiffering: first, SeenAt: r.member.nowMillis(),
		}
		if err := tx.PutFork(fork); err != nil {
			return nil, fmt.Errorf("record fork: %w", err)
		}
		for j := range gone {
			if err := r.member.lose(tx, &gone[j], entries); err != nil {
				return nil, fmt.Errorf("take archive %s out of the history: %w", gone[j].ID, err)
			}
			lost = append(lost, gone[j].ID)
		}
		r.member.log.Warn("the history has forked: the newer generation lacks an archive of the one before",
			"infohash", before.InfoHash.String(), "winner", fork.WinnerInfoHash.String(), "archive", first.String())
	}
	return lost, nil
}

// missing returns those of old, in order of offset, that are not among entries.
func missing(old, entries []archive.Entry) (gone []archive.Entry) {
	there := make(map[message.ArchiveID]bool, len(entries))
	for i := range entries {
		there[entries[i].ID] = true
	}
	for i := range old {
		if !there[old[i].ID] {
			gone = append(gone, old[i])
		}
	}
	return gone
}

// lose takes an archive out of the history: its row is evicted, the messages of
// its span become late, and the archives that are still listed for the span are
// to be imported again, which makes theirs canonical. So every member that
// follows a generation ends with the same messages, whatever it followed before.
func (m *Member) lose(tx store.Tx, gone *archive.Entry, entries []archive.Entry) error {
	row, err := tx.Archive(m.id, gone.ID)
	if err != nil {
		return err
	}
	imported := row.State == store.Imported
	row.State, row.Reason, row.UpdatedAt = store.Evicted, store.Unlisted, m.nowMillis()
	if err := tx.PutArchive(row); err != nil || !imported {
		return err
	}
	if err := tx.Demote(m.id, gone.Span); err != nil {
		return err
	}
	for i := range entries {
		if e := &entries[i]; e.Span.From >= gone.Span.To || e.Span.To <= gone.Span.From {
			continue
		}
		row, err := tx.Archive(m.id, entries[i].ID)
		if err != nil {
			return err
		}
		if row.State != store.Imported {
			continue
		}
		row.State, row.UpdatedAt = store.Stored, m.nowMillis()
		if err := tx.PutArchive(row); err != nil {
			return err
		}
	}
	return nil
}

// discard removes the files of archives that were taken out of the history, and
// has those that are to be imported again looked at soon.
func (m *Member) discard(lost []message.ArchiveID) {
	if len(lost) == 0 {
		return
	}
	for _, id := range lost {
		if err := m.giveUp(m.id, id); err != nil {
			m.log.Warn("file of a lost archive not removed", "archive", id.String(), "error", err)
		}
	}
	select {
	case m.kick <- struct{}{}:
	default: // it is to wake up already
	}
}
