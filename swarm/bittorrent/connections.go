package bittorrent

import (
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/anacrolix/torrent"
	pp "github.com/anacrolix/torrent/peer_protocol"

	"seeder/internal/clock"
	"seeder/swarm"
)

// connections knows which peers are connected and what they have, by the
// library's callbacks. These come under the client's lock, so nothing here may
// wait for the client.
type connections struct {
	clock clock.Clock

	mu       sync.Mutex
	torrents map[*torrent.Torrent]watched
	all      map[*torrent.PeerConn]*connection
	count    map[connKey]int
	// owing are how many peers of a torrent owe something.
	owing map[*torrent.Torrent]int
	// parted are peers whose connection ended lately. Two that have everything
	// part at once, and meet again with the next redial.
	parted map[*torrent.Torrent]map[string]parted
	// remember is how long they are known.
	remember time.Duration
	// losing are the connections whose peer took pieces back that the library
	// does not know of yet.
	losing map[*torrent.PeerConn]*connection
	// silent are the connections from before the metadata was here whose peer has
	// not said that it has a piece.
	silent map[*torrent.PeerConn]*connection
	// reports are what peers say of this node.
	reports reports
	// punch says that peers may have this node dial by uTP; see guardHolepunch.
	punch bool
}

// watched is what a torrent in the client belongs to.
type watched struct {
	book *book
	view *view
}

type connKey struct {
	t    *torrent.Torrent
	addr string
}

// connection is one that is open.
type connection struct {
	addr string // as the peer book has it; empty before the peer introduced itself
	has  peerPieces
	back takenBack
	// eviction says that the peer was told of an eviction, or told of one.
	eviction bool
	// introduced is when the peer introduced itself (BEP 10), silent since when
	// it is suspected of having nothing.
	introduced, silent time.Time
	// owed is how many blocks were asked for and neither came nor were refused, reqq
	// how many the peer lets be asked for at a time (BEP 10).
	owed, reqq int
	// encrypted says that the connection is obfuscated.
	encrypted bool
	// flow is how much passed when somebody last looked.
	flow flow
	// punching counts messages by which the peer has this node dial.
	punching punching
}

// parted is what a peer had when its connection ended.
type parted struct {
	id  torrent.PeerID
	has peerPieces
	at  time.Time
}

func newConnections(clk clock.Clock, remember time.Duration) *connections {
	return &connections{
		clock: clk, remember: remember,
		parted:   make(map[*torrent.Torrent]map[string]parted),
		torrents: make(map[*torrent.Torrent]watched),
		all:      make(map[*torrent.PeerConn]*connection),
		count:    make(map[connKey]int),
		owing:    make(map[*torrent.Torrent]int),
		losing:   make(map[*torrent.PeerConn]*connection),
		silent:   make(map[*torrent.PeerConn]*connection),
	}
}

func (n *connections) watch(t *torrent.Torrent, b *book, v *view) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.torrents[t] = watched{b, v}
}

func (n *connections) forget(t *torrent.Torrent) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.torrents, t)
	delete(n.parted, t)
}

// added is called when a connection begins, before its first message.
func (n *connections) added(pc *torrent.PeerConn) {
	own := &torrent.LocalLtepProtocolMap{
		Index: slices.Clone(pc.LocalLtepProtocolMap.Index), NumBuiltin: pc.LocalLtepProtocolMap.NumBuiltin,
	}
	if !n.punch {
		withoutHolepunch(own)
	}
	own.AddUserProtocol(dontHave)
	pc.LocalLtepProtocolMap = own
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all[pc] = &connection{
		back: newTakenBack(pp.ExtensionNumber(len(own.Index))), encrypted: encrypted(pc), flow: flow{at: n.clock.Now()},
		reqq: pc.PeerMaxRequests,
	}
}

