package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"seeder/catalog"
	"seeder/internal/atomicfile"
	"seeder/internal/fault"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// orphanAge is how old an archive file without a row must be to be removed: a
// younger one may be about to get its row from another process.
const orphanAge = time.Hour

// clean removes the unfinished files of processes that died.
func (d *Daemon) clean() error {
	cfg := d.opts.Config
	// What is in the data folder itself is written by daemons only, and this is
	// the one that runs; a key may be written by another command right now.
	err := errors.Join(d.files.Sweep(), d.sweep(cfg.DataDir, 0), d.sweep(cfg.KeysDir(), orphanAge))
	if err != nil {
		return fmt.Errorf("remove unfinished files: %w", err)
	}
	return nil
}

// stock is what a community has: its rows, and what was measured of its folder.
type stock struct {
	rows  []store.Archive
	usage swarm.Usage
}

// takeStock reads the rows of a community and measures its folder, each once,
// and removes files that a process which died has left: those of archives that
// were evicted, and those that neither a row nor a torrent refers to. What it
// returns is what is left.
func (d *Daemon) takeStock(ctx context.Context, c message.CommunityID) (s stock, err error) {
	err = d.db.View(ctx, func(tx store.Tx) error {
		s.rows, err = tx.Archives(c)
		return err
	})
	if err != nil {
		return stock{}, fmt.Errorf("list archives: %w", err)
	}
	if s.usage, err = d.files.Usage(c); err != nil {
		return stock{}, err
	}
	if err := d.removeEvicted(c, s); err != nil {
		return stock{}, err
	}
	return s, d.removeOrphans(ctx, c, s)
}

// removeOrphans removes the archive files of a community that neither a row nor
// a torrent refers to. Torrents are read only when there is a file without a row.
func (d *Daemon) removeOrphans(ctx context.Context, c message.CommunityID, s stock) error {
	known := make(map[message.ArchiveID]bool, len(s.rows))
	for i := range s.rows {
		known[s.rows[i].ID] = true
	}
	var unknown []message.ArchiveID
	for id, a := range s.usage.Archives {
		if a.Whole && !known[id] {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	listed, err := catalog.Listed(d.files, c)
	if err != nil {
		return err
	}
	for _, id := range unknown {
		if listed[id] {
			continue // the database may be an old copy: the archive is worth keeping
		}
		removed, err := d.removeOrphan(ctx, c, id)
		if err != nil {
			return fmt.Errorf("remove file of unknown archive %s: %w", id, err)
		}
		if removed {
			delete(s.usage.Archives, id)
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

// removeOrphan removes the file of an archive that has no row, unless it is
// young, and reports whether it did.
func (d *Daemon) removeOrphan(ctx context.Context, c message.CommunityID, id message.ArchiveID) (removed bool, err error) {
	err = d.db.View(ctx, func(tx store.Tx) error {
		_, err := tx.Archive(c, id)
		return err
	})
	if !errors.Is(err, store.ErrNotFound) {
		return false, err
	}
	info, err := os.Stat(d.files.Path(c, id))
	if err != nil {
		return false, err
	}
	if d.opts.Clock.Now().Sub(info.ModTime()) < orphanAge {
		return false, nil
	}
	d.opts.Logger.Warn("removing a file that no archive refers to", "community", c.String(), "archive", id.String())
	return true, d.files.Remove(c, id)
}

// removeEvicted removes what is left of archives whose rows say that they were
// evicted: the row comes first, and a process may die before the file follows.
func (d *Daemon) removeEvicted(c message.CommunityID, s stock) error {
	for i := range s.rows {
		id := s.rows[i].ID
		if _, left := s.usage.Archives[id]; !left || s.rows[i].State != store.Evicted {
			continue
		}
		if err := d.files.Remove(c, id); err != nil {
			return fmt.Errorf("remove file of evicted archive %s: %w", id, err)
		}
		delete(s.usage.Archives, id)
		d.opts.Logger.Info("the file of an evicted archive was left, it is removed",
			"community", c.String(), "archive", id.String())
	}
	return nil
}
