package e2e

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"

	"seeder/daemon"
	"seeder/internal/fault"
	"seeder/store"
)

// TestCrashMatrix kills an owner or a member at each failpoint that it passes,
// starts it again, and requires that both end as if nothing had happened. Two
// stages are tried: a history that is archived and fetched for the first time,
// and one to which a week is added, after which the old generation is retired
// and what dead processes have left is removed.
func TestCrashMatrix(t *testing.T) {
	t.Parallel()
	var table table
	stages := []*stage{firstStage(t), nextStage(t)}
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
	when = c.settle(owner, when, owner, member)
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
	when = c.settle(member, when, owner, member)
	c.check(member)
	return when
}

// settle waits until all is done, starting the victim again when it was killed
// before that or when it is when it stops.
func (c *crash) settle(victim *node, when outcome, owner, member *node) outcome {
	victim.t.Helper()
	done := func() error {
		if err := settled(owner, member, c.stage.want); err != nil {
			return err
		}
		return victim.untidy(c.stage.want) // it cleans up last
	}
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
		victim.t.Fatalf("%s ended by itself: %s", victim.name, victim.cmd.ProcessState)
	}
	victim.checkArchives(c.stage.want)
	victim.checkRows()
	victim.run()
}

// check looks at everything once the nodes are done.
func (c *crash) check(nodes ...*node) {
	for _, n := range nodes {
		if !n.ended() {
			n.tidy(c.stage.want)
		}
	}
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

// unreached are the failpoints that only a refused archive leads to, or one
// that was damaged, see TestKilledOverDamage, or a storage cap, see
// TestKilledOverEviction, or leaving, see TestKilledWhileLeaving.
var unreached = []string{
	fault.DownloadDiscardBefore, fault.SwarmDiscardBefore, fault.ArchiveAsideBefore, fault.ArchiveAsideAfter,
	fault.EvictStateBefore, fault.EvictFileBefore, fault.SwarmEvictBefore, fault.FolderRemoveBefore,
}

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
