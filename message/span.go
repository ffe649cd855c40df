package message

import (
	"fmt"
	"time"
)

// PartitionSeconds is the length of the partitions that history is cut into:
// [k*7d, (k+1)*7d), counted from the Unix epoch.
const PartitionSeconds = 7 * 24 * 60 * 60

// Span is the half-open range of time From <= t < To, in seconds since the
// Unix epoch.
type Span struct {
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}

// Forever contains every timestamp but the very last one.
func Forever() Span { return Span{To: ^uint64(0)} }

// PartitionOf returns the partition that contains timestamp ts.
func PartitionOf(ts uint64) Span {
	from := ts - ts%PartitionSeconds
	return Span{From: from, To: from + PartitionSeconds}
}

// Contains reports whether From <= ts < To.
func (s Span) Contains(ts uint64) bool { return s.From <= ts && ts < s.To }

// Empty reports whether the span contains nothing.
func (s Span) Empty() bool { return s.From >= s.To }

// String returns the span as two UTC dates with times where needed.
func (s Span) String() string { return fmt.Sprintf("[%s, %s)", stamp(s.From), stamp(s.To)) }

func stamp(ts uint64) string {
	if ts > 1<<40 {
		return fmt.Sprintf("%d", ts)
	}
	t := time.Unix(int64(ts), 0).UTC()
	if ts%86400 == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05Z")
}
