package importer

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"seeder/internal/clock"
	"seeder/quota"
)

// What [quota.PaceBackground] means: a quarter of one processor at most.
const (
	// slice is how much processor time work takes between two pauses, where it
	// can be interrupted.
	slice = 50 * time.Millisecond
	// restShare is how long a pause is, as a multiple of the work before it.
	restShare = 3
	// maxRest bounds a pause: the machine may have slept during the work.
	maxRest = time.Minute
)

// defaultParallel is the default of [PaceOptions.Parallel].
const defaultParallel = 2

// Pace lets the imports of a process, and what else it may do later, have as
// much of the machine as its user wants:
//
//   - background: one piece of work at a time, on a thread that the system runs
//     when nothing else wants the processor (where it has such), and a quarter
//     of the time at most,
//   - normal: one at a time, on half of the processors,
//   - fast: several at a time, on all processors.
//
// Who waits to begin is let in in the order of coming. A change counts at once
// for all who wait or pause. It is safe for concurrent use; a nil Pace is fast
// and lets everybody in.
type Pace struct {
	clock    clock.Clock
	parallel int
	// spent is the processor time of the calling thread, or the time since some
	// moment where that is not known.
	spent func() time.Duration

	mu      sync.Mutex
	name    string
	running int
	queue   []*Turn // waiting to begin, in order
	// rested is when the pause after the last work is over.
	rested time.Time
	// changed is closed when those who wait are to look again.
	changed chan struct{}
}

// PaceOptions are what a pace is made from.
type PaceOptions struct {
	Clock clock.Clock
	// Parallel is how many imports run at a time when the pace is fast; 0 for 2.
	// With SQLite, which has one writer, more than one gains little.
	Parallel int
}

// NewPace returns a pace that is normal.
func NewPace(opts PaceOptions) *Pace {
	if opts.Parallel < 1 {
		opts.Parallel = defaultParallel
	}
	return &Pace{
		clock: opts.Clock, parallel: opts.Parallel, spent: spentOf(opts.Clock),
		name: quota.PaceNormal, changed: make(chan struct{}),
	}
}

// Set changes the pace to [quota.PaceBackground], [quota.PaceNormal] or
// [quota.PaceFast]; any other text counts as normal.
func (p *Pace) Set(name string) {
	if name != quota.PaceBackground && name != quota.PaceFast {
		name = quota.PaceNormal
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if name != p.name {
		p.name = name
		p.wake()
	}
}

// Get returns the pace.
func (p *Pace) Get() string {
	if p == nil {
		return quota.PaceFast
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.name
}

// wake has everybody who waits look again; mu is held.
func (p *Pace) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// background reports whether the pace is that.
func (p *Pace) background() bool { return p.Get() == quota.PaceBackground }

// workers is how many goroutines may check authors ahead of an import that
// could use most.
func (p *Pace) workers(most int) int {
	switch p.Get() {
	case quota.PaceBackground:
		return 0
	case quota.PaceFast:
		return most
	default:
		return min(most, (runtime.GOMAXPROCS(0)+1)/2)
	}
}

// Turn is a piece of work that was let in.
type Turn struct {
	pace *Pace
	// since is when it began, or went on after its last pause; used what its
	// thread had spent then.
	since time.Time
	used  time.Duration
}

// Enter waits until another piece of work may begin. The caller calls Leave
// when it has ended. The error is ctx's.
func (p *Pace) Enter(ctx context.Context) (*Turn, error) {
	if p == nil {
		return &Turn{}, ctx.Err()
	}
	t := &Turn{pace: p}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, t)
	for {
		now := p.clock.Now()
		at, free := p.admits(t)
		if free && !now.Before(at) {
			p.remove(t)
			p.running++
			t.since = now
			return t, nil
		}
		wait := time.Duration(-1)
		if free {
			wait = at.Sub(now)
		}
		if err := p.sleep(ctx, wait); err != nil {
			p.remove(t)
			return nil, err
		}
	}
}

// admits reports whether t is next, and from when on; mu is held.
func (p *Pace) admits(t *Turn) (at time.Time, free bool) {
	limit := 1
	if p.name == quota.PaceFast {
		limit = p.parallel
	}
	if p.name == quota.PaceBackground {
		at = p.rested
	}
	return at, p.queue[0] == t && p.running < limit
}

// remove takes t out of the queue, and lets the others look; mu is held.
func (p *Pace) remove(t *Turn) {
	for i := range p.queue {
		if p.queue[i] == t {
			p.queue = append(p.queue[:i:i], p.queue[i+1:]...)
			break
		}
	}
	p.wake()
}

// sleep waits for d, or for ever when it is below zero, or for a change. It
// gives up mu meanwhile.
func (p *Pace) sleep(ctx context.Context, d time.Duration) error {
	changed := p.changed
	p.mu.Unlock()
	defer p.mu.Lock()
	var due <-chan time.Time
	if d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-due:
	}
	return nil
}

// Leave ends the turn. In the background the next one begins after a pause.
func (t *Turn) Leave() {
	p := t.pace
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	p.rested = now.Add(rest(now.Sub(t.since)))
	p.running--
	p.wake()
}

// rest is the pause after some work.
func rest(work time.Duration) time.Duration {
	return restShare * max(0, min(work, maxRest/restShare))
}

// errHurry ends background work because the pace has changed.
var errHurry = errors.New("the pace has changed")

// breathe is called often by background work that holds nothing others need, on
// the thread of [Turn.Low]: it pauses when a slice is over. The error is ctx's
// or errHurry.
func (t *Turn) breathe(ctx context.Context) error {
	p := t.pace
	work := p.spent() - t.used
	if err := ctx.Err(); err != nil || work < slice {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	for until := now.Add(rest(work)); p.name == quota.PaceBackground && now.Before(until); now = p.clock.Now() {
		if err := p.sleep(ctx, until.Sub(now)); err != nil {
			return err
		}
	}
	if p.name != quota.PaceBackground {
		return errHurry
	}
	t.since, t.used = now, p.spent()
	return nil
}

// Low runs fn, in the background on a thread of the lowest priority.
func (t *Turn) Low(fn func() error) error {
	if !t.pace.background() {
		return fn()
	}
	var err error
	runLow(func() {
		t.used = t.pace.spent()
		err = fn()
	})
	return err
}
