package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"seeder/config"
	"seeder/internal/terminal"
)

// leastInterval is the shortest time between two looks.
const leastInterval = 100 * time.Millisecond

// watchStatus shows how the node stands until ctx ends, which is no failure.
func (a *app) watchStatus(ctx context.Context, loaded config.Loaded, args []string, interval time.Duration) error {
	if interval < leastInterval {
		return usage("use at least "+leastInterval.String(), "--interval %s is too short", interval)
	}
	w := watch{a: a, loaded: loaded, args: args}
	show := a.newShow()
	return errors.Join(a.unlessInterrupted(ctx, w.show(ctx, show, interval)), show.Close())
}

// show is where a watch is shown.
type show interface {
	show(seen) error
	// resized tells when what was shown has to be shown anew; nil for never.
	resized() <-chan os.Signal
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
		told, stop := resizes()
		return screenShow{s, told, stop}
	}
	return lineShow{a.out}
}

// screenShow redraws a terminal.
type screenShow struct {
	*screen
	told <-chan os.Signal
	stop func()
}

func (s screenShow) show(now seen) error {
	width, height := s.dimensions()
	return s.draw(nowLines(now, width, height))
}

func (s screenShow) resized() <-chan os.Signal { return s.told }

// Close gives the terminal back.
func (s screenShow) Close() error {
	s.stop()
	return s.screen.Close()
}

// lineShow appends lines.
type lineShow struct{ w io.Writer }

func (s lineShow) show(now seen) error {
	for _, line := range nowPlain(now) {
		if _, err := fmt.Fprintln(s.w, line); err != nil {
			return fmt.Errorf("append a line: %w", err)
		}
	}
	return nil
}

func (lineShow) resized() <-chan os.Signal { return nil }

// Close implements [show].
func (lineShow) Close() error { return nil }

// jsonShow appends JSON objects, one a line.
type jsonShow struct{ enc *json.Encoder }

func (s jsonShow) show(now seen) error {
	if err := s.enc.Encode(now); err != nil {
		return fmt.Errorf("append an object: %w", err)
	}
	return nil
}

func (jsonShow) resized() <-chan os.Signal { return nil }

// Close implements [show].
func (jsonShow) Close() error { return nil }
