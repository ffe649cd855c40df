package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

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
	last   node.Now
}

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
				if err := show.show(now); err != nil {
					return fmt.Errorf("write result: %w", err)
				}
				if err := pause(ctx, interval); err != nil {
					return err
				}
				if w.anew(now, local) {
					return nil
				}
			}
		})
		if err != nil && !w.gone(ctx, err) {
			return err
		}
		if err != nil && pause(ctx, interval) != nil {
			return ctx.Err()
		}
	}
}

// gone reports whether err says no more than that the daemon has ended meanwhile.
func (*watch) gone(ctx context.Context, err error) bool {
	_, asked := errors.AsType[*url.Error](err)
	return ctx.Err() == nil && (asked || errors.Is(err, io.ErrUnexpectedEOF))
}

// anew says whether others may answer now, or a database may be there that was not.
func (*watch) anew(now node.Now, local bool) bool {
	return now.Running == local || !local && !now.Answering || local && len(now.Communities) == 0
}

// look returns how the node stands now. What cannot be learned for the moment
// is in the Error of what was known before; the error ends the watch.
func (w *watch) look(ctx context.Context, from answers, only []message.CommunityID) (node.Now, error) {
	now, err := from.Now(ctx, only...)
	if node.CodeOf(err) == node.Unavailable {
		now.Error, now.Limits, now.Communities = err.Error(), w.last.Limits, w.last.Communities
		return now, nil
	}
	if err == nil {
		w.last = now
	}
	return now, err
}
