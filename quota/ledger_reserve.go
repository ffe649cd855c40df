package quota

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
)

// evictions is how many archives Enforce removes at a time: each waits
// for the grace that peers get.
const evictions = 16

// Reserve sets room aside for an archive, before its first byte is written: as
// much as it takes at most, until [Ledger.Commit] or [Ledger.Release]. Where it
// does not fit, older archives are evicted, whole and the oldest first: of the
// community for its cap, of all for the node's, no more than needed, and none when
// that would not do. A pinned one makes newer ones go, too, that are
// not pinned. An archive that has room already keeps it. An item without Bytes and
// Peak asks for what is Beside alone.
//
// An error wraps [ErrNoRoom], [ErrNoSpace], that of Evict or ctx's; nothing is
// reserved then.
func (l *Ledger) Reserve(ctx context.Context, item Item) error {
	d := l.readDisk(false) // which takes less, and as a rule it fits
	l.mu.Lock()
	if l.fits(&item, d) {
		l.reserve(item)
		l.mu.Unlock()
		return nil
	}
	l.mu.Unlock()
	if err := l.takeTurn(ctx); err != nil {
		return err
	}
	defer l.leaveTurn()
	return l.makeRoom(ctx, item)
}

func (l *Ledger) takeTurn(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	select {
	case l.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *Ledger) leaveTurn() { <-l.turn }

// fits reports whether the archive has room as things are, beside what another
// Reserve makes room for.
func (l *Ledger) fits(item *Item, d diskReading) bool {
	a := l.account(item.Community)
	if e, ok := a.byID[item.ID]; ok && e.leaving {
		return false
	}
	need, beside := a.need(item), l.needBeside(item)
	onDisk := beside <= 0 && need == 0 || l.pending(d)+l.claimed()+need+beside <= d.room
	if need == 0 || !onDisk {
		return onDisk
	}
	community, node := need, need
	if l.claim != nil {
		claimed := l.account(l.claim.Community).need(l.claim)
		node += claimed
		if l.claim.Community == item.Community {
			community += claimed
		}
	}
	return under(a.total()+community, a.limit) && under(l.total()+node, l.limit)
}

// claimed is what is made room for on the disk.
func (l *Ledger) claimed() int64 {
	if l.claim == nil {
		return 0
	}
	return l.account(l.claim.Community).need(l.claim) + l.needBeside(l.claim)
}

// needBeside is how much storing the messages of an archive needs beside what was
// set aside for that already.
func (l *Ledger) needBeside(item *Item) int64 {
	return max(0, item.Beside-l.beside[archiveKey{item.Community, item.ID}])
}

func under(bytes int64, limit Size) bool { return limit == 0 || bytes <= int64(limit) }

// need is how much an archive needs beside what it takes already.
func (a *account) need(item *Item) int64 {
	if e, ok := a.byID[item.ID]; ok {
		return max(0, item.most()-e.Bytes)
	}
	return item.most()
}

// reserve notes the archive. A whole one that needs no more stays whole.
func (l *Ledger) reserve(item Item) {
	a := l.account(item.Community)
	key := archiveKey{item.Community, item.ID}
	if item.Beside > l.beside[key] {
		l.beside[key] = item.Beside
	}
	if item.most() == 0 {
		return
	}
	delete(l.barred, key)
	if _, ok := a.byID[item.ID]; ok && a.need(&item) == 0 {
		return
	}
	item.Bytes, item.Unfinished, item.Evicted, item.Asked = item.most(), true, false, false
	a.put(item, false)
}

// makeRoom evicts one archive after the other until item fits, and reserves. What
// is to go is worked out anew each time: the rest of the program goes on.
func (l *Ledger) makeRoom(ctx context.Context, item Item) error {
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.claim = nil
	}()
	for {
		d := l.readDisk(true)
		l.mu.Lock()
		victims, err := l.plan(&item, d)
		if err != nil || len(victims) == 0 {
			if err == nil {
				l.reserve(item)
			}
			l.claim = nil
			l.mu.Unlock()
			return err
		}
		l.claim = &item
		v := victims[0]
		v.e.leaving = true
		l.mu.Unlock()
		if err := l.evict(ctx, v); err != nil {
			return err
		}
	}
}

