package quota_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/quota"
)

// allowance is what the documentation of a limit says: over any time t, wherever it
// begins, at most rate*(t + 0.2 s) passes, and one transfer more where transfers are
// larger than rate*0.1 s. Nothing is counted while there is no limit.
type allowance struct {
	rate   float64
	due    float64 // bytes that the rate gave until now
	until  time.Time
	passed []passage // since there was no limit
}

// passage is a transfer that passed.
type passage struct {
	n, rate, due float64 // due when it passed
}

func (a *allowance) fill(now time.Time) {
	if !a.until.IsZero() {
		a.due += a.rate * now.Sub(a.until).Seconds()
	}
	a.until = now
}

func (a *allowance) set(rate quota.Rate, now time.Time) {
	a.fill(now)
	if a.rate == 0 || rate == 0 {
		a.passed = nil
	}
	a.rate = float64(rate)
}

func (a *allowance) pass(n int, now time.Time) error {
	if a.rate == 0 {
		return nil
	}
	a.fill(now)
	a.passed = append(a.passed, passage{float64(n), a.rate, a.due})
	var sum, fastest, large float64
	for _, p := range slices.Backward(a.passed) {
		sum, fastest = sum+p.n, max(fastest, p.rate)
		if p.n > p.rate*0.1 {
			large = max(large, p.n)
		}
		if most := a.due - p.due + fastest*0.2 + large + 2; sum > most {
			return fmt.Errorf("%.0f bytes pass while the rate gives %.0f, at %.0f B/s, with %.0f at once; at most %.0f should",
				sum, a.due-p.due, a.rate, large, most)
		}
	}
	return nil
}

// model drives a limiter with random transfers, changes and cancels, and notes
// what it does wrong.
type model struct {
	b           *quota.Bandwidth
	mu          sync.Mutex
	node        allowance
	communities [3]allowance
	passed      [3]int64
	running     int
	cancels     []context.CancelFunc
	faults      []error
}

func (m *model) transfer(ctx context.Context, c, n int) {
	ctx, cancel := context.WithCancel(ctx)
	m.cancels = append(m.cancels, cancel)
	m.running++
	go func() {
		defer cancel()
		err := m.b.Upload(ctx, community(c), n)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.running--
		if err != nil {
			return
		}
		m.passed[c] += int64(n)
		now := time.Now()
		for _, err := range []error{m.node.pass(n, now), m.communities[c].pass(n, now)} {
			if err != nil {
				m.faults = append(m.faults, err)
			}
		}
	}()
	synctest.Wait()
}

type step struct {
	kind, community, n int
	rate               quota.Rate
	wait               time.Duration
}

func steps() *rapid.Generator[[]step] {
	one := rapid.Custom(func(t *rapid.T) step {
		return step{
			kind: rapid.IntRange(0, 9).Draw(t, "kind"), community: rapid.IntRange(0, 2).Draw(t, "community"),
			n:    rapid.SampledFrom([]int{1, 1000, block, block, block, 100 * kib}).Draw(t, "n"),
			rate: rapid.SampledFrom([]quota.Rate{0, 1, 1000, 64 * kib, 256 * kib, 2 * mib, 20 * mib}).Draw(t, "rate"),
			wait: time.Duration(rapid.SampledFrom([]int{0, 1, 10, 100, 1000, 10000}).Draw(t, "ms")) * time.Millisecond,
		}
	})
	return rapid.SliceOfN(one, 1, 100)
}

func (m *model) run(ctx context.Context, list []step) {
	for _, s := range list {
		switch s.kind {
		case 0:
			m.node.set(s.rate, time.Now())
			m.b.SetNode(quota.Rates{Up: s.rate})
		case 1:
			m.communities[s.community].set(s.rate, time.Now())
			m.b.SetCommunity(community(s.community), quota.Rates{Up: s.rate})
		case 2:
			if len(m.cancels) > 0 {
				m.cancels[s.n%len(m.cancels)]()
			}
		case 3, 4:
			time.Sleep(s.wait)
		default:
			m.transfer(ctx, s.community, s.n)
		}
		synctest.Wait()
	}
}

