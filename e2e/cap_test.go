package e2e

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"seeder/api"
	"seeder/daemon"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/swarm"
)

// Settings of the cap run; `make cap` sets them to the full size.
var (
	capHistory = flag.Int("cap-history", 60, "MiB of history that a member with a cap follows")
	capStorage = flag.Int("cap-storage", 6, "its cap, in MiB")
)

// capWeeks is how many weeks the history has before it grows, capGrowth how many
// are added.
const (
	capWeeks  = 60
	capGrowth = 4
)

// weekOfNoise makes up messages of so many bytes for a week; nothing can be
// compressed in them.
func weekOfNoise(span message.Span, bytes int) []message.Message {
	const payload = 64 << 10
	var seed [32]byte
	copy(seed[:], strconv.FormatUint(span.From, 10))
	r := rand.NewChaCha8(seed)
	var list []message.Message
	for left := bytes; left > 0; left -= payload {
		m := message.Message{
			Timestamp: span.From + r.Uint64()%(span.To-span.From),
			Topic:     message.Topic([]byte{1, 2, 3, 4}),
			Payload:   make([]byte, min(left, payload)),
		}
		_, _ = r.Read(m.Payload) // never fails
		list = append(list, m)
	}
	return list
}

// capWeek is the n-th week of the history of the cap run; the last ones are due
// to be archived now, too, but are not there at first.
func capWeek(n int) message.Span {
	first := longAgo() - (capWeeks+capGrowth-1)*message.PartitionSeconds
	return message.PartitionOf(first + uint64(n)*message.PartitionSeconds)
}

// TestMemberStaysBelowItsCap lets a member follow a history ten times as large
// as its cap: it joins, the history grows week by week, the member is killed and
// started again, and its cap is lowered and raised. Its folder is looked at all
// the time and is never above the cap; at each end it holds the newest archives.
func TestMemberStaysBelowItsCap(t *testing.T) {
	t.Parallel()
	perWeek := *capHistory << 20 / capWeeks
	owner := newNode(t, "owner", dataFolder(t, store.RoleOwner, weekOfNoise(capWeek(0), perWeek)), settings{})
	for week := 1; week < capWeeks; week++ {
		owner.ingest(weekOfNoise(capWeek(week), perWeek))
	}
	owner.run()
	archived := func(weeks int) {
		owner.await(fmt.Sprintf("announce %d weeks", weeks), func() error {
			s, err := owner.read()
			if err == nil && (len(s.archives) < weeks || s.newest.SentAt == 0 && weeks > capWeeks) {
				err = fmt.Errorf("%d archives", len(s.archives))
			}
			return err
		})
	}
	archived(capWeeks)

	limit := quota.Size(*capStorage) << 20
	m := newNode(t, "member", dataFolder(t, store.RoleMember, nil), settings{peers: []*node{owner}})
	m.set("--cap", limit.String())
	watched := watchFolder(t, m, int64(limit))
	m.run()
	m.awaitSuffix(capWeeks)
	for week := range capGrowth {
		owner.ingest(weekOfNoise(capWeek(capWeeks+week), perWeek))
		archived(capWeeks + week + 1)
		if week == 1 { // in the middle of it
			m.await("hear of it", func() error { return m.lists(capWeeks + week + 1) })
			m.kill()
			m.run()
		}
		m.awaitSuffix(capWeeks + week + 1)
	}

	lower := limit / 2
	m.set("--cap", lower.String())
	m.await("give up what is over the lowered cap", func() error { return m.fits(int64(lower)) })
	watched.lower(int64(lower))
	m.awaitSuffix(capWeeks + capGrowth)
	m.stop()
	m.set("--cap", (lower / 2).String())
	m.run()
	m.await("give up what is over the cap that was lowered meanwhile", func() error { return m.fits(int64(lower / 2)) })
	watched.lower(int64(lower / 2))
	m.awaitSuffix(capWeeks + capGrowth)
	watched.lower(int64(limit))
	m.set("--cap", limit.String())
	m.awaitSuffix(capWeeks + capGrowth)
	watched.end()
	m.stop()
	m.checkRows()
}

// set changes limits of the community, as a user does.
func (n *node) set(args ...string) {
	n.t.Helper()
	line := append([]string{"community", "set", community().String()}, args...)
	if out, err := n.command(line...).CombinedOutput(); err != nil {
		n.t.Fatalf("%v: %v\n%s", line, err, out)
	}
}

// lists says what keeps the node from having so many archives in its database.
func (n *node) lists(archives int) error {
	s, err := n.read()
	if err == nil && len(s.archives) < archives {
		err = fmt.Errorf("it knows %d archives", len(s.archives))
	}
	return err
}

