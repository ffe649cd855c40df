package bittorrent

import (
	"testing"
	"time"

	"seeder/internal/clock"
	"seeder/swarm/swarmtest"
)

// TestHashersAreBounded takes the only turn to hash: all bytes come, no piece
// is verified. A piece that is checked before it is served waits, too.
func TestHashersAreBounded(t *testing.T) {
	p := newPair(t, Options{Hashers: 1}, 5*pl, 3*pl)
	end := p.member.hashers.begin()
	c, err := p.member.community(c1)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- p.fetch(t, p.member) }()
	await(t, "the index to come", func() bool { return p.member.Stats(c1).DownloadedBytes > 0 })
	if n := p.member.Stats(c1).Torrents[0].PiecesComplete; n != 0 {
		t.Errorf("%d pieces were verified without a turn", n)
	}
	end()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	swarmtest.CheckFiles(t, p.member.files, c1, p.archives...)
	for _, g := range c.generations() {
		if g.view.hashers == nil {
			t.Error("a generation has no bound")
		}
	}
}

// await waits for a condition.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	until := clock.System{}.Now().Add(20 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if (clock.System{}).Now().After(until) {
			t.Fatalf("in vain: %s", what)
		}
		<-tick.C
	}
}
