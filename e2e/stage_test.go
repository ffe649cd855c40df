package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
)

// stage is where a crash case begins, and where it must end.
type stage struct {
	name          string
	owner, member string // data folders to begin with
	want          state
	announced     int // by the owner, in all
	// passes counts, for each role, how often each failpoint is passed when
	// nothing goes wrong.
	passes map[store.Role]map[string]int
}

// first and next are played when they are first asked for.
var first, next struct {
	once sync.Once
	*stage
}

func firstStage(t *testing.T) *stage {
	t.Helper()
	first.once.Do(func() { first.stage = playFirst(t) })
	if first.stage == nil {
		t.Fatal("an undisturbed run has failed in another test")
	}
	return first.stage
}

func nextStage(t *testing.T) *stage {
	t.Helper()
	before := firstStage(t)
	next.once.Do(func() { next.stage = playNext(t, before) })
	if next.stage == nil {
		t.Fatal("an undisturbed run has failed in another test")
	}
	return next.stage
}

// ownerEnd and memberEnd are the data folders at the end of the stage.
func (s *stage) ownerEnd() string  { return s.owner + "-end" }
func (s *stage) memberEnd() string { return s.member + "-end" }

// playFirst runs an owner and a member over a new history without disturbing
// them, and returns what they came to.
func playFirst(t *testing.T) *stage {
	t.Helper()
	s := &stage{name: "first", owner: dataFolder(t, store.RoleOwner, history()), member: dataFolder(t, store.RoleMember, nil), announced: 1}
	s.play(t)
	if n := len(s.want.archives); n < historyWeeks || s.want.messages != historyMessages || s.want.digest.Messages != historyMessages {
		t.Fatalf("%d messages were archived in %d archives", s.want.digest.Messages, n)
	}
	return s
}

// playNext does the same from where the first stage ended, with one more week
// and litter that dead processes may leave.
func playNext(t *testing.T, before *stage) *stage {
	t.Helper()
	s := &stage{name: "next", announced: 2, owner: before.owner + "-next", member: before.member + "-next"}
	for from, to := range map[string]string{before.ownerEnd(): s.owner, before.memberEnd(): s.member} {
		copyFolder(t, to, from)
		litter(t, to)
	}
	o := newNode(t, "ingest", s.owner, settings{})
	o.ingest(synthetic(60, 1, 2, longAgo()+message.PartitionSeconds))
	if err := os.RemoveAll(s.owner); err != nil {
		t.Fatal(err)
	}
	copyFolder(t, s.owner, o.data())
	s.play(t)
	if len(s.want.archives) != len(before.want.archives)+1 {
		t.Fatalf("%d archives after a further week, %d before it", len(s.want.archives), len(before.want.archives))
	}
	return s
}

// litterID is of an archive that nobody has made.
var litterID = message.ArchiveID{1, 2, 3}

// litter puts into a data folder what processes that died leave there.
func litter(t *testing.T, data string) {
	t.Helper()
	archives := filepath.Join(data, "communities", community().String(), "archives")
	stranger := filepath.Join(archives, litterID.String())
	for _, path := range []string{
		filepath.Join(archives, "1234.tmp"), filepath.Join(data, "node.json-1234.tmp"),
		filepath.Join(archives, message.ArchiveID{4, 5, 6}.String()+".pieces"), stranger, stranger + ".pieces",
	} {
		if err := os.WriteFile(path, []byte("litter"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(stranger, old, old); err != nil {
		t.Fatal(err)
	}
}

// play fills in what must be reached, and keeps the folders at the end.
func (s *stage) play(t *testing.T) {
	t.Helper()
	const trace = "*:trace"
	owner := newNode(t, "owner", s.owner, settings{})
	owner.start(trace)
	if !owner.up() {
		t.Fatal(owner.tail())
	}
	member := newNode(t, "member", s.member, settings{peers: []*node{owner}})
	member.start(trace)
	owner.await("be done", func() (err error) {
		if s.want, err = owner.read(); err != nil {
			return err
		}
		if s.want.own < s.announced {
			return fmt.Errorf("made %d announcements", s.want.own)
		}
		return settled(owner, member, s.want)
	})
	owner.tidy(s.want)
	member.tidy(s.want)
	owner.stop()
	member.stop()
	s.passes = map[store.Role]map[string]int{store.RoleOwner: owner.passes(), store.RoleMember: member.passes()}
	for n, end := range map[*node]string{owner: s.ownerEnd(), member: s.memberEnd()} {
		n.checkRows()
		n.checkFolder(s.want)
		n.checkMessages()
		// Copies are other nodes, on other addresses.
		copyFolder(t, end, n.data())
		if err := os.Remove(filepath.Join(end, "node.key")); err != nil {
			t.Fatal(err)
		}
	}
}

var passedLine = regexp.MustCompile(`(?m)^fault: passed ([a-z.]+), pass \d+$`)

// passes counts the failpoints in a log with a trace.
func (n *node) passes() map[string]int {
	counts := make(map[string]int)
	for _, match := range passedLine.FindAllStringSubmatch(n.log(), -1) {
		counts[match[1]]++
	}
	return counts
}

// settledOwner starts an owner that has reached the end of the stage, for
// members that are killed.
func (s *stage) settledOwner(t *testing.T) *node {
	t.Helper()
	n := newNode(t, "owner", s.ownerEnd(), settings{})
	n.run()
	return n
}
