package api

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"seeder/internal/clock"
)

const (
	// MaxAttempts is how often a client may give a wrong token in a minute.
	MaxAttempts = 5
	// MaxAllAttempts is how often all clients together may.
	MaxAllAttempts = 60

	// maxClients is how many clients are told apart; those beyond share a place.
	maxClients = 4096
)

// attempts bounds how often wrong tokens may be tried. The right one is taken whatever
// was tried before: it is too long to be guessed, and nobody who does not know it, such
// as another user of the machine or a page of another site, may keep out who does.
type attempts struct {
	clock clock.Clock

	mu      sync.Mutex
	all     allowed
	clients map[string]*allowed
}

func newAttempts(c clock.Clock) *attempts {
	return &attempts{clock: c, clients: make(map[string]*allowed)}
}

// allowed is how many attempts have failed, less those that a minute has forgiven.
type allowed struct {
	failed float64
	at     time.Time
}

func (a *allowed) forgive(now time.Time, most float64) {
	a.failed = max(0, a.failed-now.Sub(a.at).Minutes()*most)
	a.at = now
}

// wait returns how long a client has to wait before it may try; 0 for not at all.
func (a *allowed) wait(now time.Time, most float64) time.Duration {
	a.forgive(now, most)
	if a.failed+1 <= most {
		return 0
	}
	return time.Duration((a.failed + 1 - most) / most * float64(time.Minute))
}

// wait returns how long a client has to wait before it may try; 0 for not at all.
func (a *attempts) wait(client string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock.Now()
	wait := a.all.wait(now, MaxAllAttempts)
	if one := a.clients[client]; one != nil {
		wait = max(wait, one.wait(now, MaxAttempts))
	}
	return wait
}

// refuse counts a wrong token of a client. It returns wrong, or, after too many, when to
// try again.
func (a *attempts) refuse(client string, wrong *Problem) *Problem {
	if wait := a.wait(client); wait > 0 {
		return tooMany(wait)
	}
	a.failed(client)
	return wrong
}

// failed counts a wrong token.
func (a *attempts) failed(client string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock.Now()
	a.all.forgive(now, MaxAllAttempts)
	a.all.failed++
	one := a.clients[client]
	if one == nil {
		if len(a.clients) >= maxClients {
			a.forget(now)
		}
		if len(a.clients) >= maxClients {
			return // those of all count
		}
		one = &allowed{at: now}
		a.clients[client] = one
	}
	one.forgive(now, MaxAttempts)
	one.failed++
}

// forget drops clients that have nothing to be forgiven any more.
func (a *attempts) forget(now time.Time) {
	for client, one := range a.clients {
		if one.forgive(now, MaxAttempts); one.failed == 0 {
			delete(a.clients, client)
		}
	}
}

// tooMany says when to try again.
func tooMany(wait time.Duration) *Problem {
	seconds := strconv.Itoa(int(wait.Seconds()) + 1)
	p := newProblem(http.StatusTooManyRequests, CodeTooMany, "wait "+seconds+" seconds", "too many wrong tokens")
	p.header = http.Header{"Retry-After": {seconds}}
	return p
}
