package swarm

import "time"

// Reach is what a swarm knows of how others reach this node.
type Reach struct {
	// External are addresses host:port at which others reach it, as named in magnet
	// links; empty while none is known.
	External []string
	// Incoming counts connections that peers beyond private networks have made
	// since the start, IncomingAt is when the last one came.
	Incoming   int64
	IncomingAt time.Time
	// DHT says that peers are looked for in the distributed hash table, of which
	// DHTNodes answer.
	DHT      bool
	DHTNodes int
	// UTP says that peers are reached by uTP, too.
	UTP bool
}
