package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"seeder/daemon"
	"seeder/internal/fault"
	"seeder/message"
	"seeder/store"
)

// These tests prove that members keep a history available among themselves,
// whoever comes and goes. Peers that serve corrupt data, and their bans, are
// proved in swarm/bittorrent.

// slowly makes a download take so long that others can be seen to take part.
const slowly = fault.DownloadWrite + ":sleep=80ms"

// network is what the nodes of a test are on: a network namespace for each of
// them, or a loopback address for each where the machine has no namespaces.
type network struct {
	t  testing.TB
	in *spaces // nil on loopback
}

var tellNetwork sync.Once

func newNetwork(t testing.TB) *network {
	t.Helper()
	s, err := newSpaces(t)
	used := "network: a namespace for each node, joined by veth pairs and a bridge"
	if err != nil {
		s, used = nil, fmt.Sprintf("network: a loopback address for each node; no namespaces here: %v", err)
	}
	t.Log(used)
	tellNetwork.Do(func() { fmt.Println(used) })
	return &network{t: t, in: s}
}

// node is newNode on this network.
func (w *network) node(name, data string, s settings) *node {
	w.t.Helper()
	n := newNode(w.t, name, data, s)
	if w.in == nil {
		return n
	}
	space, address, err := w.in.join(w.t)
	if err != nil {
		w.t.Fatal(err)
	}
	n.netns = space
	n.cfg.Waku.Listen, n.cfg.Swarm.Listen = address+":26880", address+":26881"
	n.configure(s)
	return n
}

// separate makes two nodes unreachable for each other. On loopback they do not
// know each other's address, and that must do.
func (w *network) separate(a, b *node) {
	w.t.Helper()
	if w.in == nil {
		return
	}
	if err := errors.Join(separate(a.netns, b.address()), separate(b.netns, a.address())); err != nil {
		w.t.Fatal(err)
	}
}

// address is the IP address of the node.
func (n *node) address() string {
	host, _, err := net.SplitHostPort(n.cfg.Swarm.Listen)
	if err != nil {
		n.t.Fatal(err)
	}
	return host
}

// introduce makes nodes know each other. Each runs by itself for a moment, to
// give itself an identity; nothing is exchanged.
func introduce(nodes ...*node) {
	for _, n := range nodes {
		n.run()
		n.kill()
	}
	for i, n := range nodes {
		others := append(append([]*node(nil), nodes[:i]...), nodes[i+1:]...)
		n.configure(settings{peers: others})
	}
}

// held are the archives that lie whole in the folder of a node.
func (n *node) held() map[message.ArchiveID]bool {
	n.t.Helper()
	ids, err := daemon.OpenFiles(n.cfg).List(community())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		n.t.Fatal(err)
	}
	held := make(map[message.ArchiveID]bool)
	for _, id := range ids {
		held[id] = true
	}
	return held
}

// imported counts the archives that a node has imported.
func (n *node) imported() (count int) {
	n.t.Helper()
	s := n.mustRead()
	for i := range s.archives {
		if s.archives[i].State == store.Imported {
			count++
		}
	}
	return count
}

// finishAvailable requires that every node has everything, and looks at what
// it left.
func finishAvailable(t *testing.T, want state, nodes ...*node) {
	t.Helper()
	for _, n := range nodes {
		n.await("have the whole history", func() error { return n.sound(want) })
	}
	for _, n := range nodes {
		n.tidy(want)
		n.stop()
		n.checkRows()
		n.checkFolder(want)
		n.checkMessages()
		t.Logf("%-8s digest %x of %d messages", n.name, n.mustRead().digest.SHA256, want.digest.Messages)
	}
	t.Logf("the owner's digest %x", want.digest.SHA256)
}

// TestAvailabilityAtRandom lets three members, of whom one has everything, be
// up and down at random, 60 % of the time, when the owner is gone for ever.
func TestAvailabilityAtRandom(t *testing.T) {
	t.Parallel()
	const steps, uptime = 40, 0.6
	stage := firstStage(t)
	w := newNetwork(t)
	members := []*node{
		w.node("full", stage.memberEnd(), settings{}),
		w.node("second", stage.member, settings{}),
		w.node("third", stage.member, settings{}),
	}
	introduce(members...)
	rng := rand.New(rand.NewPCG(10, 3))
	var ups, draws int
	for step := 1; ; step++ {
		if step > steps {
			t.Fatalf("not all have everything after %d steps", steps)
		}
		var up []*node
		for _, n := range members {
			draws++
			if rng.Float64() < uptime {
				up = append(up, n)
				ups++
				if n.ended() {
					n.start(slowly)
				}
			} else {
				n.kill()
			}
		}
		progress(t, up)
		whole := 0
		for _, n := range members {
			if n.sound(stage.want) == nil {
				whole++
			}
		}
		t.Logf("step %2d: %d up, %d of %d have everything", step, len(up), whole, len(members))
		if whole == len(members) {
			break
		}
	}
	t.Logf("a member was up in %d of %d draws", ups, draws)
	for _, n := range members {
		if n.ended() {
			n.start("")
		}
		if !n.up() {
			t.Fatalf("%s ended: %s", n.name, n.cmd.ProcessState)
		}
	}
	finishAvailable(t, stage.want, members...)
}

