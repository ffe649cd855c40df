package main

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"seeder/message"
)

// TestSpansAreSets compares with sets of single seconds.
func TestSpansAreSets(t *testing.T) {
	const end = 20
	rapid.Check(t, func(rt *rapid.T) {
		var spans []message.Span
		var model [end]bool
		for range rapid.IntRange(0, 12).Draw(rt, "steps") {
			from := rapid.Uint64Range(0, end-1).Draw(rt, "from")
			s := message.Span{From: from, To: rapid.Uint64Range(from+1, end).Draw(rt, "to")}
			add := rapid.Bool().Draw(rt, "add")
			before := slices.Clone(spans)
			changed := withoutSpan(spans, s)
			if add {
				changed = withSpan(spans, s)
			}
			if !slices.Equal(spans, before) {
				rt.Fatalf("%v were changed to %v", before, spans)
			}
			spans = changed
			for i := s.From; i < s.To; i++ {
				model[i] = add
			}
			for i := range uint64(end) {
				if in := slices.ContainsFunc(spans, func(s message.Span) bool { return s.Contains(i) }); in != model[i] {
					rt.Fatalf("%d in %v: %v", i, spans, in)
				}
			}
			for i, s := range spans {
				if s.Empty() || i > 0 && spans[i-1].To > s.From {
					rt.Fatalf("not in order: %v", spans)
				}
			}
		}
	})
}
