package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"seeder/catalog"
	"seeder/internal/atomicfile"
	"seeder/internal/fault"
	"seeder/message"
	"seeder/store"
)

// orphanAge is how old an archive file without a row must be to be removed: a
// younger one may be about to get its row from another process.
const orphanAge = time.Hour

// repair removes what processes that died have left: unfinished files, archive
// files that neither a row nor a torrent refers to, and those of archives that
// were evicted.
func (d *Daemon) repair(ctx context.Context) error {
	cfg := d.opts.Config
	// What is in the data folder itself is written by daemons only, and this is
	// the one that runs; a key may be written by another command right now.
	err := errors.Join(d.files.Sweep(), d.sweep(cfg.DataDir, 0), d.sweep(cfg.KeysDir(), orphanAge))
	if err != nil {
		return fmt.Errorf("remove unfinished files: %w", err)
	}
	communities, err := d.communities(ctx)
	if err != nil {
		return err
	}
	for _, c := range communities {
		if err := d.removeEvicted(ctx, c.ID); err != nil {
			return err
		}
		if err := d.removeOrphans(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// removeOrphans removes the archive files of a community that neither a row nor
// a torrent refers to. Torrents are read only when there is a file without a row.
func (d *Daemon) removeOrphans(ctx context.Context, c message.CommunityID) error {
	ids, err := d.files.List(c)
	if err != nil {
		return fmt.Errorf("list archive files: %w", err)
	}
	rows, err := d.archives(ctx, c)
	if err != nil {
		return err
	}
	known := make(map[message.ArchiveID]bool, len(rows))
	for i := range rows {
		known[rows[i].ID] = true
	}
	ids = slices.DeleteFunc(ids, func(id message.ArchiveID) bool { return known[id] })
	if len(ids) == 0 {
		return nil
	}
	listed, err := catalog.Listed(d.files, c)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if listed[id] {
			continue // the database may be an old copy: the archive is worth keeping
		}
		if err := d.removeOrphan(ctx, c, id); err != nil {
			return fmt.Errorf("remove file of unknown archive %s: %w", id, err)
		}
	}
	return nil
}

// sweep removes temporary files of the given age from a folder.
func (d *Daemon) sweep(dir string, age time.Duration) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !strings.HasSuffix(e.Name(), atomicfile.TempSuffix) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, os.ErrNotExist) {
			continue // it was renamed into place
		}
		if err != nil {
			return err
		}
		if d.opts.Clock.Now().Sub(info.ModTime()) < age {
			continue
		}
		if err := errors.Join(fault.Point(fault.SweepBefore), os.Remove(filepath.Join(dir, e.Name()))); err != nil {
			return err
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

// removeEvicted removes what is left of archives whose rows say that they were
// evicted: the row comes first, and a process may die before the file follows.
func (d *Daemon) removeEvicted(ctx context.Context, c message.CommunityID) error {
	rows, err := d.archives(ctx, c)
	if err != nil {
		return err
	}
	u, err := d.files.Usage(c)
	if err != nil {
		return err
	}
	for i := range rows {
		if _, left := u.Archives[rows[i].ID]; !left || rows[i].State != store.Evicted {
			continue
		}
		if err := d.files.Remove(c, rows[i].ID); err != nil {
			return fmt.Errorf("remove file of evicted archive %s: %w", rows[i].ID, err)
		}
		d.opts.Logger.Info("the file of an evicted archive was left, it is removed",
			"community", c.String(), "archive", rows[i].ID.String())
	}
	return nil
}

func (d *Daemon) archives(ctx context.Context, c message.CommunityID) (rows []store.Archive, err error) {
	err = d.db.View(ctx, func(tx store.Tx) error {
		rows, err = tx.Archives(c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	return rows, nil
}
