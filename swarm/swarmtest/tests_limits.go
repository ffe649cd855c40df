package swarmtest

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"seeder/message"
	"seeder/swarm"
)

func ids(archives ...Archive) (list []message.ArchiveID) {
	for _, a := range archives {
		list = append(list, a.ID)
	}
	return list
}

// gone fails when something of an archive is in the node's folder.
func (b *bench) gone(n *node, id message.ArchiveID) {
	b.Helper()
	left, err := filepath.Glob(n.files.Path(b.c, id) + "*")
	if err != nil || len(left) != 0 {
		b.Errorf("left of an archive that is not to be here: %v, %v", left, err)
	}
}

func testRoomIsAsked(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 3*pl+1, pl, 2*pl, 10, 5*pl)
	_, tor := b.seed(owner, archives...)
	first := &Receiver{Want: Only(archives[2].ID)}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), first); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if got := first.Asked(); !slices.Equal(got, ids(archives[2])) {
		t.Errorf("asked for room for %v, want one archive", got)
	}
	r := &Receiver{}
	r.OnRoom = func(id message.ArchiveID) error {
		b.gone(member, id)
		return nil
	}
	if err := member.Fetch(b.ctx, b.ref(tor), r); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if got, want := r.Asked(), ids(archives[4], archives[3], archives[1], archives[0]); !slices.Equal(got, want) {
		t.Errorf("asked for room for\n%v, want what is missing, as wanted\n%v", got, want)
	}
	again := &Receiver{}
	if err := member.Fetch(b.ctx, b.ref(tor), again); err != nil || len(again.Asked()) != 0 {
		t.Errorf("fetch of nothing new: asked for room for %v, %v", again.Asked(), err)
	}
}

// testRoomBlocks has no room for the second archive before the first has come.
func testRoomBlocks(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 10, 20*pl, 3*pl)
	_, tor := b.seed(owner, archives...)
	here := make(chan struct{})
	r := &Receiver{
		OnRoom: func(id message.ArchiveID) error {
			if id == archives[1].ID {
				<-here
			}
			return nil
		},
		OnArchive: func(id message.ArchiveID) error {
			if id == archives[2].ID {
				close(here)
			}
			return nil
		},
	}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), r); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	CheckFiles(t, member.files, b.c, archives...)
}

func testNoRoom(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 10, 4*pl, 20*pl, 3*pl)
	g, tor := b.seed(owner, archives...)
	// The oldest is here before: it needs no room, though there is none for the second.
	Put(t, member.files, b.c, archives[0])
	r := &Receiver{OnRoom: func(id message.ArchiveID) error {
		if id == archives[2].ID {
			return fmt.Errorf("%w: in this test", swarm.ErrNoSpace)
		}
		return nil
	}}
	for range 2 {
		if err := member.Fetch(b.ctx, b.ref(tor, owner), r); !errors.Is(err, swarm.ErrNoSpace) {
			t.Fatalf("fetch: %v, want ErrNoSpace", err)
		}
		b.gone(member, archives[1].ID)
		b.gone(member, archives[2].ID)
	}
	want := ids(archives[3], archives[0], archives[3], archives[0])
	if got := r.Got(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := member.Stats(b.c).DownloadedBytes, size(archives[3])+int64(len(g.Index)); got != want {
		t.Errorf("downloaded %d bytes, want %d", got, want)
	}
	b.fetch(member, b.ref(tor), archives...)
}

func testRoomFails(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 3*pl, 2*pl)
	_, tor := b.seed(owner, archives...)
	r := &Receiver{OnRoom: func(message.ArchiveID) error { return errRefused }}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), r); !errors.Is(err, errRefused) {
		t.Fatalf("fetch: %v, want the receiver's error", err)
	}
	for _, a := range archives {
		b.gone(member, a.ID)
	}
	b.fetch(member, b.ref(tor), archives...)
}

