package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/metrics"
)

// source is a node that stands still.
type source struct {
	node metrics.Node
	err  error
}

func (s *source) Metrics(context.Context) (metrics.Node, error) { return s.node, s.err }

func registry(s *source, most int) *prometheus.Registry {
	return metrics.Registry(metrics.Options{Source: s, Clock: clock.NewFixed(time.Unix(1_700_000_000, 0)), Version: "v1", MaxCommunities: most})
}

func id(n byte) message.CommunityID { return message.CommunityID{2, n} }

func busy(n byte) metrics.Community {
	flow := metrics.Flow{Bytes: 1000 + int64(n), Rate: 2.5, Limit: 262144, Waiting: 3, Waited: 1500 * time.Millisecond}
	return metrics.Community{
		ID: id(n), Role: "member", Name: "Harbour", Traffic: metrics.Traffic{Up: flow, Down: metrics.Flow{Bytes: 7}},
		Storage: metrics.Storage{Used: 4096, Reserved: 8192, Overhead: 100, Pinned: 50, Cap: 1 << 20},
		Peers:   4, Torrents: 2, HashedBytes: 11, HashedIndexBytes: 9, CheckedBytes: 12, DamagedPieces: 1, Serving: true, Fetching: true,
		Archives: map[string]int{"imported": 5, "quarantined": 1}, GapSeconds: 604800,
		Attempts: map[string]int{"fetch": 2}, Evictions: map[string]int64{"community": 3, "made up": 1},
		Imports: metrics.Imports{
			Archives: map[string]int64{"imported": 5}, Messages: map[string]int64{"new": 50, "known": 2}, Time: 2 * time.Second,
		},
		Announced: time.UnixMilli(1_600_000_000_500), Outbox: 1, Operations: 2,
		Work: map[string]metrics.Work{"import": {CPU: 3 * time.Second, Allocated: 99}},
	}
}

// TestValues compares every value of one community with what it was made of.
func TestValues(t *testing.T) {
	node := metrics.Node{Communities: []metrics.Community{busy(1)}, DiskFree: 5, DiskTotal: 10, MinFree: 1, Battery: metrics.Yes}
	got := values(t, registry(&source{node: node}, 0))
	c := `community="0x020100000000"`
	for series, want := range map[string]float64{
		`seeder_community_info{` + c + `,name="Harbour",role="member"}`:      1,
		`seeder_transfer_bytes_total{` + c + `,direction="up"}`:              1001,
		`seeder_transfer_bytes_total{` + c + `,direction="down"}`:            7,
		`seeder_transfer_rate_bytes_per_second{` + c + `,direction="up"}`:    2.5,
		`seeder_transfer_limit_bytes_per_second{` + c + `,direction="up"}`:   262144,
		`seeder_transfer_limit_bytes_per_second{` + c + `,direction="down"}`: math.Inf(1),
		`seeder_transfers_waiting{` + c + `,direction="up"}`:                 3,
		`seeder_transfer_wait_seconds_total{` + c + `,direction="up"}`:       1.5,
		`seeder_peers{` + c + `}`:                                            4,
		`seeder_torrents{` + c + `}`:                                         2,
		`seeder_hashed_bytes_total{` + c + `}`:                               11,
		`seeder_hashed_index_bytes_total{` + c + `}`:                         9,
		`seeder_checked_bytes_total{` + c + `}`:                              12,
		`seeder_damaged_pieces_total{` + c + `}`:                             1,
		`seeder_allowed{activity="serve",` + c + `}`:                         1,
		`seeder_allowed{activity="archive",` + c + `}`:                       0,
		`seeder_storage_used_bytes{` + c + `}`:                               4096,
		`seeder_storage_reserved_bytes{` + c + `}`:                           8192,
		`seeder_storage_overhead_bytes{` + c + `}`:                           100,
		`seeder_storage_pinned_bytes{` + c + `}`:                             50,
		`seeder_storage_cap_bytes{` + c + `}`:                                1 << 20,
		`seeder_archives{` + c + `,state="imported"}`:                        5,
		`seeder_archives{` + c + `,state="listed"}`:                          0,
		`seeder_evictions_total{` + c + `,reason="community"}`:               3,
		`seeder_evictions_total{` + c + `,reason="other"}`:                   1,
		`seeder_gap_seconds{` + c + `}`:                                      604800,
		`seeder_imports_total{` + c + `,result="imported"}`:                  5,
		`seeder_import_messages_total{` + c + `,result="new"}`:               50,
		`seeder_import_seconds_total{` + c + `}`:                             2,
		`seeder_attempts{` + c + `,part="fetch"}`:                            2,
		`seeder_announcement_timestamp_seconds{` + c + `}`:                   1_600_000_000.5,
		`seeder_announcement_sent_timestamp_seconds{` + c + `}`:              0,
		`seeder_outbox{` + c + `}`:                                           1,
		`seeder_operations_open{` + c + `}`:                                  2,
		`seeder_work_cpu_seconds_total{` + c + `,work="import"}`:             3,
		`seeder_work_allocated_bytes_total{` + c + `,work="import"}`:         99,
		`seeder_node_disk_free_bytes{}`:                                      5,
		`seeder_node_disk_min_free_bytes{}`:                                  1,
		`seeder_node_on_battery{}`:                                           1,
		`seeder_node_transfer_limit_bytes_per_second{direction="up"}`:        math.Inf(1),
		`seeder_node_storage_cap_bytes{}`:                                    math.Inf(1),
		`seeder_communities{role="member"}`:                                  1,
		`seeder_communities{role="owner"}`:                                   0,
		`seeder_scrape_complete{}`:                                           1,
		`seeder_build_info{version="v1"}`:                                    1,
	} {
		if v, ok := got[series]; !ok || v != want {
			t.Errorf("%s is %v (there: %v), want %v", series, v, ok, want)
		}
	}
	if _, told := got[`seeder_node_metered{}`]; told {
		t.Error("tells whether the network is metered where the system does not")
	}
}

