package bittorrent

import (
	"encoding/binary"
	"time"

	"github.com/anacrolix/torrent"
	pp "github.com/anacrolix/torrent/peer_protocol"
)

// dontHave is the extension by which a peer says that it no longer has a piece
// (BEP 54). Its message is the number of the piece, 4 bytes in big endian.
//
// The library knows nothing of it, but it lets messages be changed before it
// acts on them, and it takes a bitfield at any time: what a peer takes back
// becomes a bitfield without it. As that costs time in proportion to the
// pieces of the torrent, messages in a row are gathered: after some few of them
// the others wait for the end of the row, which is a message that says again
// what was said (of other clients: a keep-alive). A peer that goes on too fast,
// or ends no row, is hung up on; when either side dials again its bitfield says
// what it has.
const dontHave pp.ExtensionName = "lt_donthave"

const (
	// applyBurst is how many bitfields are made at once, applyEvery how often
	// one more may be. The last of a burst is for the end of a row.
	applyBurst = 8
	applyEvery = 250 * time.Millisecond
	// losingFor is how long the end of a row is waited for.
	losingFor = time.Second
)

// takenBack is how a connection stands whose peer takes pieces back.
type takenBack struct {
	id      pp.ExtensionNumber // by which the peer sends it
	pending bool               // the library does not know all of them
	since   time.Time          // when pending was set
	tokens  int                // bitfields that may be made
	refill  time.Time          // when the last token was added
}

func newTakenBack(id pp.ExtensionNumber) takenBack {
	return takenBack{id: id, tokens: applyBurst}
}

// takeBack acts on a message of a peer. What is not 4 bytes, or no piece of the
// torrent, is ignored.
func (n *connections) takeBack(pc *torrent.PeerConn, c *connection, m *pp.Message) {
	w := n.torrents[pc.Torrent()]
	if len(m.ExtendedPayload) != 4 || w.view == nil {
		return
	}
	meta := w.view.metainfo()
	piece := binary.BigEndian.Uint32(m.ExtendedPayload)
	if meta == nil || uint64(piece) >= uint64(meta.NumPieces()) {
		return
	}
	keep := 1 // for the end of the row
	if !c.has.remove(int(piece), meta.NumPieces()) {
		if !c.back.pending {
			return
		}
		keep = 0
	}
	c.eviction = true
	now := n.clock.Now()
	if !c.back.pending {
		c.back.pending, c.back.since = true, now
		n.losing[pc] = c
	}
	c.back.earn(now)
	if c.back.tokens > keep {
		c.back.tokens--
		n.apply(pc, c, m)
	}
}

// earn adds the tokens that are due.
func (b *takenBack) earn(now time.Time) {
	if due := int(now.Sub(b.refill) / applyEvery); due > 0 {
		b.tokens = min(b.tokens+due, applyBurst)
		b.refill = now
	}
}

// apply turns a message into a bitfield that says what the peer has.
func (n *connections) apply(pc *torrent.PeerConn, c *connection, m *pp.Message) {
	w := n.torrents[pc.Torrent()]
	if w.view == nil {
		return // the torrent is being dropped
	}
	meta := w.view.metainfo()
	*m = pp.Message{Type: pp.Bitfield, Bitfield: c.has.field(meta.NumPieces())}
	c.back.pending = false
	delete(n.losing, pc)
}

// overdue returns the connections that waited long enough for the end of a row,
// or for what the peer has.
func (n *connections) overdue() (list []*torrent.PeerConn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.losing)+len(n.silent) == 0 {
		return nil
	}
	now := n.clock.Now()
	for pc, c := range n.losing {
		if now.Sub(c.back.since) >= losingFor {
			list = append(list, pc)
		}
	}
	for pc, c := range n.silent {
		switch {
		case !c.has.empty():
			delete(n.silent, pc)
		case c.mute(now):
			list = append(list, pc)
		}
	}
	return list
}

// tellGone tells a peer that pieces are going, if it understands. The last is
// said twice, which ends the row.
func tellGone(pc *torrent.PeerConn, pieces []int) bool {
	for i := range len(pieces) + 1 {
		p := pieces[min(i, len(pieces)-1)]
		if pc.WriteExtendedMessage(dontHave, binary.BigEndian.AppendUint32(nil, uint32(p))) != nil {
			return false
		}
	}
	return true
}
