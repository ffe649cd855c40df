package bittorrent

import (
	"context"
	"fmt"
	"testing"

	"seeder/message"
	"seeder/swarm"
)

// charges notes what it is asked for.
type charges struct{ up, down []int }

func (c *charges) Upload(_ context.Context, _ message.CommunityID, n int) error {
	c.up = append(c.up, n)
	return nil
}

func (c *charges) Download(_ context.Context, _ message.CommunityID, n int) error {
	c.down = append(c.down, n)
	return nil
}

func (*charges) DownloadShare(message.CommunityID) int64 { return 0 }

// TestTheNextWritePaysForWhatCameTwice writes after payload came that was not
// written.
func TestTheNextWritePaysForWhatCameTwice(t *testing.T) {
	th := &charges{}
	v := newView(c1, swarm.InfoHash{}, nil)
	v.throttle = th
	for _, surplus := range []int64{0, 300, 0, -20} {
		v.surplus.Add(surplus)
		if !v.mayDownload(100) || !v.mayUpload(7) {
			t.Error("refused")
		}
	}
	if got := fmt.Sprint(th.down, th.up); got != "[100 400 100 80] [7 7 7 7]" {
		t.Errorf("charged %s", got)
	}
}
