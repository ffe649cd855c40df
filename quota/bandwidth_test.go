package quota_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/quota"
)

const (
	kib   = 1 << 10
	mib   = 1 << 20
	block = 16 * kib
)

func community(i int) message.CommunityID { return message.CommunityID{byte(i)} }

// transfers keeps transfers of one community waiting until the test ends, each
// as soon as the one before has passed.
func transfers(ctx context.Context, b *quota.Bandwidth, c message.CommunityID, peers, size int) {
	for range peers {
		go func() {
			for b.Upload(ctx, c, size) == nil {
			}
		}()
	}
}

// during returns how many bytes of a community passed within d.
func during(b *quota.Bandwidth, d time.Duration, communities ...message.CommunityID) []float64 {
	before := make([]int64, len(communities))
	for i, c := range communities {
		before[i] = b.Usage(c).Up.Bytes
	}
	time.Sleep(d)
	synctest.Wait()
	out := make([]float64, len(communities))
	for i, c := range communities {
		out[i] = float64(b.Usage(c).Up.Bytes - before[i])
	}
	return out
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if off := got/want - 1; math.Abs(off) > tolerance {
		t.Errorf("%s: %.0f bytes, want %.0f: %+.2f %%", what, got, want, 100*off)
	}
}

func TestWithoutLimitsNothingWaits(t *testing.T) {
	b := quota.NewBandwidth(clock.NewFixed(time.Unix(0, 0)))
	b.SetNode(quota.Rates{Down: 1})
	b.SetCommunity(community(2), quota.Rates{Up: 1})
	for range 100 {
		if err := b.Upload(t.Context(), community(1), math.MaxInt32); err != nil {
			t.Fatal(err)
		}
	}
	if u := b.Usage(community(1)).Up; u.Bytes != 100*math.MaxInt32 || u.Waited != 0 || u.Limit != 0 {
		t.Errorf("usage %+v", u)
	}
	if err := b.Upload(t.Context(), community(2), 0); err != nil {
		t.Errorf("nothing at all: %v", err)
	}
}

// Ten seconds from the first transfer on, and ten seconds after an hour of rest.
func TestTenSecondsAtALimit(t *testing.T) {
	for _, rate := range []quota.Rate{256 * kib, 2 * mib, 20 * mib} {
		for _, peers := range []int{1, 50} {
			for _, at := range []string{"community", "node", "both"} {
				t.Run(fmt.Sprintf("%d KiB/s, %d peers, %s", rate/kib, peers, at), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						b := quota.NewBandwidth(clock.System{})
						if at != "node" {
							b.SetCommunity(community(1), quota.Rates{Up: rate})
						}
						if at != "community" {
							b.SetNode(quota.Rates{Up: rate})
						}
						ctx, cancel := context.WithCancel(t.Context())
						transfers(ctx, b, community(1), peers, block)
						near(t, "fresh", during(b, 10*time.Second, community(1))[0], 10*float64(rate), 0.01)
						near(t, "later", during(b, 10*time.Second, community(1))[0], 10*float64(rate), 0.01)
						cancel()
						time.Sleep(time.Hour)
						transfers(t.Context(), b, community(1), peers, block)
						near(t, "after a rest", during(b, 10*time.Second, community(1))[0], 10*float64(rate), 0.015)
					})
				})
			}
		}
	}
}

func TestAChangeIsFeltAtOnce(t *testing.T) {
	for name, change := range map[string]func(b *quota.Bandwidth, r quota.Rate){
		"community": func(b *quota.Bandwidth, r quota.Rate) { b.SetCommunity(community(1), quota.Rates{Up: r}) },
		"node":      func(b *quota.Bandwidth, r quota.Rate) { b.SetNode(quota.Rates{Up: r}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := quota.NewBandwidth(clock.System{})
				change(b, 1)
				transfers(t.Context(), b, community(1), 10, block)
				if got := during(b, time.Minute, community(1))[0]; got > block {
					t.Errorf("%.0f bytes in a minute at 1 B/s", got)
				}
				for _, rate := range []quota.Rate{20 * mib, 64 * kib, 2 * mib, 256 * kib, 10 * mib} {
					change(b, rate)
					near(t, rate.String(), during(b, time.Second, community(1))[0], float64(rate), 0.3)
					near(t, rate.String(), during(b, 10*time.Second, community(1))[0], 10*float64(rate), 0.02)
				}
			})
		})
	}
}

func TestNoLimitLetsEverybodyGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		b.SetNode(quota.Rates{Up: 1})
		b.SetCommunity(community(1), quota.Rates{Up: 1})
		passed := make(chan error, 100)
		for i := range 100 {
			go func() { passed <- b.Upload(t.Context(), community(1+i%3), mib) }()
		}
		synctest.Wait()
		if n := b.NodeUsage().Up.Waiting; n != 100 {
			t.Errorf("%d transfers wait", n)
		}
		b.SetNode(quota.Rates{})
		synctest.Wait()
		if n := b.NodeUsage().Up.Waiting; n != 34 {
			t.Errorf("%d transfers wait for their community", n)
		}
		b.SetCommunity(community(1), quota.Rates{})
		synctest.Wait()
		if n := len(passed); n != 100 {
			t.Errorf("%d transfers passed", n)
		}
	})
}

func TestWhatIsLargerThanTheBucketPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		b.SetNode(quota.Rates{Up: 1000})
		began := time.Now()
		for range 11 { // the first passes with 0.1 s in the bucket, each next when the debt is paid
			if err := b.Upload(t.Context(), community(1), 5000); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began).Seconds(); math.Abs(took-50.1) > 0.02 {
			t.Errorf("took %.3f s, want 50.1", took)
		}
	})
}

// Communities get equal parts however many peers each has.
func TestCommunitiesShareTheNodeEvenly(t *testing.T) {
	for _, rate := range []quota.Rate{256 * kib, 2 * mib, 20 * mib} {
		synctest.Test(t, func(t *testing.T) {
			b := quota.NewBandwidth(clock.System{})
			b.SetNode(quota.Rates{Up: rate})
			transfers(t.Context(), b, community(1), 1, block)
			transfers(t.Context(), b, community(2), 7, block)
			transfers(t.Context(), b, community(3), 50, block)
			transfers(t.Context(), b, community(4), 5, block/4) // smaller ones
			time.Sleep(3 * time.Second)
			for i, got := range during(b, 10*time.Second, community(1), community(2), community(3), community(4)) {
				near(t, fmt.Sprintf("%s, community %d", rate, i+1), got, 10*float64(rate)/4, 0.03)
			}
		})
	}
}

// A community with one peer that takes a while to come back after each transfer,
// as peers on a busy machine do, keeps its part beside one that always waits.
func TestWhoIsSlowToComeBackKeepsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		b.SetNode(quota.Rates{Up: 2 * mib})
		for i := range 3 {
			transfers(t.Context(), b, community(i+2), 20, block)
		}
		go func() {
			// Its part of the limit is a block each 31 ms; this takes 24 ms in the mean.
			for i := 0; b.Upload(t.Context(), community(1), block) == nil; i++ {
				time.Sleep([]time.Duration{time.Millisecond, 47 * time.Millisecond}[i%2])
			}
		}()
		time.Sleep(3 * time.Second)
		for i, got := range during(b, 10*time.Second, community(1), community(2), community(3), community(4)) {
			near(t, fmt.Sprintf("community %d", i+1), got, 5*mib, 0.03)
		}
	})
}

// One that has less than its part by its own limit gets all of that, and the
// others share the rest.
func TestACommunityUnderItsOwnLimitTakesNothingFromOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		b.SetNode(quota.Rates{Up: 2 * mib})
		b.SetCommunity(community(1), quota.Rates{Up: 128 * kib})
		b.SetCommunity(community(2), quota.Rates{Up: 1})
		for i := range 4 {
			transfers(t.Context(), b, community(i+1), 20, block)
		}
		time.Sleep(3 * time.Second)
		got := during(b, 10*time.Second, community(1), community(2), community(3), community(4))
		near(t, "its own limit", got[0], 10*128*kib, 0.02)
		near(t, "the others", got[2], (20*mib-got[0]-got[1])/2, 0.02)
		near(t, "the others", got[3], (20*mib-got[0]-got[1])/2, 0.02)
		if got[1] > block {
			t.Errorf("%.0f bytes at 1 B/s", got[1])
		}
		b.SetCommunity(community(1), quota.Rates{})
		b.SetCommunity(community(2), quota.Rates{})
		// What they could not take before is not made up for, but for 0.1 s.
		for i, got := range during(b, 10*time.Second, community(1), community(2), community(3), community(4)) {
			near(t, fmt.Sprintf("without limits, community %d", i+1), got, 5*mib, 0.025)
		}
	})
}

func TestFirstComeFirstServedInACommunity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		b.SetCommunity(community(1), quota.Rates{Down: 100})
		var order []int
		for i := range 10 {
			go func() {
				if err := b.Download(t.Context(), community(1), 100); err != nil {
					t.Error(err)
				}
				order = append(order, i)
			}()
			synctest.Wait()
		}
		for b.Usage(community(1)).Down.Waiting > 0 {
			time.Sleep(10 * time.Millisecond)
			synctest.Wait()
		}
		if got := fmt.Sprint(order); got != "[0 1 2 3 4 5 6 7 8 9]" {
			t.Errorf("passed in the order %s", got)
		}
	})
}

func TestAWaitEndsWithItsContextAndTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		b.SetNode(quota.Rates{Up: 1000})
		b.SetCommunity(community(1), quota.Rates{Up: 1000})
		mine := errors.New("mine")
		ctx, cancel := context.WithCancelCause(t.Context())
		ended := make(chan error, 50)
		for range 50 {
			go func() { ended <- b.Upload(ctx, community(1), 1e6) }()
		}
		synctest.Wait()
		small := make(chan error, 1)
		go func() { small <- b.Upload(t.Context(), community(1), 50) }()
		synctest.Wait()
		cancel(mine)
		for range 50 {
			if err := <-ended; !errors.Is(err, mine) {
				t.Errorf("ended with %v", err)
			}
		}
		began := time.Now()
		if err := <-small; err != nil || time.Since(began) > 51*time.Millisecond {
			t.Errorf("who stood behind them passed after %s, %v", time.Since(began), err)
		}
		if err := b.Upload(ctx, community(1), 1); !errors.Is(err, mine) {
			t.Errorf("an ended context passes: %v", err)
		}
		if u := b.Usage(community(1)).Up; u.Bytes != 50 || u.Waiting != 0 {
			t.Errorf("usage %+v", u)
		}
	})
}

