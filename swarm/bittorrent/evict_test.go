package bittorrent_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"seeder/internal/clock"
	"seeder/internal/fault"
	"seeder/internal/leaktest"
	"seeder/message"
	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// startGrace starts a node with a grace time for evictions, and redials as
// rare as a real one's.
func startGrace(t *testing.T, grace time.Duration) node {
	t.Helper()
	n, _ := startLimited(t, grace)
	return n
}

func startLimited(t *testing.T, grace time.Duration) (node, *quota.Bandwidth) {
	t.Helper()
	files, b := swarm.NewFiles(t.TempDir()), quota.NewBandwidth(clock.System{})
	s, err := bittorrent.New(bittorrent.Options{Files: files, Listen: "127.0.0.1:0", EvictGrace: grace, Throttle: b})
	if err != nil {
		t.Fatalf("start node: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close node: %v", err)
		}
	})
	return node{s, files}, b
}

func nothingOf(t *testing.T, files *swarm.Files, id message.ArchiveID) {
	t.Helper()
	left, err := filepath.Glob(files.Path(c1, id) + "*")
	if err != nil || len(left) != 0 {
		t.Errorf("left of an evicted archive: %v, %v", left, err)
	}
}

// evictWhileOthersFetch has a member fetch from two nodes, one of which has
// everything and evicts an archive, the other one that archive only. It
// returns the first.
func evictWhileOthersFetch(ctx context.Context, t *testing.T, fetch func(from []node, ref swarm.Ref, evict func()) error) (evicting node) {
	t.Helper()
	evicting, limit := startLimited(t, time.Second)
	other, otherLimit := startLimited(t, time.Second)
	archives := swarmtest.NewArchives(1, 40*pl, 30*pl, 50*pl)
	ref := evicting.seed(ctx, t, archives...)
	r := &swarmtest.Receiver{Want: swarmtest.Only(archives[1].ID)}
	if err := other.Fetch(ctx, ref, r); err != nil {
		t.Fatal(err)
	}
	limit.SetNode(quota.Rates{Up: 1 << 20})
	otherLimit.SetNode(quota.Rates{Up: 2 << 20})
	ref.Peers = append(evicting.Addrs(), other.Addrs()...)
	evicted := make(chan error, 1)
	err := fetch([]node{evicting, other}, ref, func() {
		go func() { evicted <- evicting.Evict(ctx, c1, archives[1].ID) }()
	})
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if err := <-evicted; err != nil {
		t.Errorf("evict: %v", err)
	}
	nothingOf(t, evicting.files, archives[1].ID)
	swarmtest.CheckFiles(t, evicting.files, c1, archives[0], archives[2])
	return evicting
}

// TestEvictionWhileOthersFetch evicts an archive while a member downloads: it
// gets that from somebody else, all the rest from here, and stays connected.
func TestEvictionWhileOthersFetch(t *testing.T) {
	t.Parallel()
	ctx := within(t, 40*time.Second)
	member := startGrace(t, time.Second)
	evicting := evictWhileOthersFetch(ctx, t, func(_ []node, ref swarm.Ref, evict func()) error {
		r := &swarmtest.Receiver{}
		done := make(chan error, 1)
		go func() { done <- member.Fetch(ctx, ref, r) }()
		eventually(ctx, t, "some bytes", func() bool { return member.Stats(c1).DownloadedBytes > 10*pl })
		evict()
		return <-done
	})
	eventually(ctx, t, "the two to be connected", func() bool {
		return evicting.Stats(c1).Peers > 0 && member.Stats(c1).Peers > 0
	})
	if n := member.Parted(c1); n > 0 {
		t.Errorf("%d connections of the member ended", n)
	}
}

// TestEvictionWhileAria2Fetches does so with a client that cannot be told: its
// connection is ended, and it is back within seconds.
func TestEvictionWhileAria2Fetches(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	dir, port := t.TempDir(), strconv.Itoa(freePort(t))
	evictWhileOthersFetch(ctx, t, func(from []node, ref swarm.Ref, evict func()) error {
		wait := aria2(ctx, t, "--dir="+dir, "--seed-time=0", "--listen-port="+port, ref.Magnet())
		for _, n := range from {
			n.AddPeers(c1, net.JoinHostPort("127.0.0.1", port)) // aria2 knows no x.pe
		}
		before := from[0].Stats(c1).UploadedBytes
		eventually(ctx, t, "some bytes", func() bool { return from[0].Stats(c1).UploadedBytes-before > 10*pl })
		evict()
		return wait()
	})
}

