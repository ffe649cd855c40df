package swarmtest

import (
	"net"
	"slices"
	"testing"

	"seeder/message"
	"seeder/swarm"
)

// testTransfers looks at a member while it waits for archives, and when it has
// them.
func testTransfers(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 5*pl-100, 3*pl, 4*pl)
	_, old := b.seed(owner, archives[0])
	_, tor := b.seed(owner, archives...)
	if err := member.Fetch(b.ctx, b.ref(old, owner), &Receiver{Want: Only()}); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), &Receiver{Want: Only(archives[1].ID)}); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	owner.SetServing(b.c, false)
	done := make(chan error, 1)
	go func() { done <- member.Fetch(b.ctx, b.ref(tor, owner), &Receiver{Want: Only(archives[0].ID)}) }()
	var underWay []swarm.ArchiveTransfer
	b.eventually("an archive under way", func() bool {
		underWay = member.Transfers(b.c).Archives
		return len(underWay) == 1 && underWay[0].Copies == 1
	})
	if got, want := underWay[0], (swarm.ArchiveTransfer{ID: archives[0].ID, TotalBytes: 5*pl - 100, Copies: 1}); got != want {
		t.Errorf("under way is %+v, want %+v", got, want)
	}
	owner.SetServing(b.c, true)
	if err := <-done; err != nil {
		t.Fatalf("fetch: %v", err)
	}
	now := member.Transfers(b.c)
	if len(now.Archives) != 0 {
		t.Errorf("under way after the end: %+v", now.Archives)
	}
	b.eventually("the same torrents as in the stats", func() bool {
		now = member.Transfers(b.c)
		return len(now.Torrents) == 2 && slices.Equal(now.Torrents, member.Stats(b.c).Torrents)
	})
	b.checkPeer(member, b.ref(tor, owner), archives[0])
}

// checkPeer has a member fetch an archive again from its only peer, which has
// everything, until the peer counts as the one that gave it: a connection that the other
// side dialled may take the place of the one before, and counts anew.
func (b *bench) checkPeer(member *node, ref swarm.Ref, archive Archive) {
	b.Helper()
	var now swarm.Transfers
	b.eventually("a peer that has everything and gave an archive", func() bool {
		if err := member.Evict(b.ctx, b.c, archive.ID); err != nil {
			b.Fatalf("evict: %v", err)
		}
		if err := member.Fetch(b.ctx, ref, &Receiver{Want: Only(archive.ID)}); err != nil {
			b.Fatalf("fetch: %v", err)
		}
		now = member.Transfers(b.c)
		return len(now.Peers) == 1 && now.Peers[0].PiecesComplete == now.Torrents[0].Pieces && now.Peers[0].DownBytes >= size(archive)
	})
	p := now.Peers[0]
	if host, port, err := net.SplitHostPort(p.Address); err != nil || host == "" || port == "" {
		b.Errorf("the address is %q", p.Address)
	}
	if !slices.Contains([]string{swarm.TCP, swarm.UTP}, p.Transport) || !slices.Contains([]string{swarm.Incoming, swarm.Outgoing}, p.Direction) {
		b.Errorf("the connection is %q, %q", p.Transport, p.Direction)
	}
	if p.Pieces != now.Torrents[0].Pieces || p.UpBytes != 0 || p.UpRate != 0 || p.DownBytes > member.Stats(b.c).DownloadedBytes {
		b.Errorf("the peer is %+v", p)
	}
}

func testTransfersOfNothing(t *testing.T, b *bench) {
	t.Helper()
	n := b.node()
	for _, c := range []message.CommunityID{b.c, Community(9)} {
		now := n.Transfers(c)
		if now.Torrents == nil || now.Archives == nil || now.Peers == nil || len(now.Torrents)+len(now.Archives)+len(now.Peers) != 0 {
			t.Errorf("nothing is under way: %#v", now)
		}
		n.AddPeers(c)
	}
}
