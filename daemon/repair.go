package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"seeder/message"
	"seeder/store"
)

// orphanAge is how old an archive file without a row must be to be removed: a
// younger one may be about to get its row from another process.
const orphanAge = time.Hour

// repair removes what processes that died have left: unfinished files, and
// archive files that no row refers to.
func (d *Daemon) repair(ctx context.Context) error {
	if err := d.files.Sweep(); err != nil {
		return fmt.Errorf("remove unfinished files: %w", err)
	}
	communities, err := d.communities(ctx)
	if err != nil {
		return err
	}
	for _, c := range communities {
		ids, err := d.files.List(c.ID)
		if err != nil {
			return fmt.Errorf("list archive files: %w", err)
		}
		for _, id := range ids {
			if err := d.removeOrphan(ctx, c.ID, id); err != nil {
				return fmt.Errorf("remove file of unknown archive %s: %w", id, err)
			}
		}
	}
	return nil
}

func (d *Daemon) removeOrphan(ctx context.Context, c message.CommunityID, id message.ArchiveID) error {
	err := d.db.View(ctx, func(tx store.Tx) error {
		_, err := tx.Archive(c, id)
		return err
	})
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	info, err := os.Stat(d.files.Path(c, id))
	if err != nil {
		return err
	}
	if d.opts.Clock.Now().Sub(info.ModTime()) < orphanAge {
		return nil
	}
	d.opts.Logger.Warn("removing a file that no archive refers to", "community", c.String(), "archive", id.String())
	return d.files.Remove(c, id)
}
