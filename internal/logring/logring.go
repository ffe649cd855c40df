// Package logring keeps the last lines of a log in memory, for reports.
package logring

import (
	"context"
	"errors"
	"log/slog"
	"sync"
)

const (
	// Lines is how many lines are kept.
	Lines = 1000
	// MaxLine is how long a kept line may be, in bytes; the rest of it is dropped.
	MaxLine = 2000
)

// Ring holds the last [Lines] lines. Its zero value is empty. It is safe for
// concurrent use.
type Ring struct {
	mu    sync.Mutex
	lines []string
	next  int // of the oldest line, once there are Lines
}

// Write implements [io.Writer] for one line.
func (r *Ring) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := string(line[:min(len(line), MaxLine)])
	if len(r.lines) < Lines {
		r.lines = append(r.lines, text)
	} else {
		r.lines[r.next] = text
		r.next = (r.next + 1) % Lines
	}
	return len(line), nil
}

// Last returns the lines, oldest first, each as it was written.
func (r *Ring) Last() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append(append([]string(nil), r.lines[r.next:]...), r.lines[:r.next]...)
}

// Handler passes what is logged on to next, and keeps it in the ring as lines of
// text, those at level Info and above also where next does not want them.
func (r *Ring) Handler(next slog.Handler) slog.Handler {
	return tee{next, slog.NewTextHandler(r, &slog.HandlerOptions{Level: slog.LevelDebug})}
}

// tee gives records to two handlers. The second gets what the first does, and Info.
type tee struct{ first, second slog.Handler }

// Enabled implements [slog.Handler].
func (t tee) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelInfo || t.first.Enabled(ctx, l)
}

// Handle implements [slog.Handler].
func (t tee) Handle(ctx context.Context, rec slog.Record) error {
	err := t.second.Handle(ctx, rec.Clone())
	if t.first.Enabled(ctx, rec.Level) {
		err = errors.Join(err, t.first.Handle(ctx, rec))
	}
	return err
}

// WithAttrs implements [slog.Handler].
func (t tee) WithAttrs(attrs []slog.Attr) slog.Handler {
	return tee{t.first.WithAttrs(attrs), t.second.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler].
func (t tee) WithGroup(name string) slog.Handler {
	return tee{t.first.WithGroup(name), t.second.WithGroup(name)}
}
