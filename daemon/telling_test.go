package daemon_test

import (
	"errors"
	"slices"
	"testing"

	"seeder/activity"
	"seeder/message"
	"seeder/node"
	"seeder/rates"
)

// sum adds what the points of a series have, and counts those that have anything.
func sum(list []*float64) (total float64, points int) {
	for _, v := range list {
		if v != nil {
			total, points = total+*v, points+1
		}
	}
	return total, points
}

// A member tells of a transfer while it goes on, and of all that happened after
// a restart.
func TestNodeTellsOfItself(t *testing.T) {
	t.Parallel()
	const weeks = 20 // of which the last comes long after the first
	own := options(t)
	c := ownHistory(t, own, noise(weeks, 300_000)...)
	defer run(t, start(t, own))()
	opts, peers := slowMember(t, own.Config)
	d := start(t, opts)
	end := run(t, d)
	if _, err := d.Node().Join(t.Context(), c, "Harbour"); err != nil {
		t.Fatal(err)
	}
	if err := d.Node().AddPeers(t.Context(), c, peers); err != nil {
		t.Fatal(err)
	}
	client := control(t, opts)
	var now node.Transfers
	eventually(t, "a part of an archive has come", func() bool {
		var err error
		now, err = client.Transfers(t.Context(), c)
		return err == nil && len(now.Peers) == 1 && slices.ContainsFunc(now.Archives, func(a node.ArchiveTransfer) bool {
			return a.DoneBytes > 0 && a.DoneBytes < a.TotalBytes && a.Copies == 1 && a.To-a.From == message.PartitionSeconds
		})
	})
	if len(now.Torrents) != 1 || now.Torrents[0].Pieces == 0 || now.Peers[0].Pieces != now.Torrents[0].Pieces || now.Community != c {
		t.Errorf("transfers are %+v", now)
	}
	end()

	opts.Config.Limits.Down = ""
	d = start(t, opts)
	end = run(t, d)
	defer func() { end() }()
	client = control(t, opts)
	for _, id := range []*message.CommunityID{nil, &c} {
		for _, over := range rates.Ranges {
			s, err := client.Rates(t.Context(), id, over)
			if err != nil {
				t.Fatal(err)
			}
			if total, points := sum(s.Down); total < 1000 || points == 0 || points > 12 {
				t.Errorf("rates of %v over %s: %v in %d points", id, over, total, points)
			}
		}
	}
	last := ""
	eventually(t, "all archives are here, and that is told", func() bool {
		events, err := client.Activity(t.Context(), "", 1000)
		if err != nil {
			t.Fatal(err)
		}
		imported := 0
		for _, e := range events {
			if e.Kind == activity.KindArchive && e.State == "imported" && e.Community == c.String() {
				imported++
			}
		}
		last = events[len(events)-1].ID
		return imported == weeks
	})
	enough := errors.New("enough")
	var heard []activity.Event
	err := client.Follow(t.Context(), last, func(e activity.Event) error {
		heard = append(heard, e)
		if len(heard) == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatalf("following: %v", err)
	}
	all, err := client.Activity(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	if all[0].Kind != activity.KindCommunity || !slices.Equal(heard, all[1:4]) {
		t.Errorf("heard %+v, there are %+v", heard, all[:4])
	}
}
