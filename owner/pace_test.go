package owner_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"seeder/importer"
	"seeder/internal/clock"
	"seeder/quota"
)

// Sealing waits for its turn among imports, and in the background seals the
// same.
func TestSealingKeepsThePace(t *testing.T) {
	fast := newRig(t)
	fast.add(history(30, 0, 1)...)
	fast.atWeek(5)
	want := fast.round()

	r := newRig(t)
	r.add(history(30, 0, 1)...)
	r.atWeek(5)
	pace := importer.NewPace(importer.PaceOptions{Clock: clock.NewFixed(r.clock.Now())})
	r.opts.Import.Pace = pace
	turn, err := pace.Enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := r.owner().Round(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a round that has to wait ended with %v", err)
	}
	if n := len(r.archives()); n != 0 {
		t.Errorf("%d archives were sealed out of turn", n)
	}
	turn.Leave()
	pace.Set(quota.PaceBackground)
	got := r.round()
	if got.InfoHash != want.InfoHash || got.Archives != 2 {
		t.Errorf("sealed %+v in the background, want %+v", got, want)
	}
}