func TestUsage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		b.SetCommunity(community(1), quota.Rates{Up: 64 * kib, Down: 7})
		transfers(t.Context(), b, community(1), 3, block)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if err := b.Upload(t.Context(), community(2), block); err != nil {
			t.Fatal(err)
		}
		u := b.Usage(community(1))
		near(t, "rate", u.Up.Rate, 64*kib, 0.1)
		near(t, "total", float64(u.Up.Bytes), 20*64*kib, 0.02)
		if u.Up.Limit != 64*kib || u.Down.Limit != 7 || u.Up.Waiting != 3 {
			t.Errorf("usage %+v", u)
		}
		if got := u.Up.Waited; got < 59*time.Second || got > 61*time.Second {
			t.Errorf("three transfers waited %s in 20 s", got)
		}
		all := b.NodeUsage().Up
		if all.Bytes != u.Up.Bytes+block || all.Waiting != 3 || all.Limit != 0 || all.Waited != u.Up.Waited || all.Rate <= u.Up.Rate {
			t.Errorf("usage of the node %+v, of its community %+v", all, u.Up)
		}
		if d := u.Down; d.Bytes != 0 || d.Rate != 0 || d.Waited != 0 {
			t.Errorf("usage %+v of the other direction", d)
		}
		if got := b.Usage(community(3)); got != (quota.Traffic{}) {
			t.Errorf("usage %+v of an unknown community", got)
		}
	})
}

// TestDownloadShare looks at the share of communities that wait and of ones that do not.
func TestDownloadShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		check := func(c int, want int64) {
			t.Helper()
			if got := b.DownloadShare(community(c)); got != want {
				t.Errorf("community %d has %d B/s, want %d", c, got, want)
			}
		}
		check(1, 0)
		b.SetCommunity(community(1), quota.Rates{Up: 5, Down: 100})
		check(1, 100)
		check(2, 0)
		b.SetNode(quota.Rates{Down: 120})
		check(1, 100)
		check(2, 120)
		ctx, cancel := context.WithCancel(t.Context())
		for _, c := range []int{1, 2} {
			go func() { _ = b.Download(ctx, community(c), block) }() // waits once the bucket is in debt
			go func() { _ = b.Download(ctx, community(c), block) }()
		}
		synctest.Wait()
		check(1, 60)
		check(2, 60)
		check(3, 40)
		cancel()
		synctest.Wait()
		check(2, 120)
		b.SetNode(quota.Rates{})
		check(2, 0)
	})
}

func TestForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		b.SetNode(quota.Rates{Up: kib})
		b.SetCommunity(community(1), quota.Rates{Up: 1})
		passed := make(chan error, 1)
		go func() { passed <- b.Upload(t.Context(), community(1), kib) }()
		synctest.Wait()
		b.Forget(community(1))
		b.Forget(community(9))
		time.Sleep(time.Second)
		synctest.Wait()
		if len(passed) != 1 {
			t.Error("a transfer waits for a limit that is forgotten")
		}
		if got := b.Usage(community(1)); got != (quota.Traffic{}) {
			t.Errorf("usage %+v of a forgotten community", got)
		}
		if got := b.NodeUsage().Up.Bytes; got != kib {
			t.Errorf("the node counts %d bytes", got)
		}
	})
}

// The clock is one that moves only when told to; nothing depends on real time.
func TestOnAFixedClock(t *testing.T) {
	c := clock.NewFixed(time.Unix(0, 0))
	b := quota.NewBandwidth(c)
	b.SetNode(quota.Rates{Up: 1000})
	passed := make(chan error)
	go func() { passed <- b.Upload(t.Context(), community(1), 100) }()
	for b.NodeUsage().Up.Waiting == 0 {
		select {
		case err := <-passed:
			t.Fatalf("passed with an empty bucket: %v", err)
		case <-t.Context().Done():
			t.Fatal("never waits")
		default:
		}
	}
	c.Advance(99 * time.Millisecond)
	if b.NodeUsage().Up.Bytes != 0 {
		t.Error("passed too early")
	}
	c.Advance(2 * time.Millisecond)
	if err := <-passed; err != nil {
		t.Error(err)
	}
}

func BenchmarkUpload(b *testing.B) {
	for _, rate := range []quota.Rate{0, quota.MaxRate} {
		b.Run(rate.String(), func(b *testing.B) {
			limiter := quota.NewBandwidth(clock.System{})
			limiter.SetNode(quota.Rates{Up: rate})
			b.SetBytes(block)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := limiter.Upload(b.Context(), community(1), block); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
