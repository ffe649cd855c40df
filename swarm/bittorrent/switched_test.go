package bittorrent_test

import (
	"context"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"seeder/internal/leaktest"
	"seeder/message"
	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

const (
	// fast lets a transfer get going, slow makes what is in flight last.
	fast, slow = 2 << 20, 16 << 10
	// few is what may pass of a transfer that was switched off: some blocks.
	few = 8 * 16 << 10
)

// nothing is the receiver of a member that is told to fetch no archives.
func nothing() *swarmtest.Receiver { return &swarmtest.Receiver{Want: swarmtest.Only()} }

// sources starts nodes that have the same archives.
func sources(ctx context.Context, t *testing.T, count int, archives ...swarmtest.Archive) swarm.Ref {
	t.Helper()
	var ref swarm.Ref
	for range count {
		n, _ := throttled(t)
		known := ref.Peers
		ref = n.seed(ctx, t, archives...)
		ref.Peers = append(ref.Peers, known...)
	}
	return ref
}

// stopped checks that a flow waits no more, though what waits would take a minute, and
// that no more than a few blocks pass while another community gets all of its own limit.
func stopped(ctx context.Context, t *testing.T, flow func() quota.Flow, before int64, other func() error) {
	t.Helper()
	began := time.Now()
	eventually(ctx, t, "nobody waits", func() bool { return flow().Waiting == 0 })
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("payload waited for %s", took)
	}
	began = time.Now()
	if err := other(); err != nil {
		t.Errorf("fetch of another community: %v", err)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("another community took %s for 2 s", took)
	}
	if n := flow().Bytes - before; n > few {
		t.Errorf("%d bytes passed after it was switched off", n)
	}
}

// TestOffStopsWhatWaits runs both at a time, as each mostly waits.
func TestOffStopsWhatWaits(t *testing.T) {
	defer leaktest.None(t, goleak.IgnoreCurrent())
	t.Run("run", func(t *testing.T) {
		t.Run("fetch", fetchOffStopsWhatWaits)
		t.Run("serve", serveOffStopsWhatWaits)
	})
}

// fetchOffStopsWhatWaits ends fetches whose payload waits for a limit, as a
// member does that is told to fetch nothing, and begins them again.
func fetchOffStopsWhatWaits(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	archive := swarmtest.NewArchive(1, 12<<20)
	ref := sources(ctx, t, 3, archive)
	owner, _ := throttled(t)
	member, taken := throttled(t)
	for round := range 3 {
		taken.SetCommunity(c1, quota.Rates{Down: fast})
		begun := taken.Usage(c1).Down.Bytes
		inner, cancel := context.WithCancel(ctx)
		done := member.background(inner, ref)
		eventually(ctx, t, "some of it", func() bool { return taken.Usage(c1).Down.Bytes > begun+1<<20 })
		taken.SetCommunity(c1, quota.Rates{Down: slow})
		eventually(ctx, t, "payload waits", func() bool { return taken.Usage(c1).Down.Waiting > 0 })
		before := taken.Usage(c1).Down.Bytes
		cancel()
		<-done
		if err := member.Fetch(ctx, ref, nothing()); err != nil {
			t.Fatal(err)
		}
		stopped(ctx, t, func() quota.Flow { return taken.Usage(c1).Down }, before,
			another(ctx, t, owner, member, taken, round))
	}
	taken.SetCommunity(c1, quota.Rates{})
	member.fetch(ctx, t, ref, archive)
	if banned := member.Banned(); len(banned) > 0 {
		t.Errorf("banned %v", banned)
	}
	if got := taken.Usage(c1).Down.Bytes; got > 15<<20 {
		t.Errorf("took %d bytes for 12 MiB", got)
	}
}

// another returns a fetch of another community that takes 2 s at its own limit.
func another(ctx context.Context, t *testing.T, from, to node, limit *quota.Bandwidth, round int) func() error {
	t.Helper()
	c := swarmtest.Community(byte(100 + round))
	ref := from.offer(t, c, swarmtest.NewArchive(uint64(100+round), 1<<20))
	limit.SetCommunity(c, quota.Rates{Up: 512 << 10, Down: 512 << 10})
	return func() error { return to.Fetch(ctx, ref, &swarmtest.Receiver{}) }
}

