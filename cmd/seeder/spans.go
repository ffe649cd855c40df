package main

import (
	"cmp"
	"slices"

	"seeder/message"
)

// withSpan returns spans, merged and in order, with one more.
func withSpan(spans []message.Span, add message.Span) []message.Span {
	all := append(slices.Clone(spans), add)
	slices.SortFunc(all, func(a, b message.Span) int { return cmp.Compare(a.From, b.From) })
	var out []message.Span
	for _, s := range all {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// withoutSpan returns what of spans lies outside a span.
func withoutSpan(spans []message.Span, remove message.Span) []message.Span {
	var out []message.Span
	for _, s := range spans {
		before := message.Span{From: s.From, To: min(s.To, remove.From)}
		after := message.Span{From: max(s.From, remove.To), To: s.To}
		for _, part := range []message.Span{before, after} {
			if !part.Empty() {
				out = append(out, part)
			}
		}
	}
	return out
}
