package bittorrent_test

import (
	"testing"
	"time"

	"seeder/swarm/swarmtest"
)

// Two nodes are connected before either knows what is in the torrent. Peers say
// only at the beginning of a connection that they do; all the same the second
// gets everything from the first once that has it.
func TestStrangersToATorrentTellEachOther(t *testing.T) {
	t.Parallel()
	ctx := within(t, 30*time.Second)
	owner, first, second := start(t), start(t), start(t)
	archives := swarmtest.NewArchives(1, 2, 3)
	ref := owner.seed(ctx, t, archives...)
	ref.Peers = nil
	first.AddPeers(ref.Community, second.Addrs()...)
	second.AddPeers(ref.Community, first.Addrs()...)
	done := make(chan error, 2)
	go func() { done <- first.Fetch(ctx, ref, &swarmtest.Receiver{}) }()
	go func() { done <- second.Fetch(ctx, ref, &swarmtest.Receiver{}) }()
	eventually(ctx, t, "the two are connected", func() bool {
		return first.Stats(ref.Community).Peers > 0 && second.Stats(ref.Community).Peers > 0
	})
	first.AddPeers(ref.Community, owner.Addrs()...)
	for range 2 {
		if err := <-done; err != nil {
			t.Fatalf("fetch: %v", err)
		}
	}
	swarmtest.CheckFiles(t, second.files, ref.Community, archives...)
}
