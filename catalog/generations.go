package catalog

import (
	"context"
	"fmt"
	"time"

	"seeder/message"
	"seeder/store"
)

// MakeCurrent records g as the community's current generation. Those that were
// current before are served for the grace time, counted from now (milliseconds
// since the Unix epoch).
func MakeCurrent(tx store.Generations, g store.Generation, now int64, grace time.Duration) error {
	before, err := tx.Generations(g.Community)
	if err != nil {
		return err
	}
	for _, old := range before {
		if old.RetireAt != 0 || old.InfoHash == g.InfoHash {
			continue
		}
		old.RetireAt = now + grace.Milliseconds()
		if err := tx.PutGeneration(old); err != nil {
			return err
		}
	}
	g.RetireAt = 0
	return tx.PutGeneration(g)
}

// Retire calls drop for each generation whose grace time is over by now
// (milliseconds since the Unix epoch), and then forgets it.
func Retire(ctx context.Context, db store.DB, c message.CommunityID, now int64, drop func(store.InfoHash) error) error {
	gens, err := Generations(ctx, db, c)
	if err != nil {
		return err
	}
	for _, g := range gens {
		if g.RetireAt == 0 || g.RetireAt > now {
			continue
		}
		if err := drop(g.InfoHash); err != nil {
			return fmt.Errorf("stop serving %s: %w", g.InfoHash, err)
		}
		err := db.Update(ctx, func(tx store.Tx) error { return tx.DeleteGeneration(c, g.InfoHash) })
		if err != nil {
			return fmt.Errorf("forget generation %s: %w", g.InfoHash, err)
		}
	}
	return nil
}

// Generations returns the generations of a community, newest clock first.
func Generations(ctx context.Context, db store.DB, c message.CommunityID) (gens []store.Generation, err error) {
	err = db.View(ctx, func(tx store.Tx) error {
		gens, err = tx.Generations(c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list generations: %w", err)
	}
	return gens, nil
}