// TestLabelsAreBounded has more communities than labels, and two whose ids
// begin alike.
func TestLabelsAreBounded(t *testing.T) {
	var node metrics.Node
	for n := range byte(10) {
		node.Communities = append(node.Communities, busy(n))
	}
	twin := busy(0)
	twin.ID[32] = 1
	node.Communities[1] = twin
	node.Communities[9].Storage.Cap = 0
	got := values(t, registry(&source{node: node}, 3))
	labels := make(map[string]bool)
	for series := range got {
		if _, rest, ok := strings.Cut(series, `community="`); ok {
			labels[rest[:strings.IndexByte(rest, '"')]] = true
		}
	}
	if len(labels) != 4 || !labels[metrics.Other] || !labels[metrics.Label(twin.ID)] || !labels[twin.ID.String()] {
		t.Errorf("labels %v", labels)
	}
	for series, want := range map[string]float64{
		`seeder_peers{community="other"}`:                                          7 * 4,
		`seeder_transfer_bytes_total{community="other",direction="up"}`:            7*1000 + 3 + 4 + 5 + 6 + 7 + 8 + 9,
		`seeder_transfer_limit_bytes_per_second{community="other",direction="up"}`: 7 * 262144,
		`seeder_storage_cap_bytes{community="other"}`:                              math.Inf(1),
		`seeder_archives{community="other",state="imported"}`:                      35,
		`seeder_work_cpu_seconds_total{community="other",work="import"}`:           21,
		`seeder_announcement_timestamp_seconds{community="other"}`:                 1_600_000_000.5,
		`seeder_communities{role="member"}`:                                        10,
	} {
		if got[series] != want {
			t.Errorf("%s is %v, want %v", series, got[series], want)
		}
	}
}

// TestNamesOfPeople shows that no name can break a scrape.
func TestNamesOfPeople(t *testing.T) {
	for _, name := range []string{"", "\xff\xfe", "a\n\"b\\", strings.Repeat("ü", 500)} {
		c := busy(1)
		c.Name = name
		values(t, registry(&source{node: metrics.Node{Communities: []metrics.Community{c}}}, 0))
	}
}

// TestDatabaseAway shows that a database that does not answer is told, not a
// failure of the scrape.
func TestDatabaseAway(t *testing.T) {
	got := values(t, registry(&source{err: errors.New("away")}, 0))
	if v, ok := got["seeder_scrape_complete{}"]; !ok || v != 0 {
		t.Errorf("seeder_scrape_complete is %v", v)
	}
	if _, ok := got["go_goroutines{}"]; !ok {
		t.Error("the process is not told of")
	}
}

// TestConventions has the linter of Prometheus look at names, units and help.
func TestConventions(t *testing.T) {
	problems, err := testutil.GatherAndLint(registry(&source{node: metrics.Node{Communities: []metrics.Community{busy(1)}}}, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "seeder_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// values scrapes and returns every series with its value.
func values(t testing.TB, r *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]float64)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			out[series(f.GetName(), m)] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	return out
}

func series(name string, m *dto.Metric) string {
	var labels []string
	for _, l := range m.GetLabel() {
		labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
	}
	return name + "{" + strings.Join(labels, ",") + "}"
}

// BenchmarkScrape is the part of a scrape that does not read the node: 300
// communities, of which 200 have labels of their own.
func BenchmarkScrape(b *testing.B) {
	var node metrics.Node
	for n := range 300 {
		c := busy(byte(n))
		c.ID[2] = byte(n >> 8)
		node.Communities = append(node.Communities, c)
	}
	r := registry(&source{node: node}, 0)
	for b.Loop() {
		if _, err := r.Gather(); err != nil {
			b.Fatal(err)
		}
	}
}