// progress waits until one of the nodes has imported one more archive. It
// returns at once when none of them has anything that another lacks.
func progress(t *testing.T, up []*node) {
	t.Helper()
	before, all := make([]int, len(up)), make(map[message.ArchiveID]bool)
	for i, n := range up {
		if !n.up() {
			t.Fatalf("%s ended: %s", n.name, n.cmd.ProcessState)
		}
		before[i] = n.imported()
		for id := range n.held() {
			all[id] = true
		}
	}
	err := eventually(func() error {
		lacking := 0
		for i, n := range up {
			now := n.imported()
			if now > before[i] {
				return nil
			}
			if now < len(all) {
				lacking++
			}
		}
		if lacking == 0 {
			return nil
		}
		return fmt.Errorf("%d nodes lack archives that others have, and do not get them", lacking)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAvailabilityOfQuarters lets four members that each hold another quarter
// of the archives, without an owner, give a fifth the whole history. They
// become whole again themselves.
func TestAvailabilityOfQuarters(t *testing.T) {
	t.Parallel()
	const parts = 4
	stage := firstStage(t)
	w := newNetwork(t)
	var quarters []*node
	for i := range parts {
		quarters = append(quarters, w.node(fmt.Sprintf("part %d", i+1), stage.memberEnd(), settings{}))
	}
	introduce(quarters...)
	for part, n := range quarters {
		var others []store.Archive
		for i := range stage.want.archives {
			if i%parts != part {
				others = append(others, stage.want.archives[i])
			}
		}
		n.putAside(others)
		if held, all := len(n.held()), len(stage.want.archives); held == 0 || held > (all+parts-1)/parts {
			t.Fatalf("%s begins with %d of %d archives", n.name, held, all)
		}
	}
	fifth := w.node("fifth", stage.member, settings{peers: quarters})
	all := append([]*node{fifth}, quarters...)
	for _, n := range all {
		n.start("")
	}
	for _, n := range all {
		if !n.up() {
			t.Fatalf("%s ended: %s", n.name, n.cmd.ProcessState)
		}
	}
	finishAvailable(t, stage.want, all...)
}

// TestAvailabilityWhileDownloading lets a member fetch everything from another
// that is fetching itself, and that alone knows and reaches the source. At first
// the source has one archive only, so that the one in the middle cannot have more.
func TestAvailabilityWhileDownloading(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	w := newNetwork(t)
	source := w.node("source", stage.memberEnd(), settings{})
	middle := w.node("middle", stage.member, settings{})
	introduce(source, middle)
	putBack := source.putAside(stage.want.archives[1:])
	last := w.node("last", stage.member, settings{peers: []*node{middle}})
	w.separate(source, last)
	source.run()
	middle.start(slowly)
	if !middle.up() {
		t.Fatalf("%s ended: %s", middle.name, middle.cmd.ProcessState)
	}
	last.run()
	last.awaitImported(1)
	if had := middle.awaitImported(1); had != 1 { // it may have given away what it was still importing
		t.Errorf("the one in the middle had %d archives, want the 1 that the source has", had)
	}
	source.kill()
	putBack()
	source.run()
	finishAvailable(t, stage.want, source, middle, last)
}

// putAside takes archives out of the folder of a node that does not run, until
// putBack is called, if it is.
func (n *node) putAside(archives []store.Archive) (putBack func()) {
	n.t.Helper()
	var moves [][2]string
	aside := n.t.TempDir()
	for i := range archives {
		path := daemon.OpenFiles(n.cfg).Path(community(), archives[i].ID)
		for _, end := range []string{"", ".pieces"} {
			moves = append(moves, [2]string{path + end, filepath.Join(aside, filepath.Base(path)+end)})
		}
	}
	move := func(from, to int) {
		n.t.Helper()
		for _, m := range moves {
			if err := os.Rename(m[from], m[to]); err != nil {
				n.t.Fatal(err)
			}
		}
	}
	move(0, 1)
	return func() { move(1, 0) }
}

// TestAvailabilityAfterRestart lets a member that was restarted after the owner
// was gone for ever give a new one everything.
func TestAvailabilityAfterRestart(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	w := newNetwork(t)
	owner := w.node("owner", stage.ownerEnd(), settings{})
	owner.run()
	member := w.node("member", stage.member, settings{peers: []*node{owner}})
	member.run()
	member.await("get all from the owner", func() error { return member.sound(stage.want) })
	owner.kill()
	if err := os.RemoveAll(owner.data()); err != nil {
		t.Fatal(err)
	}
	member.stop()
	member.run()
	late := w.node("late", stage.member, settings{peers: []*node{member}})
	late.run()
	finishAvailable(t, stage.want, member, late)
}
