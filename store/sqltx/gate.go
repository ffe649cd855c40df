package sqltx

import (
	"sync"

	"seeder/store"
)

// Gate lets transactions into a database until it is closed.
type Gate struct {
	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

// Enter returns [store.ErrClosed] after Shut; otherwise Leave is called at the
// end of the transaction.
func (g *Gate) Enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return store.ErrClosed
	}
	g.running.Add(1)
	return nil
}

// Leave ends what Enter began.
func (g *Gate) Leave() { g.running.Done() }

// Shut waits for those that have entered.
func (g *Gate) Shut() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.running.Wait()
}
