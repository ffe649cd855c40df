package metrics

import (
	"context"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"seeder/internal/clock"
)

// DefaultMaxCommunities is how many communities have labels of their own.
const DefaultMaxCommunities = 200

// scrapeTimeout bounds how long a scrape waits for the node.
const scrapeTimeout = 5 * time.Second

// Options are the parts and settings of the metrics. Source and Clock are
// required.
type Options struct {
	Source Source
	Clock  clock.Clock
	// Version is that of the program.
	Version string
	// MaxCommunities is how many communities have labels of their own; 0 for
	// [DefaultMaxCommunities].
	MaxCommunities int
}

// Registry returns the metrics of a node and of its process.
func Registry(opts Options) *prometheus.Registry {
	if opts.MaxCommunities == 0 {
		opts.MaxCommunities = DefaultMaxCommunities
	}
	r := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "seeder_build_info", Help: "Always 1; the version of the program is the label.",
		ConstLabels: prometheus.Labels{"version": text(opts.Version)},
	})
	build.Set(1)
	r.MustRegister(build, &collector{opts: opts},
		collectors.NewGoCollector(), collectors.NewBuildInfoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// collector implements [prometheus.Collector].
type collector struct{ opts Options }

// Describe implements [prometheus.Collector].
func (*collector) Describe(ch chan<- *prometheus.Desc) {
	for _, m := range communityMetrics {
		ch <- m.desc
	}
	for _, m := range nodeMetrics {
		ch <- m.desc
	}
	ch <- scrapeComplete
	ch <- scrapeSeconds
	ch <- communities
}

// Collect implements [prometheus.Collector].
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	began := c.opts.Clock.Now()
	node, err := c.opts.Source.Metrics(ctx)
	for _, m := range nodeMetrics {
		m.read(&node, func(v float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(m.desc, m.kind, v, labels...)
		})
	}
	for _, one := range label(node.Communities, c.opts.MaxCommunities) {
		for _, m := range communityMetrics {
			m.read(one.Community, func(v float64, labels ...string) {
				ch <- prometheus.MustNewConstMetric(m.desc, m.kind, v, append([]string{one.label}, labels...)...)
			})
		}
	}
	roles := map[string]int{"owner": 0, "member": 0}
	for i := range node.Communities {
		if role := node.Communities[i].Role; role == "owner" || role == "member" {
			roles[role]++
		}
	}
	for role, n := range roles {
		ch <- prometheus.MustNewConstMetric(communities, prometheus.GaugeValue, float64(n), role)
	}
	ch <- prometheus.MustNewConstMetric(scrapeComplete, prometheus.GaugeValue, boolean(err == nil))
	ch <- prometheus.MustNewConstMetric(scrapeSeconds, prometheus.GaugeValue, c.opts.Clock.Now().Sub(began).Seconds())
}

// metric is one name and how its values are read from an S.
type metric[S any] struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(s *S, emit emit)
}

// emit gives a value, with the labels behind that of the community.
type emit func(v float64, labels ...string)

func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// limit is a limit as a value: +Inf for none.
func limit(n int64) float64 {
	if n == 0 {
		return math.Inf(1)
	}
	return float64(n)
}

// stamp is a time in seconds since the Unix epoch, 0 for never.
func stamp(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
