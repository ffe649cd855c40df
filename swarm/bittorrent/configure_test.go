package bittorrent

import (
	"slices"
	"testing"

	"seeder/message"
	"seeder/swarm"
)

func TestTrackersAreExchanged(t *testing.T) {
	before, now := []string{"udp://a.example:1", "udp://b.example:1"}, []string{"udp://c.example:1", "udp://b.example:1"}
	got := exchange([]string{"udp://a.example:1", "udp://b.example:1", "udp://link.example:1"}, before, now)
	if want := append(slices.Clone(now), "udp://link.example:1"); !slices.Equal(got, want) {
		t.Errorf("trackers %v, want %v", got, want)
	}
	s := startWith(t, Options{Files: swarm.NewFiles(t.TempDir()), Listen: "127.0.0.1:0", UseTrackers: true, Trackers: before})
	if !s.SetTrackers(now) || !slices.Equal(s.trackersOf(swarm.Ref{}), now) {
		t.Errorf("new torrents get %v", s.trackersOf(swarm.Ref{}))
	}
	without := startWith(t, Options{Files: swarm.NewFiles(t.TempDir()), Listen: "127.0.0.1:0"})
	if without.SetTrackers(now) || len(without.trackersOf(swarm.Ref{})) != 0 {
		t.Error("a swarm without trackers has some now")
	}
}

// A torrent that was about to be added with the trackers of before gets those of
// now, and one that is added with those of now keeps them.
func TestTrackersChangeBeforeATorrentIsAdded(t *testing.T) {
	before, now := []string{"udp://127.0.0.1:1"}, []string{"udp://127.0.0.1:2"}
	s := startWith(t, Options{Files: swarm.NewFiles(t.TempDir()), Listen: "127.0.0.1:0", UseTrackers: true, Trackers: before})
	ref := swarm.Ref{Trackers: []string{"udp://127.0.0.1:3"}}
	list := s.trackersOf(ref)
	s.SetTrackers(now)
	want := append(slices.Clone(now), ref.Trackers...)
	for n, list := range [][]string{list, s.trackersOf(ref)} {
		c, err := s.community(message.CommunityID{byte(n + 1)})
		if err != nil {
			t.Fatal(err)
		}
		g, err := c.add(newView(c.id, swarm.InfoHash{byte(n + 1)}, s.open), list)
		if err != nil {
			t.Fatal(err)
		}
		mi := g.t.Metainfo()
		if got := slices.Concat(mi.UpvertedAnnounceList()...); !slices.Equal(got, want) {
			t.Errorf("torrent %d is announced to %v, want %v", n, got, want)
		}
	}
}

func TestNewPeersAreOfEveryCommunity(t *testing.T) {
	s := startWith(t, Options{Files: swarm.NewFiles(t.TempDir()), Listen: "127.0.0.1:0", Peers: []string{"198.51.100.1:1"}})
	early, err := s.community(message.CommunityID{1})
	if err != nil {
		t.Fatal(err)
	}
	s.SetPeers([]string{"198.51.100.2:2"})
	late, err := s.community(message.CommunityID{2})
	if err != nil {
		t.Fatal(err)
	}
	if due := early.book.due(nobody); len(due) != 2 {
		t.Errorf("the community from before tries %v", due)
	}
	if due := late.book.due(nobody); !slices.Equal(due, []string{"198.51.100.2:2"}) {
		t.Errorf("the new community tries %v", due)
	}
}
