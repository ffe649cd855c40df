package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"seeder/node"
	"seeder/store"
)

// demoPatience is how long a demonstration goes on without any progress.
const demoPatience = time.Minute

var errNoProgress = errors.New("no progress")

// patience ends when what it is shown stays the same.
type patience struct {
	limit time.Duration
	now   func() time.Time
	state string
	since time.Time
}

func (s *stage) newPatience() *patience {
	return &patience{limit: cmp.Or(s.patience, demoPatience), now: s.app.clock.Now, since: s.app.clock.Now()}
}

// look returns [errNoProgress], saying what is waited for, when the state has
// been the same for too long.
func (p *patience) look(state, waitsFor string) error {
	now := p.now()
	if state != p.state {
		p.state, p.since = state, now
	}
	if now.Sub(p.since) < p.limit {
		return nil
	}
	return fail(exitFailed, "the logs of the nodes are above; --keep keeps them", "%w for %s: %s", errNoProgress, p.limit, waitsFor)
}

// stateText is different whenever a community got further.
func stateText(s node.Summary) string {
	sent := s.Newest != nil && s.Newest.SentAt != 0
	return fmt.Sprint(s.States, s.Bytes, s.Messages, s.Newest != nil, sent)
}

// waitingText says what a community waits for, after what is known of it.
func waitingText(s node.Summary, line string) string {
	parts := []string{line}
	for _, w := range s.Work {
		if w.State != store.Idle && w.Reason != "" {
			parts = append(parts, w.Part+" "+workText(w))
		}
	}
	return strings.Join(parts, "; ")
}
