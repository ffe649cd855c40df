package waku

import (
	"slices"
	"sync"
	"time"
)

const (
	// skewSamples is how many messages are compared with the clock.
	skewSamples = 64
	// skewFor is how long one counts.
	skewFor = time.Hour
	// skewLeast is how many it takes to say something.
	skewLeast = 5
)

// skew compares this node's clock with those of who sends messages, whoever
// that is. A message takes less than a second on its way.
type skew struct {
	mu   sync.Mutex
	seen [skewSamples]ahead
	next int
}

// ahead is how far this node's clock was ahead of a message's.
type ahead struct {
	by time.Duration
	at time.Time // when that was; zero for none
}

// hear notes a message that was sent, as it says, at a Unix time in nanoseconds.
func (s *skew) hear(now time.Time, sent int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[s.next] = ahead{now.Sub(time.Unix(0, sent)), now}
	s.next = (s.next + 1) % skewSamples
}

// median returns the median and how many messages it is of; 0 of them when there
// are too few.
func (s *skew) median(now time.Time) (time.Duration, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var by []time.Duration
	for i := range s.seen {
		a := &s.seen[i]
		if !a.at.IsZero() && now.Sub(a.at) < skewFor {
			by = append(by, a.by)
		}
	}
	if len(by) < skewLeast {
		return 0, 0
	}
	slices.Sort(by)
	return by[len(by)/2], len(by)
}

// Skew returns how far this node's clock is ahead of those of others, by the
// messages of the topic that came lately, and how many these were; 0 when they
// were too few to tell.
func (n *Node) Skew() (ahead time.Duration, messages int) { return n.skew.median(n.clock.Now()) }

// Configured returns how many peers the node is to stay connected to, and how many
// of them are connected.
func (n *Node) Configured() (all, connected int) {
	for _, info := range mergePeers(n.configured()) {
		all++
		if len(n.host.Network().ConnsToPeer(info.ID)) > 0 {
			connected++
		}
	}
	return all, connected
}
