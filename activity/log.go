package activity

import "errors"

// Size is how many events are kept.
const Size = 2000

var (
	// ErrSlow reports a subscription that was cut because nobody read it.
	ErrSlow = errors.New("reader of events is too slow")
	// ErrClosed reports a log that was closed.
	ErrClosed = errors.New("log of events is closed")
)

// Log keeps the last [Size] events and gives them to those who listen. It is
// safe for concurrent use.
type Log struct{}

// Subscription receives events. End it with Close.
type Subscription struct {
	reset  bool
	events chan Event
}

// Reset reports that the event after which the subscription was to begin is not
// known any more: what was missed is lost, and who listens reads everything anew.
func (s *Subscription) Reset() bool { return s.reset }

// Events returns the events in order: those that were missed, then those that
// happen. It is closed when the subscription ends; Err says why.
func (s *Subscription) Events() <-chan Event { return s.events }

// Err says why Events was closed: [ErrSlow], [ErrClosed], or nil after Close.
func (s *Subscription) Err() error { return nil }

// Close ends the subscription. It may be called more than once.
func (s *Subscription) Close() {}

// Subscribe begins after the event with an id: what has happened since comes
// first. Empty begins with what happens next.
func (l *Log) Subscribe(after string) *Subscription { return nil }

// List returns up to limit events before the one with an id, newest first; those
// before the end when it is empty. An id that is not known has none before it.
func (l *Log) List(before string, limit int) []Event { return nil }
