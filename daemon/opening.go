package daemon

import (
	"context"
	"sync"
	"time"

	"seeder/message"
	"seeder/store"
)

// openingLimit bounds how long other work waits for communities to be served.
const openingLimit = 10 * time.Second

// opening is the time from the start until every community that was known then
// is served as far as it is here. Whatever else there is to do (following
// announcements, archiving, audits) waits for its end, so that a node with many
// communities serves all of them soon. A nil opening is over.
type opening struct {
	over  chan struct{}
	limit *time.Timer

	mu    sync.Mutex
	still map[message.CommunityID]struct{} // not served yet
	ended bool
}

// newOpening begins the opening of a node. Its end has to be called.
func newOpening(communities []store.Community, limit time.Duration) *opening {
	o := &opening{over: make(chan struct{}), still: make(map[message.CommunityID]struct{}, len(communities))}
	for _, c := range communities {
		o.still[c.ID] = struct{}{}
	}
	o.limit = time.AfterFunc(limit, o.end)
	if len(communities) == 0 {
		o.end()
	}
	return o
}

// end ends the opening, whatever is not served yet.
func (o *opening) end() {
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.ended {
		o.ended = true
		o.limit.Stop()
		close(o.over)
	}
}

// served notes that a community is served, or cannot be now.
func (o *opening) served(c message.CommunityID) {
	if o == nil {
		return
	}
	o.mu.Lock()
	delete(o.still, c)
	last := len(o.still) == 0
	o.mu.Unlock()
	if last {
		o.end()
	}
}

// wait returns when the opening is over, or when ctx ends.
func (o *opening) wait(ctx context.Context) {
	if o == nil {
		return
	}
	select {
	case <-o.over:
	case <-ctx.Done():
	}
}

// isOver reports whether the opening is over.
func (o *opening) isOver() bool {
	if o == nil {
		return true
	}
	select {
	case <-o.over:
		return true
	default:
		return false
	}
}
