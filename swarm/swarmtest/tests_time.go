package swarmtest

import (
	"context"
	"errors"
	"os"
	"testing"

	"seeder/message"
	"seeder/swarm"
)

// slack is payload that may come twice around a change: a few requests in
// flight.
const slack = 4 * pl

func testNextGeneration(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 30*pl, 20*pl+5, 10*pl, 7)
	_, tor1 := b.seed(owner, archives[:3]...)
	b.fetch(member, b.ref(tor1, owner), archives[:3]...)
	before := member.Stats(b.c)

	g2, tor2 := b.seed(owner, archives...)
	if want := int64(len(g2.Index)); tor2.HashedBytes != want {
		t.Errorf("owner hashed %d bytes for the append, want %d", tor2.HashedBytes, want)
	}
	b.fetch(member, b.ref(tor2, owner), archives...)
	after := member.Stats(b.c)
	want := size(archives[3]) + int64(len(g2.Index))
	if got := after.DownloadedBytes - before.DownloadedBytes; got != want {
		t.Errorf("member downloaded %d bytes for the append, want %d", got, want)
	}
	if got := after.HashedBytes - before.HashedBytes; got > want {
		t.Errorf("member hashed %d bytes for the append, want %d", got, want)
	}
	pieces := 2*int(size(archives[:3]...)/pl) + int(size(archives[3])/pl) + 2
	b.eventually("the member to serve all of both", func() bool {
		n, complete := b.torrents(member)
		return n == 2 && complete == pieces
	})
}

func testOldGenerationStays(t *testing.T, b *bench) {
	t.Helper()
	owner, lagging, ahead := b.node(), b.node(), b.node()
	archives := NewArchives(1, 5*pl, 3*pl)
	_, tor1 := b.seed(owner, archives[0])
	_, tor2 := b.seed(owner, archives...)
	b.fetch(ahead, b.ref(tor2, owner), archives...)
	b.fetch(lagging, b.ref(tor1, owner), archives[0])
	if got := owner.Stats(b.c).Torrents; len(got) != 2 || got[0].InfoHash == got[1].InfoHash {
		t.Errorf("owner serves %v, want both", got)
	}
	if first := owner.Stats(b.c).Torrents[0]; first.Pieces <= owner.Stats(b.c).Torrents[1].Pieces {
		t.Errorf("the newest generation does not come first")
	}
}

func testRestartOfMember(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 30*pl, 20*pl+5, 10*pl)
	g, tor := b.seed(owner, archives...)
	b.fetch(member, b.ref(tor, owner), archives...)
	for _, n := range []*node{owner, member} {
		if err := n.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	again := b.nodeAt(member.files)
	r := b.fetch(again, b.ref(tor), archives...) // without peers
	if n, _ := r.IndexCalls(); n != 1 {
		t.Errorf("index given %d times, want once", n)
	}
	st := again.Stats(b.c)
	if st.DownloadedBytes != 0 || st.HashedBytes > int64(len(g.Index)) {
		t.Errorf("restart downloaded %d and hashed %d bytes", st.DownloadedBytes, st.HashedBytes)
	}
	third := b.node()
	b.fetch(third, b.ref(tor, again), archives...)
}

func testRestartOfOwner(t *testing.T, b *bench) {
	t.Helper()
	owner := b.node()
	archives := NewArchives(1, 30*pl, 20*pl+5)
	g, tor := b.seed(owner, archives...)
	if err := owner.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	again, member := b.nodeAt(owner.files), b.node()
	second, err := again.Seed(b.ctx, g)
	if err != nil || second.InfoHash != tor.InfoHash {
		t.Fatalf("seed again: %x, %v, want %x", second.InfoHash, err, tor.InfoHash)
	}
	if want := int64(len(g.Index)); second.HashedBytes != want || again.Stats(b.c).HashedBytes != want {
		t.Errorf("restart hashed %d bytes, want %d", second.HashedBytes, want)
	}
	b.fetch(member, b.ref(tor, again), archives...)
}

