package bittorrent_test

import (
	"context"
	"slices"
	"syscall"
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// BenchmarkFirstServe downloads 64 MiB from a node that was restarted and has
// to check each piece before it gives it, and once more when it has. The
// metrics are how much more time, and how much more work of the processor on
// both sides together, the first took in percent of the second.
func BenchmarkFirstServe(b *testing.B) {
	archives := swarmtest.NewArchives(1, 16<<20, 16<<20, 16<<20, 16<<20)
	files := swarm.NewFiles(b.TempDir())
	swarmtest.Put(b, files, c1, archives...)
	g := swarmtest.Generation(c1, archives...)
	fetch := func(owner *bittorrent.Swarm, hash swarm.InfoHash) (took, work time.Duration) {
		ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
		defer cancel()
		member := newNode(b, swarm.NewFiles(b.TempDir()))
		begin, before := time.Now(), processorTime(b)
		ref := swarm.Ref{Community: c1, InfoHash: hash, Peers: owner.Addrs()}
		if err := member.Fetch(ctx, ref, &swarmtest.Receiver{}); err != nil {
			b.Fatal(err)
		}
		took, work = time.Since(begin), processorTime(b)-before
		if err := member.Close(); err != nil {
			b.Fatal(err)
		}
		return took, work
	}
	var first, second, firstWork, secondWork []time.Duration
	for b.Loop() {
		owner := newNode(b, files)
		tor, err := owner.Seed(b.Context(), g)
		if err != nil {
			b.Fatal(err)
		}
		took, work := fetch(owner, tor.InfoHash)
		first, firstWork = append(first, took), append(firstWork, work)
		took, work = fetch(owner, tor.InfoHash)
		second, secondWork = append(second, took), append(secondWork, work)
		if st := owner.Stats(c1); st.CheckedBytes < 64<<20 || st.DamagedPieces != 0 {
			b.Fatalf("%d bytes checked, %d pieces damaged", st.CheckedBytes, st.DamagedPieces)
		}
		if err := owner.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(more(first, second), "%-more-time")
	b.ReportMetric(more(firstWork, secondWork), "%-more-work")
	b.ReportMetric(64/median(second).Seconds(), "MiB/s")
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// more is how much larger the median of a is than that of b, in percent.
func more(a, b []time.Duration) float64 {
	return 100 * (float64(median(a))/float64(median(b)) - 1)
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
