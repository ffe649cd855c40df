package quota

import (
	"math"
	"time"
)

const (
	// idleBurst is how long a bucket saves up that nobody waits for: 1 % of ten
	// seconds.
	idleBurst = 100 * time.Millisecond
	// busyBurst is the same for one that somebody waited for until less than
	// busyFor ago: what timers, disks and schedulers are late by is made up for.
	busyBurst = 180 * time.Millisecond
	busyFor   = time.Second
	// borrowed is how far ahead, in time at the rate, one passes whose turn was
	// before: who comes back late is not made to wait for the next wake-up.
	borrowed = 20 * time.Millisecond
	// longest is the longest wait before a bucket is looked at again.
	longest = time.Hour
)

// bucket fills at its rate and may be in debt. Times are counted from any
// moment on. Its zero value lets everything pass.
type bucket struct {
	rate   Rate    // bytes a second, 0 for unlimited
	tokens float64 // bytes, negative for debt
	at     time.Duration
	// blocked is set while somebody waits for this bucket, busyTo when it was
	// last seen set.
	blocked bool
	busyTo  time.Duration
}

// set changes the rate. What was saved up under the old one is kept only as
// far as the new one allows, and a debt is kept unless there is no limit.
func (b *bucket) set(r Rate, now time.Duration) {
	b.refill(now, 0)
	if b.rate == 0 || r == 0 {
		b.tokens = 0
	}
	b.rate = r
	b.tokens = min(b.tokens, b.burst(idleBurst))
	b.blocked, b.busyTo = false, 0
}

func (b *bucket) burst(d time.Duration) float64 { return max(float64(b.rate)*d.Seconds(), 1) }

// refill adds what has come in since the last call, when n bytes wait to pass, 0 for
// none. Of what is larger than a burst the part that is lent may be saved up as well:
// others may be before it at the node's bucket for longer than it takes to fill this one.
func (b *bucket) refill(now time.Duration, n int) {
	elapsed := max(now-b.at, 0)
	b.at = now
	if b.rate == 0 {
		return
	}
	if b.blocked {
		b.busyTo = now
	}
	burst := b.burst(idleBurst)
	if b.busyTo != 0 && now-b.busyTo < busyFor {
		burst = b.burst(busyBurst)
		if float64(n) > b.burst(idleBurst) {
			burst = b.burst(busyBurst + idleBurst)
		}
	}
	b.tokens = min(b.tokens+float64(b.rate)*elapsed.Seconds(), burst)
}

// enough is what has to be in the bucket for n bytes to pass.
func (b *bucket) enough(n int) float64 { return min(float64(n), b.burst(idleBurst)) }

// passes reports whether n bytes may pass now.
func (b *bucket) passes(n int) bool { return b.rate == 0 || b.tokens >= b.enough(n) }

// passesLate is the same for a transfer whose turn is overdue.
func (b *bucket) passesLate(n int) bool {
	return b.passes(n) || b.tokens >= b.enough(n)-float64(b.rate)*borrowed.Seconds()
}

// take takes n bytes out, which may be more than there are.
func (b *bucket) take(n int) {
	if b.rate != 0 {
		b.tokens -= float64(n)
	}
}

// wait returns how long it takes until n bytes may pass.
func (b *bucket) wait(n int) time.Duration {
	if b.passes(n) {
		return 0
	}
	ns := math.Ceil((b.enough(n) - b.tokens) / float64(b.rate) * 1e9)
	return time.Duration(min(ns, float64(longest))) + 1
}

const (
	meterStep  = 250 * time.Millisecond
	meterSteps = 12
)

// meter counts bytes in all and over the last three seconds.
type meter struct {
	total int64
	steps [meterSteps + 1]int64 // a ring; step i of all time is at i modulo its length
	last  int64                 // the newest step
}

// step makes the step of a time the newest, and those in between empty.
func (m *meter) step(now time.Duration) {
	newest := int64(now / meterStep)
	for i := max(m.last+1, newest-meterSteps); i <= newest; i++ {
		m.steps[i%int64(len(m.steps))] = 0
	}
	m.last = max(m.last, newest)
}

func (m *meter) add(n int, now time.Duration) {
	m.step(now)
	m.total += int64(n)
	m.steps[m.last%int64(len(m.steps))] += int64(n)
}

// rate is the mean in bytes a second, over the time since the start where that
// is shorter.
func (m *meter) rate(now time.Duration) float64 {
	m.step(now)
	sum := int64(0)
	for _, n := range m.steps {
		sum += n
	}
	oldest := time.Duration(max(m.last-meterSteps, 0)) * meterStep
	return float64(sum) / max(now-oldest, meterStep).Seconds()
}
