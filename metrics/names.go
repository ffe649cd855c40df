package metrics

import (
	"strings"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	gauge   = prometheus.GaugeValue
	counter = prometheus.CounterValue
)

var (
	communities = prometheus.NewDesc("seeder_communities", "Communities of this node.", []string{"role"}, nil)

	scrapeComplete = prometheus.NewDesc("seeder_scrape_complete",
		"1 when all of this scrape could be read, 0 when the database did not answer and what comes from it is missing.", nil, nil)
	scrapeSeconds = prometheus.NewDesc("seeder_scrape_seconds", "How long it took to read the node for this scrape.", nil, nil)
)

// The values that labels may have. What a source has beside them counts as "other".
var (
	states    = []string{"listed", "downloading", "stored", "imported", "evicted", "quarantined"}
	reasons   = []string{"community", "node", "lowered", Other}
	parts     = []string{"announcement", "fetch", "import", "archive", "send", Other}
	imports   = []string{"imported", "refused", "failed"}
	results   = []string{"new", "known", "promoted", "restored"}
	workKinds = []string{"import", "verify", "hash", "seal", Other}
)

func ofCommunity(name, help string, kind prometheus.ValueType, read func(*Community, emit), labels ...string) metric[Community] {
	desc := prometheus.NewDesc("seeder_"+name, help, append([]string{"community"}, labels...), nil)
	return metric[Community]{desc, kind, read}
}

func ofNode(name, help string, kind prometheus.ValueType, read func(*Node, emit), labels ...string) metric[Node] {
	return metric[Node]{prometheus.NewDesc("seeder_node_"+name, help, labels, nil), kind, read}
}

// each gives a value for every one of the names, absent ones as 0, and puts
// what has another name under "other" where the names have that.
func each[N int | int64](values map[string]N, names []string, emit emit) {
	known := make(map[string]bool, len(names))
	for _, name := range names {
		known[name] = true
	}
	var rest N
	for name, v := range values {
		if !known[name] {
			rest += v
		}
	}
	for _, name := range names {
		v := values[name]
		if name == Other {
			v += rest
		}
		emit(float64(v), name)
	}
}

