//go:build !linux

package importer

import (
	"time"

	"seeder/internal/clock"
)

// spentOf returns the time: this system does not say what a thread has had.
func spentOf(clk clock.Clock) func() time.Duration {
	begin := clk.Now()
	return func() time.Duration { return clk.Now().Sub(begin) }
}

// runLow runs fn. This system has no priorities of threads; the pauses are
// what is left.
func runLow(fn func()) { fn() }
