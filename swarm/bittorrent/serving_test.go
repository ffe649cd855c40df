package bittorrent_test

import (
	"context"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// TestServingOffWithinATransfer stops giving while a member downloads: nothing
// more leaves, whatever else the node does, the connection stays, and the
// transfer goes on when it may.
func TestServingOffWithinATransfer(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner, limit := startLimited(t, time.Second)
	member, other := startGrace(t, time.Second), start(t)
	archives := swarmtest.NewArchives(1, 100*pl)
	ref := owner.seed(ctx, t, archives...)
	limit.SetCommunity(c1, quota.Rates{Up: 2 << 20})
	done := member.background(ctx, ref)
	eventually(ctx, t, "some bytes", func() bool { return member.Stats(c1).DownloadedBytes > 20*pl })
	owner.SetServing(c1, false)
	busy := func(i int) {
		t.Helper()
		c := swarmtest.Community(byte(i))
		a := swarmtest.NewArchive(uint64(i), 20*pl)
		if err := other.Fetch(ctx, owner.offer(t, c, a), &swarmtest.Receiver{}); err != nil {
			t.Fatalf("fetch of another community: %v", err)
		}
	}
	busy(2) // requests on their way are over
	eventually(ctx, t, "the writers to stop", func() bool {
		before := owner.Stats(c1).UploadedBytes
		busy(3)
		return owner.Stats(c1).UploadedBytes == before
	})
	before := owner.Stats(c1).UploadedBytes
	for i := range 10 {
		busy(4 + i)
	}
	if after := owner.Stats(c1).UploadedBytes; after != before {
		t.Errorf("%d bytes left a node that does not serve", after-before)
	}
	if n := owner.Parted(c1) + member.Parted(c1); n != 0 || owner.Stats(c1).Peers != 1 {
		t.Errorf("%d connections ended, %d are left", n, owner.Stats(c1).Peers)
	}
	limit.SetCommunity(c1, quota.Rates{})
	owner.SetServing(c1, true)
	if err := <-done; err != nil {
		t.Errorf("fetch: %v", err)
	}
	swarmtest.CheckFiles(t, member.files, c1, archives...)
}

// TestServingOffWithTwoSources stops one of two that a member, and a client of
// others, download from: they get the rest from the other one.
func TestServingOffWithTwoSources(t *testing.T) {
	t.Parallel()
	for name, fetch := range map[string]func(ctx context.Context, t *testing.T, ref swarm.Ref, from []node) <-chan error{
		"member": func(ctx context.Context, t *testing.T, ref swarm.Ref, _ []node) <-chan error {
			t.Helper()
			return startGrace(t, time.Second).background(ctx, ref)
		},
		"aria2": func(ctx context.Context, t *testing.T, ref swarm.Ref, from []node) <-chan error {
			t.Helper()
			port, done := strconv.Itoa(freePort(t)), make(chan error, 1)
			wait := aria2(ctx, t, "--dir="+t.TempDir(), "--seed-time=0", "--listen-port="+port, ref.Magnet())
			go func() { done <- wait() }()
			for _, n := range from {
				n.AddPeers(c1, net.JoinHostPort("127.0.0.1", port))
			}
			return done
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := within(t, 60*time.Second)
			first, firstLimit := startLimited(t, time.Second)
			second, secondLimit := startLimited(t, time.Second)
			archives := swarmtest.NewArchives(1, 150*pl)
			ref := first.seed(ctx, t, archives...)
			second.fetch(ctx, t, ref, archives...)
			firstLimit.SetNode(quota.Rates{Up: 3 << 20})
			secondLimit.SetNode(quota.Rates{Up: 64 << 10}) // the first is in time to give
			ref.Peers = append(ref.Peers, second.Addrs()...)
			before := first.Stats(c1).UploadedBytes
			done := fetch(ctx, t, ref, []node{first, second})
			eventually(ctx, t, "some bytes", func() bool { return first.Stats(c1).UploadedBytes-before > 20*pl })
			first.SetServing(c1, false)
			secondLimit.SetNode(quota.Rates{})
			if err := <-done; err != nil {
				t.Errorf("fetch: %v", err)
			}
			if n := first.Stats(c1).UploadedBytes - before; n > 120*pl {
				t.Errorf("%d bytes came from the one that stopped", n)
			}
		})
	}
}

// TestServingSwitchedAllTheTime switches while members download, and
// generations come and go.
func TestServingSwitchedAllTheTime(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner := start(t)
	archives := swarmtest.NewArchives(1, 60*pl, 30*pl)
	refs := []swarm.Ref{owner.seed(ctx, t, archives[0]), owner.seed(ctx, t, archives...)}
	const switches = 4000 // each takes the library's lock for a moment
	var running sync.WaitGroup
	for i := range 2 {
		running.Go(func() {
			for n := range switches {
				owner.SetServing(c1, (n+i)%2 == 0)
			}
			owner.SetServing(c1, true)
		})
	}
	var fetching sync.WaitGroup
	for i := range 3 {
		fetching.Go(func() {
			member := start(t)
			for range 3 {
				if err := member.Fetch(ctx, refs[i%2], &swarmtest.Receiver{}); err != nil {
					t.Errorf("fetch: %v", err)
				}
				if err := member.Evict(ctx, c1, archives[0].ID); err != nil {
					t.Errorf("evict: %v", err)
				}
			}
		})
	}
	fetching.Wait()
	running.Wait()
	owner.SetServing(c1, true)
	last := start(t)
	last.fetch(ctx, t, refs[1], archives...)
}
