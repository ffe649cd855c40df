package bittorrent

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/shirou/gopsutil/v4/disk"

	"seeder/swarm"
)

// spareRoom is what a download leaves free beside its own bytes, for lists of
// pieces and for whoever else needs some to go on.
const spareRoom = 1 << 20

// freeSpace returns how many bytes can be written to the disk of a folder.
func freeSpace(dir string) (uint64, error) {
	u, err := disk.Usage(dir)
	if err != nil {
		return 0, fmt.Errorf("look up free space: %w", err)
	}
	return u.Free, nil
}

// full gives the errors of a full disk their name.
func full(err error) error {
	if err == nil || errors.Is(err, swarm.ErrNoSpace) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", swarm.ErrNoSpace, err)
	}
	return err
}

// checkRoom refuses a download that could not even write its first window, so
// that an attempt on a full disk fetches nothing in vain.
func (d *download) checkRoom() error {
	missing := len(d.missing())
	if missing == 0 {
		return nil
	}
	free, err := d.c.s.opts.freeSpace(d.c.s.files.Dir(d.c.id))
	if err != nil {
		d.c.s.opts.Logger.Warn("free space is unknown", "error", err)
		return nil // the disk will tell
	}
	need := uint64(min(missing, windowPieces))*swarm.PieceLength + spareRoom
	if free < need {
		return fmt.Errorf("%w: %d bytes are free, %d are needed to go on", swarm.ErrNoSpace, free, need)
	}
	return nil
}
