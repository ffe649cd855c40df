package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
)

const (
	// soakSettle is how many kills may go by before all must be well again.
	soakSettle = 10
	// soakPause is the longest time between two kills.
	soakPause = 1500 * time.Millisecond
)

// TestSoak kills an owner and two members at random moments, while the history
// grows, and requires in the end what an owner that nobody has disturbed makes
// of the same history.
func TestSoak(t *testing.T) {
	t.Parallel()
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d, %d kills", *seed, *kills)
	s := newSoak(t, rand.New(rand.NewPCG(*seed, 1)))
	for i := range *kills {
		s.round()
		if (i+1)%soakSettle == 0 {
			s.settle()
			t.Logf("%4d kills: %d messages in %d archives, all well", i+1, s.given, len(s.last.archives))
		}
	}
	s.settle()
	s.finish()
}

// soak is a soak under way.
type soak struct {
	t       *testing.T
	rng     *rand.Rand
	owner   *node
	members []*node
	weeks   [][]message.Message // of the history, and how many were given to the owner
	next    int
	given   uint64
	killed  map[string]int
	last    state // of the owner, when all were last well
}

func newSoak(t *testing.T, rng *rand.Rand) *soak {
	t.Helper()
	const first = 3
	weeks := first + *kills
	s := &soak{t: t, rng: rng, killed: make(map[string]int)}
	for i := range weeks {
		end := longAgo() - uint64(weeks-1-i)*message.PartitionSeconds
		s.weeks = append(s.weeks, synthetic(20, 1, uint64(i), end))
	}
	s.owner = newNode(t, "owner", dataFolder(t, store.RoleOwner, nil), settings{})
	for range first {
		s.grow()
	}
	s.owner.run()
	known := []*node{s.owner}
	for i := range 2 {
		m := newNode(t, fmt.Sprintf("member %d", i+1), dataFolder(t, store.RoleMember, nil), settings{peers: known})
		m.run()
		known = append(known, m)
		s.members = append(s.members, m)
	}
	return s
}

// grow gives the owner one more week.
func (s *soak) grow() {
	s.owner.ingest(s.weeks[s.next])
	s.given += uint64(len(s.weeks[s.next]))
	s.next++
}

// round lets the nodes work for a while and kills one or all of them.
func (s *soak) round() {
	s.t.Helper()
	if s.rng.IntN(3) > 0 && s.next < len(s.weeks) {
		s.grow()
	}
	s.pause()
	all := append([]*node{s.owner}, s.members...)
	victims := all
	if i := s.rng.IntN(10 * len(all)); i > 0 {
		victims = all[i%len(all) : i%len(all)+1]
	}
	for _, n := range victims {
		if n.ended() {
			s.t.Fatalf("%s ended by itself: %s", n.name, n.cmd.ProcessState)
		}
		n.kill()
		s.killed[n.name]++
	}
	for _, n := range victims {
		n.checkRows()
		if s.rng.IntN(3) == 0 {
			s.pause()
		}
		n.start("")
	}
}

// pause waits for a random time, more often a short one.
func (s *soak) pause() {
	longest := soakPause >> s.rng.IntN(5)
	<-time.NewTimer(time.Duration(s.rng.Int64N(int64(longest)))).C
}

// settle waits until every node holds all that was given to the owner.
func (s *soak) settle() {
	s.t.Helper()
	for _, m := range s.members {
		m.await("settle", func() error {
			want, err := s.owner.read()
			if err != nil {
				return err
			}
			if want.digest.Messages != s.given {
				return fmt.Errorf("the owner has archived %d of %d messages", want.digest.Messages, s.given)
			}
			s.last = want
			return settled(s.owner, m, want)
		})
	}
}

// finish stops all, looks at everything, and compares with an owner that was
// not disturbed.
func (s *soak) finish() {
	s.t.Helper()
	all := append([]*node{s.owner}, s.members...)
	for _, n := range all {
		n.tidy(s.last)
		n.stop()
	}
	var given []message.Message
	for _, week := range s.weeks[:s.next] {
		given = append(given, week...)
	}
	calm := newNode(s.t, "calm owner", dataFolder(s.t, store.RoleOwner, given), settings{})
	calm.run()
	var want state
	calm.await("archive", func() (err error) {
		want, err = calm.read()
		if err == nil && want.own == 0 {
			err = errors.New("nothing announced")
		}
		return err
	})
	calm.stop()
	var lines []string
	for _, n := range all {
		n.checkRows()
		n.checkFolder(want)
		n.checkMessages()
		got := n.mustRead()
		if err := got.differs(want); err != nil {
			s.t.Errorf("%s is not what it is without kills: %v", n.name, err)
		}
		lines = append(lines, fmt.Sprintf("%-11s killed %3d times, digest %x", n.name, s.killed[n.name], got.digest.SHA256))
	}
	s.t.Logf("%d messages in %d archives; without kills the digest is %x\n%s",
		s.given, len(want.archives), want.digest.SHA256, strings.Join(lines, "\n"))
}
