package swarmtest

import (
	"context"
	"testing"
	"time"

	"seeder/message"
	"seeder/swarm"
)

// Driver is what the suite needs of an implementation.
type Driver struct {
	// New starts a node over a folder, on loopback, that finds others by
	// AddPeers alone. The suite closes it.
	New func(t testing.TB, files *swarm.Files) swarm.Swarm
	// Raw serves an info dictionary without checking it, until the test ends,
	// and returns the address that does.
	Raw func(t testing.TB, info []byte) (addr string)
}

// patience bounds each test of the suite.
const patience = 2 * time.Minute

// Run checks a driver against the contract of [swarm.Swarm].
func Run(t *testing.T, d Driver) {
	t.Helper()
	tests := []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"SeedAndFetch", testSeedAndFetch},
		{"SeedTwice", testSeedTwice},
		{"SeedRefuses", testSeedRefuses},
		{"OrderWanted", testOrderWanted},
		{"PartOfTheArchives", testPart},
		{"PeersComeLater", testPeersComeLater},
		{"NextGeneration", testNextGeneration},
		{"OldGenerationStays", testOldGenerationStays},
		{"RestartOfMember", testRestartOfMember},
		{"RestartOfOwner", testRestartOfOwner},
		{"MemberToMember", testMemberToMember},
		{"SameArchiveTwoCommunities", testTwoCommunities},
		{"ReceiverRefusesIndex", testReceiverRefusesIndex},
		{"ReceiverRefusesAcceptedIndex", testReceiverRefusesAcceptedIndex},
		{"ReceiverRefusesArchive", testReceiverRefusesArchive},
		{"LayoutRefused", testLayoutRefused},
		{"FetchOfNothing", testFetchOfNothing},
		{"HostileTorrents", testHostile},
		{"Conflict", testConflict},
		{"CancelWithoutPeers", testCancelWithoutPeers},
		{"CancelAndResume", testCancelAndResume},
		{"Drop", testDrop},
		{"Leave", testLeave},
		{"Discard", testDiscard},
		{"RoomIsAsked", testRoomIsAsked},
		{"RoomBlocks", testRoomBlocks},
		{"NoRoom", testNoRoom},
		{"RoomFails", testRoomFails},
		{"Evict", testEvict},
		{"EvictDuringFetch", testEvictDuringFetch},
		{"EvictWhatNobodyHas", testEvictWhatNobodyHas},
		{"EvictUnknown", testEvictUnknown},
		{"SeedWithoutAbsent", testSeedWithoutAbsent},
		{"ServingOff", testServingOff},
		{"ServingOnAgain", testServingOnAgain},
		{"Copies", testCopies},
		{"PeersAreCountedOnce", testPeers},
		{"Transfers", testTransfers},
		{"TransfersOfNothing", testTransfersOfNothing},
		{"Close", testClose},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel() // nodes mostly wait for each other
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			tt.run(t, &bench{T: t, ctx: ctx, d: d, c: Community(1)})
		})
	}
}

// bench is what a test of the suite works with.
type bench struct {
	*testing.T
	ctx context.Context
	d   Driver
	c   message.CommunityID
}

// node is a swarm and its folder.
type node struct {
	swarm.Swarm
	files *swarm.Files
}

func (b *bench) node() *node { return b.nodeAt(swarm.NewFiles(b.TempDir())) }

func (b *bench) nodeAt(files *swarm.Files) *node {
	b.Helper()
	n := &node{b.d.New(b.T, files), files}
	b.Cleanup(func() {
		if err := n.Close(); err != nil {
			b.Errorf("close node: %v", err)
		}
	})
	return n
}

// seed puts the archives into the node's folder and seeds them.
func (b *bench) seed(n *node, archives ...Archive) (swarm.Generation, swarm.Torrent) {
	b.Helper()
	for _, a := range archives {
		if _, err := n.files.Pieces(b.c, a.ID); err != nil {
			Put(b.T, n.files, b.c, a)
		}
	}
	g := Generation(b.c, archives...)
	tor, err := n.Seed(b.ctx, g)
	if err != nil {
		b.Fatalf("seed: %v", err)
	}
	return g, tor
}

func (b *bench) ref(tor swarm.Torrent, from ...*node) swarm.Ref {
	b.Helper()
	ref, err := swarm.ParseMagnet(tor.Magnet)
	if err != nil {
		b.Fatalf("magnet %q: %v", tor.Magnet, err)
	}
	if ref.Community != b.c || ref.InfoHash != tor.InfoHash {
		b.Fatalf("magnet %q names another torrent than %x", tor.Magnet, tor.InfoHash)
	}
	for _, n := range from {
		ref.Peers = append(ref.Peers, n.Addrs()...)
	}
	return ref
}

// fetch fetches everything and checks it.
func (b *bench) fetch(n *node, ref swarm.Ref, archives ...Archive) *Receiver {
	b.Helper()
	r := &Receiver{}
	if err := n.Fetch(b.ctx, ref, r); err != nil {
		b.Fatalf("fetch: %v", err)
	}
	CheckFiles(b.T, n.files, b.c, archives...)
	if got := r.Got(); len(got) != len(archives) {
		b.Fatalf("got %d archives, want %d", len(got), len(archives))
	}
	return r
}

// eventually waits for a condition.
func (b *bench) eventually(what string, ok func() bool) {
	b.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-b.ctx.Done():
			b.Fatalf("in vain: %s", what)
		}
	}
}

// torrents returns how many torrents a node serves, and their complete pieces.
func (b *bench) torrents(n *node) (count, complete int) {
	st := n.Stats(b.c)
	for _, t := range st.Torrents {
		complete += t.PiecesComplete
	}
	return len(st.Torrents), complete
}

func size(archives ...Archive) (n int64) {
	for _, a := range archives {
		s, _ := swarm.Place(uint64(len(a.Content)))
		n += int64(s)
	}
	return n
}
