package swarmtest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"testing"

	"seeder/message"
	"seeder/swarm"
)

const pl = swarm.PieceLength

// Lengths at which padding takes a new turn.
var lengths = []int{0, 1, pl - 1, pl, pl + 1, 2*pl - 1, 2 * pl, 2*pl + 1, 31*pl + 17}

func testSeedAndFetch(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, lengths...)
	g, tor := b.seed(owner, archives...)
	if want := int64(len(g.Index)); tor.HashedBytes != want {
		t.Errorf("seeding hashed %d bytes, want the %d of the index", tor.HashedBytes, want)
	}
	r := b.fetch(member, b.ref(tor, owner), archives...)
	if n, index := r.IndexCalls(); n != 1 || !bytes.Equal(index, g.Index) {
		t.Errorf("index given %d times, equal: %v", n, bytes.Equal(index, g.Index))
	}
	for _, n := range []*node{owner, member} {
		raw, err := os.ReadFile(n.files.TorrentPath(b.c, tor.InfoHash))
		if err != nil {
			t.Fatalf("torrent file: %v", err)
		}
		if m, err := swarm.ParseTorrent(raw); err != nil || m.InfoHash != tor.InfoHash {
			t.Errorf("torrent file: %v", err)
		}
		var data bytes.Buffer
		if err := n.files.WriteData(b.ctx, &data, b.c, g.Files); err != nil || int64(data.Len()) != size(archives...) {
			t.Errorf("data of %d bytes, want %d: %v", data.Len(), size(archives...), err)
		}
	}
	want := size(archives...) + int64(len(g.Index))
	if st := member.Stats(b.c); st.DownloadedBytes != want {
		t.Errorf("member downloaded %d bytes, want %d", st.DownloadedBytes, want)
	}
	b.eventually("the owner's count of what it uploaded", func() bool {
		return owner.Stats(b.c).UploadedBytes == want
	})
}

func testSeedTwice(t *testing.T, b *bench) {
	t.Helper()
	owner := b.node()
	g, first := b.seed(owner, NewArchives(1, 10, 3*pl)...)
	second, err := owner.Seed(b.ctx, g)
	if err != nil || second.InfoHash != first.InfoHash || second.Magnet != first.Magnet {
		t.Errorf("second time %x, %v, want %x", second.InfoHash, err, first.InfoHash)
	}
	if n, _ := b.torrents(owner); n != 1 {
		t.Errorf("%d torrents, want 1", n)
	}
}

func testSeedRefuses(t *testing.T, b *bench) {
	t.Helper()
	owner := b.node()
	archives := NewArchives(1, 10, 20)
	Put(t, owner.files, b.c, archives[0])
	good := Generation(b.c, archives...)
	gap := Generation(b.c, archives...)
	gap.Files = slices.Clone(gap.Files)
	gap.Files[1].Offset += pl
	short := Generation(b.c, archives[0])
	short.Files[0].Padding++
	for name, tt := range map[string]struct {
		g    swarm.Generation
		want error
	}{
		"missing archive": {good, swarm.ErrMissing},
		"gap":             {gap, swarm.ErrLayout},
		"other length":    {short, swarm.ErrLayout},
		"no archives":     {swarm.Generation{Community: b.c, Index: []byte{1}}, swarm.ErrLayout},
		"no index":        {swarm.Generation{Community: b.c, Files: good.Files[:1]}, swarm.ErrLayout},
	} {
		if _, err := owner.Seed(b.ctx, tt.g); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	if n, _ := b.torrents(owner); n != 0 {
		t.Errorf("%d torrents after refusals, want none", n)
	}
}

func testOrderWanted(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	// Large ones whose pieces overtake each other, and many of one piece.
	sizes := []int{4 << 20, 4 << 20, 4 << 20}
	for i := range 24 {
		sizes = append(sizes, 100+i)
	}
	archives := NewArchives(1, sizes...)
	_, tor := b.seed(owner, archives...)
	var want []message.ArchiveID
	for i := range archives { // 5 has no factor in common with 27
		want = append(want, archives[(i*5+11)%len(archives)].ID)
	}
	r := &Receiver{Want: Only(want...)}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), r); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if got := r.Got(); !slices.Equal(got, want) {
		t.Errorf("archives came in the order\n%v, want\n%v", got, want)
	}
}

