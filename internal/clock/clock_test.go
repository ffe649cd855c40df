package clock_test

import (
	"testing"
	"time"

	"seeder/internal/clock"
)

func TestFixedMovesOnlyWhenTold(t *testing.T) {
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	c := clock.NewFixed(start)
	if first, second := c.Now(), c.Now(); !first.Equal(start) || !second.Equal(start) {
		t.Error("the clock moved by itself")
	}
	c.Advance(-time.Hour)
	if want := start.Add(-time.Hour); !c.Now().Equal(want) {
		t.Errorf("clock stands at %s, want %s", c.Now(), want)
	}
}

func TestSystemNeverGoesBack(t *testing.T) {
	var c clock.Clock = clock.System{}
	if a, b := c.Now(), c.Now(); b.Before(a) {
		t.Errorf("%s came before %s", b, a)
	}
}
