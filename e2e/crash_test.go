package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"seeder/daemon"
	"seeder/internal/fault"
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

// TestCrashMatrix kills an owner or a member at each failpoint that it passes,
// starts it again, and requires that both end as if nothing had happened. Two
// stages are tried: a history that is archived and fetched for the first time,
// and one to which a week is added, after which the old generation is retired
// and what dead processes have left is removed.
func TestCrashMatrix(t *testing.T) {
	var table table
	var stages []*stage
	first := playFirst(t)
	stages = append(stages, first, playNext(t, first))
	t.Run("cases", func(t *testing.T) {
		for _, s := range stages {
			served := &lazyNode{make: func() *node { return s.settledOwner(t) }}
			for _, role := range []store.Role{store.RoleOwner, store.RoleMember} {
				for _, c := range s.cases(role) {
					c.served = served
					t.Run(fmt.Sprintf("%s/%s/%s#%d", s.name, role, c.point, c.pass), func(t *testing.T) {
						t.Parallel()
						table.add(c, c.run(t))
					})
				}
			}
		}
	})
	t.Log("\n" + table.String())
	table.checkComplete(t)
}

// lazyNode is made at its first use.
type lazyNode struct {
	once sync.Once
	make func() *node
	n    *node
}

func (l *lazyNode) get() *node {
	l.once.Do(func() { l.n = l.make() })
	return l.n
}

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
	for from, to := range map[string]string{before.owner + "-end": s.owner, before.member + "-end": s.member} {
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
	owner.stop()
	member.stop()
	s.passes = map[store.Role]map[string]int{store.RoleOwner: owner.passes(), store.RoleMember: member.passes()}
	for n, to := range map[*node]string{owner: s.owner, member: s.member} {
		n.checkRows()
		n.checkFolder(s.want)
		n.checkMessages()
		// Copies are other nodes, on other addresses.
		copyFolder(t, to+"-end", n.data())
		if err := os.Remove(filepath.Join(to+"-end", "node.key")); err != nil {
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
	n := newNode(t, "owner", s.owner+"-end", settings{})
	n.run()
	return n
}

// crash is one case of the matrix.
type crash struct {
	stage  *stage
	role   store.Role
	point  string
	pass   int
	served *lazyNode
}

// cases lists those of a role, each failpoint at several of its passes.
func (s *stage) cases(role store.Role) []*crash {
	var list []*crash
	for _, point := range fault.Names() {
		n := s.passes[role][point]
		if point == fault.DownloadSyncBefore && role == store.RoleMember {
			n = max(n, 2) // see plan
		}
		for _, pass := range somePasses(n) {
			list = append(list, &crash{stage: s, role: role, point: point, pass: pass})
		}
	}
	return list
}

// somePasses returns the passes to kill at: all, or the first, the last and one
// between.
func somePasses(n int) []int {
	var all []int
	for i := 1; i <= n; i++ {
		if *full || i == 1 || i == n || i == (n+1)/2 {
			all = append(all, i)
		}
	}
	return all
}

// plan is what the process is told. A download that is over within a second
// never saves its progress, so that one is slowed down.
func (c *crash) plan() string {
	kill := fmt.Sprintf("%s:kill#%d", c.point, c.pass)
	if c.point == fault.DownloadSyncBefore {
		return fault.DownloadWrite + ":sleep=100ms," + kill
	}
	return kill
}

// outcome says when the process was killed.
type outcome string

const (
	inStart  outcome = "starting"
	inWork   outcome = "working"
	inStop   outcome = "stopping"
	notAlive outcome = "not passed"
)

func (c *crash) run(t *testing.T) outcome {
	if c.role == store.RoleOwner {
		return c.killOwner(t)
	}
	return c.killMember(t)
}

func (c *crash) killOwner(t *testing.T) outcome {
	owner := newNode(t, "owner", c.stage.owner, settings{})
	owner.start(c.plan())
	when := notAlive
	if !owner.up() {
		when = inStart
		c.restart(owner)
	}
	member := newNode(t, "member", c.stage.member, settings{peers: []*node{owner}})
	member.run()
	when = c.settle(owner, when, func() error { return settled(owner, member, c.stage.want) })
	c.check(owner, member)
	return when
}

func (c *crash) killMember(t *testing.T) outcome {
	owner := c.served.get()
	member := newNode(t, "member", c.stage.member, settings{peers: []*node{owner}})
	member.start(c.plan())
	when := notAlive
	if !member.up() {
		when = inStart
		c.restart(member)
	}
	when = c.settle(member, when, func() error { return settled(owner, member, c.stage.want) })
	c.check(member)
	return when
}

// settle waits until all is done, starting the victim again when it was killed
// before that or when it is when it stops.
func (c *crash) settle(victim *node, when outcome, done func() error) outcome {
	victim.t.Helper()
	victim.await("settle", func() error {
		if when == notAlive && victim.ended() {
			when = inWork
			c.restart(victim)
		}
		return done()
	})
	if when != notAlive {
		return when
	}
	victim.terminate()
	victim.wait()
	if victim.cmd.ProcessState.Success() {
		return notAlive
	}
	c.restart(victim)
	victim.await("settle again", done)
	return inStop
}

// restart starts the victim again after it was killed where it should be, and
// after looking at what it has left.
func (c *crash) restart(victim *node) {
	victim.t.Helper()
	if line := fmt.Sprintf("fault: kill at %s, pass %d\n", c.point, c.pass); !strings.Contains(victim.log(), line) {
		victim.t.Fatalf("%s ended by itself: %s\n%s", victim.name, victim.cmd.ProcessState, victim.tail())
	}
	victim.checkArchives(c.stage.want)
	victim.checkRows()
	victim.run()
}

// check looks at everything once the nodes are done.
func (c *crash) check(nodes ...*node) {
	for _, n := range nodes {
		if !n.ended() {
			n.stop()
		}
		n.checkRows()
		n.checkFolder(c.stage.want)
		n.checkMessages()
		s := n.mustRead()
		if err := s.differs(c.stage.want); err != nil {
			n.t.Errorf("%s after its end: %v", n.name, err)
		}
		if want := c.stage.announced; n.name == "owner" && s.own != want {
			n.t.Errorf("the owner has made %d announcements, want %d", s.own, want)
		}
		if _, err := daemon.ReadNodeFile(n.cfg); !errors.Is(err, os.ErrNotExist) {
			n.t.Errorf("%s has left its node file: %v", n.name, err)
		}
	}
}

// table collects the outcomes.
type table struct {
	mu   sync.Mutex
	rows map[string]map[store.Role][]string
}

func (tab *table) add(c *crash, when outcome) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	if tab.rows == nil {
		tab.rows = make(map[string]map[store.Role][]string)
	}
	if tab.rows[c.point] == nil {
		tab.rows[c.point] = make(map[store.Role][]string)
	}
	cell := c.stage.name + " #" + strconv.Itoa(c.pass) + " " + string(when)
	tab.rows[c.point][c.role] = append(tab.rows[c.point][c.role], cell)
}

// String lists each failpoint with the kills that owner and member survived.
func (tab *table) String() string {
	var b strings.Builder
	for _, point := range fault.Names() {
		for _, role := range []store.Role{store.RoleOwner, store.RoleMember} {
			cells := tab.rows[point][role]
			sort.Strings(cells)
			text := "never passed"
			if len(cells) > 0 {
				text = strings.Join(cells, ", ")
			}
			fmt.Fprintf(&b, "%-26s %-7s %s\n", point, role, text)
		}
	}
	return b.String()
}

// unreached are the failpoints that only a refused archive leads to.
var unreached = []string{fault.DownloadDiscardBefore, fault.SwarmDiscardBefore}

// checkComplete requires that somebody was killed at every failpoint.
func (tab *table) checkComplete(t *testing.T) {
	t.Helper()
	for _, point := range fault.Names() {
		killed := false
		for _, cells := range tab.rows[point] {
			for _, cell := range cells {
				killed = killed || !strings.HasSuffix(cell, string(notAlive))
			}
		}
		if !killed && !slices.Contains(unreached, point) {
			t.Errorf("nobody was killed at %s", point)
		}
	}
}
