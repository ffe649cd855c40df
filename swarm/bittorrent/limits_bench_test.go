package bittorrent_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

const (
	warmUp  = 3 * time.Second
	measure = 10 * time.Second
	// pairs is how many runs without limits are compared with runs without the
	// limiter.
	pairs = 9
)

// BenchmarkLimits measures how exactly limits hold, between real swarms on
// loopback, and what the limiter costs where nothing is limited. What passes is
// counted by the torrent library at the receiving end, not by the limiter.
func BenchmarkLimits(b *testing.B) {
	l := newLimitsBench(b)
	worst := 0.0
	for b.Loop() {
		fmt.Println("\n| limit | direction | communities | payload in 10 s | error | parts |\n|---|---|---|---|---|---|")
		for _, rate := range []quota.Rate{256 << 10, 2 << 20, 20 << 20} {
			for _, up := range []bool{true, false} {
				for _, n := range []int{1, 4} {
					worst = max(worst, math.Abs(l.row(b, rate, up, n)))
				}
			}
		}
		fmt.Printf("\nlargest error %.2f %%\n", worst)
		ratio := l.unlimited(b)
		b.ReportMetric(ratio, "x-unlimited")
	}
	b.ReportMetric(worst, "%-error")
}

// limitsBench is an owner's folder with four communities, the first of which has
// enough for every row alone.
type limitsBench struct {
	files *swarm.Files
	gens  []swarm.Generation
}

func newLimitsBench(b *testing.B) *limitsBench {
	b.Helper()
	l := &limitsBench{files: swarm.NewFiles(b.TempDir())}
	for i, archives := range []int{48, 14, 14, 14} {
		c := swarmtest.Community(byte(i))
		var refs []swarmtest.Archive
		for k := range archives {
			a := swarmtest.NewArchive(uint64(100*i+k), 8<<20-300<<10*(k%3))
			swarmtest.Put(b, l.files, c, a)
			refs = append(refs, a)
		}
		l.gens = append(l.gens, swarmtest.Generation(c, refs...))
	}
	return l
}

// member starts a node, with a limiter unless it is nil.
func (l *limitsBench) node(b *testing.B, files *swarm.Files, limiter *quota.Bandwidth) node {
	b.Helper()
	opts := bittorrent.Options{Files: files, Listen: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler), RedialMin: 50 * time.Millisecond}
	if limiter != nil {
		opts.Throttle = limiter
	}
	s, err := bittorrent.New(opts)
	if err != nil {
		b.Fatal(err)
	}
	return node{s, files}
}

func (l *limitsBench) seed(b *testing.B, n node, communities int) []swarm.Ref {
	b.Helper()
	refs := make([]swarm.Ref, communities)
	for i, g := range l.gens[:communities] {
		tor, err := n.Seed(b.Context(), g)
		if err != nil {
			b.Fatal(err)
		}
		refs[i] = swarm.Ref{Community: g.Community, InfoHash: tor.InfoHash, Peers: n.Addrs()}
	}
	return refs
}

// row measures one limit: that of the community where there is one, that of the
// node where there are several. Of several communities the first has two peers,
// the others one.
func (l *limitsBench) row(b *testing.B, rate quota.Rate, up bool, communities int) float64 {
	b.Helper()
	limiter := quota.NewBandwidth(clock.System{})
	limit := quota.Rates{Up: rate}
	given, taken := limiter, (*quota.Bandwidth)(nil)
	if !up {
		limit, given, taken = quota.Rates{Down: rate}, nil, limiter
	}
	if communities == 1 {
		limiter.SetCommunity(l.gens[0].Community, limit)
	} else {
		limiter.SetNode(limit)
	}
	nodes := []node{l.node(b, l.files, given)}
	refs := l.seed(b, nodes[0], communities)
	members := []node{l.node(b, swarm.NewFiles(b.TempDir()), taken)}
	switch {
	case communities > 1 && up:
		members = append(members, l.node(b, swarm.NewFiles(b.TempDir()), nil))
	case communities > 1:
		second := l.node(b, l.files, nil)
		refs[0].Peers = append(refs[0].Peers, l.seed(b, second, 1)[0].Peers...)
		nodes = append(nodes, second)
	}
	ctx, cancel := context.WithCancel(b.Context())
	var fetches []<-chan error
	for i, m := range members {
		for _, ref := range refs[:communities*(1-i)+i] { // the second member wants the first only
			fetches = append(fetches, m.background(ctx, ref))
		}
	}
	got, took := l.watch(b, members, refs)
	cancel()
	for _, f := range fetches {
		<-f
	}
	for _, n := range append(nodes, members...) {
		if err := n.Close(); err != nil {
			b.Error(err)
		}
	}
	return report(rate, up, got, took)
}

