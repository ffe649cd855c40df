package clock_test

import (
	"fmt"
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

func TestTimersOfAFixedClock(t *testing.T) {
	c := clock.NewFixed(time.Unix(0, 0))
	var calls []string
	note := func(name string) func() {
		return func() { calls = append(calls, fmt.Sprint(name, c.Now().Unix())) }
	}
	clock.AfterFunc(c, 3*time.Second, note("b"))
	var a clock.Timer
	a = clock.AfterFunc(c, time.Second, func() {
		note("a")()
		if c.Now().Unix() == 1 {
			a.Reset(4 * time.Second)
		}
	})
	stopped := clock.AfterFunc(c, 2*time.Second, note("stopped"))
	if !stopped.Stop() || stopped.Stop() {
		t.Error("a timer is stopped once")
	}
	c.Advance(4 * time.Second)
	if c.Now().Unix() != 4 {
		t.Errorf("the clock stands at %s", c.Now())
	}
	c.Advance(time.Second)
	c.Advance(time.Hour)
	if got := fmt.Sprint(calls); got != "[a1 b3 a5]" {
		t.Errorf("calls %s", got)
	}
	if stopped.Reset(time.Second) {
		t.Error("a stopped timer was still to go off")
	}
	c.Advance(time.Second)
	if got := calls[len(calls)-1]; got != "stopped3606" {
		t.Errorf("a timer set anew made its call at %s", got)
	}
}

func TestTimersOfTheSystem(t *testing.T) {
	done := make(chan struct{})
	clock.AfterFunc(clock.System{}, time.Nanosecond, func() { close(done) })
	<-done
	if !clock.AfterFunc(clock.System{}, time.Hour, func() { t.Error("called") }).Stop() {
		t.Error("cannot be stopped")
	}
}
