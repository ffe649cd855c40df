package waku

import (
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/time/rate"
)

// What peers may ask of the store server when the options do not say.
const (
	// DefaultPeerQueries is how many queries a second a peer may send.
	DefaultPeerQueries = 10
	// DefaultPeerBytes is how many bytes a second a peer is sent in answer.
	DefaultPeerBytes = 1 << 20
)

// savedSeconds is for how many seconds a peer that asks for nothing saves what
// it may ask for: enough for the 30 windows of a whole [Node.Query], twice.
const savedSeconds = 6

// rememberedPeers bounds the allowances kept.
const rememberedPeers = 1024

// allowances say what each peer may still ask for.
type allowances struct {
	queries, bytes uint64 // a second

	mu    sync.Mutex
	peers map[peer.ID]*allowance
}

// allowance is what is left to a peer. A response is paid for after it was
// made, so that bytes may be owed; until they are paid off by waiting, nothing
// is answered.
type allowance struct {
	queries *rate.Limiter
	bytes   float64
	at      time.Time // of the last payment
}

func newAllowances(queries, bytes uint64) *allowances {
	return &allowances{queries: queries, bytes: bytes, peers: make(map[peer.ID]*allowance)}
}

// spendQuery takes one query from a peer's allowance and reports whether it may
// be answered.
func (a *allowances) spendQuery(id peer.ID, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	one := a.of(id, now)
	a.refill(one, now)
	return one.queries.AllowN(now, 1) && one.bytes > 0
}

// spendBytes takes the size of a response from a peer's allowance.
func (a *allowances) spendBytes(id peer.ID, now time.Time, size int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.of(id, now).bytes -= float64(size)
}

// of returns a peer's allowance. Callers hold mu.
func (a *allowances) of(id peer.ID, now time.Time) *allowance {
	one, ok := a.peers[id]
	if !ok {
		if len(a.peers) >= rememberedPeers {
			a.forget(now)
		}
		one = &allowance{
			queries: rate.NewLimiter(rate.Limit(a.queries), int(a.queries*savedSeconds)),
			bytes:   a.most(),
			at:      now,
		}
		a.peers[id] = one
	}
	return one
}

func (a *allowances) most() float64 { return float64(a.bytes * savedSeconds) }

// refill pays a peer for the time since the last payment. A clock that was set
// back pays nothing.
func (a *allowances) refill(one *allowance, now time.Time) {
	if passed := now.Sub(one.at); passed > 0 {
		one.bytes = min(a.most(), one.bytes+passed.Seconds()*float64(a.bytes))
	}
	one.at = now
}

// forget drops the allowances that hold nothing back, or all when every one
// does. Callers hold mu.
func (a *allowances) forget(now time.Time) {
	for id, one := range a.peers {
		a.refill(one, now)
		if one.queries.TokensAt(now) >= float64(one.queries.Burst()) && one.bytes >= a.most() {
			delete(a.peers, id)
		}
	}
	if len(a.peers) >= rememberedPeers {
		clear(a.peers)
	}
}
