package limits

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"seeder/internal/retry"
	"seeder/message"
	"seeder/quota"
)

const (
	// The pauses between attempts to make room that failed.
	enforceFirst   = time.Second
	enforceLongest = time.Minute
	// enforceEvery is how often caps are looked at where nothing has failed and
	// nothing was set: owners add archives beyond caps, and theirs may go once
	// others have them.
	enforceEvery = 10 * time.Second
)

// enforceCaps evicts what is over caps each time they change, and now and then,
// until ctx ends.
func (k *Keeper) enforceCaps(ctx context.Context) {
	pause := retry.NewPause(enforceFirst, enforceLongest)
	again := time.NewTimer(enforceEvery)
	defer again.Stop()
	said := "" // what is over a cap and stays there is told once
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.enforce:
		case <-again.C:
		}
		err := k.opts.Ledger.Enforce(ctx)
		k.tellEvicted(0)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			said = ""
		default:
			stay, failed := sortFaults(err)
			if len(stay) > 0 && stay[0] != said {
				k.opts.Logger.Warn("archives that may not be evicted are over a storage cap", "error", stay[0], "more", len(stay)-1)
				said = stay[0]
			}
			if failed != nil {
				k.opts.Logger.Error("cannot evict archives over a storage cap", "error", failed)
				again.Reset(pause.Next())
				continue
			}
		}
		pause.Reset()
		again.Reset(enforceEvery)
	}
}

// sortFaults takes apart what Enforce returned: what stays where it is, in order,
// and what failed.
func sortFaults(err error) (stay []string, failed error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && isJoined(joined.Unwrap(), err) {
		var faults []error
		for _, e := range joined.Unwrap() {
			s, f := sortFaults(e)
			stay, faults = append(stay, s...), append(faults, f)
		}
		slices.Sort(stay)
		return stay, errors.Join(faults...)
	}
	if errors.Is(err, quota.ErrNoRoom) {
		return []string{err.Error()}, nil
	}
	return nil, err
}

// isJoined reports whether err is what [errors.Join] makes of errs.
func isJoined(errs []error, err error) bool { return errors.Join(errs...).Error() == err.Error() }

// evictedQuiet is how long no archive of a community has gone before its watchers
// are told while evictions may go on.
const evictedQuiet = 10 * time.Second

// Evicted notes that an archive of a community has gone, so that its watchers are
// told when all have that are to go. Those for which one of the same
// community made room know.
func (k *Keeper) Evicted(i quota.Item) {
	if i.Cause == quota.CauseCommunity {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.evicted[i.Community] = k.opts.Clock.Now()
}

// tellEvicted tells the watchers of communities of which nothing has gone for a
// time.
func (k *Keeper) tellEvicted(quiet time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.opts.Clock.Now()
	k.watchers.Wake(func(c message.CommunityID) bool {
		at, gone := k.evicted[c]
		return gone && now.Sub(at).Abs() >= quiet
	})
	maps.DeleteFunc(k.evicted, func(_ message.CommunityID, at time.Time) bool { return now.Sub(at).Abs() >= quiet })
}

func (k *Keeper) wantRoom() {
	select {
	case k.enforce <- struct{}{}:
	default: // somebody else wants it already
	}
}
