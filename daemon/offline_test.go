package daemon_test

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
)

// shifted is a clock that is ahead of the machine's.
type shifted struct{ ahead atomic.Int64 }

func (s *shifted) Now() time.Time { return clock.System{}.Now().Add(time.Duration(s.ahead.Load())) }

// weeksAgo makes n messages for a week of the past.
func weeksAgo(weeks, n int) []message.Message {
	span := message.PartitionOf(uint64(clock.System{}.Now().Add(-time.Duration(weeks) * 7 * 24 * time.Hour).Unix()))
	var out []message.Message
	for i := range n {
		out = append(out, message.Message{
			Timestamp: span.From + uint64(i), Topic: "abcd", Payload: fmt.Appendf(nil, "message %d of %s", i, span),
		})
	}
	return out
}

func addMessages(t *testing.T, cfg config.Config, c message.CommunityID, messages []message.Message) {
	t.Helper()
	update(t, cfg, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, func(yield func(message.Message, error) bool) {
			for _, m := range messages {
				if !yield(m, nil) {
					return
				}
			}
		})
		return err
	})
}

func join(t *testing.T, cfg config.Config, c message.CommunityID, role store.Role) {
	t.Helper()
	update(t, cfg, func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: c, Role: role}) })
}

func view(t *testing.T, cfg config.Config, fn func(store.Tx) error) {
	t.Helper()
	db, err := daemon.OpenStore(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func digestOf(t *testing.T, cfg config.Config, c message.CommunityID) (d store.Digest) {
	t.Helper()
	view(t, cfg, func(tx store.Tx) (err error) {
		d, err = store.DigestOf(tx, c)
		return err
	})
	return d
}

func newestOf(t *testing.T, cfg config.Config, c message.CommunityID) (a store.Announcement) {
	t.Helper()
	view(t, cfg, func(tx store.Tx) error {
		all, err := tx.Announcements(c, 0)
		if len(all) > 0 {
			a = all[0]
		}
		return err
	})
	return a
}

// stored returns how many archives are in place.
func stored(t *testing.T, cfg config.Config, c message.CommunityID) (count int) {
	t.Helper()
	view(t, cfg, func(tx store.Tx) error {
		rows, err := tx.Archives(c)
		for i := range rows {
			if rows[i].State == store.Stored || rows[i].State == store.Imported {
				count++
			}
		}
		return err
	})
	return count
}

// meet makes a node know one other: its relay and store, and its archives.
func meet(t *testing.T, opts *daemon.Options, other config.Config) {
	t.Helper()
	n, err := daemon.ReadNodeFile(other)
	if err != nil {
		t.Fatal(err)
	}
	opts.Config.Waku.Peers, opts.Config.Swarm.Peers = n.Waku, n.Swarm[:1]
}

// slowMember is a node that could fetch the history of own at a limit, and has not joined
// yet: it does not know the peers that are returned.
func slowMember(t *testing.T, own config.Config) (opts daemon.Options, peers []string) {
	t.Helper()
	opts = options(t)
	meet(t, &opts, own)
	peers, opts.Config.Swarm.Peers = opts.Config.Swarm.Peers, nil
	opts.Config.Limits.Down = "300KiB/s"
	return opts, peers
}

// Over real Waku and BitTorrent, with the owner gone for good: a member that was
// away while the owner announced gets everything from the seedbox, the next day
// by a store query, and one that comes months later by asking.
func TestMembersConvergeFromTheSeedboxAlone(t *testing.T) {
	t.Parallel()
	now := &shifted{}
	node := func() daemon.Options {
		opts := options(t)
		opts.Clock, opts.Config.Queue.AnswerDelay, opts.Config.Queue.AnswerPause = now, 50*time.Millisecond, 0
		return opts
	}
	c := newKey(t, "2f").Community()
	box := node()
	box.Config.Member.Import = false
	join(t, box.Config, c, store.RoleMember)
	endBox := run(t, start(t, box))

	owner := node()
	meet(t, &owner, box.Config)
	join(t, owner.Config, c, store.RoleOwner)
	if err := daemon.Keystore(owner.Config).Add(newKey(t, "2f"), "test"); err != nil {
		t.Fatal(err)
	}
	addMessages(t, owner.Config, c, weeksAgo(6, 20))
	endOwner := run(t, start(t, owner))

	member := node()
	meet(t, &member, box.Config)
	join(t, member.Config, c, store.RoleMember)
	endMember := run(t, start(t, member))
	eventually(t, "the member has the first week", func() bool { return digestOf(t, member.Config, c).Messages == 20 })
	endMember()

	endOwner()
	addMessages(t, owner.Config, c, weeksAgo(4, 30))
	endOwner = run(t, start(t, owner))
	eventually(t, "the seedbox has both weeks", func() bool {
		return stored(t, box.Config, c) == 2 && newestOf(t, owner.Config, c).SentAt != 0
	})
	want, announced := digestOf(t, owner.Config, c), newestOf(t, owner.Config, c)
	endOwner()

	now.ahead.Store(int64(24 * time.Hour))
	endMember = run(t, start(t, member))
	eventually(t, "the member has what the owner had", func() bool { return digestOf(t, member.Config, c) == want })
	endMember()
	if got := newestOf(t, member.Config, c); got.Clock != announced.Clock {
		t.Errorf("the member follows clock %d, want %d", got.Clock, announced.Clock)
	}

	now.ahead.Store(int64(100 * 24 * time.Hour)) // beyond what stores are asked for
	endBox()
	endBox = run(t, start(t, box))
	defer func() { endBox() }()
	late := node()
	meet(t, &late, box.Config)
	join(t, late.Config, c, store.RoleMember)
	endLate := run(t, start(t, late))
	defer func() { endLate() }()
	eventually(t, "the late member has what the owner had", func() bool { return digestOf(t, late.Config, c) == want })
	kept := newestOf(t, box.Config, c)
	if kept.SentAt == 0 || kept.Clock != announced.Clock || !bytes.Equal(kept.Signed, announced.Signed) {
		t.Errorf("the seedbox has clock %d, sent at %d; want the owner's announcement, sent on", kept.Clock, kept.SentAt)
	}
}
