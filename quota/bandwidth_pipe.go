package quota

import (
	"context"
	"slices"
	"sync"
	"time"

	"seeder/internal/clock"
	"seeder/message"
)

// tick is the shortest sleep: many small transfers share a wake-up.
const tick = time.Millisecond

// turnsKept is how far back, in time at the node's rate, a community may be with
// its turns.
const turnsKept = 100 * time.Millisecond

// pipe is one direction.
type pipe struct {
	clock clock.Clock
	began time.Time

	mu          sync.Mutex
	node        bucket
	all         meter
	waited      time.Duration // of waits that are over
	communities map[message.CommunityID]*flow
	waiting     []*flow // those that transfers wait for
	// turn is the place in the order of turns of what passed last, in bytes, and
	// grants counts what passed.
	turn   float64
	grants uint64
	// timer runs while somebody waits; wake is when it goes off.
	timer clock.Timer
	wake  time.Duration
}

// flow is a community in one direction.
type flow struct {
	bucket bucket
	meter  meter
	waited time.Duration // of waits that are over
	queue  []*waiter
	// next is the place in the order of turns from which it is its turn again,
	// and last which grant was its last.
	next float64
	last uint64
}

// waiter is a transfer that waits.
type waiter struct {
	n       int
	since   time.Duration
	granted bool // guarded by the pipe
	done    chan struct{}
}

func (p *pipe) init(c clock.Clock) {
	p.clock, p.began = c, c.Now()
	p.communities = make(map[message.CommunityID]*flow)
}

// now is the time since the start. It is above zero.
func (p *pipe) now() time.Duration { return max(p.clock.Now().Sub(p.began), 0) + 1 }

func (p *pipe) flow(c message.CommunityID) *flow {
	f := p.communities[c]
	if f == nil {
		f = &flow{}
		p.communities[c] = f
	}
	return f
}

func (p *pipe) setNode(r Rate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r = max(r, 0); r != p.node.rate {
		now := p.now()
		p.node.set(r, now)
		p.dispatch(now)
	}
}

func (p *pipe) setCommunity(c message.CommunityID, r Rate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.flow(c); max(r, 0) != f.bucket.rate {
		now := p.now()
		f.bucket.set(max(r, 0), now)
		p.dispatch(now)
	}
}

func (p *pipe) forget(c message.CommunityID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.communities[c]
	if f == nil {
		return
	}
	delete(p.communities, c)
	now := p.now()
	f.bucket.set(0, now)
	p.dispatch(now)
}

// take waits until n bytes may pass.
func (p *pipe) take(ctx context.Context, c message.CommunityID, n int) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if n <= 0 {
		return nil
	}
	p.mu.Lock()
	f, now := p.flow(c), p.now()
	if p.node.rate == 0 && f.bucket.rate == 0 { // nobody can be waiting
		f.meter.add(n, now)
		p.all.add(n, now)
		p.mu.Unlock()
		return nil
	}
	w := &waiter{n: n, since: now, done: make(chan struct{})}
	if len(f.queue) == 0 {
		p.waiting = append(p.waiting, f)
	}
	f.queue = append(f.queue, w)
	p.dispatch(now)
	granted := w.granted
	p.mu.Unlock()
	if granted {
		return nil
	}
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		return p.leave(ctx, f, w)
	}
}

// leave ends a wait whose context has ended, unless it is over already.
func (p *pipe) leave(ctx context.Context, f *flow, w *waiter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.granted {
		return nil
	}
	now := p.now()
	p.remove(f, slices.Index(f.queue, w), now)
	p.dispatch(now) // what comes behind it may be smaller
	return context.Cause(ctx)
}

// remove takes a waiter out of its queue.
func (p *pipe) remove(f *flow, i int, now time.Duration) {
	took := now - f.queue[i].since
	f.waited += took
	p.waited += took
	f.queue = slices.Delete(f.queue, i, i+1)
	if len(f.queue) == 0 {
		f.queue = nil
		f.bucket.blocked = false
		p.waiting = slices.DeleteFunc(p.waiting, func(other *flow) bool { return other == f })
	}
}