func testEvict(t *testing.T, b *bench) {
	t.Helper()
	owner, member, third := b.node(), b.node(), b.node()
	archives := NewArchives(1, 3*pl, 5*pl+1, 2*pl)
	_, old := b.seed(owner, archives[:2]...)
	_, tor := b.seed(owner, archives...)
	b.fetch(member, b.ref(old, owner), archives[:2]...)
	b.fetch(member, b.ref(tor, owner), archives...)
	if err := member.Evict(b.ctx, b.c, archives[1].ID); err != nil {
		t.Fatalf("evict: %v", err)
	}
	b.gone(member, archives[1].ID)
	// Neither generation has it any more.
	want := 2 + int(2*size(archives[0])/pl+size(archives[2])/pl)
	b.eventually("its pieces to be gone", func() bool {
		_, complete := b.torrents(member)
		return complete == want
	})
	// The others are served, and it comes again when it is wanted.
	r := &Receiver{Want: Only(archives[0].ID, archives[2].ID)}
	if err := third.Fetch(b.ctx, b.ref(tor, member), r); err != nil {
		t.Errorf("fetch the others: %v", err)
	}
	b.fetch(member, b.ref(tor, owner), archives...)
}

// testEvictDuringFetch evicts an archive that a fetch wants.
func testEvictDuringFetch(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 5*pl, 4*pl, 30*pl, 3*pl)
	_, tor := b.seed(owner, archives...)
	r := &Receiver{OnArchive: func(id message.ArchiveID) error {
		if id != archives[3].ID {
			return nil
		}
		return member.Evict(b.ctx, b.c, archives[2].ID)
	}}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), r); err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if got, want := r.Got(), ids(archives[3], archives[1], archives[0]); !slices.Equal(got, want) {
		t.Errorf("got %v, want all but the one evicted %v", got, want)
	}
	b.gone(member, archives[2].ID)
	b.fetch(member, b.ref(tor, owner), archives...)
}

// testEvictWhatNobodyHas evicts what a fetch waits for: it ends.
func testEvictWhatNobodyHas(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 5*pl, 3*pl)
	_, tor := b.seed(owner, archives...)
	if err := owner.Evict(b.ctx, b.c, archives[1].ID); err != nil {
		t.Fatalf("evict: %v", err)
	}
	r := &Receiver{Want: Only(ids(archives...)...)}
	done := make(chan error, 1)
	go func() { done <- member.Fetch(b.ctx, b.ref(tor, owner), r) }()
	b.eventually("the other archive", func() bool {
		_, err := member.files.Pieces(b.c, archives[0].ID)
		return err == nil
	})
	if err := member.Evict(b.ctx, b.c, archives[1].ID); err != nil {
		t.Fatalf("evict: %v", err)
	}
	if err := <-done; err != nil {
		t.Errorf("fetch: %v", err)
	}
	if got := r.Got(); !slices.Equal(got, ids(archives[0])) {
		t.Errorf("got %v, want the one that there is", got)
	}
	b.gone(member, archives[1].ID)
}

func testEvictUnknown(t *testing.T, b *bench) {
	t.Helper()
	owner := b.node()
	archives := NewArchives(1, 5*pl, 10)
	b.seed(owner, archives[0])
	Put(t, owner.files, b.c, archives[1]) // in no generation
	for _, id := range []message.ArchiveID{{9}, archives[1].ID} {
		if err := owner.Evict(b.ctx, b.c, id); err != nil {
			t.Errorf("evict: %v", err)
		}
		b.gone(owner, id)
	}
	if err := owner.Evict(b.ctx, Community(9), archives[0].ID); err != nil {
		t.Errorf("evict in an unknown community: %v", err)
	}
	CheckFiles(t, owner.files, b.c, archives[0])
}

