package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seeder/announce"
	"seeder/daemon"
	"seeder/message"
)

// jumpyClock is a clock that runs as others do but can be set.
type jumpyClock struct{ ahead atomic.Int64 }

// Now implements clock.Clock.
func (c *jumpyClock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *jumpyClock) jump(d time.Duration) { c.ahead.Add(int64(d)) }

// host runs a daemon in this process, by a clock of its own.
func (n *node) host() *jumpyClock {
	n.t.Helper()
	clk := new(jumpyClock)
	log, err := os.OpenFile(n.logPath(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		n.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	d, err := daemon.New(ctx, daemon.Options{Config: n.cfg, Logger: slog.New(slog.NewTextHandler(log, nil)), Clock: clk, Version: "test"})
	if err != nil {
		n.t.Fatal(err)
	}
	if n.at, err = daemon.ReadNodeFile(n.cfg); err != nil {
		n.t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- d.Run(ctx) }() // ends with ctx, which the cleanup sees to
	n.t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, d.Close(), log.Close()); err != nil {
			n.t.Errorf("%s: %v", n.name, err)
		}
	})
	return clk
}

// TestClockJumps sets the clock of an owner, of a member, or of both two days
// forth or back, and gives the owner one more week. What is announced from too
// far ahead is not believed until a day before its time has come; all else goes
// on at once. Nothing is archived twice or lost.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	const days = 48 * time.Hour
	for _, tc := range []struct {
		name          string
		owner, member time.Duration
	}{
		{"owner ahead", days, 0},
		{"owner behind", -days, 0},
		{"member ahead", 0, days},
		{"member behind", 0, -days},
		{"both ahead", days, days},
		{"both behind", -days, -days},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			stage := firstStage(t)
			owner := newNode(t, "owner", stage.ownerEnd(), settings{owner: "  republish: 1s\n"})
			ownerClock := owner.host()
			member := newNode(t, "member", stage.memberEnd(), settings{peers: []*node{owner}})
			memberClock := member.host()
			owner.await("settle", func() error { return settled(owner, member, stage.want) })

			ownerClock.jump(tc.owner)
			memberClock.jump(tc.member)
			owner.ingest(synthetic(60, 1, 3, longAgo()-historyWeeks*message.PartitionSeconds))
			want := owner.awaitArchives(len(stage.want.archives)+1, 2)
			// The clock of announcements never goes back, even if the owner's does.
			if max(tc.owner, 0)-tc.member > announce.MaxClockAhead {
				member.await("refuse what is announced from the future", func() error { return member.refuses(stage.want) })
				ownerClock.jump(-tc.owner)
				memberClock.jump(-tc.member)
				if tc.owner > 0 { // the announcement is still of a time to come
					if err := member.refuses(stage.want); err != nil {
						t.Error(err)
					}
					ownerClock.jump(30 * time.Hour)
					memberClock.jump(30 * time.Hour)
				}
			}
			member.await("have the owner's history", func() error { return member.sameHistory(want) })
			ownerClock.jump(-time.Duration(ownerClock.ahead.Load()))
			memberClock.jump(-time.Duration(memberClock.ahead.Load()))
			owner.await("go on by the right time", func() error {
				return errors.Join(owner.sameHistory(want), member.sameHistory(want))
			})
			if s := owner.mustRead(); s.own != want.own {
				t.Errorf("%d announcements, want %d", s.own, want.own)
			}
		})
	}
}

// awaitArchives waits until an owner has archived and announced so much.
func (n *node) awaitArchives(archives, announced int) (s state) {
	n.t.Helper()
	n.await("archive and announce", func() (err error) {
		if s, err = n.read(); err != nil {
			return err
		}
		if len(s.archives) != archives || s.own != announced {
			return fmt.Errorf("%d archives, %d announcements", len(s.archives), s.own)
		}
		return nil
	})
	return s
}

// refuses returns nil while a member has refused a newer announcement.
func (n *node) refuses(before state) error {
	s, err := n.read()
	if err != nil {
		return err
	}
	if s.digest != before.digest || len(s.archives) != len(before.archives) {
		n.t.Fatal("the member believes an announcement from the future")
	}
	if !containsRefusal(n.log()) {
		return errors.New("nothing was refused")
	}
	return nil
}

// sameHistory says what a node lacks of a history, whatever it does of old
// generations meanwhile: their time may come when the clock is right again.
func (n *node) sameHistory(want state) error {
	s, err := n.read()
	if err != nil {
		return err
	}
	if s.digest != want.digest || len(s.archives) != len(want.archives) || s.infoHash() != want.infoHash() || s.newest.Clock != want.newest.Clock {
		return fmt.Errorf("%d messages in %d archives, generation %s, newest announcement %d; want %d in %d, %s, %d",
			s.digest.Messages, len(s.archives), s.infoHash(), s.newest.Clock,
			want.digest.Messages, len(want.archives), want.infoHash(), want.newest.Clock)
	}
	return nil
}

func containsRefusal(log string) bool {
	return strings.Contains(log, "announcement refused") && strings.Contains(log, "too far ahead")
}
