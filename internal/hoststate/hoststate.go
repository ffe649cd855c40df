// Package hoststate tells whether this machine runs on its battery and whether
// its connection to the network is metered, as far as the system says so.
//
// On Linux two services of the system bus (D-Bus) are asked:
//
//	org.freedesktop.UPower           /org/freedesktop/UPower          OnBattery: true, false
//	org.freedesktop.NetworkManager   /org/freedesktop/NetworkManager  Metered: 1 yes, 2 no, 3 probably, 4 probably not, 0 unknown
//
// Whatever cannot be learned is [Unknown]: there is no bus, a service is not
// there or does not answer, or the system is another one. Both may come and go.
package hoststate

import (
	"context"
	"log/slog"
	"sync"
)

// Answer is what is known about a question of yes or no.
type Answer int

// The answers. The zero value is Unknown.
const (
	Unknown Answer = iota
	No
	Yes
)

// String returns "not available", "no" or "yes".
func (a Answer) String() string {
	switch a {
	case No:
		return "no"
	case Yes:
		return "yes"
	default:
		return "not available"
	}
}

// MarshalText implements [encoding.TextMarshaler] with [Answer.String].
func (a Answer) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// State is what is known about this machine. The zero value is: nothing.
type State struct {
	// Battery says whether the machine runs on its battery.
	Battery Answer `json:"battery"`
	// Metered says whether traffic over the main connection costs, for all the
	// system knows.
	Metered Answer `json:"metered"`
}

// Watcher knows the present state. It is safe for concurrent use.
type Watcher struct {
	mu      sync.Mutex
	state   State
	changed chan struct{}
	known   chan struct{}
	done    chan struct{}
}

// Watch follows the state of this machine until ctx ends. What it cannot learn
// is no failure: it is logged at debug level, and tried again.
func Watch(ctx context.Context, logger *slog.Logger) *Watcher {
	w := &Watcher{changed: make(chan struct{}), known: make(chan struct{}), done: make(chan struct{})}
	known := sync.OnceFunc(func() { close(w.known) })
	go func() {
		defer close(w.done)
		defer known()
		follow(ctx, logger, w.update, known)
	}()
	return w
}

// Known returns a channel that is closed once all was asked for the first time,
// and the state is what came of that, or nobody is there to ask.
func (w *Watcher) Known() <-chan struct{} { return w.known }

// State returns what is known now.
func (w *Watcher) State() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state
}

// Changed returns a channel that is closed when the state is another one than
// at the time of the call.
func (w *Watcher) Changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

// Wait returns when nothing is followed any more, after the end of the context
// that Watch was given.
func (w *Watcher) Wait() { <-w.done }

// update changes the state.
func (w *Watcher) update(change func(*State)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.state
	change(&w.state)
	if w.state != before {
		close(w.changed)
		w.changed = make(chan struct{})
	}
}