// text is s as a label may have it.
func text(s string) string {
	const longest = 64
	s = strings.ToValidUTF8(s, "?")
	for utf8.RuneCountInString(s) > longest {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// maker makes metrics of communities, or of the node.
type maker[T any] func(name, help string, kind prometheus.ValueType, read func(*T, emit), labels ...string) metric[T]

// usage are the metrics that communities have, and the node has of them all.
func usage[T any](of maker[T], traffic func(*T) *Traffic, storage func(*T) *Storage) []metric[T] {
	flows := func(name, help string, kind prometheus.ValueType, value func(Flow) float64) metric[T] {
		return of(name, help, kind, func(t *T, e emit) {
			e(value(traffic(t).Up), "up")
			e(value(traffic(t).Down), "down")
		}, "direction")
	}
	stored := func(name, help string, value func(*Storage) float64) metric[T] {
		return of(name, help, gauge, func(t *T, e emit) { e(value(storage(t))) })
	}
	return []metric[T]{
		flows("transfer_bytes_total", "Payload that went to (up) and came from (down) peers.", counter,
			func(f Flow) float64 { return float64(f.Bytes) }),
		flows("transfer_rate_bytes_per_second", "Payload a second now, a mean over a few seconds.", gauge,
			func(f Flow) float64 { return f.Rate }),
		flows("transfer_limit_bytes_per_second", "Limit in force for payload a second; +Inf for none.", gauge,
			func(f Flow) float64 { return limit(f.Limit) }),
		flows("transfers_waiting", "Transfers that wait for their turn under a limit now.", gauge,
			func(f Flow) float64 { return float64(f.Waiting) }),
		flows("transfer_wait_seconds_total", "How long transfers have waited under limits, all together.", counter,
			func(f Flow) float64 { return f.Waited.Seconds() }),
		stored("storage_used_bytes", "Archives in place and the files beside them, as they take room on disk.",
			func(s *Storage) float64 { return float64(s.Used) }),
		stored("storage_reserved_bytes", "Room set aside for archives on their way.",
			func(s *Storage) float64 { return float64(s.Reserved) }),
		stored("storage_overhead_bytes", "The part of used that is torrents, indexes and peer books.",
			func(s *Storage) float64 { return float64(s.Overhead) }),
		stored("storage_pinned_bytes", "The part of used and reserved that is never evicted: pinned archives and originals.",
			func(s *Storage) float64 { return float64(s.Pinned) }),
		stored("storage_cap_bytes", "Limit of used and reserved together; +Inf for none.",
			func(s *Storage) float64 { return limit(s.Cap) }),
	}
}

var communityMetrics = append(usage(ofCommunity,
	func(c *Community) *Traffic { return &c.Traffic }, func(c *Community) *Storage { return &c.Storage }),
	ofCommunity("community_info", "Always 1; role and local name of a community are labels.", gauge,
		func(c *Community, e emit) { e(1, c.Role, text(c.Name)) }, "role", "name"),
	ofCommunity("peers", "Connected peers.", gauge, func(c *Community, e emit) { e(float64(c.Peers)) }),
	ofCommunity("torrents", "Generations served or fetched.", gauge, func(c *Community, e emit) { e(float64(c.Torrents)) }),
	ofCommunity("hashed_bytes_total", "Bytes hashed by the swarm, to check what came and to seed.", counter,
		func(c *Community, e emit) { e(float64(c.HashedBytes)) }),
	ofCommunity("hashed_index_bytes_total", "Those of hashed_bytes_total that are of indexes which were here.", counter,
		func(c *Community, e emit) { e(float64(c.HashedIndexBytes)) }),
	ofCommunity("checked_bytes_total", "Bytes of earlier runs compared with their hash before they were served.", counter,
		func(c *Community, e emit) { e(float64(c.CheckedBytes)) }),
	ofCommunity("damaged_pieces_total", "Pieces found damaged on disk.", counter,
		func(c *Community, e emit) { e(float64(c.DamagedPieces)) }),
	ofCommunity("allowed", "1 where settings and limits let a community serve, fetch and archive now, else 0.", gauge,
		func(c *Community, e emit) {
			e(boolean(c.Serving), "serve")
			e(boolean(c.Fetching), "fetch")
			e(boolean(c.Archiving), "archive")
		}, "activity"),
	ofCommunity("archives", "Archives by state.", gauge,
		func(c *Community, e emit) { each(c.Archives, states, e) }, "state"),
	ofCommunity("evictions_total", "Archives removed from disk for room: over the cap of the community or the node, or a cap was lowered.", counter,
		func(c *Community, e emit) { each(c.Evictions, reasons, e) }, "reason"),
	ofCommunity("gap_seconds", "Length of the history that is known to exist and is not here.", gauge,
		func(c *Community, e emit) { e(c.GapSeconds) }),
	ofCommunity("imports_total", "Archives brought into the database, by outcome.", counter,
		func(c *Community, e emit) { each(c.Imports.Archives, imports, e) }, "result"),
	ofCommunity("import_messages_total", "Messages of imported archives, by what was known of them.", counter,
		func(c *Community, e emit) { each(c.Imports.Messages, results, e) }, "result"),
	ofCommunity("import_seconds_total", "How long imports have taken.", counter,
		func(c *Community, e emit) { e(c.Imports.Time.Seconds()) }),
	ofCommunity("attempts", "Failures since the last success, by part of the work.", gauge,
		func(c *Community, e emit) { each(c.Attempts, parts, e) }, "part"),
	ofCommunity("announcement_timestamp_seconds", "When the newest announcement was made; 0 when none is known.", gauge,
		func(c *Community, e emit) { e(stamp(c.Announced)) }),
	ofCommunity("announcement_sent_timestamp_seconds", "When this node last sent an announcement; 0 for never.", gauge,
		func(c *Community, e emit) { e(stamp(c.Sent)) }),
	ofCommunity("outbox", "Announcements of this node that no peer has taken yet.", gauge,
		func(c *Community, e emit) { e(float64(c.Outbox)) }),
	ofCommunity("operations_open", "What was asked for and has not ended.", gauge,
		func(c *Community, e emit) { e(float64(c.Operations)) }),
	ofCommunity("work_cpu_seconds_total", "Processor time of this program's own sections of work. The libraries' goroutines are in none.", counter,
		func(c *Community, e emit) {
			eachWork(c.Work, func(w Work) float64 { return w.CPU.Seconds() }, e)
		}, "work"),
	ofCommunity("work_allocated_bytes_total", "Bytes the whole process allocated while the work ran: at most what the work did.", counter,
		func(c *Community, e emit) {
			eachWork(c.Work, func(w Work) float64 { return float64(w.Allocated) }, e)
		}, "work"),
)

// eachWork gives the kinds of work that were measured.
func eachWork(work map[string]Work, value func(Work) float64, emit emit) {
	var rest Work
	known := make(map[string]bool, len(workKinds))
	for _, kind := range workKinds {
		known[kind] = true
	}
	for kind, w := range work {
		if !known[kind] {
			rest.CPU += w.CPU
			rest.Allocated += w.Allocated
		}
	}
	for _, kind := range workKinds {
		switch w, measured := work[kind]; {
		case kind == Other && rest != (Work{}):
			emit(value(rest), Other)
		case measured && kind != Other:
			emit(value(w), kind)
		}
	}
}

var nodeMetrics = append(usage(ofNode,
	func(n *Node) *Traffic { return &n.Traffic }, func(n *Node) *Storage { return &n.Storage }),
	ofNode("disk_free_bytes", "Free room of the disk that holds the archives.", gauge, func(n *Node, e emit) {
		if n.DiskTotal > 0 {
			e(float64(n.DiskFree))
		}
	}),
	ofNode("disk_total_bytes", "Size of the disk that holds the archives.", gauge, func(n *Node, e emit) {
		if n.DiskTotal > 0 {
			e(float64(n.DiskTotal))
		}
	}),
	ofNode("disk_min_free_bytes", "What the settings keep free of the disk.", gauge,
		func(n *Node, e emit) { e(float64(n.MinFree)) }),
	ofNode("on_battery", "1 when the machine runs on battery, 0 when not; absent where the system does not tell.", gauge,
		func(n *Node, e emit) { answer(n.Battery, e) }),
	ofNode("metered", "1 when the network is paid by volume, 0 when not; absent where the system does not tell.", gauge,
		func(n *Node, e emit) { answer(n.Metered, e) }),
)

func answer(a Answer, emit emit) {
	if a != Unknown {
		emit(boolean(a == Yes))
	}
}
