package waku

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
)

// The wait before a configured peer is dialled again doubles from redialMin to
// redialMax; a fifth of it is random, so that a restarted peer is not met by
// everybody at once.
const (
	redialMin   = 250 * time.Millisecond
	redialMax   = 15 * time.Second
	watchEvery  = time.Second // while it is connected
	dialTimeout = 10 * time.Second
)

// keepConnected dials a peer whenever it is not connected, until ctx ends, as it
// does when the node is closed. The library never dials a lost peer again by itself.
func (n *Node) keepConnected(ctx context.Context, info peer.AddrInfo) {
	if info.ID == n.host.ID() {
		return
	}
	backoff := redialMin
	for ctx.Err() == nil {
		wait := backoff
		if n.host.Network().Connectedness(info.ID) == network.Connected {
			wait, backoff = watchEvery, redialMin
		} else if err := n.dial(ctx, info); err != nil && ctx.Err() == nil {
			n.log.Debug("peer cannot be reached", slog.String("peer", info.ID.String()),
				slog.Duration("next_try", wait), slog.Any("error", err))
			backoff = min(2*backoff, redialMax)
		}
		timer := time.NewTimer(wait + rand.N(wait/5))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// dial connects to a peer now: the swarm's own back-off is cleared, and the
// addresses given again, since the library forgets both after a failure.
func (n *Node) dial(ctx context.Context, info peer.AddrInfo) error {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	if s, ok := n.host.Network().(*swarm.Swarm); ok {
		s.Backoff().Clear(info.ID)
	}
	n.host.Peerstore().AddAddrs(info.ID, info.Addrs, peerstore.PermanentAddrTTL)
	if err := n.host.Connect(ctx, info); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	return nil
}
