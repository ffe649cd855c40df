package spans_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"seeder/internal/spans"
	"seeder/message"
)

const horizon = 64

// seconds marks which seconds spans contain.
func seconds(list ...message.Span) (marks [horizon]bool) {
	for _, s := range list {
		for ts := s.From; ts < s.To; ts++ {
			marks[ts] = true
		}
	}
	return marks
}

var genSpan = rapid.Custom(func(t *rapid.T) message.Span {
	return message.Span{From: rapid.Uint64Range(0, horizon).Draw(t, "from"), To: rapid.Uint64Range(0, horizon).Draw(t, "to")}
})

func TestSpansAgreeWithSeconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var covered []message.Span
		want := seconds()
		for _, s := range rapid.SliceOfN(genSpan, 0, 12).Draw(t, "spans") {
			covered = spans.Merge(covered, s)
			for ts, in := range seconds(s) {
				want[ts] = want[ts] || in
			}
		}
		if seconds(covered...) != want {
			t.Fatalf("merged to %v", covered)
		}
		wantNormal(t, covered)
		ask := genSpan.Draw(t, "ask")
		missing, within := spans.Missing(covered, ask), spans.Within(covered, ask)
		wantNormal(t, missing)
		wantNormal(t, within)
		isMissing, isWithin := seconds(missing...), seconds(within...)
		for ts, asked := range seconds(ask) {
			if isMissing[ts] != (asked && !want[ts]) || isWithin[ts] != (asked && want[ts]) {
				t.Fatalf("second %d: %v misses %v and has %v of %v", ts, covered, missing, within, ask)
			}
			if spans.Covers(covered, uint64(ts)) != want[ts] {
				t.Fatalf("covers %d is not %v", ts, want[ts])
			}
		}
	})
}

// wantNormal checks that spans are in order, not empty, and do not touch.
func wantNormal(t *rapid.T, list []message.Span) {
	for i, s := range list {
		if s.Empty() || i > 0 && list[i-1].To >= s.From {
			t.Fatalf("%v is not merged and in order", list)
		}
	}
}

func TestSpansAtTheEndOfTime(t *testing.T) {
	const end = 1<<64 - 1
	all := spans.Merge(nil, message.Forever())
	all = spans.Merge(all, message.Span{From: 5, To: end})
	if !slices.Equal(all, []message.Span{message.Forever()}) {
		t.Errorf("merged to %v", all)
	}
	if !spans.Covers(all, end-1) || spans.Covers(all, end) {
		t.Error("a span contains its last second and not its end")
	}
	if got := spans.Missing([]message.Span{{From: 0, To: end - 1}}, message.Forever()); !slices.Equal(got, []message.Span{{From: end - 1, To: end}}) {
		t.Errorf("missing %v", got)
	}
}

// TestSpansAreSets compares with sets of single seconds.
func TestSpansAreSets(t *testing.T) {
	const end = 20
	rapid.Check(t, func(rt *rapid.T) {
		var list []message.Span
		var model [end]bool
		for range rapid.IntRange(0, 12).Draw(rt, "steps") {
			from := rapid.Uint64Range(0, end-1).Draw(rt, "from")
			s := message.Span{From: from, To: rapid.Uint64Range(from+1, end).Draw(rt, "to")}
			add := rapid.Bool().Draw(rt, "add")
			before := slices.Clone(list)
			changed := spans.Without(list, s)
			if add {
				changed = spans.Merge(list, s)
			}
			if !slices.Equal(list, before) {
				rt.Fatalf("%v were changed to %v", before, list)
			}
			list = changed
			for i := s.From; i < s.To; i++ {
				model[i] = add
			}
			for i := range uint64(end) {
				if in := slices.ContainsFunc(list, func(s message.Span) bool { return s.Contains(i) }); in != model[i] {
					rt.Fatalf("%d in %v: %v", i, list, in)
				}
			}
			for i, s := range list {
				if s.Empty() || i > 0 && list[i-1].To > s.From {
					rt.Fatalf("not in order: %v", list)
				}
			}
		}
	})
}