// dispatch lets pass what may, and sets the timer for the next that will.
func (p *pipe) dispatch(now time.Duration) {
	p.node.refill(now, 0)
	for _, f := range p.waiting {
		f.bucket.refill(now, f.queue[0].n)
	}
	f := p.first()
	for f != nil && p.nodeLets(f) {
		p.grant(f, now)
		f = p.first()
	}
	p.node.blocked = f != nil
	next := longest
	if f != nil {
		next = p.node.wait(f.queue[0].n)
	}
	for _, f := range p.waiting {
		wait := f.bucket.wait(f.queue[0].n)
		if f.bucket.blocked = wait > 0; wait > 0 {
			next = min(next, wait)
		}
	}
	p.arm(now, max(next, tick))
}

// nodeLets reports whether the node's bucket lets the first transfer of a
// community pass.
func (p *pipe) nodeLets(f *flow) bool {
	n := f.queue[0].n
	if f.next+float64(n) <= p.turn {
		return p.node.passesLate(n)
	}
	return p.node.passes(n)
}

// first returns the community whose turn it is among those that their own limit
// lets pass, nil when there is none.
func (p *pipe) first() *flow {
	var first *flow
	for _, f := range p.waiting {
		if !f.bucket.passes(f.queue[0].n) {
			continue
		}
		// Turns that it had no use for are gone, but for the last ones: it may
		// just be slow to come back for the next.
		f.next = max(f.next, p.turn-p.node.burst(turnsKept))
		if first == nil || f.next < first.next || f.next == first.next && f.last < first.last {
			first = f
		}
	}
	return first
}

// grant lets the first transfer of a community pass.
func (p *pipe) grant(f *flow, now time.Duration) {
	w := f.queue[0]
	f.bucket.take(w.n)
	p.node.take(w.n)
	p.turn = max(p.turn, f.next)
	f.next += float64(w.n)
	p.grants++
	f.last = p.grants
	f.meter.add(w.n, now)
	p.all.add(w.n, now)
	p.remove(f, 0, now)
	w.granted = true
	close(w.done)
}

// arm makes the timer go off after d, unless it goes off at that time or
// nobody waits.
func (p *pipe) arm(now, d time.Duration) {
	switch {
	case len(p.waiting) == 0:
		if p.wake != 0 {
			p.wake = 0
			p.timer.Stop()
		}
	case p.timer == nil:
		p.wake = now + d
		p.timer = clock.AfterFunc(p.clock, d, p.ring)
	case p.wake != now+d:
		p.wake = now + d
		p.timer.Reset(d)
	}
}

// ring is called by the timer.
func (p *pipe) ring() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wake = 0
	p.dispatch(p.now())
}

// share returns the limit of a community, its part of the node's included; 0 for none.
func (p *pipe) share(c message.CommunityID) Rate {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.communities[c]
	var own Rate
	if f != nil {
		own = f.bucket.rate
	}
	if p.node.rate == 0 {
		return own
	}
	all := len(p.waiting)
	if f == nil || len(f.queue) == 0 {
		all++
	}
	part := max(p.node.rate/Rate(all), 1)
	if own == 0 {
		return part
	}
	return min(own, part)
}

func (p *pipe) usage(c message.CommunityID) Flow {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.communities[c]
	if f == nil {
		return Flow{}
	}
	now := p.now()
	return Flow{
		Bytes: f.meter.total, Rate: f.meter.rate(now), Limit: f.bucket.rate,
		Waiting: len(f.queue), Waited: f.waited + f.ongoing(now),
	}
}

func (p *pipe) nodeUsage() Flow {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	u := Flow{Bytes: p.all.total, Rate: p.all.rate(now), Limit: p.node.rate, Waited: p.waited}
	for _, f := range p.waiting {
		u.Waiting += len(f.queue)
		u.Waited += f.ongoing(now)
	}
	return u
}

// ongoing is how long those that wait have waited so far.
func (f *flow) ongoing(now time.Duration) (sum time.Duration) {
	for _, w := range f.queue {
		sum += now - w.since
	}
	return sum
}
