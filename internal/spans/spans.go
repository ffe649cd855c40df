// Package spans is arithmetic with sets of seconds. A set is a list of spans that
// is merged and in order: no two of them overlap or touch, and none is empty.
// Nothing here changes the lists it is given.
package spans

import (
	"slices"

	"seeder/message"
)

// Missing returns the parts of span that covered, which is merged and in
// order, does not contain.
func Missing(covered []message.Span, span message.Span) []message.Span {
	var out []message.Span
	for _, c := range covered {
		if c.To <= span.From {
			continue
		}
		if c.From >= span.To {
			break
		}
		if span.From < c.From {
			out = append(out, message.Span{From: span.From, To: c.From})
		}
		span.From = c.To
	}
	if !span.Empty() {
		out = append(out, span)
	}
	return out
}

// Within returns the parts of span that covered, which is merged and in
// order, contains.
func Within(covered []message.Span, span message.Span) []message.Span {
	var out []message.Span
	for _, c := range covered {
		part := message.Span{From: max(c.From, span.From), To: min(c.To, span.To)}
		if !part.Empty() {
			out = append(out, part)
		}
	}
	return out
}

// Without returns covered, which is merged and in order, without what span
// contains of it.
func Without(covered []message.Span, span message.Span) []message.Span {
	if span.Empty() {
		return covered
	}
	var out []message.Span
	for _, c := range covered {
		out = append(out, Missing([]message.Span{span}, c)...)
	}
	return out
}

// Merge returns covered with span added. Both are merged and in order: no two
// spans overlap or touch.
func Merge(covered []message.Span, span message.Span) []message.Span {
	if span.Empty() {
		return covered
	}
	out := make([]message.Span, 0, len(covered)+1)
	for _, c := range covered {
		if c.To < span.From || c.From > span.To {
			out = append(out, c)
			continue
		}
		span = message.Span{From: min(c.From, span.From), To: max(c.To, span.To)}
	}
	at, _ := slices.BinarySearchFunc(out, span.From, func(c message.Span, from uint64) int {
		if c.From < from {
			return -1
		}
		return 1
	})
	return slices.Insert(out, at, span)
}

// Covers reports whether ts lies in one of covered, which is merged and in order.
func Covers(covered []message.Span, ts uint64) bool {
	i, _ := slices.BinarySearchFunc(covered, ts, func(c message.Span, ts uint64) int {
		if c.To <= ts {
			return -1
		}
		return 1
	})
	return i < len(covered) && covered[i].Contains(ts)
}
