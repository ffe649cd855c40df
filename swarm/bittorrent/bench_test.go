package bittorrent_test

import (
	"context"
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// BenchmarkFetch downloads 128 MiB in archives of 8 MiB from one node to
// another on loopback, everything verified and synced.
func BenchmarkFetch(b *testing.B) {
	sizes := make([]int, 16)
	for i := range sizes {
		sizes[i] = 8 << 20
	}
	archives := swarmtest.NewArchives(1, sizes...)
	files := swarm.NewFiles(b.TempDir())
	owner := newNode(b, files)
	swarmtest.Put(b, files, c1, archives...)
	tor, err := owner.Seed(b.Context(), swarmtest.Generation(c1, archives...))
	if err != nil {
		b.Fatal(err)
	}
	ref := swarm.Ref{Community: c1, InfoHash: tor.InfoHash, Peers: owner.Addrs()}
	b.SetBytes(int64(len(sizes)) * int64(sizes[0]))
	for b.Loop() {
		member := newNode(b, swarm.NewFiles(b.TempDir()))
		ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
		if err := member.Fetch(ctx, ref, &swarmtest.Receiver{}); err != nil {
			b.Fatal(err)
		}
		cancel()
		if err := member.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSeedAfterAppend makes and serves a generation of 400 MB whose
// archives were hashed before, all but the last of 1 MB.
func BenchmarkSeedAfterAppend(b *testing.B) {
	sizes := make([]int, 50)
	for i := range sizes {
		sizes[i] = 8_000_000
	}
	sizes[49] = 1_000_000
	archives := swarmtest.NewArchives(1, sizes...)
	files := swarm.NewFiles(b.TempDir())
	owner := newNode(b, files)
	swarmtest.Put(b, files, c1, archives...)
	g := swarmtest.Generation(c1, archives...)
	for b.Loop() {
		tor, err := owner.Seed(b.Context(), g)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(tor.HashedBytes), "hashed-bytes")
		if err := owner.Drop(c1, tor.InfoHash); err != nil {
			b.Fatal(err)
		}
	}
}
