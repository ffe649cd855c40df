package retry_test

import (
	"context"
	"testing"
	"time"

	"seeder/internal/retry"
)

func TestPausesGrowToTheLongestAndStartAgain(t *testing.T) {
	const first, longest = time.Second, 16 * time.Second
	p := retry.NewPause(first, longest)
	want := first
	for i := range 50 {
		got := p.Next()
		if got < want/2 || got > want*3/2 {
			t.Errorf("pause %d is %s, want %s give or take a half", i, got, want)
		}
		want = min(2*want, longest)
	}
	p.Reset()
	if got := p.Next(); got > first*3/2 {
		t.Errorf("pause after a success is %s, want about %s", got, first)
	}
}

func TestPauseAfterCountedFailures(t *testing.T) {
	const first, longest = time.Second, time.Minute
	for failures, want := range map[int]time.Duration{1: first, 2: 2 * first, 5: 16 * first, 7: longest, 1000: longest} {
		for range 20 {
			if got := retry.After(first, longest, failures); got < want/2 || got > want*3/2+1 {
				t.Errorf("after %d failures %s, want %s give or take a half", failures, got, want)
			}
		}
	}
}

func TestSleepEndsWithItsContext(t *testing.T) {
	if !retry.Sleep(t.Context(), time.Nanosecond) {
		t.Error("a wait that was not disturbed says it was")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if retry.Sleep(ctx, time.Hour) || retry.NewPause(time.Hour, time.Hour).Wait(ctx) {
		t.Error("a wait whose context ended says it was not disturbed")
	}
}
