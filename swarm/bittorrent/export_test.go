package bittorrent

import (
	"errors"
	"net/netip"
	"os"
	"slices"
	"testing"

	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// Hold gives a folder some pieces of an archive, as a download that did not
// come further leaves them, and returns the file.
func Hold(t *testing.T, files, from *swarm.Files, ref swarm.Ref, a swarmtest.Archive, has func(piece int) bool) string {
	t.Helper()
	k, err := from.Kept(ref.Community, ref.InfoHash)
	if err != nil {
		t.Fatal(err)
	}
	p, err := from.Pieces(ref.Community, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(files.Prepare(ref.Community), files.Keep(k)); err != nil {
		t.Fatal(err)
	}
	size, padding := swarm.Place(p.Raw)
	content := newContent(files, nil, ref.Community, swarm.File{ID: a.ID, Size: size, Padding: padding}, p.Hashes)
	padded, have := make([]byte, size), make([]bool, size/pl)
	for i := range have {
		if have[i] = has(i); have[i] {
			copy(padded[i*pl:(i+1)*pl], a.Content[i*pl:])
		}
	}
	if err := errors.Join(os.WriteFile(content.part(), padded, 0o600), content.writeHave(have)); err != nil {
		t.Fatal(err)
	}
	return content.part()
}

// Holding says which pieces a node has of the newest generation of a
// community, index aside; nil when it knows none.
func (s *Swarm) Holding(ref swarm.Ref) (have []bool) {
	c, err := s.community(ref.Community)
	if err != nil {
		return nil
	}
	for _, g := range c.generations() {
		if slots := g.view.slots.Load(); g.hash == ref.InfoHash && slots != nil {
			for _, s := range *slots {
				for i := range s.pieces() {
					have = append(have, s.content.has(i))
				}
			}
		}
	}
	return have
}

// Banned returns the addresses that sent false pieces.
func (s *Swarm) Banned() (addrs []string) {
	for _, text := range s.client.BadPeerIPs() {
		if a, err := netip.ParseAddr(text); err == nil {
			addrs = append(addrs, a.Unmap().String())
		}
	}
	slices.Sort(addrs)
	return slices.Compact(addrs) // the library has IPv4 addresses in two forms
}

// mark is markHashed for a piece that was read just now.
func (a *content) mark(i int, ok bool) { a.markHashed(i, ok, a.evictions()) }

// Leaving counts the archives of a community that are being evicted.
func (s *Swarm) Leaving(id message.CommunityID) (n int) {
	c, err := s.community(id)
	if err != nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.contents {
		a.mu.Lock()
		n += a.leaving
		a.mu.Unlock()
	}
	return n
}

// Parted counts the peers of a community whose connections ended.
func (s *Swarm) Parted(id message.CommunityID) (n int) {
	c, err := s.community(id)
	if err != nil {
		return 0
	}
	for _, g := range c.generations() {
		s.conns.mu.Lock()
		n += len(s.conns.parted[g.t])
		s.conns.mu.Unlock()
	}
	return n
}

// HasInfo reports whether a node knows the info dictionary of a torrent.
func (s *Swarm) HasInfo(ref swarm.Ref) bool {
	c, err := s.community(ref.Community)
	return err == nil && slices.ContainsFunc(c.generations(), func(g *generation) bool {
		return g.hash == ref.InfoHash && g.t.Info() != nil
	})
}

// Connected returns the transports and addresses of the peers of a community.
func (s *Swarm) Connected(id message.CommunityID) (list []swarm.Peer) {
	c, err := s.community(id)
	if err != nil {
		return nil
	}
	for _, g := range c.generations() {
		for _, pc := range g.t.PeerConns() {
			p := swarm.Peer{Address: pc.RemoteAddr.String(), Transport: swarm.TCP}
			if isUTP(pc.Network) {
				p.Transport = swarm.UTP
			}
			list = append(list, p)
		}
	}
	return list
}

// Allow has an address of this machine alone dialled.
func (s *Swarm) Allow(addr string) { s.allow(netip.MustParseAddrPort(addr)) }
