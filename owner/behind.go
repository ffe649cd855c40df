package owner

import (
	"context"
	"errors"
	"fmt"

	"seeder/catalog"
	"seeder/store"
)

// ErrBehind reports a database that knows less than the archive folder: it was
// lost or comes from an old copy. Archiving from it would announce a shorter
// history over the one that members hold.
var ErrBehind = errors.New("database knows less than the archive folder")

// checkBehind returns [ErrBehind] when a torrent in the folder lists an archive
// that has no row.
func (o *Owner) checkBehind(ctx context.Context) error {
	listed, err := catalog.Listed(o.opts.Files, o.id)
	if err != nil {
		return err
	}
	return o.opts.DB.View(ctx, func(tx store.Tx) error {
		for id := range listed {
			_, err := tx.Archive(o.id, id)
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("%w: archive %s was seeded from here", ErrBehind, id)
			}
			if err != nil {
				return fmt.Errorf("look for archive %s: %w", id, err)
			}
		}
		return nil
	})
}
