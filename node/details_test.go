package node

import (
	"context"
	"testing"

	"seeder/message"
)

// copiesLive is a daemon that is connected to peers of one community.
type copiesLive struct {
	Live

	id     message.CommunityID
	copies map[message.ArchiveID]int
}

func (l copiesLive) Limits(context.Context) (LiveLimits, error) {
	of := func(a message.ArchiveID) int { return l.copies[a] }
	return LiveLimits{Communities: map[message.CommunityID]LiveCommunity{l.id: {CopiesOf: of}, {9}: {}}}, nil
}

func TestArchivesSayHowManyPeersHaveThem(t *testing.T) {
	id, rare, common := message.CommunityID{2}, message.ArchiveID{1}, message.ArchiveID{2}
	d := Details{Summary: Summary{ID: id}, Archives: []Archive{{ID: rare}, {ID: common}}}
	n := New(Options{Live: copiesLive{id: id, copies: map[message.ArchiveID]int{common: 5}}})
	if err := n.countCopies(t.Context(), d.ID, d.Archives); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{0, 5} {
		if got := d.Archives[i].Copies; got == nil || *got != want {
			t.Errorf("archive %s: %v copies, want %d", d.Archives[i].ID, got, want)
		}
	}
}

func TestNobodyKnowsCopiesWithoutPeers(t *testing.T) {
	for name, n := range map[string]*Node{"no daemon": New(Options{}), "no peers": New(Options{Live: copiesLive{}})} {
		d := Details{Summary: Summary{ID: message.CommunityID{9}}, Archives: []Archive{{ID: message.ArchiveID{1}}}}
		if err := n.countCopies(t.Context(), d.ID, d.Archives); err != nil {
			t.Fatal(err)
		}
		if d.Archives[0].Copies != nil {
			t.Errorf("%s: %d copies", name, *d.Archives[0].Copies)
		}
	}
}