// read is called with every message that comes. It may change the message
// before the library acts on it.
func (n *connections) read(pc *torrent.PeerConn, m *pp.Message) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.all[pc]
	if c == nil {
		return
	}
	if m.Keepalive {
		if c.back.pending {
			n.apply(pc, c, m)
		}
		return
	}
	n.pace(pc, c)
	switch m.Type {
	case pp.Reject:
		n.owe(pc, c, c.owed-1)
	case pp.Choke:
		if !pc.PeerExtensionBytes.SupportsFast() {
			n.owe(pc, c, 0) // BEP 6: others forget what was asked for
		}
	case pp.Piece:
		n.owe(pc, c, c.owed-1)
		if v := n.torrents[pc.Torrent()].view; v != nil {
			v.surplus.Add(int64(len(m.Piece)))
		}
	case pp.Bitfield:
		c.has.reset(m.Bitfield)
	case pp.Have:
		c.has.add(int(m.Index))
	case pp.HaveAll:
		c.has.resetAll()
	case pp.HaveNone:
		c.has.reset(nil)
	case pp.Extended:
		if m.ExtendedID == c.back.id {
			n.takeBack(pc, c, m)
		}
	default: // nothing about pieces
	}
}

// opened is called when a peer introduced itself (BEP 10).
func (n *connections) opened(pc *torrent.PeerConn, m *pp.ExtendedHandshakeMessage) {
	n.reports.listen(pc, m.YourIp, n.clock.Now())
	n.introduce(pc, m.Reqq)
	addr := pc.RemoteAddr.String()
	reached := pc.Discovery != torrent.PeerSourceIncoming
	if !reached {
		host, _, err := net.SplitHostPort(addr)
		if err != nil || m.Port == 0 {
			return
		}
		addr = net.JoinHostPort(host, strconv.Itoa(m.Port))
	}
	if b := n.open(pc, addr); b != nil {
		b.meet(addr, reached)
	}
}

func (n *connections) introduce(pc *torrent.PeerConn, reqq int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c := n.all[pc]; c != nil {
		c.introduced = n.clock.Now()
		if reqq > 0 {
			c.reqq = reqq
		}
	}
}

// open counts a connection and returns the book to enter it in, nil for none.
// The books are called without the lock: they ask for connections under theirs.
func (n *connections) open(pc *torrent.PeerConn, addr string) *book {
	n.mu.Lock()
	defer n.mu.Unlock()
	c, b := n.all[pc], n.torrents[pc.Torrent()].book
	if c == nil || c.addr != "" || b == nil {
		return nil
	}
	c.addr = addr
	n.count[connKey{pc.Torrent(), addr}]++
	return b
}

// closed is called when a connection ended.
func (n *connections) closed(pc *torrent.PeerConn) {
	if b, c := n.close(pc); b != nil {
		b.part(c.addr, c.eviction)
	}
}

// close forgets a connection and takes back what open counted.
func (n *connections) close(pc *torrent.PeerConn) (*book, *connection) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.all[pc]
	if c != nil {
		n.owe(pc, c, 0)
	}
	delete(n.all, pc)
	delete(n.losing, pc)
	delete(n.silent, pc)
	if c == nil || c.addr == "" {
		return nil, nil
	}
	key := connKey{pc.Torrent(), c.addr}
	if n.count[key]--; n.count[key] <= 0 {
		delete(n.count, key)
	}
	w := n.torrents[pc.Torrent()]
	if w.book != nil {
		n.remembers(pc, c)
	}
	return w.book, c
}

// remembers notes what a peer has whose connection ended.
func (n *connections) remembers(pc *torrent.PeerConn, c *connection) {
	list := n.parted[pc.Torrent()]
	if list == nil {
		list = make(map[string]parted)
		n.parted[pc.Torrent()] = list
	}
	now := n.clock.Now()
	list[c.addr] = parted{pc.PeerID, c.has, now}
	if len(list) <= maxParted {
		return
	}
	oldest := c.addr
	for addr, p := range list {
		if p.at.Before(list[oldest].at) {
			oldest = addr
		}
	}
	delete(list, oldest)
}

// holders adds the peers of a torrent that have all of count pieces from first
// on: those connected, and those that were lately.
func (n *connections) holders(t *torrent.Torrent, first, count int, peers map[torrent.PeerID]struct{}) {
	connected := t.PeerConns()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, pc := range connected {
		if c := n.all[pc]; c != nil && c.has.hasAll(first, count) {
			peers[pc.PeerID] = struct{}{}
		}
	}
	now := n.clock.Now()
	for addr, p := range n.parted[t] {
		switch {
		case now.Sub(p.at) > n.remember:
			delete(n.parted[t], addr)
		case n.count[connKey{t, addr}] == 0 && p.has.hasAll(first, count):
			peers[p.id] = struct{}{}
		}
	}
}

