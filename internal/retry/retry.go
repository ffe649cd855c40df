// Package retry paces repeated attempts: exponential back-off with jitter, for
// ever, and waits that end with their context.
package retry

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Pause hands out the pauses between attempts. It is used by one goroutine.
type Pause struct{ b *backoff.ExponentialBackOff }

// NewPause returns pauses that grow from about first to about longest, each
// up to half longer or shorter at random.
func NewPause(first, longest time.Duration) *Pause {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = first, longest, 2
	b.Reset()
	return &Pause{b: b}
}

// Next returns the next pause.
func (p *Pause) Next() time.Duration { return p.b.NextBackOff() }

// Reset starts again from the first pause, after a success.
func (p *Pause) Reset() { p.b.Reset() }

// Wait waits for the next pause and reports whether it did; false when ctx
// ended first.
func (p *Pause) Wait(ctx context.Context) bool { return Sleep(ctx, p.Next()) }

// Sleep waits for d and reports whether it did; false when ctx ended first.
func Sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// After returns the pause after the given number of failures in a row, at
// least 1: it doubles from first up to longest, and is up to half longer or
// shorter at random. It is for counts that are kept in rows.
func After(first, longest time.Duration, failures int) time.Duration {
	pause := first
	for n := 1; n < failures && pause < longest; n++ {
		pause *= 2
	}
	pause = min(pause, longest)
	return pause/2 + rand.N(pause+1)
}
