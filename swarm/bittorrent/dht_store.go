package bittorrent

import (
	"sync"
	"time"

	"github.com/anacrolix/dht/v2/krpc"
	"github.com/anacrolix/torrent/metainfo"

	"seeder/internal/clock"
)

const (
	// dhtTorrents bounds the torrents for which this node keeps peers as a
	// node of the DHT, dhtPeers the peers of each.
	dhtTorrents = 2000
	dhtPeers    = 50
	// dhtForget is how long an announced peer is believed (BEP 5 clients
	// announce every 15 to 30 minutes).
	dhtForget = 45 * time.Minute
)

// dhtStore keeps the peers that others announce to this node of the DHT. The
// library's own has no bounds.
type dhtStore struct {
	clock clock.Clock

	mu       sync.Mutex
	torrents map[metainfo.Hash][]dhtPeer
}

type dhtPeer struct {
	addr krpc.NodeAddr
	at   time.Time
}

func newDHTStore(clk clock.Clock) *dhtStore {
	return &dhtStore{clock: clk, torrents: make(map[metainfo.Hash][]dhtPeer)}
}

// AddPeer implements the library's peer_store.Interface.
func (s *dhtStore) AddPeer(hash metainfo.Hash, addr krpc.NodeAddr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if _, known := s.torrents[hash]; !known && len(s.torrents) >= dhtTorrents {
		s.sweep(now)
		if len(s.torrents) >= dhtTorrents {
			return
		}
	}
	fresh := []dhtPeer{{addr, now}}
	for _, p := range s.torrents[hash] {
		same := p.addr.IP.Equal(addr.IP) && p.addr.Port == addr.Port
		if !same && now.Sub(p.at) < dhtForget {
			fresh = append(fresh, p)
		}
	}
	s.torrents[hash] = fresh[:min(len(fresh), dhtPeers)]
}

// GetPeers implements the library's peer_store.Interface.
func (s *dhtStore) GetPeers(hash metainfo.Hash) []krpc.NodeAddr {
	s.mu.Lock()
	defer s.mu.Unlock()
	var addrs []krpc.NodeAddr
	for _, p := range s.torrents[hash] {
		if s.clock.Now().Sub(p.at) < dhtForget {
			addrs = append(addrs, p.addr)
		}
	}
	return addrs
}

// sweep forgets torrents all of whose peers are old.
func (s *dhtStore) sweep(now time.Time) {
	for hash, peers := range s.torrents {
		// The newest stands first.
		if now.Sub(peers[0].at) >= dhtForget {
			delete(s.torrents, hash)
		}
	}
}
