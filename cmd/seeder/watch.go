package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"seeder/config"
	"seeder/internal/terminal"
	"seeder/store"
)

// leastInterval is the shortest time between two looks.
const leastInterval = 100 * time.Millisecond

// watchStatus shows how the node stands until ctx ends, which is no failure.
func (a *app) watchStatus(ctx context.Context, loaded config.Loaded, args []string, interval time.Duration) error {
	if interval < leastInterval {
		return usage("use at least "+leastInterval.String(), "--interval %s is too short", interval)
	}
	w := newWatch(a, loaded)
	show := a.newShow()
	loop := func(db store.DB) error { return a.unlessInterrupted(ctx, a.showAll(ctx, w, db, show, interval)) }
	if len(args) > 0 {
		return withCommunity(ctx, loaded.Config, args[0], func(db store.DB, c store.Community) error {
			w.only = &c
			return loop(db)
		})
	}
	for {
		found, err := withExistingStore(ctx, loaded.Config, loop)
		if found || err != nil {
			return err
		}
		now, err := w.look(ctx, nil)
		if err == nil {
			err = show.show(now)
		}
		if err != nil || pause(ctx, interval) != nil {
			return errors.Join(err, show.Close())
		}
	}
}

// show is where a watch is shown.
type show interface {
	show(watchState) error
	Close() error
}

// newShow returns what suits the output: a terminal is redrawn, lines are
// appended to anything else.
func (a *app) newShow() show {
	if a.output == "json" {
		enc := json.NewEncoder(terminal.JSON(a.out))
		enc.SetEscapeHTML(false)
		return jsonShow{enc}
	}
	if s := newScreen(a.out); s != nil {
		return screenShow{s}
	}
	return lineShow{a.out}
}

func (a *app) showAll(ctx context.Context, w *watch, db store.DB, show show, interval time.Duration) (err error) {
	defer func() { err = errors.Join(err, show.Close()) }()
	for {
		now, err := w.look(ctx, db)
		if err != nil {
			return err
		}
		if err := show.show(now); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		if pause(ctx, interval) != nil {
			return nil
		}
	}
}

// screenShow redraws a terminal.
type screenShow struct{ *screen }

func (s screenShow) show(now watchState) error {
	return s.draw(now.lines(s.dimensions()))
}

// lineShow appends lines.
type lineShow struct{ w io.Writer }

func (s lineShow) show(now watchState) error {
	for _, line := range now.plain() {
		if _, err := fmt.Fprintln(s.w, line); err != nil {
			return fmt.Errorf("append a line: %w", err)
		}
	}
	return nil
}

// Close implements [show].
func (lineShow) Close() error { return nil }

// jsonShow appends JSON objects, one a line.
type jsonShow struct{ enc *json.Encoder }

func (s jsonShow) show(now watchState) error {
	if err := s.enc.Encode(now); err != nil {
		return fmt.Errorf("append an object: %w", err)
	}
	return nil
}

// Close implements [show].
func (jsonShow) Close() error { return nil }
