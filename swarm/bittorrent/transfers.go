package bittorrent

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/anacrolix/torrent"

	"seeder/message"
	"seeder/swarm"
)

const (
	// flowEvery is the shortest time that a rate is the mean of.
	flowEvery = time.Second
	// maxClient bounds what a peer may call itself, in bytes.
	maxClient = 100
)

// flow is how much payload has passed on a connection up to a time, and how fast.
type flow struct {
	at               time.Time
	up, down         int64
	upRate, downRate int64
}

// update takes a reading.
func (f *flow) update(now time.Time, up, down int64) {
	passed := now.Sub(f.at)
	if passed < flowEvery {
		return
	}
	rate := func(now, before int64) int64 { return int64(float64(max(0, now-before)) / passed.Seconds()) }
	*f = flow{now, up, down, rate(up, f.up), rate(down, f.down)}
}

// encrypted reports whether a connection is obfuscated (MSE), of which the library
// tells in the text of a connection only: [flags=M,E,v1 id=...].
func encrypted(pc *torrent.PeerConn) bool {
	_, text, _ := strings.Cut(pc.String(), "flags=")
	text, _, _ = strings.Cut(text, " ")
	return slices.ContainsFunc(strings.Split(text, ","), func(flag string) bool { return strings.EqualFold(flag, "e") })
}

// Transfers implements [swarm.Swarm].
func (s *Swarm) Transfers(id message.CommunityID) swarm.Transfers {
	t := swarm.Transfers{Torrents: s.Stats(id).Torrents, Archives: []swarm.ArchiveTransfer{}, Peers: []swarm.Peer{}}
	s.mu.Lock()
	c := s.communities[id]
	s.mu.Unlock()
	if c == nil {
		return t
	}
	for _, a := range c.underWay() {
		a.Copies = s.Copies(id, a.ID)
		t.Archives = append(t.Archives, a)
	}
	t.Peers = append(t.Peers, c.peers()...)
	return t
}

func (c *community) setDownload(d *download) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.download = d
}

// underWay lists what is being fetched, without copies.
func (c *community) underWay() (list []swarm.ArchiveTransfer) {
	c.mu.Lock()
	d := c.download
	c.mu.Unlock()
	if d == nil {
		return nil
	}
	d.mu.Lock()
	begun := slices.Clone(d.begun)
	d.mu.Unlock()
	for _, i := range begun {
		if d.evicted(i) {
			continue
		}
		if one, ok := d.slots[i].content.progress(); ok {
			list = append(list, one)
		}
	}
	return list
}

// progress says how much of an archive is here; false when it is in place, or
// will never be.
func (a *content) progress() (t swarm.ArchiveTransfer, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t = swarm.ArchiveTransfer{ID: a.key.id, TotalBytes: a.raw}
	t.DoneBytes = int64(len(a.have)-a.missing) * swarm.PieceLength
	if n := len(a.have); n > 0 && a.have[n-1] {
		t.DoneBytes -= a.size - a.raw
	}
	return t, !a.stored && !a.conflict
}

// peers lists those that are connected, each once.
func (c *community) peers() []swarm.Peer {
	known := make(map[torrent.PeerID]*swarm.Peer)
	var order []*swarm.Peer
	for _, g := range c.generations() { // newest first
		pieces := 0
		if m := g.view.metainfo(); m != nil {
			pieces = m.NumPieces()
		}
		for _, pc := range g.connected() {
			p, ok := c.s.conns.peer(pc, pc.Stats(), pieces)
			if !ok {
				continue // it has just ended
			}
			if first := known[pc.PeerID]; first != nil {
				first.UpBytes, first.DownBytes = first.UpBytes+p.UpBytes, first.DownBytes+p.DownBytes
				first.UpRate, first.DownRate = first.UpRate+p.UpRate, first.DownRate+p.DownRate
				continue
			}
			known[pc.PeerID] = &p
			order = append(order, &p)
		}
	}
	list := make([]swarm.Peer, len(order))
	for i, p := range order {
		list[i] = *p
	}
	slices.SortFunc(list, func(a, b swarm.Peer) int { return cmp.Compare(a.Address, b.Address) })
	return list
}

// connected returns the connections of a generation.
func (g *generation) connected() (list []*torrent.PeerConn) {
	g.do(func(t *torrent.Torrent) { list = t.PeerConns() })
	return list
}

// peer describes a connection; false when it has ended. What of the library takes
// the client's lock was read before.
func (n *connections) peer(pc *torrent.PeerConn, st torrent.PeerStats, pieces int) (p swarm.Peer, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.all[pc]
	if c == nil {
		return p, false
	}
	up, down := st.BytesWrittenData.Int64(), st.BytesReadData.Int64()
	c.flow.update(n.clock.Now(), up, down)
	p = swarm.Peer{
		Address: pc.RemoteAddr.String(), Client: clientName(pc), Transport: swarm.TCP, Direction: swarm.Outgoing, Encrypted: c.encrypted,
		UpRate: c.flow.upRate, DownRate: c.flow.downRate, UpBytes: up, DownBytes: down,
		PiecesComplete: c.has.count(pieces), Pieces: pieces,
	}
	if strings.Contains(pc.Network, "udp") {
		p.Transport = swarm.UTP
	}
	if pc.Discovery == torrent.PeerSourceIncoming {
		p.Direction = swarm.Incoming
	}
	return p, true
}

func clientName(pc *torrent.PeerConn) string {
	name, _ := pc.PeerClientName.Load().(string)
	if len(name) > maxClient {
		name = name[:maxClient]
	}
	return strings.ToValidUTF8(name, "")
}

// count returns how many of the first n pieces the peer has.
func (p *peerPieces) count(n int) (count int) {
	if p.every {
		return n
	}
	for i, word := range p.words {
		if rest := n - 64*i; rest < 64 {
			word &= 1<<max(0, rest) - 1
		}
		count += bits.OnesCount64(word)
	}
	return count
}