// maxParted bounds the peers of a torrent that are remembered.
const maxParted = 100

// connected reports whether every one of the generations is connected to addr.
func (n *connections) connected(addr string, gens []*generation) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, g := range gens {
		if n.count[connKey{g.t, addr}] == 0 {
			return false
		}
	}
	return true
}

// lacks reports whether a connected peer lacks one of count pieces from first on.
func (n *connections) lacks(pc *torrent.PeerConn, first, count int) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.all[pc]
	return c != nil && !c.has.hasAll(first, count)
}

// asked is called when a block is asked for.
func (n *connections) asked(e torrent.PeerRequestEvent) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if pc, ok := e.Peer.TryAsPeerConn(); ok && n.all[pc] != nil {
		n.owe(pc, n.all[pc], n.all[pc].owed+1)
	}
}

// owes reports whether a connected peer may still send what it was asked for.
func (n *connections) owes(pc *torrent.PeerConn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.all[pc]
	return c != nil && c.owed > 0
}

// suspect has connections ended whose peer has no piece, and goes on saying so
// by its silence. It is called when the metadata came. The size of the metadata
// is told at the beginning of a connection only (BEP 9), and a peer that was
// turned down does not ask again: two nodes that met before either had it would
// wait for ever if they did not dial again. Who has pieces has the metadata.
func (n *connections) suspect(t *torrent.Torrent) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.clock.Now()
	for pc, c := range n.all {
		if pc.Torrent() == t && c.has.empty() && n.silent[pc] == nil {
			c.silent, n.silent[pc] = now, c
		}
	}
}

// mute reports whether a peer introduced itself long enough ago and has not said
// that it has a piece. What it has follows its introduction at once (BEP 3, 6).
func (c *connection) mute(now time.Time) bool {
	return !c.introduced.IsZero() && now.Sub(c.introduced) >= silentFor && now.Sub(c.silent) >= silentFor
}

// silentFor is how long a peer may take to say what it has.
const silentFor = time.Second

// evicting notes that a connected peer is told of an eviction.
func (n *connections) evicting(pc *torrent.PeerConn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c := n.all[pc]; c != nil {
		c.eviction = true
	}
}

// peerPieces are the pieces that a peer says it has.
type peerPieces struct {
	every bool // all, however many there are
	words []uint64
}

// maxPieces bounds what a peer may say it has while the torrent is unknown.
const maxPieces = swarm.MaxInfoSize / swarm.HashSize

func (p *peerPieces) empty() bool {
	return !p.every && !slices.ContainsFunc(p.words, func(w uint64) bool { return w != 0 })
}

func (p *peerPieces) resetAll() { p.every, p.words = true, nil }

func (p *peerPieces) reset(field []bool) {
	p.every, p.words = false, nil
	for i, ok := range field {
		if ok {
			p.add(i)
		}
	}
}

func (p *peerPieces) add(i int) {
	if p.every || i < 0 || i >= maxPieces {
		return
	}
	if need := i/64 + 1; need > len(p.words) {
		p.words = append(p.words, make([]uint64, need-len(p.words))...)
	}
	p.words[i/64] |= 1 << (i % 64)
}

// remove takes piece i of n away, and reports whether the peer had it.
func (p *peerPieces) remove(i, n int) bool {
	if !p.has(i) {
		return false
	}
	if p.every {
		p.every = false
		for k := range n {
			p.add(k)
		}
	}
	p.words[i/64] &^= 1 << (i % 64)
	return true
}

func (p *peerPieces) has(i int) bool {
	return p.every || i/64 < len(p.words) && p.words[i/64]&(1<<(i%64)) != 0
}

func (p *peerPieces) hasAll(first, count int) bool {
	for i := first; i < first+count && !p.every; i++ {
		if !p.has(i) {
			return false
		}
	}
	return true
}

// field returns the bits of n pieces for a message (BEP 3): whole bytes.
func (p *peerPieces) field(n int) []bool {
	bits := make([]bool, (n+7)/8*8)
	for i := range n {
		bits[i] = p.has(i)
	}
	return bits
}
