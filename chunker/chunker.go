// Package chunker decides which messages form which archive. It is pure: no
// clock, no disk, no network. Given the same messages it gives the same
// archives on every machine, whatever order the messages came in.
//
// # The rule
//
// History is cut into partitions of seven days, [k*7d, (k+1)*7d) counted from
// the Unix epoch ([message.PartitionOf]). The messages of a partition are taken
// in order of (timestamp, key), each key once. They form one archive, unless
// that grows too large: a message begins a new archive of the same span when
// with it
//
//   - the content, which is the bytes of payload and sig, would pass the limit
//     (30,000,000 bytes, as for Status clients), or
//   - the encoded messages would pass [MaxEncodedBytes], which only messages
//     with next to no content reach.
//
// The first message of an archive is never too large for it, so a message above
// the limit is an archive of its own and nothing is left out. A partition
// without messages gives no archive.
//
// # Worked example
//
// With a limit of 10 bytes, six messages whose content has
//
//	4 6 1 25 0 10
//
// bytes form the archives
//
//	[4 6] [1] [25] [0 10]
//
// 4+6 fills one exactly; 1 does not fit any more; 25 is above the limit and
// alone, because even an empty message behind it would be in an archive that is
// already past the limit; 0 and 10 fit together.
package chunker

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"seeder/message"
)

const (
	// DefaultLimit is how many bytes of payload and sig one archive holds,
	// unless a single message has more.
	DefaultLimit = 30_000_000
	// MaxEncodedBytes bounds the encoded messages of one archive, each with its
	// tag and length: 256 MiB, unless a single message has more.
	MaxEncodedBytes = 256 << 20
)

var (
	// ErrOrder reports a message that is not behind the one before it.
	ErrOrder = errors.New("message is out of order")
	// ErrSpan reports a message outside the span.
	ErrSpan = errors.New("message is outside the span")
)

// Verdict is what to do with a message.
type Verdict int

// The verdicts.
const (
	// Append puts the message into the current archive; the first message of
	// all begins it.
	Append Verdict = iota + 1
	// Cut ends the current archive; the message is the first of the next.
	Cut
	// Duplicate leaves the message out: it is the one before it.
	Duplicate
)

// String returns the verdict in a word.
func (v Verdict) String() string {
	switch v {
	case Append:
		return "append"
	case Cut:
		return "cut"
	case Duplicate:
		return "duplicate"
	}
	return fmt.Sprintf("verdict %d", int(v))
}

// Splitter decides on the messages of one span, one after the other. It holds
// no message. It is used by one goroutine.
type Splitter struct {
	span    message.Span
	limit   uint64
	any     bool
	time    uint64
	key     message.Key
	content uint64 // of the current archive
	encoded uint64
}

// NewSplitter returns a splitter for the messages of a span. Limit is in bytes
// of content, 0 stands for [DefaultLimit].
func NewSplitter(span message.Span, limit uint64) *Splitter {
	if limit == 0 {
		limit = DefaultLimit
	}
	return &Splitter{span: span, limit: limit}
}

// Next decides on a message. The error wraps [ErrSpan] or [ErrOrder]; the
// message then changes nothing.
func (s *Splitter) Next(m *message.Message) (Verdict, error) {
	if !s.span.Contains(m.Timestamp) {
		return 0, fmt.Errorf("%w: %d is not in [%d, %d)", ErrSpan, m.Timestamp, s.span.From, s.span.To)
	}
	key := m.Key()
	if s.any {
		order := cmp.Or(cmp.Compare(m.Timestamp, s.time), bytes.Compare(key[:], s.key[:]))
		if order < 0 {
			return 0, fmt.Errorf("%w: (%d, %s) comes behind (%d, %s)", ErrOrder, m.Timestamp, key, s.time, s.key)
		}
		if order == 0 {
			return Duplicate, nil
		}
	}
	verdict := Append
	content, encoded := m.ContentSize(), encodedSize(m)
	if s.any && (s.content+content > s.limit || s.encoded+encoded > MaxEncodedBytes) {
		verdict, s.content, s.encoded = Cut, 0, 0
	}
	s.content += content
	s.encoded += encoded
	s.any, s.time, s.key = true, m.Timestamp, key
	return verdict, nil
}

// encodedSize counts a message with the most that its tag and length can take.
func encodedSize(m *message.Message) uint64 { return uint64(m.WireSize()) + 6 }

// Sort puts messages in order of (timestamp, key) and removes those whose key
// occurs earlier in that order. The result uses the memory of list, and depends
// on which messages there are, not on their order: of messages that claim the
// same timestamp and key but differ, the one with the lowest wire form stays.
func Sort(list []message.Message) []message.Message {
	type keyed struct {
		key message.Key
		msg message.Message
	}
	all := make([]keyed, len(list))
	for i := range list {
		all[i] = keyed{list[i].Key(), list[i]}
	}
	slices.SortFunc(all, func(a, b keyed) int {
		if c := cmp.Or(cmp.Compare(a.msg.Timestamp, b.msg.Timestamp), bytes.Compare(a.key[:], b.key[:])); c != 0 {
			return c
		}
		return bytes.Compare(a.msg.AppendWire(nil), b.msg.AppendWire(nil))
	})
	seen := make(map[message.Key]bool, len(all))
	out := list[:0]
	for i := range all {
		if !seen[all[i].key] {
			seen[all[i].key] = true
			out = append(out, all[i].msg)
		}
	}
	clear(list[len(out):])
	return out
}
