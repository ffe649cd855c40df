package member

import (
	"context"
	"fmt"

	"seeder/archive"
	"seeder/catalog"
	"seeder/message"
	"seeder/store"
)

// retire drops generations whose grace time is over, and archives that no
// generation holds any more.
func (m *Member) retire(ctx context.Context) error {
	drop := func(hash store.InfoHash) error { return m.opts.Swarm.Drop(m.id, hash) }
	if err := catalog.Retire(ctx, m.opts.DB, m.id, m.nowMillis(), drop); err != nil {
		return err
	}
	if err := catalog.Forget(ctx, m.opts.DB, m.opts.Files, m.id, drop); err != nil {
		return err
	}
	if err := m.discardUnlisted(ctx); err != nil {
		return err
	}
	return m.measure()
}

// discardUnlisted evicts archives that are in no generation: the owner has
// replaced them. Their messages stay.
func (m *Member) discardUnlisted(ctx context.Context) error {
	rows, gens, err := m.state(ctx)
	if err != nil {
		return err
	}
	listed := make(map[message.ArchiveID]bool)
	current := false
	for _, g := range gens {
		current = current || g.RetireAt == 0
		entries, err := archive.DecodeIndex(g.Index, 0)
		if err != nil {
			return fmt.Errorf("decode index of %s: %w", g.InfoHash, err)
		}
		for i := range entries {
			listed[entries[i].ID] = true
		}
	}
	if !current {
		return nil // its row was deleted: what it holds is not known now
	}
	for i := range rows {
		row := rows[i]
		if listed[row.ID] || replaced(&row) {
			continue
		}
		row.State, row.Reason = store.Evicted, store.Unlisted
		if err := m.putArchive(ctx, row); err != nil {
			return err
		}
		if err := m.giveUp(m.id, row.ID); err != nil {
			return err
		}
	}
	return nil
}

// dropAll stops serving every generation.
func (m *Member) dropAll(ctx context.Context) error {
	_, gens, err := m.state(ctx)
	if err != nil {
		return err
	}
	for _, g := range gens {
		if err := m.opts.Swarm.Drop(m.id, g.InfoHash); err != nil {
			return fmt.Errorf("stop serving %s: %w", g.InfoHash, err)
		}
	}
	return nil
}