func testPart(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 3*pl+1, pl, 2*pl, 10, 5*pl)
	g, tor := b.seed(owner, archives...)
	r := &Receiver{Want: Only(archives[3].ID, archives[1].ID)}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), r); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	CheckFiles(t, member.files, b.c, archives[1], archives[3])
	ids, err := member.files.List(b.c)
	if err != nil || len(ids) != 2 {
		t.Errorf("%d archives in the folder, want 2: %v", len(ids), err)
	}
	if st, want := member.Stats(b.c), size(archives[1], archives[3])+int64(len(g.Index)); st.DownloadedBytes != want {
		t.Errorf("downloaded %d bytes, want %d", st.DownloadedBytes, want)
	}
	// The rest is fetched when it is wanted.
	b.fetch(member, b.ref(tor, owner), archives...)
	if st, want := member.Stats(b.c), size(archives...)+int64(len(g.Index)); st.DownloadedBytes != want {
		t.Errorf("downloaded %d bytes in all, want %d", st.DownloadedBytes, want)
	}
}

func testPeersComeLater(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 3*pl)
	_, tor := b.seed(owner, archives...)
	ref := b.ref(tor)
	done := make(chan error, 1)
	go func() { done <- member.Fetch(b.ctx, ref, &Receiver{}) }()
	b.eventually("the fetch to begin", func() bool {
		member.AddPeers(b.c, "127.0.0.1:1") // nobody is there
		return len(done) == 0
	})
	member.AddPeers(b.c, owner.Addrs()...)
	if err := <-done; err != nil {
		t.Fatalf("fetch: %v", err)
	}
	CheckFiles(t, member.files, b.c, archives...)
}

func testMemberToMember(t *testing.T, b *bench) {
	t.Helper()
	owner, first, second := b.node(), b.node(), b.node()
	archives := NewArchives(1, pl+1, 20*pl, 5)
	_, tor := b.seed(owner, archives...)
	b.fetch(first, b.ref(tor, owner), archives...)
	if err := owner.Close(); err != nil {
		t.Fatalf("close owner: %v", err)
	}
	b.fetch(second, b.ref(tor, first), archives...)
}

func testTwoCommunities(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	mine := NewArchive(1, 2*pl)
	_, tor := b.seed(owner, mine)
	ref := b.ref(tor, owner)
	other := Archive{ID: mine.ID, Content: []byte("another community's")}
	b.c = Community(2)
	_, otherTor := b.seed(owner, other)
	otherRef := b.ref(otherTor, owner)
	b.fetch(member, otherRef, other)
	b.c = Community(1)
	b.fetch(member, ref, mine)
	CheckFiles(t, member.files, Community(2), other)
}

func testClose(t *testing.T, b *bench) {
	t.Helper()
	owner := b.node()
	g, tor := b.seed(owner, NewArchive(1, 10))
	waiting := make(chan error, 1)
	lost := swarm.Ref{Community: b.c, InfoHash: swarm.InfoHash{1}}
	other := Community(3)
	lost.Community = other
	go func() { waiting <- owner.Fetch(b.ctx, lost, &Receiver{}) }()
	b.eventually("the fetch to begin", func() bool { return len(waiting) == 0 })
	if err := owner.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := <-waiting; !errors.Is(err, swarm.ErrClosed) {
		t.Errorf("fetch during close: %v, want ErrClosed", err)
	}
	if err := owner.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
	if _, err := owner.Seed(b.ctx, g); !errors.Is(err, swarm.ErrClosed) {
		t.Errorf("seed after close: %v, want ErrClosed", err)
	}
	if err := owner.Fetch(b.ctx, b.ref(tor), &Receiver{}); !errors.Is(err, swarm.ErrClosed) {
		t.Errorf("fetch after close: %v, want ErrClosed", err)
	}
	if err := owner.Drop(b.c, tor.InfoHash); !errors.Is(err, swarm.ErrClosed) {
		t.Errorf("drop after close: %v, want ErrClosed", err)
	}
	if err := owner.Discard(b.c, g.Files[0].ID); !errors.Is(err, swarm.ErrClosed) {
		t.Errorf("discard after close: %v, want ErrClosed", err)
	}
	if err := owner.Evict(b.ctx, b.c, g.Files[0].ID); !errors.Is(err, swarm.ErrClosed) {
		t.Errorf("evict after close: %v, want ErrClosed", err)
	}
	owner.AddPeers(b.c, "127.0.0.1:1")
	owner.SetServing(b.c, false)
	_ = owner.Copies(b.c, g.Files[0].ID)
	_ = owner.Stats(b.c)
}

func testCancelWithoutPeers(t *testing.T, b *bench) {
	t.Helper()
	member := b.node()
	ref := swarm.Ref{Community: b.c, InfoHash: swarm.InfoHash{1, 2, 3}}
	ctx, cancel := context.WithCancel(b.ctx)
	done := make(chan error, 1)
	go func() { done <- member.Fetch(ctx, ref, &Receiver{}) }()
	b.eventually("the fetch to begin", func() bool { return len(done) == 0 })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled fetch: %v", err)
	}
}
