package activity

import (
	"cmp"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"

	"seeder/internal/clock"
)

const (
	// Size is how many events are kept.
	Size = 2000
	// Slack is how many events may wait for the reader of a subscription, beside
	// those that were missed; with one more it is cut off.
	Slack = 512
	// MaxText is how long the text of an event may be, in bytes.
	MaxText = 1024
)

var (
	// ErrSlow reports a subscription that was cut off because nobody read it.
	ErrSlow = errors.New("reader of events is too slow")
	// ErrClosed reports a log that was closed.
	ErrClosed = errors.New("log of events is closed")
)

// Options are what a log is made from. All are required but Path.
type Options struct {
	// Path is the file that events are kept in; empty for memory alone.
	Path   string
	Clock  clock.Clock
	Logger *slog.Logger
}

// Log keeps the last [Size] events and gives them to those who listen. It is
// safe for concurrent use.
type Log struct {
	opts Options

	mu     sync.Mutex
	events []Event // oldest first, more than [Size] at times
	next   uint64
	// unsaved counts the last events, which are not in the file.
	unsaved int
	subs    map[*Subscription]struct{}
	closed  bool

	// work holds a token when there is something to save; done is closed when
	// nothing is saved any more.
	work, done chan struct{}
	// keeper belongs to Open, then to the saving goroutine, then to Close.
	keeper keeper
}

// Open reads what was kept and goes on from there. It never fails: what cannot be
// read or written is logged, and then events are in memory alone. End it with
// Close.
func Open(opts Options) *Log {
	l := &Log{
		opts: opts, subs: make(map[*Subscription]struct{}), keeper: keeper{path: opts.Path},
		work: make(chan struct{}, 1), done: make(chan struct{}),
	}
	if opts.Path != "" {
		events, err := l.keeper.read()
		l.events = events[max(0, len(events)-Size):]
		if err != nil {
			opts.Logger.Warn("cannot read the events of earlier runs", "path", opts.Path, "error", err)
			l.unsaved = len(l.events)
		}
		if len(l.events) > 0 {
			l.next, _ = number(l.events[len(l.events)-1].ID)
		}
	}
	// Ids go on growing when the file is lost: fewer events than microseconds pass.
	l.next = max(l.next+1, uint64(max(0, opts.Clock.Now().UnixMicro())))
	if l.unsaved > 0 {
		l.work <- struct{}{} // what was set aside
	}
	go l.save()
	return l
}

// Publish tells events, in their order, and gives them their ids and times. It
// returns at once.
func (l *Log) Publish(events ...Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(events) == 0 {
		return
	}
	now := l.opts.Clock.Now().UnixMilli()
	for _, e := range events {
		e.ID, e.At = strconv.FormatUint(l.next, 10), now
		e.Subject, e.Text = cut(e.Subject), cut(e.Text)
		l.next++
		l.events = append(l.events, e)
		for s := range l.subs {
			select {
			case s.events <- e:
			default:
				s.end(ErrSlow)
			}
		}
	}
	l.unsaved += len(events)
	if len(l.events) > 2*Size {
		l.events = slices.Clone(l.events[len(l.events)-Size:])
	}
	select {
	case l.work <- struct{}{}:
	default:
	}
}

// cut shortens text to what is kept.
func cut(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= MaxText {
		return text
	}
	const more = "…"
	return strings.ToValidUTF8(text[:MaxText-len(more)], "") + more
}

// kept are the events that are shown. The lock is held.
func (l *Log) kept() []Event { return l.events[max(0, len(l.events)-Size):] }

// find returns where the event with an id is among those kept. The lock is held.
func (l *Log) find(id string) (int, bool) {
	n, ok := number(id)
	if !ok {
		return 0, false
	}
	return slices.BinarySearchFunc(l.kept(), n, func(e Event, n uint64) int {
		at, _ := number(e.ID)
		return cmp.Compare(at, n)
	})
}

// List returns up to limit events before the one with an id, newest first; those
// at the end when it is empty. Before an id that is not known there are those with
// lower ids.
func (l *Log) List(before string, limit int) []Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.kept()
	if before != "" {
		at, _ := l.find(before)
		list = list[:at]
	}
	list = slices.Clone(list[max(0, len(list)-max(0, limit)):])
	slices.Reverse(list)
	return list
}

// Subscribe begins after the event with an id: what has happened since comes
// first. Empty begins with what happens next. See [Subscription.Reset] for an id
// that is not known any more.
func (l *Log) Subscribe(after string) *Subscription {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &Subscription{log: l}
	var missed []Event
	if after != "" {
		at, found := l.find(after)
		s.reset = !found
		if found {
			missed = l.kept()[at+1:]
		}
	}
	s.events = make(chan Event, len(missed)+Slack)
	for _, e := range missed {
		s.events <- e
	}
	if l.closed {
		s.err = ErrClosed
		close(s.events)
		return s
	}
	l.subs[s] = struct{}{}
	return s
}

// Close ends all subscriptions and saves what is not saved yet. Events that are
// told later are dropped.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		<-l.done
		return nil
	}
	l.closed = true
	for s := range l.subs {
		s.end(ErrClosed)
	}
	close(l.work)
	l.mu.Unlock()
	<-l.done
	return l.keeper.close()
}

// save is the one goroutine that writes the file.
func (l *Log) save() {
	defer close(l.done)
	failing := false
	for open := true; open; {
		_, open = <-l.work
		if l.opts.Path == "" {
			continue
		}
		all, fresh := l.take()
		if len(fresh) == 0 && !failing {
			continue
		}
		err := l.keeper.write(fresh, all)
		if err != nil && !failing {
			l.opts.Logger.Warn("cannot keep events", "path", l.opts.Path, "error", err)
		}
		failing = err != nil
	}
}

// take returns the events that are kept, and those of them that are to be saved.
// Elements of the slices never change.
func (l *Log) take() (all, fresh []Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all = l.kept()
	fresh = all[max(0, len(all)-l.unsaved):]
	l.unsaved = 0
	return all, fresh
}

// Subscription receives events. It is used by one goroutine. End it with Close.
type Subscription struct {
	log    *Log
	reset  bool
	events chan Event
	err    error // guarded by the log
}

// Reset reports that the event after which the subscription was to begin is not
// known any more: what was missed is lost, and who listens reads everything anew.
func (s *Subscription) Reset() bool { return s.reset }

// Events returns the events in order: those that were missed, then those that
// happen. It is closed when the subscription ends; Err says why.
func (s *Subscription) Events() <-chan Event { return s.events }

// Err says why Events was closed: [ErrSlow], [ErrClosed], or nil after Close.
func (s *Subscription) Err() error {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.err
}

// Close ends the subscription. It may be called more than once.
func (s *Subscription) Close() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.end(nil)
}

// end ends the subscription unless it is over. The log's lock is held.
func (s *Subscription) end(err error) {
	if _, open := s.log.subs[s]; !open {
		return
	}
	delete(s.log.subs, s)
	s.err = err
	close(s.events)
}
