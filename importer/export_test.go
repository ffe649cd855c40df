package importer

import (
	"context"
	"time"
)

// The bounds of background work, for tests.
const (
	Slice   = slice
	MaxRest = maxRest
)

// ErrHurry is what breathing ends with when the pace has changed.
var ErrHurry = errHurry

// RunLow is runLow.
func RunLow(fn func()) { runLow(fn) }

// SetSpent replaces the clock of processor time.
func (p *Pace) SetSpent(fn func() time.Duration) { p.spent = fn }

// Breathe is breathe.
func (t *Turn) Breathe(ctx context.Context) error { return t.breathe(ctx) }
