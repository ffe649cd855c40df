package daemon

import (
	"context"
	"sync"
	"time"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// copiesAge is how old a count of copies may be: counting looks at the pieces of
// every peer.
const copiesAge = 10 * time.Second

// copies counts how many connected peers have what is here. It is safe for
// concurrent use.
type copies struct {
	db    store.DB
	swarm swarm.Swarm
	clock clock.Clock

	mu     sync.Mutex
	counts map[message.CommunityID]copiesCount
}

type copiesCount struct {
	least *int
	at    time.Time
}

// least returns how many peers have the archive that the fewest have, of those
// that are here; nil while no peer is connected, or nothing is here.
func (c *copies) least(ctx context.Context, id message.CommunityID) (*int, error) {
	now := c.clock.Now()
	c.mu.Lock()
	last, ok := c.counts[id]
	c.mu.Unlock()
	if ok && now.Sub(last.at) < copiesAge {
		return last.least, nil
	}
	var rows []store.Archive
	err := c.db.View(ctx, func(tx store.Tx) (err error) {
		rows, err = tx.Archives(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	var least *int
	for i := range rows {
		if rows[i].State != store.Stored && rows[i].State != store.Imported {
			continue
		}
		if n := c.swarm.Copies(id, rows[i].ID); least == nil || n < *least {
			least = &n
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = make(map[message.CommunityID]copiesCount)
	}
	c.counts[id] = copiesCount{least, now}
	return least, nil
}