// serveOffStopsWhatWaits switches serving off and on while three members'
// payload waits for a limit: reads that wait neither pass nor are charged, and no
// connection ends.
func serveOffStopsWhatWaits(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner, given := throttled(t)
	other, _ := throttled(t)
	archive := swarmtest.NewArchive(1, 4<<20)
	ref := owner.seed(ctx, t, archive)
	var done []<-chan error
	members := make([]node, 3)
	given.SetCommunity(c1, quota.Rates{Up: fast})
	for i := range members {
		members[i], _ = throttled(t)
		done = append(done, members[i].background(ctx, ref))
	}
	flow := func() quota.Flow { return given.Usage(c1).Up }
	for round := range 3 {
		begun := flow().Bytes
		eventually(ctx, t, "some of it", func() bool { return flow().Bytes > begun+512<<10 })
		given.SetCommunity(c1, quota.Rates{Up: slow})
		eventually(ctx, t, "payload waits", func() bool { return flow().Waiting > 0 })
		before := flow().Bytes
		owner.SetServing(c1, false)
		stopped(ctx, t, flow, before, another(ctx, t, owner, other, given, round))
		given.SetCommunity(c1, quota.Rates{Up: fast})
		owner.SetServing(c1, true)
	}
	given.SetCommunity(c1, quota.Rates{})
	for i, d := range done {
		if err := <-d; err != nil {
			t.Errorf("fetch: %v", err)
		}
		swarmtest.CheckFiles(t, members[i].files, c1, archive)
		if banned := members[i].Banned(); len(banned) > 0 {
			t.Errorf("banned %v", banned)
		}
	}
}

// TestDropWhileServingIsOff drops a torrent whose reads wait for serving to be
// switched on.
func TestDropWhileServingIsOff(t *testing.T) {
	ctx := within(t, 30*time.Second)
	owner, given := throttled(t)
	ref := owner.seed(ctx, t, swarmtest.NewArchive(1, 4<<20))
	member, _ := throttled(t)
	given.SetNode(quota.Rates{Up: 1})
	inner, cancel := context.WithCancel(ctx)
	done := member.background(inner, ref)
	eventually(ctx, t, "payload waits", func() bool { return given.NodeUsage().Up.Waiting > 0 })
	owner.SetServing(c1, false)
	eventually(ctx, t, "nobody waits", func() bool { return given.NodeUsage().Up.Waiting == 0 })
	if err := owner.Drop(c1, ref.InfoHash); err != nil {
		t.Error(err)
	}
	if got := given.NodeUsage().Up.Bytes; got > few {
		t.Errorf("%d bytes were charged", got)
	}
	cancel()
	<-done
}

// TestErrorNamesNoGeneration leaves that to the caller, who knows it.
func TestErrorNamesNoGeneration(t *testing.T) {
	ctx := within(t, 30*time.Second)
	owner, member := start(t), start(t)
	archive := swarmtest.NewArchive(1, pl)
	ref := owner.seed(ctx, t, archive)
	r := &swarmtest.Receiver{OnRoom: func(message.ArchiveID) error { return context.DeadlineExceeded }}
	if err := member.Fetch(ctx, ref, r); err == nil || strings.Contains(err.Error(), hex.EncodeToString(ref.InfoHash[:])) {
		t.Errorf("fetch ended with %v", err)
	}
}

// TestAPeerOfManyGenerationsCountsOnce connects two members in each of four
// generations.
func TestAPeerOfManyGenerationsCountsOnce(t *testing.T) {
	t.Parallel()
	ctx := within(t, 30*time.Second)
	owner, first, second := start(t), start(t), start(t)
	archives := swarmtest.NewArchives(1, 2*pl, 3*pl, 4*pl, 5*pl)
	for i := range archives {
		ref := owner.seed(ctx, t, archives[:i+1]...)
		for _, n := range []node{first, second} {
			if err := n.Fetch(ctx, ref, nothing()); err != nil {
				t.Fatal(err)
			}
		}
	}
	eventually(ctx, t, "connections for several generations", func() bool {
		st, sum := owner.Stats(c1), 0
		for _, g := range st.Torrents {
			sum += g.Peers
		}
		if st.Peers > 2 {
			t.Fatalf("%d peers of two", st.Peers)
		}
		return st.Peers == 2 && sum > 4
	})
}
