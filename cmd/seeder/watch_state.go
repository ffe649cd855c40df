package main

import (
	"context"
	"fmt"
	"time"

	"seeder/api"
	"seeder/config"
	"seeder/message"
	"seeder/node"
)

// watch looks at a node again and again, and finds those that answer anew when a
// daemon starts or ends.
type watch struct {
	a      *app
	loaded config.Loaded
	args   []string // the community to look at; empty for all
	last   seen
}

// seen is what `status --watch` shows at one moment.
type seen struct {
	node.Now

	// Operations are those that have not ended.
	Operations []node.Operation `json:"operations"`
	// Fetches is what is being fetched, by community.
	Fetches map[message.CommunityID]fetchState `json:"-"`
}

// fetchState is how far the archives are that a community fetches.
type fetchState struct {
	archives    int
	done, total int64 // bytes
}

// maxFetches is of how many communities a look asks what they fetch.
const maxFetches = 8

// show shows how the node stands until ctx ends.
func (w *watch) show(ctx context.Context, show show, interval time.Duration) error {
	for {
		err := w.a.askingOf(ctx, w.loaded, w.args, func(from answers, only ...message.CommunityID) error {
			_, local := from.(*node.Node)
			for {
				now, err := w.look(ctx, from, only)
				if err != nil {
					return err
				}
				w.details(ctx, from, only, &now)
				if err := show.show(now); err != nil {
					return fmt.Errorf("write result: %w", err)
				}
				if err := rest(ctx, show, now, interval); err != nil {
					return err
				}
				if w.anew(now.Now, local) {
					return nil
				}
			}
		})
		if err != nil && (ctx.Err() != nil || !lost(err)) {
			return err
		}
		if err != nil && pause(ctx, interval) != nil {
			return ctx.Err()
		}
	}
}

// rest waits for the next look, and shows again what was seen when the terminal gets
// another size meanwhile.
func rest(ctx context.Context, show show, now seen, interval time.Duration) error {
	timer := time.NewTimer(interval)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case <-show.resized():
		}
		if err := show.show(now); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
	}
}

// anew says whether others may answer now, or a database may be there that was not.
func (*watch) anew(now node.Now, local bool) bool {
	return now.Running == local || !local && !now.Answering || local && len(now.Communities) == 0
}

// look returns how the node stands now. What cannot be learned for the moment
// is in the Error of what was known before; the error ends the watch.
func (w *watch) look(ctx context.Context, from answers, only []message.CommunityID) (seen, error) {
	now, err := from.Now(ctx, only...)
	if node.CodeOf(err) == node.Unavailable {
		if now.Time == 0 { // a daemon says no more than that
			now = w.last.Now
			now.Time = w.a.clock.Now().UnixMilli()
		}
		now.Error, now.Limits, now.Communities = err.Error(), w.last.Limits, w.last.Communities
		return seen{Now: now, Operations: w.last.Operations}, nil
	}
	s := seen{Now: now, Operations: []node.Operation{}}
	if err == nil {
		w.last = s
	}
	return s, err
}

// details adds what can be left out where nobody tells it.
func (w *watch) details(ctx context.Context, from answers, only []message.CommunityID, s *seen) {
	if ops, err := from.Operations(ctx, true, only...); err == nil {
		s.Operations, w.last.Operations = ops, ops
	}
	daemon, ok := from.(*api.Client)
	if !ok || w.a.output == "json" {
		return
	}
	s.Fetches = make(map[message.CommunityID]fetchState)
	for i := range s.Communities {
		c := &s.Communities[i]
		if c.Storage.Reserved == 0 || len(s.Fetches) == maxFetches {
			continue
		}
		t, err := daemon.Transfers(ctx, c.ID)
		if err != nil {
			return
		}
		var f fetchState
		for _, a := range t.Archives {
			f.archives++
			f.done += a.DoneBytes
			f.total += a.TotalBytes
		}
		s.Fetches[c.ID] = f
	}
}
