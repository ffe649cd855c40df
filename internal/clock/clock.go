// Package clock is the one place that reads the time of day, so that tests
// can set it. The linter forbids time.Now everywhere else.
package clock

import (
	"slices"
	"sync"
	"time"
)

// Clock tells the time.
type Clock interface {
	// Now returns the current time. It is safe for concurrent use.
	Now() time.Time
}

// Timer calls a function once when its time has come.
type Timer interface {
	// Stop keeps the call from being made and reports whether it did so.
	Stop() bool
	// Reset sets the time anew, also of a timer that has made its call, and
	// reports whether the timer was still to make it.
	Reset(d time.Duration) bool
}

// AfterFunc calls f when d has passed by the clock c: in a goroutine of its own
// by the clock of the machine and by one that has no timers, in that of the
// caller of [Fixed.Advance] by a fixed one.
func AfterFunc(c Clock, d time.Duration, f func()) Timer {
	if with, ok := c.(interface {
		AfterFunc(d time.Duration, f func()) Timer
	}); ok {
		return with.AfterFunc(d, f)
	}
	return time.AfterFunc(d, f)
}

// System is the clock of the machine.
type System struct{}

// Now implements [Clock].
func (System) Now() time.Time { return time.Now() }

// Fixed is a clock that moves only when told to. Its zero value stands at the
// zero time.
type Fixed struct {
	mu     sync.Mutex
	now    time.Time
	timers []*fixedTimer
}

// NewFixed returns a clock that stands at t.
func NewFixed(t time.Time) *Fixed { return &Fixed{now: t} }

// Now implements [Clock].
func (f *Fixed) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves the clock by d, which may be negative. Timers on the way make
// their calls before it returns, each at its time and in their order.
func (f *Fixed) Advance(d time.Duration) {
	f.mu.Lock()
	to := f.now.Add(d)
	for {
		t := f.due(to)
		if t == nil {
			break
		}
		if t.at.After(f.now) {
			f.now = t.at
		}
		f.mu.Unlock()
		t.call()
		f.mu.Lock()
	}
	f.now = to
	f.mu.Unlock()
}

// due takes the first timer up to a time out of the list; nil when there is none.
func (f *Fixed) due(to time.Time) *fixedTimer {
	var first *fixedTimer
	for _, t := range f.timers {
		if !t.at.After(to) && (first == nil || t.at.Before(first.at)) {
			first = t
		}
	}
	if first != nil {
		f.remove(first)
	}
	return first
}

func (f *Fixed) remove(t *fixedTimer) bool {
	i := slices.Index(f.timers, t)
	if i < 0 {
		return false
	}
	f.timers = slices.Delete(f.timers, i, i+1)
	return true
}

// AfterFunc returns a timer that calls fn when the clock was advanced by d.
func (f *Fixed) AfterFunc(d time.Duration, fn func()) Timer {
	t := &fixedTimer{clock: f, call: fn}
	t.Reset(d)
	return t
}

// fixedTimer is a timer of a [Fixed] clock.
type fixedTimer struct {
	clock *Fixed
	at    time.Time
	call  func()
}

// Stop implements [Timer].
func (t *fixedTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	return t.clock.remove(t)
}

// Reset implements [Timer].
func (t *fixedTimer) Reset(d time.Duration) bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	was := t.clock.remove(t)
	t.at = t.clock.now.Add(d)
	t.clock.timers = append(t.clock.timers, t)
	return was
}
