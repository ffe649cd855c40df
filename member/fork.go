package member

import (
	"fmt"

	"seeder/archive"
	"seeder/message"
	"seeder/store"
)

// recordFork records a fork when the generation that is followed now lacks an
// archive that the one before has: a history that only grew would not. The
// clock says which one wins, and it has said so already.
func (r *receiver) recordFork(tx store.Tx, entries []archive.Entry) error {
	gens, err := tx.Generations(r.member.id)
	if err != nil {
		return err
	}
	for i := range gens {
		before := &gens[i]
		if before.RetireAt != 0 || before.InfoHash == store.InfoHash(r.ref.InfoHash) || len(before.Index) == 0 {
			continue
		}
		old, err := archive.DecodeIndex(before.Index, 0)
		if err != nil {
			return fmt.Errorf("decode index of %s: %w", before.InfoHash, err)
		}
		first, missing := firstMissing(old, entries)
		if !missing {
			continue
		}
		fork := store.Fork{
			Community: r.member.id, InfoHash: before.InfoHash, Clock: before.Clock,
			WinnerInfoHash: store.InfoHash(r.ref.InfoHash), WinnerClock: r.row.Clock,
			FirstDiffering: first, SeenAt: r.member.nowMillis(),
		}
		if err := tx.PutFork(fork); err != nil {
			return fmt.Errorf("record fork: %w", err)
		}
		r.member.log.Warn("the history has forked: the newer generation lacks an archive of the one before",
			"infohash", before.InfoHash.String(), "winner", fork.WinnerInfoHash.String(), "archive", first.String())
	}
	return nil
}

// firstMissing returns the first entry of old, in order of offset, that is not
// among entries.
func firstMissing(old, entries []archive.Entry) (message.ArchiveID, bool) {
	there := make(map[message.ArchiveID]bool, len(entries))
	for i := range entries {
		there[entries[i].ID] = true
	}
	for i := range old {
		if !there[old[i].ID] {
			return old[i].ID, true
		}
	}
	return message.ArchiveID{}, false
}
