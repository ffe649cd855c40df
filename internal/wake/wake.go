// Package wake tells goroutines that there is something to look at.
package wake

import "sync"

// Group holds those who wait for something to change about a key. The zero value
// is ready; it is safe for concurrent use.
type Group[K comparable] struct {
	mu      sync.Mutex
	waiting map[K]map[chan struct{}]struct{}
}

// Wait returns a channel that receives after the key was woken, several times at
// once, until stop is called. stop may be called again.
func (g *Group[K]) Wait(k K) (woken <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting == nil {
		g.waiting = make(map[K]map[chan struct{}]struct{})
	}
	if g.waiting[k] == nil {
		g.waiting[k] = make(map[chan struct{}]struct{})
	}
	g.waiting[k][ch] = struct{}{}
	return ch, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.waiting[k], ch)
		if len(g.waiting[k]) == 0 {
			delete(g.waiting, k)
		}
	}
}

// Wake wakes those who wait for a key that which holds for. It does not block, and
// which does not use the group.
func (g *Group[K]) Wake(which func(K) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for k, all := range g.waiting {
		if !which(k) {
			continue
		}
		for ch := range all {
			select {
			case ch <- struct{}{}:
			default: // what it was told before is not looked at yet
			}
		}
	}
}
