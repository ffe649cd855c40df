package owner

import (
	"context"
	"errors"
	"fmt"

	"seeder/announce"
	"seeder/store"
	"seeder/swarm"
)

// watchFork records a fork when another owner's announcement names a history
// that does not agree with this node's. A failure is logged: the next
// announcement is looked at again.
func (o *Owner) watchFork(ctx context.Context, theirs announce.Announcement) {
	ref, err := swarm.ParseMagnet(theirs.MagnetURI)
	if err != nil {
		o.log.Warn("another owner's magnet link cannot be read", "magnet", theirs.MagnetURI, "error", err)
		return
	}
	var fork store.Fork
	found := false
	err = o.opts.DB.Update(ctx, func(tx store.Tx) error {
		found = false
		own, _, err := o.announced(tx)
		if err != nil || own == nil {
			return err
		}
		rows, err := tx.Archives(o.id)
		if err != nil {
			return err
		}
		said, err := announce.Open(o.id, own.Signed)
		if err != nil {
			return err
		}
		// What was sealed since is looked at when it is announced.
		rows = rows[:min(uint64(len(rows)), said.Archives)]
		ours, err := swarm.ParseMagnet(own.Magnet)
		if err != nil {
			return err
		}
		if ours.InfoHash == ref.InfoHash {
			return nil
		}
		fork, found = compare(*own, rows, theirs)
		if !found {
			return nil
		}
		fork.Community, fork.SeenAt = o.id, o.nowMillis()
		fork.InfoHash, fork.WinnerInfoHash = store.InfoHash(ours.InfoHash), store.InfoHash(ref.InfoHash)
		if fork.Clock == theirs.Clock {
			fork.InfoHash, fork.WinnerInfoHash = fork.WinnerInfoHash, fork.InfoHash
		}
		if found, err = isNew(tx, fork); err != nil || !found {
			return err
		}
		return tx.PutFork(fork)
	})
	switch {
	case err != nil && ctx.Err() == nil:
		o.log.Error("cannot compare with another owner", "error", err)
	case err == nil && found:
		o.log.Warn("another owner's history differs, the higher clock is followed",
			"infohash", fork.InfoHash.String(), "clock", fork.Clock,
			"winner", fork.WinnerInfoHash.String(), "winner_clock", fork.WinnerClock)
	}
}

// isNew reports whether a fork is not recorded as it is, so that the time when
// it was first seen stays.
func isNew(tx store.Tx, fork store.Fork) (bool, error) {
	known, err := tx.Forks(fork.Community)
	if err != nil {
		return false, err
	}
	for _, f := range known {
		if f.InfoHash == fork.InfoHash && f.WinnerInfoHash == fork.WinnerInfoHash {
			return false, nil
		}
	}
	return true, nil
}

// compare tells by what an announcement says whether the loser, which has the
// lower clock, has an archive that the winner has not. Rows are of the archives that
// own announces. Histories only grow, so
// that two that agree have the same archive at the end of the shorter one. It
// cannot tell of a longer one that wins, because this node may be about to seal
// the same. It fills in the clocks, and the archive if that is known.
func compare(own store.Announcement, rows []store.Archive, theirs announce.Announcement) (store.Fork, bool) {
	n := theirs.Archives
	agree := n > 0 && n <= uint64(len(rows)) && rows[n-1].ID == theirs.Head
	if theirs.Clock < own.Clock {
		return store.Fork{Clock: theirs.Clock, WinnerClock: own.Clock}, n > 0 && !agree
	}
	fork := store.Fork{Clock: own.Clock, WinnerClock: theirs.Clock}
	switch {
	case n > uint64(len(rows)) || (agree && n == uint64(len(rows))):
		return fork, false
	case agree:
		fork.FirstDiffering = rows[n].ID
	}
	return fork, true
}

// reviewForks looks again at the newest announcement of another owner, now that
// this node's history has grown.
func (o *Owner) reviewForks(ctx context.Context) error {
	var theirs store.Announcement
	err := o.opts.DB.View(ctx, func(tx store.Tx) error {
		all, err := tx.Announcements(o.id, 0)
		for i := range all {
			if !all[i].Own {
				theirs = all[i]
				return nil
			}
		}
		return err
	})
	if err != nil || len(theirs.Signed) == 0 {
		return err
	}
	a, err := announce.Open(o.id, theirs.Signed)
	if err != nil {
		return fmt.Errorf("open another owner's announcement: %w", err)
	}
	o.watchFork(ctx, a)
	return nil
}

// hear takes an announcement that another node has sent: one of another owner
// with the same key, or this node's own, sent again by somebody. Two owners
// that hold the same messages name the same torrent; when they do not, the
// higher clock wins everywhere.
func (o *Owner) hear(ctx context.Context, r announce.Received) {
	err := o.opts.Queue.Hear(ctx, r)
	switch {
	case err == nil:
		o.log.Warn("another owner has announced", "clock", r.Announcement.Clock, "magnet", r.Announcement.MagnetURI)
	case errors.Is(err, store.ErrStale):
		o.log.Debug("announcement is not newer", "clock", r.Announcement.Clock)
	case ctx.Err() == nil:
		o.log.Warn("announcement refused", "clock", r.Announcement.Clock, "error", err)
		return
	default:
		return
	}
	o.watchFork(ctx, r.Announcement)
}
