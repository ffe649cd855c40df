package bittorrent

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seeder/message"
	"seeder/swarm/swarmtest"
)

// drain gives out all it can and returns the slots.
func drain(h *handover) (slots []int) {
	for {
		r, ok := h.pop()
		if !ok {
			return slots
		}
		slots = append(slots, r.slot)
	}
}

func TestHandoverKeepsTheOrderWanted(t *testing.T) {
	h := newHandover([]int{7, 3, 5}, time.Minute)
	h.add(result{slot: 5})
	h.add(result{slot: 3})
	if got := drain(h); got != nil {
		t.Fatalf("gave %v before the first", got)
	}
	h.add(result{slot: 7})
	if got := drain(h); !slices.Equal(got, []int{7, 3, 5}) || !h.over() {
		t.Errorf("gave %v, want 7 3 5 and the end", got)
	}
}

func TestHandoverDoesNotWaitForWhatNobodyHas(t *testing.T) {
	h := newHandover([]int{7, 3, 5, 9}, time.Minute)
	h.add(result{slot: 5})
	h.add(result{slot: 3})
	h.release()
	h.add(result{slot: 9}) // has not waited yet
	if got := drain(h); !slices.Equal(got, []int{3, 5}) {
		t.Fatalf("gave %v after the wait, want 3 5", got)
	}
	h.add(result{slot: 7})
	if got := drain(h); !slices.Equal(got, []int{7, 9}) || !h.over() {
		t.Errorf("gave %v, want 7 9 and the end", got)
	}
}

// Whatever comes in whatever order, everything is given once, and without a
// release in the order wanted.
func TestHandoverProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "archives")
		order := rapid.Permutation(numbers(n)).Draw(t, "wanted")
		arrive := rapid.Permutation(numbers(n)).Draw(t, "arriving")
		patient := rapid.Bool().Draw(t, "patient")
		h := newHandover(order, time.Minute)
		var got []int
		for _, slot := range arrive {
			h.add(result{slot: slot})
			if !patient && rapid.Bool().Draw(t, "release") {
				h.release()
			}
			got = append(got, drain(h)...)
		}
		if !h.over() {
			t.Fatalf("not over after %v, gave %v", arrive, got)
		}
		if patient && !slices.Equal(got, order) {
			t.Fatalf("gave %v, want %v", got, order)
		}
		slices.Sort(got)
		if !slices.Equal(got, numbers(n)) {
			t.Fatalf("gave %v", got)
		}
	})
}

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// TestWhatNobodyHasHoldsBackForAWhile wants an archive first that nobody has: the
// other is handed over all the same.
func TestWhatNobodyHasHoldsBackForAWhile(t *testing.T) {
	p := newPair(t, Options{HoldBack: 10 * time.Millisecond}, 2*pl, 3*pl)
	if err := p.owner.Discard(c1, p.archives[0].ID); err != nil {
		t.Fatal(err)
	}
	handed := errors.New("handed over")
	r := &swarmtest.Receiver{
		Want:      swarmtest.Only(p.archives[0].ID, p.archives[1].ID),
		OnArchive: func(message.ArchiveID) error { return handed },
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := p.member.Fetch(ctx, p.ref, r); !errors.Is(err, handed) {
		t.Fatalf("fetch: %v, want the other archive", err)
	}
	if got := r.Got(); len(got) != 1 || got[0] != p.archives[1].ID {
		t.Errorf("got %v, want the archive that there is", got)
	}
}
