package bittorrent

import (
	"fmt"

	"github.com/anacrolix/torrent"

	"seeder/swarm"
)

// sum adds the counters of a torrent to st.
func sum(st *swarm.Stats, t *torrent.Torrent) torrent.TorrentStats {
	ts := t.Stats()
	st.DownloadedBytes += ts.BytesReadData.Int64()
	st.UploadedBytes += ts.BytesWrittenData.Int64()
	st.HashedBytes += ts.BytesHashed.Int64()
	return ts
}

func (c *community) stats() swarm.Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	st := c.past
	st.HashedBytes += c.hashed.Load()
	st.HashedIndexBytes = c.hashedIndexes.Load()
	st.CheckedBytes, st.DamagedPieces = c.compared.Load(), c.damagedPieces.Load()
	st.Torrents = make([]swarm.TorrentStats, 0, len(c.gens))
	peers := make(map[torrent.PeerID]struct{})
	for _, g := range c.gens {
		ts := sum(&st, g.t)
		for _, pc := range g.t.PeerConns() {
			peers[pc.PeerID] = struct{}{}
		}
		one := swarm.TorrentStats{
			InfoHash: fmt.Sprintf("%x", g.hash), PiecesComplete: ts.PiecesComplete, Peers: ts.ActivePeers,
		}
		if m := g.view.metainfo(); m != nil {
			one.Pieces = m.NumPieces()
		}
		st.Torrents = append(st.Torrents, one)
	}
	st.Peers = len(peers)
	return st
}