// testServingOff has a member fetch from two nodes, one of which gives nothing,
// but fetches itself.
func testServingOff(t *testing.T, b *bench) {
	t.Helper()
	owner, mute, member := b.node(), b.node(), b.node()
	archives := NewArchives(1, 5*pl, 30*pl)
	mute.SetServing(b.c, false)
	_, old := b.seed(owner, archives[0])
	b.fetch(mute, b.ref(old, owner), archives[0])
	_, tor := b.seed(owner, archives...)
	b.fetch(mute, b.ref(tor, owner), archives...)
	b.fetch(member, b.ref(tor, mute, owner), archives...)
	if n := mute.Stats(b.c).UploadedBytes; n != 0 {
		t.Errorf("a node that is not to give anything gave %d bytes", n)
	}
	b.eventually("the other's count of what it gave", func() bool {
		return owner.Stats(b.c).UploadedBytes >= 2*size(archives...)
	})
}

// testServingOnAgain begins a fetch from a node that gives nothing, and goes on
// when it does.
func testServingOnAgain(t *testing.T, b *bench) {
	t.Helper()
	owner, member := b.node(), b.node()
	archives := NewArchives(1, 5*pl, 30*pl)
	_, tor := b.seed(owner, archives...)
	r := &Receiver{}
	r.OnArchive = func(id message.ArchiveID) error {
		if id == archives[1].ID {
			owner.SetServing(b.c, false)
			owner.SetServing(b.c, true)
		}
		return nil
	}
	owner.SetServing(b.c, false)
	done := make(chan error, 1)
	go func() { done <- member.Fetch(b.ctx, b.ref(tor, owner), r) }()
	b.eventually("the fetch to begin", func() bool { return len(done) == 0 })
	if n := owner.Stats(b.c).UploadedBytes; n != 0 {
		t.Errorf("%d bytes were given", n)
	}
	owner.SetServing(b.c, true)
	if err := <-done; err != nil {
		t.Fatalf("fetch: %v", err)
	}
	CheckFiles(t, member.files, b.c, archives...)
}

func testCopies(t *testing.T, b *bench) {
	t.Helper()
	owner, first, second := b.node(), b.node(), b.node()
	archives := NewArchives(1, 5*pl, 3*pl)
	_, old := b.seed(owner, archives[0])
	_, tor := b.seed(owner, archives...)
	copies := func(a Archive, want int) {
		t.Helper()
		b.eventually(fmt.Sprintf("%d copies", want), func() bool { return owner.Copies(b.c, a.ID) == want })
	}
	if n := owner.Copies(b.c, archives[0].ID); n != 0 {
		t.Errorf("%d copies before anybody came", n)
	}
	for _, n := range []*node{first, second} {
		owner.AddPeers(b.c, n.Addrs()...)
		b.fetch(n, b.ref(old, owner), archives[0]) // in two generations, and counted once
		b.fetch(n, b.ref(tor, owner), archives...)
	}
	copies(archives[0], 2)
	copies(archives[1], 2)
	if err := second.Evict(b.ctx, b.c, archives[0].ID); err != nil {
		t.Fatalf("evict: %v", err)
	}
	copies(archives[0], 1)
	copies(archives[1], 2)
	if n := owner.Copies(Community(9), archives[0].ID) + owner.Copies(b.c, message.ArchiveID{9}); n != 0 {
		t.Errorf("%d copies of what nobody knows", n)
	}
}

// testPeers has three generations in common with each of two peers.
func testPeers(t *testing.T, b *bench) {
	t.Helper()
	owner, first, second := b.node(), b.node(), b.node()
	archives := NewArchives(1, 5*pl, 3*pl, 4*pl)
	if n := owner.Stats(b.c).Peers; n != 0 {
		t.Errorf("%d peers before anybody came", n)
	}
	for i := range archives {
		_, tor := b.seed(owner, archives[:i+1]...)
		for _, n := range []*node{first, second} {
			owner.AddPeers(b.c, n.Addrs()...)
			if err := n.Fetch(b.ctx, b.ref(tor, owner), &Receiver{Want: Only()}); err != nil {
				t.Fatalf("fetch: %v", err)
			}
		}
	}
	b.eventually("two peers", func() bool {
		n := owner.Stats(b.c).Peers
		if n > 2 {
			t.Fatalf("%d peers of two", n)
		}
		return n == 2
	})
}
