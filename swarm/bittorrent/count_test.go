package bittorrent

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestPeerPiecesCount compares with counting one by one.
func TestPeerPiecesCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p peerPieces
		if rapid.Bool().Draw(t, "everything") {
			p.resetAll()
		}
		for range rapid.IntRange(0, 200).Draw(t, "haves") {
			p.add(rapid.IntRange(0, 300).Draw(t, "piece"))
		}
		n := rapid.IntRange(0, 310).Draw(t, "pieces")
		want := 0
		for i := range n {
			if p.has(i) {
				want++
			}
		}
		if got := p.count(n); got != want {
			t.Fatalf("%d of %d pieces, want %d", got, n, want)
		}
	})
}

// TestFlowIsAMean takes readings of a connection.
func TestFlowIsAMean(t *testing.T) {
	began := time.Unix(1_700_000_000, 0)
	f := flow{at: began}
	for _, step := range []struct {
		after            time.Duration
		up, down         int64
		upRate, downRate int64
	}{
		{999 * time.Millisecond, 10, 1000, 0, 0}, // too soon
		{2 * time.Second, 20, 4000, 10, 2000},
		{2500 * time.Millisecond, 90, 9000, 10, 2000}, // too soon after
		{4 * time.Second, 20, 5000, 0, 500},
	} {
		f.update(began.Add(step.after), step.up, step.down)
		if f.upRate != step.upRate || f.downRate != step.downRate {
			t.Errorf("after %s: %d up, %d down, want %d and %d", step.after, f.upRate, f.downRate, step.upRate, step.downRate)
		}
	}
}
