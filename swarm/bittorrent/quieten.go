package bittorrent

import (
	"time"

	"github.com/anacrolix/torrent"
)

// lingerFor is how long after a Fetch requests in flight may still be answered.
// It is long enough for what is not held by a limit, and for the next Fetch to
// begin, which goes on with them or drains them.
const lingerFor = 300 * time.Millisecond

// fetched notes the end of a Fetch. What it asked for and has not got must not
// go on coming at the speed of a limit, at the cost of other communities.
func (c *community) fetched() {
	over := c.fetches.Add(1)
	if !c.owed() {
		return
	}
	c.s.spawn(func() {
		linger := time.NewTimer(lingerFor)
		defer linger.Stop()
		select {
		case <-linger.C:
		case <-c.s.ctx.Done():
			return // the torrents are dropped
		}
		if c.fetches.Load() == over {
			c.quieten()
		}
	})
}

// owed reports whether a peer was asked for something that has not come.
func (c *community) owed() (yes bool) {
	for _, g := range c.generations() {
		g.do(func(t *torrent.Torrent) {
			for _, pc := range t.PeerConns() {
				yes = yes || c.s.conns.owes(pc)
			}
		})
	}
	return yes
}

// quieten makes nothing more come of what was asked for: there is no message
// that recalls a request for certain. The connections that it would come by end,
// and then the waits of what came by them. The peer book makes new ones.
func (c *community) quieten() {
	for _, g := range c.generations() {
		g.hangUp(c.s.conns.owes)
		g.view.down.end()
	}
}