// TestEvictionOfADownload evicts an archive of which a part is here, and
// fetches it again: nobody is banned over the parts that are gone.
func TestEvictionOfADownload(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner, limit := startLimited(t, time.Second)
	member := startGrace(t, time.Second)
	archives := swarmtest.NewArchives(1, 120*pl, 2*pl) // the first takes long enough to be evicted
	ref := owner.seed(ctx, t, archives...)
	for round := range 6 {
		limit.SetNode(quota.Rates{Up: 4 << 20})
		before := member.Stats(c1).DownloadedBytes
		r := &swarmtest.Receiver{}
		done := make(chan error, 1)
		go func() { done <- member.Fetch(ctx, ref, r) }()
		eventually(ctx, t, "some bytes", func() bool {
			return member.Stats(c1).DownloadedBytes-before > int64(8+3*round)*pl+int64(round)<<14
		})
		if err := member.Evict(ctx, c1, archives[0].ID); err != nil {
			t.Fatalf("evict: %v", err)
		}
		if err := <-done; err != nil {
			t.Fatalf("fetch: %v", err)
		}
		if got := r.Got(); len(got) != 1 || got[0] != archives[1].ID {
			t.Errorf("got %v, want the other archive", got)
		}
		eventually(ctx, t, "requests on their way to be over", func() bool { return limit.Usage(c1).Up.Waiting == 0 })
		nothingOf(t, member.files, archives[0].ID)
	}
	limit.SetNode(quota.Rates{})
	member.fetch(ctx, t, ref, archives...)
	if banned := member.Banned(); len(banned) != 0 {
		t.Errorf("banned are %v", banned)
	}
}

// TestGraceEndsEarly evicts with a grace time of an hour, which ends with the
// context, or with the node, and is not taken when nobody needs it.
func TestGraceEndsEarly(t *testing.T) {
	ctx := within(t, 40*time.Second)
	before := goleak.IgnoreCurrent()
	owner, waiting := startGrace(t, time.Hour), start(t)
	archives := swarmtest.NewArchives(1, 3*pl, 2*pl, pl, 4*pl)
	ref := owner.seed(ctx, t, archives...)
	evict := func(ctx context.Context, a swarmtest.Archive) {
		t.Helper()
		if err := owner.Evict(ctx, c1, a.ID); err != nil {
			t.Errorf("evict: %v", err)
		}
		nothingOf(t, owner.files, a.ID)
	}
	evict(ctx, archives[0]) // nobody is connected
	r := &swarmtest.Receiver{Want: swarmtest.Only(archives[2].ID)}
	if err := waiting.Fetch(ctx, ref, r); err != nil {
		t.Fatal(err)
	}
	eventually(ctx, t, "the peer's piece to be known", func() bool { return owner.Copies(c1, archives[2].ID) == 1 })
	evict(ctx, archives[2]) // everybody has it
	short, cancel := context.WithCancel(ctx)
	evicted := make(chan error, 1)
	go func() { evicted <- owner.Evict(short, c1, archives[1].ID) }()
	eventually(ctx, t, "the eviction to begin", func() bool { return owner.Leaving(c1) == 1 })
	swarmtest.CheckFiles(t, owner.files, c1, archives[1])
	cancel()
	if err := <-evicted; err != nil {
		t.Errorf("evict: %v", err)
	}
	nothingOf(t, owner.files, archives[1].ID)
	go func() { evicted <- owner.Evict(ctx, c1, archives[3].ID) }()
	eventually(ctx, t, "the eviction to begin", func() bool { return owner.Leaving(c1) == 1 })
	if err := errors.Join(owner.Close(), <-evicted, waiting.Close()); err != nil {
		t.Errorf("close during an eviction: %v", err)
	}
	nothingOf(t, owner.files, archives[3].ID)
	leaktest.None(t, before)
}

