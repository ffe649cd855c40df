package bittorrent

import (
	"testing"

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
