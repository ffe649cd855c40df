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

// fit leaves out the archives that there is no room for, from the first one on
// that does not fit. A download on a full disk fetches nothing in vain then,
// and the error says, when the others have come, that it is not over.
func (d *download) fit() {
	free, err := d.c.s.opts.freeSpace(d.c.s.files.Dir(d.c.id))
	if err != nil {
		d.c.s.opts.Logger.Warn("free space is unknown", "error", err)
		return // the disk will tell
	}
	room := int64(min(free, 1<<62)) - spareRoom
	var order []int
	left := 0
	for _, i := range d.order {
		need := int64(len(d.missingOf(i))) * swarm.PieceLength
		if need > 0 && (left > 0 || need > room) {
			left++
			continue
		}
		room -= need
		order = append(order, i)
	}
	if left > 0 {
		d.noRoom = fmt.Errorf("%w: %d archives wait for room, %d bytes are free", swarm.ErrNoSpace, left, free)
	}
	d.order = order
}