// watch waits until every community gets payload, then for the warm-up, and
// returns what each gets within the measured time.
func (l *limitsBench) watch(b *testing.B, members []node, refs []swarm.Ref) (got []float64, took time.Duration) {
	b.Helper()
	received := func(c message.CommunityID) (n int64) {
		for _, m := range members {
			n += m.Stats(c).DownloadedBytes
		}
		return n
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if !slices.ContainsFunc(refs, func(r swarm.Ref) bool { return received(r.Community) < 64<<10 }) {
			break
		}
		if time.Now().After(deadline) {
			b.Fatal("nothing comes")
		}
	}
	time.Sleep(warmUp)
	before := make([]int64, len(refs))
	began := time.Now()
	for i, r := range refs {
		before[i] = received(r.Community)
	}
	time.Sleep(measure)
	took = time.Since(began)
	for i, r := range refs {
		got = append(got, float64(received(r.Community)-before[i]))
	}
	return got, took
}

// report prints a row and returns its error in percent.
func report(rate quota.Rate, up bool, got []float64, took time.Duration) float64 {
	total := 0.0
	for _, n := range got {
		total += n
	}
	off := 100 * (total/(float64(rate)*took.Seconds()) - 1)
	direction, parts := "down", "all"
	if up {
		direction = "up"
	}
	if len(got) > 1 {
		var words []string
		for _, n := range got {
			words = append(words, fmt.Sprintf("%.2f %%", 100*n/total))
		}
		parts = strings.Join(words, ", ")
	}
	fmt.Printf("| %s | %s | %d | %.2f MiB | %+.2f %% | %s |\n", rate, direction, len(got), total*measure.Seconds()/took.Seconds()/(1<<20), off, parts)
	return off
}

// unlimited compares downloads through limiters that limit nothing, on both
// sides, with downloads without them, in turns. It returns the median of the
// ratios of their speeds.
func (l *limitsBench) unlimited(b *testing.B) float64 {
	b.Helper()
	fetch := func(with bool) time.Duration {
		var given, taken *quota.Bandwidth
		if with {
			given, taken = quota.NewBandwidth(clock.System{}), quota.NewBandwidth(clock.System{})
		}
		owner, member := l.node(b, l.files, given), l.node(b, swarm.NewFiles(b.TempDir()), taken)
		refs := l.seed(b, owner, 1)
		began := time.Now()
		if err := member.Fetch(b.Context(), refs[0], &swarmtest.Receiver{}); err != nil {
			b.Fatal(err)
		}
		took := time.Since(began)
		for _, n := range []node{member, owner} {
			if err := n.Close(); err != nil {
				b.Error(err)
			}
		}
		return took
	}
	fetch(false) // warms up the page cache
	var ratios, speeds []float64
	size := 0.0
	for _, f := range l.gens[0].Files {
		size += float64(f.Size)
	}
	for i := range pairs {
		first := fetch(i%2 == 0)
		second := fetch(i%2 != 0)
		with, without := first, second
		if i%2 != 0 {
			with, without = second, first
		}
		ratios = append(ratios, without.Seconds()/with.Seconds())
		speeds = append(speeds, size/with.Seconds()/(1<<20))
	}
	slices.Sort(ratios)
	slices.Sort(speeds)
	fmt.Printf("\nwithout limits: %.0f MiB/s through the limiter, %.3f x the same without it (medians of %d pairs, ratios %.2f to %.2f)\n",
		speeds[pairs/2], ratios[pairs/2], pairs, ratios[0], ratios[pairs-1])
	return ratios[pairs/2]
}
