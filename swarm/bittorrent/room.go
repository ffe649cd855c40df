package bittorrent

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"seeder/swarm"
)

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

// keepAdmitting asks the receiver for room for one archive after the other,
// each time the window can take more, so that room is taken just before it is
// used. When there is none, the rest is left out.
func (d *download) keepAdmitting(ctx context.Context, r swarm.Receiver) {
	for at, i := range d.order {
		if len(d.missingOf(i)) == 0 {
			continue // in place, or whole and about to be put there
		}
		select {
		case <-d.hungry:
		case <-ctx.Done():
			return
		}
		if d.evicted(i) {
			signal(d.hungry)
			continue
		}
		id := d.slots[i].file.ID
		err := r.Room(id)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, swarm.ErrNoSpace):
			d.leaveOut(d.order[at:], fmt.Errorf("make room for archive %s: %w", id, err))
			return
		case err != nil:
			d.push(result{err: fmt.Errorf("make room for archive %s: %w", id, err), fatal: true})
			return
		}
		if d.evicted(i) {
			signal(d.hungry)
			continue
		}
		d.admit(i)
	}
}

// admit lets the archive at position i be downloaded.
func (d *download) admit(i int) {
	d.slots[i].content.admit()
	d.mu.Lock()
	d.admitted, d.begun = append(d.admitted, i), append(d.begun, i)
	d.mu.Unlock()
	signal(d.fed)
}

func (d *download) takeAdmitted() []int {
	d.mu.Lock()
	defer d.mu.Unlock()
	slots := d.admitted
	d.admitted = nil
	return slots
}

// leaveOut ends the download of those archives of which something is missing.
func (d *download) leaveOut(slots []int, why error) {
	d.mu.Lock()
	d.noRoom = why
	d.mu.Unlock()
	for _, i := range slots {
		if len(d.missingOf(i)) > 0 {
			d.push(result{slot: i, left: true})
		}
	}
}
