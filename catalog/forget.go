package catalog

import (
	"context"
	"fmt"
	"slices"

	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// Forget removes what the folder keeps of generations that have no row: they
// were retired, or superseded before they were recorded. It calls drop for each
// first, so that none of them is being served. The caller is the goroutine that
// seeds and fetches for the community.
func Forget(ctx context.Context, db store.DB, files *swarm.Files, c message.CommunityID, drop func(store.InfoHash) error) error {
	kept, err := files.Generations(c)
	if err != nil {
		return err
	}
	rows, err := Generations(ctx, db, c)
	if err != nil {
		return err
	}
	for _, hash := range kept {
		known := slices.ContainsFunc(rows, func(g store.Generation) bool { return g.InfoHash == store.InfoHash(hash) })
		if known {
			continue
		}
		if err := drop(hash); err != nil {
			return fmt.Errorf("stop serving %s: %w", store.InfoHash(hash), err)
		}
		if err := files.Forget(c, hash); err != nil {
			return err
		}
	}
	return nil
}
