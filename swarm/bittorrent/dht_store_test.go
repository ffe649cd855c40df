package bittorrent

import (
	"encoding/binary"
	"net"
	"testing"
	"time"

	"github.com/anacrolix/dht/v2/krpc"
	"github.com/anacrolix/torrent/metainfo"

	"seeder/internal/clock"
)

func TestDHTStore(t *testing.T) {
	now := clock.NewFixed(time.Unix(1_700_000_000, 0))
	s := newDHTStore(now)
	addr := func(i int) krpc.NodeAddr {
		return krpc.NodeAddr{IP: net.IPv4(10, 0, byte(i>>8), byte(i)).To4(), Port: 7}
	}
	hash := func(i int) (h metainfo.Hash) {
		binary.BigEndian.PutUint32(h[:], uint32(i))
		return h
	}
	s.AddPeer(hash(1), addr(1))
	now.Advance(time.Minute)
	s.AddPeer(hash(1), addr(2))
	s.AddPeer(hash(1), addr(1))
	if got := s.GetPeers(hash(1)); len(got) != 2 || !got[0].IP.Equal(addr(1).IP) {
		t.Errorf("peers %v, want two, the last announced first", got)
	}
	if got := s.GetPeers(hash(2)); len(got) != 0 {
		t.Errorf("peers of an unknown torrent: %v", got)
	}
	for i := range 2 * dhtPeers {
		s.AddPeer(hash(1), addr(i))
	}
	if got := s.GetPeers(hash(1)); len(got) != dhtPeers {
		t.Errorf("%d peers, want %d", len(got), dhtPeers)
	}
	for i := range 2 * dhtTorrents {
		s.AddPeer(hash(i), addr(i))
	}
	if n := len(s.torrents); n != dhtTorrents {
		t.Errorf("%d torrents, want %d", n, dhtTorrents)
	}
	now.Advance(dhtForget)
	if got := s.GetPeers(hash(1)); len(got) != 0 {
		t.Errorf("old peers: %v", got)
	}
	s.AddPeer(hash(5*dhtTorrents), addr(1))
	if n := len(s.torrents); n != 1 {
		t.Errorf("%d torrents after the old were forgotten, want 1", n)
	}
}
