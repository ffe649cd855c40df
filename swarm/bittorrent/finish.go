package bittorrent

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"seeder/internal/fault"
	"seeder/swarm"
)

// finish puts a whole archive in place: the padding must be zero and is cut
// off, then the file is synced and renamed.
func (a *content) finish() error {
	a.disk.Lock()
	defer a.disk.Unlock()
	if !a.state().whole {
		return errEvicted // meanwhile
	}
	if err := a.checkPadding(); err != nil {
		return err
	}
	a.mu.Lock()
	a.sealed = true // from here on readers do not look at the padding
	a.mu.Unlock()
	f, err := a.open.acquire(a.part(), true)
	if err != nil {
		return fmt.Errorf("open finished archive: %w", err)
	}
	err = fault.Point(fault.DownloadFinishBefore)
	if err == nil {
		err = errors.Join(f.Truncate(a.raw), f.Sync())
	}
	a.open.release(f)
	if err != nil {
		a.distrust()
		return fmt.Errorf("sync finished archive: %w", err)
	}
	if err := fault.Point(fault.DownloadFinishAfter); err != nil {
		return err
	}
	pieces := swarm.Pieces{Raw: uint64(a.raw), Hashes: a.hashes}
	if err := a.files.Publish(a.c, a.key.id, a.part(), pieces); err != nil {
		return err
	}
	a.open.forget(a.path()) // a file that stood there before
	now, err := a.open.stat(a.path())
	if err != nil {
		return fmt.Errorf("look up archive: %w", err)
	}
	a.mu.Lock()
	a.stored, a.seen, a.bad = true, now, nil
	a.mu.Unlock()
	a.open.forget(a.part())
	if err := fault.Point(fault.DownloadUnlistBefore); err != nil {
		return err
	}
	if err := os.Remove(a.havePath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove progress: %w", err)
	}
	return nil
}

// checkPadding reads what peers sent as padding. The torrent vouches for the
// bytes, but only the owner's good will for their being zero.
func (a *content) checkPadding() error {
	// A file that was truncated by a finish that died has zeros there.
	b := make([]byte, a.size-a.raw)
	n, err := a.open.readAt(a.part(), b, a.raw)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read padding: %w", err)
	}
	for _, x := range b[:n] {
		if x != 0 {
			return fmt.Errorf("%w: archive %s is not padded with zeros", swarm.ErrLayout, a.key.id)
		}
	}
	return nil
}

// discard gives up what was downloaded of a refused archive.
func (a *content) discard() error {
	a.disk.Lock()
	defer a.disk.Unlock()
	a.mu.Lock()
	a.setHave(make([]bool, len(a.have)))
	a.dirty = false
	a.mu.Unlock()
	a.open.forget(a.part())
	errs := []error{fault.Point(fault.DownloadDiscardBefore)}
	for _, path := range []string{a.havePath(), a.part()} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("discard download: %w", err))
		}
	}
	return errors.Join(errs...)
}