func testCancelAndResume(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 10*pl, 10*pl, 10*pl, 10*pl)
	g, tor := b.seed(owner, archives...)
	ctx, cancel := context.WithCancel(b.ctx)
	r := &Receiver{OnArchive: func(message.ArchiveID) error { cancel(); return nil }}
	if err := member.Fetch(ctx, b.ref(tor, owner), r); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled fetch: %v", err)
	}
	if len(r.Got()) == 0 {
		t.Error("no archive before the cancel")
	}
	b.fetch(member, b.ref(tor), archives...)
	want := size(archives...) + int64(len(g.Index))
	if got := member.Stats(b.c).DownloadedBytes; got > want+slack {
		t.Errorf("downloaded %d bytes in two goes, want %d", got, want)
	}
}

func testDrop(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 5*pl, 10)
	g, tor := b.seed(owner, archives...)
	if err := owner.Drop(b.c, tor.InfoHash); err != nil {
		t.Errorf("drop: %v", err)
	}
	if err := owner.Drop(b.c, swarm.InfoHash{9}); err != nil {
		t.Errorf("drop of an unknown generation: %v", err)
	}
	if err := owner.Drop(Community(9), tor.InfoHash); err != nil {
		t.Errorf("drop in an unknown community: %v", err)
	}
	if n, _ := b.torrents(owner); n != 0 {
		t.Errorf("%d torrents after the drop, want none", n)
	}
	CheckFiles(t, owner.files, b.c, archives...)
	if _, err := owner.Seed(b.ctx, g); err != nil {
		t.Fatalf("seed again: %v", err)
	}
	b.fetch(member, b.ref(tor, owner), archives...)
}

func testLeave(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 5*pl, 10)
	g, tor := b.seed(owner, archives...)
	b.fetch(member, b.ref(tor, owner), archives...)
	for range 2 { // the second time there is nothing to leave
		if err := owner.Leave(b.c); err != nil {
			t.Errorf("leave: %v", err)
		}
	}
	if err := owner.Leave(Community(9)); err != nil {
		t.Errorf("leave an unknown community: %v", err)
	}
	if n, _ := b.torrents(owner); n != 0 {
		t.Errorf("%d torrents after leaving, want none", n)
	}
	b.eventually("nobody to be connected any more", func() bool { return owner.Stats(b.c).Peers == 0 })
	CheckFiles(t, owner.files, b.c, archives...)

	// The folder may go, and what comes then begins anew.
	if err := os.RemoveAll(owner.files.Dir(b.c)); err != nil {
		t.Fatal(err)
	}
	b.fetch(owner, b.ref(tor, member), archives...)
	if _, err := owner.Seed(b.ctx, g); err != nil {
		t.Fatalf("seed again: %v", err)
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	if err := owner.Leave(b.c); !errors.Is(err, swarm.ErrClosed) {
		t.Errorf("leave after close: %v, want ErrClosed", err)
	}
}

func testDiscard(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 3*pl, 2*pl)
	_, tor := b.seed(owner, archives...)
	bad := archives[0].ID
	refuse := errors.New("refused")
	r := &Receiver{OnArchive: func(id message.ArchiveID) error {
		if id == bad {
			return errors.Join(refuse, member.Discard(b.c, id))
		}
		return nil
	}}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), r); !errors.Is(err, refuse) {
		t.Fatalf("fetch: %v, want the receiver's error", err)
	}
	if _, err := member.files.Open(b.c, bad); !errors.Is(err, swarm.ErrMissing) {
		t.Errorf("discarded archive: %v, want it missing", err)
	}
	b.eventually("the archive's pieces to be gone", func() bool {
		_, complete := b.torrents(member)
		return complete <= int(size(archives[1])/pl)+1
	})
	b.fetch(member, b.ref(tor), archives...)
}
