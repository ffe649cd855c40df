package quota_test

import (
	"context"
	"fmt"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/quota"
)

// allowance is a limit in its simplest form: what passes is taken out of it, it
// fills at the rate up to 0.18 s of it, and falls below nothing only by 0.02 s of
// it and by a transfer that is larger than 0.1 s of it. Never below means: in no
// span of time, wherever it begins, does more pass than the rate allows.
type allowance struct {
	rate  float64
	left  float64
	until time.Time // of the last fill
	most  int       // the largest that passed at that time; nobody knows in which order
}

func (a *allowance) fill(now time.Time) {
	if a.until.IsZero() {
		a.until = now
	}
	if now.After(a.until) {
		a.most = 0
	}
	a.left = min(a.left+a.rate*now.Sub(a.until).Seconds(), a.rate*0.18+1)
	a.until = now
}

func (a *allowance) set(rate quota.Rate, now time.Time) {
	a.fill(now)
	if a.rate == 0 || rate == 0 {
		a.left = 0
	}
	a.rate = float64(rate)
	a.left = min(a.left, a.rate*0.18+1)
}

func (a *allowance) pass(n int, now time.Time) error {
	if a.rate == 0 {
		return nil
	}
	a.fill(now)
	a.left -= float64(n)
	a.most = max(a.most, n)
	if floor := min(a.rate*0.1+1-float64(a.most), 0) - a.rate*0.02 - 2; a.left < floor {
		return fmt.Errorf("%d bytes pass at %.0f B/s and leave %.0f, less than %.0f", n, a.rate, a.left, floor)
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
		var got []float64
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
			got = during(b, 10*time.Second, ids...)
		})
		for i := range list {
			most := 10 * want[i]
			if off := math.Abs(got[i] - most); off > most/100+float64(node)*0.15+2*block {
				rt.Errorf("community %d of %+v gets %.0f bytes at %s, want %.0f", i, list, got[i], node, most)
			}
		}
	})
}