// fits says by how much the folder of the community is above a limit.
func (n *node) fits(limit int64) error {
	f, err := measureFolder(daemon.OpenFiles(n.cfg).Dir(community()))
	if err == nil && f.most() > limit {
		err = fmt.Errorf("%+v is more than %d bytes", f, limit)
	}
	return err
}

// awaitSuffix waits until the node holds the newest archives of so many, as many
// as fit under its cap, and the ledger says what is on the disk.
func (n *node) awaitSuffix(archives int) {
	n.t.Helper()
	n.await("hold the newest archives", func() error { return n.notSuffix(archives) })
}

func (n *node) notSuffix(archives int) error {
	s, err := n.read()
	if err != nil {
		return err
	}
	if len(s.archives) != archives {
		return fmt.Errorf("%d archives are known, want %d", len(s.archives), archives)
	}
	slices.SortFunc(s.archives, func(a, b store.Archive) int { return cmp.Compare(b.Span.To, a.Span.To) })
	here := 0
	for here < archives && s.archives[here].State == store.Imported {
		here++
	}
	if here == 0 || here == archives {
		return fmt.Errorf("%d of %d archives are here", here, archives)
	}
	for i := range s.archives[here:] {
		a := &s.archives[here+i]
		given := a.State == store.Evicted && a.Reason == store.OverCap
		if !given && (a.State != store.Listed || a.Reason != store.BeyondCap) {
			return fmt.Errorf("archive %s of %s is %s (%s)", a.ID, a.Span, a.State, a.Reason)
		}
	}
	return n.notCounted(&s.archives[here], here)
}

// notCounted compares what the running node counts with the disk: so many
// archives, byte for byte, and no room for the next one, which is older.
func (n *node) notCounted(next *store.Archive, here int) error {
	l, err := api.NewClient(n.at.Control).Limits(n.t.Context())
	if err != nil {
		return err
	}
	u, err := daemon.OpenFiles(n.cfg).Usage(community())
	if err != nil {
		return err
	}
	var onDisk int64
	for id, a := range u.Archives {
		if !a.Whole {
			return fmt.Errorf("a part of archive %s is left", id)
		}
		onDisk += a.Bytes
	}
	if len(l.Communities) != 1 {
		return fmt.Errorf("%d communities", len(l.Communities))
	}
	st := l.Communities[0].Storage
	if len(u.Archives) != here || st.Archives != here || st.Reserved != 0 || st.Used-st.Overhead != onDisk {
		return fmt.Errorf("%d archives of %d bytes are on the disk, %d are to be; the ledger says %+v", len(u.Archives), onDisk, here, st)
	}
	_, peak := swarm.Takes(swarm.File{Size: next.Size, Padding: next.Padding})
	if st.Used > st.Cap || st.Overhead < u.Overhead || next.State == store.Listed && st.Used+peak <= st.Cap {
		return fmt.Errorf("there is room for one more archive of %d bytes, or none for these: %+v; the folder takes %d beside them",
			peak, st, u.Overhead)
	}
	return nil
}

// The messages of evicted archives stay, unless they are to go with them.
func TestMessagesOfEvictedArchives(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	for _, drop := range []bool{false, true} {
		t.Run("dropped="+strconv.FormatBool(drop), func(t *testing.T) {
			t.Parallel()
			n := newNode(t, "member", stage.memberEnd(), settings{})
			before := n.mustRead()
			if drop {
				n.set("--drop-messages-on-evict", "on")
			}
			n.run()
			n.set("--cap", "1MiB")
			n.await("evict archives", func() error { return n.fits(1 << 20) })
			var after state
			n.await("record that", func() (err error) {
				if after, err = n.read(); err == nil && after.count(store.Evicted) == 0 {
					err = errors.New("no archive is evicted")
				}
				return err
			})
			n.stop()
			after = n.mustRead()
			var dropped uint64
			for i := range after.archives {
				if after.archives[i].State == store.Evicted && drop {
					dropped += after.archives[i].Messages
				}
			}
			if before.messages-after.messages != dropped {
				t.Errorf("%d messages of %d are left, %d were in evicted archives", after.messages, before.messages, dropped)
			}
			if !drop && after.digest != before.digest {
				t.Error("the digest has changed")
			}
			n.checkRows()
		})
	}
}

func (s state) count(want store.ArchiveState) (n int) {
	for i := range s.archives {
		if s.archives[i].State == want {
			n++
		}
	}
	return n
}
