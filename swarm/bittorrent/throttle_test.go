package bittorrent_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.uber.org/goleak"

	"seeder/internal/clock"
	"seeder/internal/leaktest"
	"seeder/message"
	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// throttled starts a node on loopback with a limiter.
func throttled(t testing.TB) (node, *quota.Bandwidth) {
	t.Helper()
	b := quota.NewBandwidth(clock.System{})
	files := swarm.NewFiles(t.TempDir())
	s, err := bittorrent.New(bittorrent.Options{
		Files: files, Listen: "127.0.0.1:0", Throttle: b,
		RedialMin: 50 * time.Millisecond, RedialMax: 500 * time.Millisecond,
		Logger: testLog(t),
	})
	if err != nil {
		t.Fatalf("start node: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return node{s, files}, b
}

// offer puts an archive of a community into the node and seeds it.
func (n node) offer(t testing.TB, c message.CommunityID, archives ...swarmtest.Archive) swarm.Ref {
	t.Helper()
	swarmtest.Put(t, n.files, c, archives...)
	tor, err := n.Seed(t.Context(), swarmtest.Generation(c, archives...))
	if err != nil {
		t.Fatalf("seed: %v", err)
	}
	return swarm.Ref{Community: c, InfoHash: tor.InfoHash, Peers: n.Addrs()}
}

// background fetches until the test or ctx ends; the channel gets the result.
func (n node) background(ctx context.Context, ref swarm.Ref) <-chan error {
	done := make(chan error, 1)
	go func() { done <- n.Fetch(ctx, ref, &swarmtest.Receiver{}) }()
	return done
}

// checkNever compares what passed with what may have passed since a time.
func checkNever(t *testing.T, what string, bytes int64, rate quota.Rate, since time.Time) {
	t.Helper()
	took := time.Since(since).Seconds()
	if most := float64(rate)*(took+0.2) + 128<<10; float64(bytes) > most {
		t.Errorf("%s: %d bytes in %.2f s at %s", what, bytes, took, rate)
	}
}

func direction(b *quota.Bandwidth, up bool, c message.CommunityID) quota.Flow {
	if up {
		return b.Usage(c).Up
	}
	return b.Usage(c).Down
}

// TestLimitsHoldForRealTransfers fetches through a limit of either side, for
// one community and for three at once, and lifts it while everybody waits.
func TestLimitsHoldForRealTransfers(t *testing.T) {
	t.Parallel()
	const rate = 512 << 10
	for _, up := range []bool{true, false} {
		for _, communities := range []int{1, 3} {
			t.Run(fmt.Sprintf("up %t, communities %d", up, communities), func(t *testing.T) {
				t.Parallel()
				ctx := within(t, 30*time.Second)
				owner, given := throttled(t)
				member, taken := throttled(t)
				limiter, other := given, taken
				if !up {
					limiter, other = taken, given
				}
				archives := make([]swarmtest.Archive, communities)
				refs := make([]swarm.Ref, communities)
				for i := range refs {
					archives[i] = swarmtest.NewArchive(uint64(i), 8<<20)
					refs[i] = owner.offer(t, swarmtest.Community(byte(i)), archives[i])
				}
				limiter.SetNode(quota.Rates{Up: rate, Down: rate})
				began := time.Now()
				var done []<-chan error
				for _, ref := range refs {
					done = append(done, member.background(ctx, ref))
				}
				sum := func(b *quota.Bandwidth, up bool) (n int64) {
					for _, ref := range refs {
						n += direction(b, up, ref.Community).Bytes
					}
					return n
				}
				eventually(ctx, t, "a megabyte passes", func() bool { return sum(limiter, up) > 1<<20 })
				checkNever(t, "limited side", sum(limiter, up), rate, began)
				if communities == 1 && up {
					checkNever(t, "other side", sum(other, !up), rate, began)
				}
				eventually(ctx, t, "transfers wait", func() bool { return direction(limiter, up, refs[0].Community).Waiting > 0 })
				limiter.SetNode(quota.Rates{})
				for i, d := range done {
					if err := <-d; err != nil {
						t.Errorf("fetch: %v", err)
					}
					swarmtest.CheckFiles(t, member.files, refs[i].Community, archives[i])
				}
				if got := sum(limiter, up); got < int64(communities)*8<<20 {
					t.Errorf("counted %d bytes", got)
				}
			})
		}
	}
}

// TestHashingDoesNotWait seeds and verifies with limits that let nothing pass.
func TestHashingDoesNotWait(t *testing.T) {
	ctx := within(t, 20*time.Second)
	owner, given := throttled(t)
	member, taken := throttled(t)
	given.SetNode(quota.Rates{Up: 1, Down: 1})
	taken.SetNode(quota.Rates{Up: 1})
	ref := owner.offer(t, c1, swarmtest.NewArchive(1, 4<<20))
	if u := given.NodeUsage(); u.Up.Waited != 0 || u.Down.Waited != 0 {
		t.Errorf("hashing waits: %+v", u)
	}
	// The member hashes what comes and gives nothing.
	given.SetNode(quota.Rates{})
	if err := member.Fetch(ctx, ref, &swarmtest.Receiver{}); err != nil {
		t.Fatal(err)
	}
	if st := member.Stats(c1); st.HashedBytes < 4<<20 {
		t.Errorf("hashed %d bytes", st.HashedBytes)
	}
	if u := taken.NodeUsage(); u.Up.Waited != 0 || u.Up.Bytes != 0 {
		t.Errorf("the member's own reads count: %+v", u.Up)
	}
}

// TestDroppedWhileWaiting drops and closes while payload of both directions
// waits for hours.
func TestDroppedWhileWaiting(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	owner, given := throttled(t)
	archive := swarmtest.NewArchive(1, 4<<20)
	for round := range 6 {
		ref := owner.seed(within(t, 20*time.Second), t, archive)
		member, taken := throttled(t)
		ctx, cancel := context.WithCancel(within(t, 20*time.Second))
		up := round%2 == 0
		if up {
			given.SetNode(quota.Rates{Up: 1})
		} else {
			taken.SetNode(quota.Rates{Down: 1})
		}
		done := member.background(ctx, ref)
		eventually(ctx, t, "payload waits", func() bool {
			return given.NodeUsage().Up.Waiting+taken.NodeUsage().Down.Waiting > 0
		})
		began := time.Now()
		if round < 3 {
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("fetch ended with %v", err)
			}
			if err := errors.Join(owner.Drop(c1, ref.InfoHash), member.Drop(c1, ref.InfoHash)); err != nil {
				t.Error(err)
			}
		}
		if err := member.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		cancel()
		if round >= 3 {
			if err := <-done; !errors.Is(err, swarm.ErrClosed) {
				t.Errorf("fetch ended with %v", err)
			}
			if err := owner.Drop(c1, ref.InfoHash); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("took %s", took)
		}
		given.SetNode(quota.Rates{})
		eventually(within(t, 20*time.Second), t, "nobody waits", func() bool {
			return given.NodeUsage().Up.Waiting+taken.NodeUsage().Down.Waiting == 0
		})
	}
	if err := owner.Close(); err != nil {
		t.Error(err)
	}
	leaktest.None(t, leaks)
}

// TestADropInTheMiddleLosesNothing drops a download that waits, again and again:
// no piece is taken as damaged, no peer is banned, and in the end all is here.
func TestADropInTheMiddleLosesNothing(t *testing.T) {
	t.Parallel()
	ctx := within(t, 60*time.Second)
	owner, _ := throttled(t)
	archive := swarmtest.NewArchive(1, 6<<20)
	ref := owner.seed(ctx, t, archive)
	member, taken := throttled(t)
	for round := range 8 {
		taken.SetNode(quota.Rates{Down: 2 << 20})
		before := taken.NodeUsage().Down.Bytes
		inner, cancel := context.WithCancel(ctx)
		done := member.background(inner, ref)
		eventually(ctx, t, "some of it comes", func() bool {
			return taken.NodeUsage().Down.Bytes > before+256<<10 && taken.NodeUsage().Down.Waiting > 0
		})
		taken.SetNode(quota.Rates{Down: 1})
		cancel()
		<-done
		if err := member.Drop(c1, ref.InfoHash); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	taken.SetNode(quota.Rates{})
	if err := member.Fetch(ctx, ref, &swarmtest.Receiver{}); err != nil {
		t.Fatal(err)
	}
	swarmtest.CheckFiles(t, member.files, c1, archive)
	if banned := member.Banned(); len(banned) > 0 {
		t.Errorf("banned %v", banned)
	}
	if got := taken.NodeUsage().Down.Bytes; got > 9<<20 {
		t.Errorf("took %d bytes for 6 MiB", got)
	}
}

// TestPayloadThatComesTwiceCounts downloads the same from three peers through a
// limit. What the library counts as received, duplicates included, stays below it.
func TestPayloadThatComesTwiceCounts(t *testing.T) {
	t.Parallel()
	const rate = 1 << 20
	ctx := within(t, 30*time.Second)
	archive := swarmtest.NewArchive(1, 16<<20)
	var ref swarm.Ref
	for range 3 {
		owner, _ := throttled(t)
		peers := ref.Peers
		ref = owner.offer(t, c1, archive)
		ref.Peers = append(ref.Peers, peers...)
	}
	member, taken := throttled(t)
	taken.SetCommunity(c1, quota.Rates{Down: rate})
	began := time.Now()
	done := member.background(ctx, ref)
	eventually(ctx, t, "three megabytes pass", func() bool { return taken.Usage(c1).Down.Bytes > 3<<20 })
	checkNever(t, "received", member.Stats(c1).DownloadedBytes, rate, began)
	taken.SetCommunity(c1, quota.Rates{})
	if err := <-done; err != nil {
		t.Error(err)
	}
	swarmtest.CheckFiles(t, member.files, c1, archive)
	// Some may yet come: what is charged was received before.
	if got, st := taken.Usage(c1).Down.Bytes, member.Stats(c1); got > st.DownloadedBytes {
		t.Errorf("charged %d bytes of %d", got, st.DownloadedBytes)
	}
}
