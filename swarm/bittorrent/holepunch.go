package bittorrent

import (
	"slices"
	"time"

	"github.com/anacrolix/torrent"
	pp "github.com/anacrolix/torrent/peer_protocol"
	utHolepunch "github.com/anacrolix/torrent/peer_protocol/ut-holepunch"
)

// Two nodes behind routers meet when a peer of both tells them to dial each other
// at the same time by uTP (BEP 55). The library does that, at once, however often
// it is asked, and it ends the process when a peer asks that does not offer the
// extension and so cannot be answered. Without uTP it is of no use, and is not
// offered.

const (
	// punches is how many of these messages of a connection are followed in
	// punchTime: each may dial an address that the peer chose.
	punches   = 30
	punchTime = time.Minute
	// punchError is the kind of message that the library only logs.
	punchError = byte(utHolepunch.Error)
)

// punching counts the messages of a connection.
type punching struct {
	since time.Time
	count int
}

// allowed reports whether one more may be followed.
func (p *punching) allowed(now time.Time) bool {
	if now.Sub(p.since) >= punchTime {
		p.since, p.count = now, 0
	}
	p.count++
	return p.count <= punches
}

// withoutHolepunch takes the extension out of those that are offered.
func withoutHolepunch(m *torrent.LocalLtepProtocolMap) {
	for i, name := range m.Index {
		if name == utHolepunch.ExtensionName {
			m.Index = slices.Delete(m.Index, i, i+1)
			if i < m.NumBuiltin {
				m.NumBuiltin--
			}
			return
		}
	}
}

// guardHolepunch makes a message harmless that the library must not follow. It is
// called under the client's lock.
func (n *connections) guardHolepunch(e torrent.PeerConnReadExtensionMessageEvent) {
	if len(e.Payload) == 0 || e.Payload[0] == punchError || e.ExtensionNumber == pp.HandshakeExtendedID {
		return
	}
	name, _, err := e.PeerConn.LocalLtepProtocolMap.LookupId(e.ExtensionNumber)
	if err != nil || name != utHolepunch.ExtensionName {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.all[e.PeerConn]
	if e.PeerConn.PeerExtensionIDs[utHolepunch.ExtensionName] == 0 || c == nil || !c.punching.allowed(n.clock.Now()) {
		e.Payload[0] = punchError
	}
}
