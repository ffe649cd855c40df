package waku

import (
	"context"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"
)

// contacts are the configured peers: those to stay connected to, and those to ask
// for messages, which are connected to as well.
type contacts struct {
	static, store []peer.AddrInfo
	kept          map[peer.ID]contact
}

// contact is a peer that is kept connected until end is called.
type contact struct {
	info peer.AddrInfo
	end  context.CancelFunc
}

// protection is what connections of configured peers are protected for.
const protection = "configured"

// SetPeers replaces the peers that the node stays connected to, as given in
// [Options].StaticPeers. Connections to those that are no longer named stay as long as
// they last. The error wraps [ErrOption]; then nothing has changed.
func (n *Node) SetPeers(addrs []string) error {
	infos, err := parsePeers(addrs)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.closed {
		n.contacts.static = infos
		n.keepContacts()
	}
	return nil
}

// keepContacts keeps connected who is to be, and nobody else. It is called with mu.
func (n *Node) keepContacts() {
	c := &n.contacts
	want := make(map[peer.ID]peer.AddrInfo)
	for _, info := range mergePeers(c.static, c.store) {
		want[info.ID] = info
	}
	for id, now := range c.kept {
		if info, ok := want[id]; ok && sameAddrs(info, now.info) {
			delete(want, id)
			continue
		}
		now.end()
		n.host.ConnManager().Unprotect(id, protection)
		delete(c.kept, id)
	}
	for id, info := range want {
		ctx, end := context.WithCancel(n.ctx)
		c.kept[id] = contact{info, end}
		n.host.ConnManager().Protect(id, protection)
		n.work.Go(func() { n.keepConnected(ctx, info) })
	}
}

func sameAddrs(a, b peer.AddrInfo) bool {
	if len(a.Addrs) != len(b.Addrs) {
		return false
	}
	for _, addr := range a.Addrs {
		if !slices.ContainsFunc(b.Addrs, addr.Equal) {
			return false
		}
	}
	return true
}

// configured returns the configured peers.
func (n *Node) configured() (static, store []peer.AddrInfo) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.contacts.static, n.contacts.store
}