// evict removes one archive that was marked as leaving.
func (l *Ledger) evict(ctx context.Context, v victim) error {
	item := v.item
	err := context.Cause(ctx)
	if err == nil {
		err = l.opts.Evict(ctx, item)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	v.e.leaving = false
	if err != nil {
		return fmt.Errorf("evict archive %s: %w", item.ID, err)
	}
	// Whoever removed the file may have released it already.
	if a := l.account(item.Community); a.byID[item.ID] == v.e {
		a.drop(item.ID)
	}
	key := archiveKey{item.Community, item.ID}
	delete(l.beside, key)
	l.barred[key] = struct{}{}
	return nil
}

// Enforce evicts until every cap holds, the oldest first, reservations among them.
// The error wraps [ErrNoRoom] when what may not be evicted is over a cap by itself,
// or is that of Evict; the others have gone then, and Enforce is called again.
func (l *Ledger) Enforce(ctx context.Context) error {
	if err := l.takeTurn(ctx); err != nil {
		return err
	}
	defer l.leaveTurn()
	for {
		l.mu.Lock()
		victims, err := l.excess()
		for _, v := range victims {
			v.e.leaving = true
		}
		l.mu.Unlock()
		if len(victims) == 0 {
			return err
		}
		if err := l.evictAll(ctx, victims); err != nil {
			return err
		}
	}
}

// evictAll evicts several at a time, beginning with the oldest.
func (l *Ledger) evictAll(ctx context.Context, victims []victim) error {
	next := make(chan victim)
	errs := make([]error, min(evictions, len(victims)))
	var workers sync.WaitGroup
	for i := range errs {
		workers.Go(func() {
			for v := range next {
				errs[i] = errors.Join(errs[i], l.evict(ctx, v))
			}
		})
	}
	for _, v := range victims {
		next <- v
	}
	close(next)
	workers.Wait()
	return errors.Join(errs...)
}

// diskReading is a reading of the disk.
type diskReading struct {
	// room is what can be written before too little is left free, in bytes.
	room int64
	// written is how much of reservations is on the disk; of those that are not
	// in it nothing counts as written.
	written map[*entry]int64
}

// readDisk looks at the disk. What is written of downloads, if that is asked for, is
// read before the free space, so that no byte counts for both.
func (l *Ledger) readDisk(written bool) diskReading {
	if l.opts.Free == nil {
		return diskReading{room: math.MaxInt64 / 2}
	}
	var d diskReading
	if written && l.opts.Written != nil {
		d.written = make(map[*entry]int64)
		for e, item := range l.reservations() {
			d.written[e] = l.opts.Written(item)
		}
	}
	free, total, err := l.opts.Free()
	if err != nil {
		l.opts.Logger.Warn("free space is unknown", "error", err)
		return diskReading{room: math.MaxInt64 / 2} // the disk will tell
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	keep := max(l.minFree.Bytes, int64(float64(total)*l.minFree.Percent/100), spare(total))
	d.room = free - keep
	return d
}

// reservations returns those of which part may be on the disk.
func (l *Ledger) reservations() map[*entry]Item {
	all := make(map[*entry]Item)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.accounts {
		if a.Reserved == 0 {
			continue
		}
		for _, e := range a.order {
			if !e.held {
				all[e] = e.Item
			}
		}
	}
	return all
}

// Room returns how much of the disk can be set aside now, in bytes: below zero
// where less is free than is to be left.
func (l *Ledger) Room() int64 {
	d := l.readDisk(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	return d.room - l.pending(d)
}

// pending is what downloads and imports will still write.
func (l *Ledger) pending(d diskReading) (sum int64) {
	for _, bytes := range l.beside {
		sum += bytes
	}
	for _, a := range l.accounts {
		if a.Reserved == 0 {
			continue
		}
		for _, e := range a.order {
			if !e.held {
				sum += max(0, e.Bytes-d.written[e])
			}
		}
	}
	return sum
}
