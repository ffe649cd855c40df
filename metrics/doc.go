// Package metrics shows how a node stands in the form that Prometheus reads.
//
// # Names
//
// Every name begins with seeder_, is in base units (bytes, seconds), and ends in
// _total when it counts since the process began. seeder_node_ is over all
// communities. A limit that is not set is +Inf, so that comparing with it is
// right without further thought.
//
// # Labels
//
// The label community is the beginning of a community's id. Communities beyond
// the first [Options].MaxCommunities share the label [Other], so that the number
// of series is bounded. Every other label has a fixed list of values in this
// package: what the network sends never becomes one.
//
// # What work costs
//
// seeder_work_cpu_seconds_total is processor time of this program's own sections
// of work, measured on their threads. What the torrent library, the Waku library
// and the runtime do on goroutines of their own is in nobody's section: it is
// process_cpu_seconds_total less the sum. seeder_work_allocated_bytes_total is
// what the whole process allocated while such a section ran, because Go does not
// count allocations by goroutine: at most that much was the section's, and just
// that much when nothing else ran.
//
// # What a scrape costs
//
// A scrape reads numbers that are in memory and a handful of short rows; see
// BenchmarkScrape.
package metrics
