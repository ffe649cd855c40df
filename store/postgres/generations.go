package postgres

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutGeneration implements [store.Generations].
func (t *tx) PutGeneration(g store.Generation) error {
	no, err := t.mustCommunity(g.Community)
	if err == nil && g.Clock > store.MaxTimestamp {
		err = fmt.Errorf("clock %d: %w", g.Clock, store.ErrRange)
	}
	if err == nil {
		_, err = t.exec(`INSERT INTO generation (community_no, infohash, clock, index_file, magnet, retire_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (community_no, infohash) DO UPDATE SET clock = excluded.clock, index_file = excluded.index_file,
				magnet = excluded.magnet, retire_at = excluded.retire_at`,
			no, g.InfoHash[:], asInt(g.Clock), nullable(g.Index), raw(g.Magnet), g.RetireAt)
	}
	if err != nil {
		return fmt.Errorf("put generation %v: %w", g.InfoHash, err)
	}
	return nil
}

// Generations implements [store.Generations].
func (t *tx) Generations(c message.CommunityID) (all []store.Generation, err error) {
	err = t.list(c, func(r row) error {
		g := store.Generation{Community: c}
		var hash, magnet []byte
		err := r.scan(&hash, &g.Clock, &g.Index, &magnet, &g.RetireAt)
		copy(g.InfoHash[:], hash)
		g.Magnet = string(magnet)
		all = append(all, g)
		return err
	}, "SELECT infohash, clock, index_file, magnet, retire_at FROM generation WHERE community_no = $1 ORDER BY clock DESC, infohash")
	if err != nil {
		return nil, fmt.Errorf("list generations: %w", err)
	}
	return all, nil
}

// DeleteGeneration implements [store.Generations].
func (t *tx) DeleteGeneration(c message.CommunityID, h store.InfoHash) error {
	if err := t.remove(c, "DELETE FROM generation WHERE community_no = $1 AND infohash = $2", h[:]); err != nil {
		return fmt.Errorf("delete generation %v: %w", h, err)
	}
	return nil
}