// TestEvictionThatFails keeps the file, which is served again when somebody
// looks.
func TestEvictionThatFails(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member := start(t), start(t)
	archives := swarmtest.NewArchives(1, 3*pl, 2*pl)
	ref := owner.seed(ctx, t, archives...)
	stop, err := fault.Follow("swarm.evict.before:error")
	if err != nil {
		t.Fatal(err)
	}
	err = owner.Evict(ctx, c1, archives[0].ID)
	stop()
	if !errors.Is(err, fault.ErrInjected) {
		t.Fatalf("evict: %v", err)
	}
	if _, err := owner.Seed(ctx, swarmtest.Generation(c1, archives...)); err != nil {
		t.Fatalf("seed: %v", err)
	}
	member.fetch(ctx, t, ref, archives...)
	if err := owner.Evict(ctx, c1, archives[0].ID); err != nil {
		t.Errorf("evict: %v", err)
	}
	nothingOf(t, owner.files, archives[0].ID)
}

// TestArchiveComesBack evicts an archive and fetches it again: those that were
// told it is gone see that it is back.
func TestArchiveComesBack(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, member, third := start(t), startGrace(t, 50*time.Millisecond), start(t)
	archives := swarmtest.NewArchives(1, 3*pl, 2*pl)
	ref := owner.seed(ctx, t, archives...)
	member.fetch(ctx, t, ref, archives...)
	from := ref
	from.Peers = member.Addrs()
	r := &swarmtest.Receiver{Want: swarmtest.Only(archives[1].ID)}
	if err := third.Fetch(ctx, from, r); err != nil {
		t.Fatal(err)
	}
	if err := member.Evict(ctx, c1, archives[0].ID); err != nil {
		t.Fatal(err)
	}
	eventually(ctx, t, "the third to know", func() bool { return third.Copies(c1, archives[0].ID) == 0 })
	done := make(chan error, 1)
	go func() { done <- third.Fetch(ctx, from, &swarmtest.Receiver{}) }()
	member.fetch(ctx, t, ref, archives...)
	if err := <-done; err != nil {
		t.Errorf("fetch of what came back: %v", err)
	}
	swarmtest.CheckFiles(t, third.files, c1, archives...)
}

// TestEvictionsBesideEverything has a member evict while generations come and
// go, and whole fetches run.
func TestEvictionsBesideEverything(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner, member := start(t), startGrace(t, 5*time.Millisecond)
	archives := swarmtest.NewArchives(1, 7*pl, 5*pl, 9*pl, 3*pl)
	refs := []swarm.Ref{owner.seed(ctx, t, archives[:2]...), owner.seed(ctx, t, archives[:3]...), owner.seed(ctx, t, archives...)}
	run, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	for i := range 2 {
		running.Go(func() {
			random := rand.New(rand.NewPCG(4, uint64(i)))
			for run.Err() == nil {
				if err := member.Evict(run, c1, archives[random.IntN(len(archives))].ID); err != nil {
					t.Errorf("evict: %v", err)
				}
			}
		})
	}
	running.Go(func() {
		random := rand.New(rand.NewPCG(5, 5))
		for run.Err() == nil {
			if err := member.Drop(c1, refs[random.IntN(len(refs))].InfoHash); err != nil {
				t.Errorf("drop: %v", err)
			}
			member.SetServing(c1, random.IntN(2) == 0)
			_ = member.Copies(c1, archives[0].ID)
		}
	})
	random := rand.New(rand.NewPCG(6, 6))
	for range 60 {
		ref := refs[random.IntN(len(refs))]
		// What is evicted just when it is handed over, or put in place, is an error.
		if err := member.Fetch(ctx, ref, &swarmtest.Receiver{}); err != nil && ctx.Err() != nil {
			t.Fatalf("fetch: %v", err)
		}
	}
	stop()
	running.Wait()
	for i, ref := range refs {
		member.fetch(ctx, t, ref, archives[:i+2]...)
	}
	if banned := member.Banned(); len(banned) != 0 {
		t.Errorf("banned are %v", banned)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(member.files.Path(c1, archives[0].ID)), "*.part*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
