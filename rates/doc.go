// Package rates keeps how fast a node transfers, and what it takes of the
// machine, for the graphs of the last hour, day and week: see [Range]. What was
// kept outlives a restart, and the time between is without points.
//
// # How it is measured
//
// A [Recorder] reads totals each [Every]. What passed between two readings counts
// for every point that the time between them overlaps, weighted with the
// milliseconds of the overlap, so that a point is the mean of the time in which
// the node was up. Readings that are more than [Gap] apart, those between which the
// clock was set, and those before 2024, when it was not set yet, say nothing.
//
// # The file
//
//	"seeder rates 1\n"
//	CRC-32C of what follows, 4 bytes, most significant first
//	DEFLATE (RFC 1951) of the body
//
// The body is a sequence of unsigned varints as of encoding/binary, but for ids:
//
//	body   = number of series, series...
//	series = community id of 33 bytes, all zero for the node; hour, day, week
//	ring   = number of the newest point, points from the oldest to the newest
//	point  = 0 | milliseconds, up, down        of a community
//	       | 0 | milliseconds, up, down, CPU, RSS   of the node
//
// The number of a point is its time in seconds since the Unix epoch divided by
// the step of the range. Milliseconds are how long the node was up in it, at
// most those of its step. Values are the bits of an IEEE 754 number of 32 bits,
// not negative and finite. Series are in order of id. A day in which nothing is
// transferred takes a few dozen bytes. Worked example, before compression: the
// body of no series is the byte 0, and the file ends with it.
//
// A file that says otherwise is damaged: it is set aside with the suffix
// [DamagedSuffix], and the graphs begin anew.
package rates
