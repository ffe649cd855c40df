package node

import (
	"testing"

	"seeder/limits"
	"seeder/message"
	"seeder/quota"
)

func TestOverlayOfADaemon(t *testing.T) {
	id := message.CommunityID{2, 1}
	copies := 3
	s := Limits{Communities: []CommunityLimits{{ID: id}, {ID: message.CommunityID{2, 2}}}}
	s.overlay(LiveLimits{
		Battery: "no", Metered: "unknown",
		Node: LiveHolder{
			Up:          quota.Flow{Limit: 10, Rate: 9.6, Bytes: 99, Waiting: 1, Waited: 500_000_000},
			LiveStorage: LiveStorage{Usage: quota.Usage{Used: 5, Cap: 6}},
		},
		Communities: map[message.CommunityID]LiveCommunity{id: {
			LiveHolder: LiveHolder{LiveStorage: LiveStorage{Usage: quota.Usage{Used: 4096, Reserved: 8192, Archives: 1}}},
			Mode:       limits.Mode{Reason: "paused"}, Peers: 4, Copies: &copies,
		}},
	})
	if !s.Answering || s.Node.Up.Rate != 9 || s.Node.Up.Limit != 10 || s.Node.Up.WaitedSeconds != 0.5 || s.Node.Storage.Cap != 6 || s.Node.Battery != "no" {
		t.Errorf("%+v", s.Node)
	}
	c := s.Of(id)
	if c.Peers != 4 || *c.Copies != 3 || c.Mode.Reason != "paused" || c.Storage.Reserved != 8192 {
		t.Errorf("%+v", c)
	}
	if s.Of(message.CommunityID{9}) != nil {
		t.Error("limits of a community that is not there")
	}
}
