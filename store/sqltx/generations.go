package sqltx

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutGeneration implements [store.Generations].
func (t *Tx) PutGeneration(g store.Generation) error {
	no, err := t.MustCommunity(g.Community)
	if err == nil && g.Clock > store.MaxTimestamp {
		err = fmt.Errorf("clock %d: %w", g.Clock, store.ErrRange)
	}
	if err == nil {
		_, err = t.engine.Exec(`INSERT INTO generation (community_no, infohash, clock, index_file, magnet, retire_at)
			VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (community_no, infohash) DO UPDATE SET clock = excluded.clock, index_file = excluded.index_file,
				magnet = excluded.magnet, retire_at = excluded.retire_at`,
			no, g.InfoHash[:], g.Clock, g.Index, Raw(g.Magnet), g.RetireAt)
	}
	if err != nil {
		return fmt.Errorf("put generation %v: %w", g.InfoHash, err)
	}
	return nil
}

// Generations implements [store.Generations].
func (t *Tx) Generations(c message.CommunityID) (all []store.Generation, err error) {
	err = t.list(c, func(r Row) error {
		g := store.Generation{Community: c}
		err := r.Scan(g.InfoHash[:], &g.Clock, &g.Index, (*Raw)(&g.Magnet), &g.RetireAt)
		all = append(all, g)
		return err
	}, "SELECT infohash, clock, index_file, magnet, retire_at FROM generation"+ofCommunity+" ORDER BY clock DESC, infohash")
	if err != nil {
		return nil, fmt.Errorf("list generations: %w", err)
	}
	return all, nil
}

// DeleteGeneration implements [store.Generations].
func (t *Tx) DeleteGeneration(c message.CommunityID, h store.InfoHash) error {
	if err := t.remove(c, "DELETE FROM generation"+ofCommunity+" AND infohash = ?", h[:]); err != nil {
		return fmt.Errorf("delete generation %v: %w", h, err)
	}
	return nil
}
