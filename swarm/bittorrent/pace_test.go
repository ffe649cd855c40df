package bittorrent_test

import (
	"fmt"
	"testing"
	"time"

	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// fetchFromMany fetches archives of 4 MiB from a number of peers at a limit, and returns
// how much was received for each byte of them.
func fetchFromMany(t testing.TB, peers, archives int, limit quota.Rate) float64 {
	t.Helper()
	list := make([]swarmtest.Archive, archives)
	for i := range list {
		list[i] = swarmtest.NewArchive(uint64(i+1), 4<<20)
	}
	ref := swarm.Ref{Community: c1}
	for range peers {
		owner, _ := throttled(t)
		offered := owner.offer(t, c1, list...)
		ref.InfoHash, ref.Peers = offered.InfoHash, append(ref.Peers, offered.Peers...)
	}
	member, limiter := throttled(t)
	limiter.SetNode(quota.Rates{Down: limit})
	if err := member.Fetch(within(t, 2*time.Minute), ref, &swarmtest.Receiver{}); err != nil {
		t.Fatal(err)
	}
	return float64(member.Stats(c1).DownloadedBytes) / float64(archives*4<<20)
}

// TestLimitIsNotSpentTwice fetches at a limit from peers that each could send
// everything at once. Without bounds for what they are asked for, nearly half of it
// comes twice.
func TestLimitIsNotSpentTwice(t *testing.T) {
	t.Parallel()
	for _, limit := range []quota.Rate{1 << 20, 4 << 20} {
		t.Run(limit.String(), func(t *testing.T) {
			t.Parallel()
			if got := fetchFromMany(t, 6, int(limit>>20), limit); got > 1.15 {
				t.Errorf("received %.3f bytes for each byte of history", got)
			}
		})
	}
}

// BenchmarkLimitFromMany measures what is received for each byte of history, by the
// number of peers and the limit.
func BenchmarkLimitFromMany(b *testing.B) {
	for _, peers := range []int{1, 3, 6, 12} {
		for _, limit := range []quota.Rate{1 << 20, 8 << 20, 32 << 20} {
			b.Run(fmt.Sprintf("peers=%d/limit=%s", peers, limit), func(b *testing.B) {
				for b.Loop() {
					b.ReportMetric(fetchFromMany(b, peers, 16, limit), "received/byte")
				}
			})
		}
	}
}