func TestNeverMoreThanTheRate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := steps().Draw(rt, "steps")
		var faults []error
		synctest.Test(t, func(t *testing.T) {
			m := &model{b: quota.NewBandwidth(clock.System{})}
			m.run(t.Context(), list)
			if u := m.b.NodeUsage().Up; u.Waiting != m.running {
				m.faults = append(m.faults, fmt.Errorf("%d transfers wait, it says %d", m.running, u.Waiting))
			}
			for c := range m.passed {
				if u := m.b.Usage(community(c)).Up; u.Bytes != m.passed[c] {
					m.faults = append(m.faults, fmt.Errorf("%d bytes passed, it says %d", m.passed[c], u.Bytes))
				}
				m.communities[c].rate = 0
				m.b.SetCommunity(community(c), quota.Rates{})
				synctest.Wait()
			}
			m.node.rate = 0
			m.b.SetNode(quota.Rates{})
			synctest.Wait()
			if m.running != 0 {
				m.faults = append(m.faults, fmt.Errorf("%d transfers wait without a limit", m.running))
			}
			faults = m.faults
		})
		for _, err := range faults {
			rt.Error(err)
		}
	})
}

// contender is a community that takes what it gets.
type contender struct {
	peers, size int
	own         quota.Rate // its limit, 0 for none
}

// parts shares a rate out: who has less than an even part by its own limit gets
// that, the others share the rest evenly.
func parts(node float64, list []contender) []float64 {
	out := make([]float64, len(list))
	left, open := node, len(list)
	for {
		even, settled := left/float64(open), false
		for i, c := range list {
			if own := float64(c.own); out[i] == 0 && own != 0 && own <= even {
				out[i], settled = own, true
				left -= own
				open--
			}
		}
		if settled && open > 0 {
			continue
		}
		for i := range out {
			if out[i] == 0 {
				out[i] = even
			}
		}
		return out
	}
}

// shared returns how many bytes of each contender pass within d, under a limit of the
// node.
func shared(t *testing.T, node quota.Rate, list []contender, d time.Duration) (got []float64) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := quota.NewBandwidth(clock.System{})
		b.SetNode(quota.Rates{Up: node})
		var ids []message.CommunityID
		for i, c := range list {
			ids = append(ids, community(i))
			b.SetCommunity(community(i), quota.Rates{Up: c.own})
			transfers(t.Context(), b, community(i), c.peers, c.size)
		}
		time.Sleep(3 * time.Second)
		got = during(b, d, ids...)
	})
	return got
}

// A community whose blocks wait behind those of others at the node's bucket for as
// long as it takes to fill its own loses nothing by it.
func TestWaitingForOthersCostsNothing(t *testing.T) {
	list := []contender{{13, block, 5242}, {19, 4 * kib, 0}, {2, block, 5242}, {7, block, 37449}, {13, 4 * kib, 5242}, {3, block, 87381}}
	const node = 256 * kib
	got := shared(t, node, list, 100*time.Second)
	for i, want := range parts(node, list) {
		near(t, fmt.Sprintf("community %d", i), got[i], 100*want, 0.03)
	}
}

func TestEveryCommunityGetsItsPart(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		node := rapid.SampledFrom([]quota.Rate{256 * kib, mib, 20 * mib}).Draw(rt, "node")
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) contender {
			return contender{
				peers: rapid.IntRange(1, 20).Draw(t, "peers"), size: rapid.SampledFrom([]int{4 * kib, block}).Draw(t, "size"),
				own: rapid.SampledFrom([]quota.Rate{0, 0, 0, node / 50, node / 7, node / 3, node, 2 * node}).Draw(t, "own"),
			}
		}), 2, 6).Draw(rt, "communities")
		want := parts(float64(node), list)
		got := shared(t, node, list, 10*time.Second)
		for i := range list {
			most := 10 * want[i]
			if off := math.Abs(got[i] - most); off > most/100+float64(node)*0.15+2*block {
				rt.Errorf("community %d of %+v gets %.0f bytes at %s, want %.0f", i, list, got[i], node, most)
			}
		}
	})
}
