package bittorrent

import (
	"github.com/anacrolix/torrent"

	"seeder/swarm"
)

const (
	// blockSize is what is asked for at a time, in bytes (BEP 3).
	blockSize = 16 << 10
	// askedLeast is how many blocks a peer is asked for at a time, however low the
	// limit is.
	askedLeast = 2
	// askedSlow is how many all peers together are asked for where that takes less
	// than a second at the limit (1 MiB).
	askedSlow = 64
	// askedTurns is how many times in a second a fast limit takes what was asked for.
	askedTurns = 4
	// windowLeast bounds the window of a limited download (1.6 MiB).
	windowLeast = 16
)

// Under a limit, what was asked for is sent at once and waits here. A peer that
// has nothing left to send is then asked for what others were asked for, and what
// these sent meanwhile comes twice and is paid for out of the limit: a third of
// everything with six peers, was it not for three things. Peers are asked for no more
// than a limit takes in a while. The window is twice as large, so that there is always
// something that nobody was asked for. And its pieces have one priority, since for a
// higher one the library takes blocks back from other peers first.

// limit returns what the community of a view may receive at most, in bytes a second; 0
// for no limit.
func (v *view) limit() int64 {
	if v.throttle == nil {
		return 0
	}
	return v.throttle.DownloadShare(v.c)
}

// asking returns how many blocks all peers are asked for at a time at a limit.
func asking(limit int64) int {
	blocks := int(limit / blockSize)
	return max(min(blocks, askedSlow), blocks/askedTurns)
}

// windowAt returns how many pieces are wanted at a time at a limit.
func windowAt(limit int64) int {
	if limit == 0 {
		return windowPieces
	}
	return min(max(2*asking(limit)*blockSize/swarm.PieceLength, windowLeast), windowPieces)
}

// pace bounds what a peer is asked for by the limit of its community. It is called
// with mu, under the client's lock.
func (n *connections) pace(pc *torrent.PeerConn, c *connection) {
	most := c.reqq
	if v := n.torrents[pc.Torrent()].view; v != nil {
		if limit := v.limit(); limit > 0 {
			peers := n.owing[pc.Torrent()]
			if c.owed <= 0 {
				peers++
			}
			most = min(most, max(asking(limit)/peers, askedLeast))
		}
	}
	pc.PeerMaxRequests = most
}

// owe notes how many blocks a peer owes.
func (n *connections) owe(pc *torrent.PeerConn, c *connection, blocks int) {
	t := pc.Torrent()
	switch was, is := c.owed > 0, blocks > 0; {
	case is && !was:
		n.owing[t]++
	case was && !is:
		if n.owing[t]--; n.owing[t] <= 0 {
			delete(n.owing, t)
		}
	}
	c.owed = blocks
}
