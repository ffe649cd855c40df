package e2e

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"seeder/api"
	"seeder/daemon"
	"seeder/internal/fault"
	"seeder/store"
)

// evicting are the failpoints on the way of an archive that is over a cap.
var evicting = []string{
	fault.EvictStateBefore, fault.StoreCommitBefore, fault.StoreCommitAfter, fault.EvictFileBefore,
	fault.SwarmEvictBefore, fault.ArchiveRemoveBefore, fault.ArchiveRemoveAfter,
}

// TestKilledOverEviction lowers the cap of a member that holds everything, while
// it runs or before, and kills it at each failpoint of the evictions. Started
// again, it holds no more than the cap, has no file that nothing refers to, counts
// what is on the disk, and has all messages.
func TestKilledOverEviction(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	for _, live := range []bool{false, true} {
		for _, point := range evicting {
			for pass := 1; pass <= 2; pass++ {
				if live && !*full && pass == 2 {
					continue
				}
				t.Run(fmt.Sprintf("live=%t/%s#%d", live, point, pass), func(t *testing.T) {
					t.Parallel()
					killOverEviction(t, stage, live, point, pass)
				})
			}
		}
	}
}

func killOverEviction(t *testing.T, stage *stage, live bool, point string, pass int) {
	n := newNode(t, "member", stage.memberEnd(), settings{})
	u, err := daemon.OpenFiles(n.cfg).Usage(community())
	if err != nil {
		t.Fatal(err)
	}
	limit := u.Overhead
	for _, a := range u.Archives {
		limit += a.Bytes / 2
	}
	lowered := strconv.FormatInt(limit, 10)
	plan := fmt.Sprintf("%s:kill#%d", point, pass)
	if live {
		n.start(plan)
		n.up() // or it is killed at once: other transactions are committed, too
	} else {
		n.set("--cap", lowered)
		n.start(plan)
	}
	if live && !n.ended() {
		// The node may be killed before it has answered; below the cap is set anew.
		out, err := n.command("community", "set", community().String(), "--cap", lowered).CombinedOutput()
		if err != nil && !strings.Contains(string(out), "ask the node: ") {
			t.Fatalf("lower the cap: %v\n%s", err, out)
		}
	}
	n.wait()
	if !strings.Contains(n.log(), fmt.Sprintf("fault: kill at %s, pass %d\n", point, pass)) {
		t.Fatalf("it ended by itself: %s", n.cmd.ProcessState)
	}
	n.checkArchives(stage.want)
	n.checkRows()
	n.set("--cap", lowered)
	n.run()
	n.await("hold what its cap allows", func() error { return n.unsettledUnder(limit) })
	n.stop()
	n.checkRows()
	if s := n.mustRead(); s.digest != stage.want.digest || s.messages != stage.want.messages {
		t.Errorf("%d messages are left of %d", s.messages, stage.want.messages)
	}
}

// unsettledUnder says what keeps a running node from holding what a cap allows: each
// archive is imported and here or evicted and gone, and counted.
func (n *node) unsettledUnder(limit int64) error {
	s, err := n.read()
	if err != nil {
		return err
	}
	u, err := daemon.OpenFiles(n.cfg).Usage(community())
	if err != nil {
		return err
	}
	var onDisk int64
	for i := range s.archives {
		a := &s.archives[i]
		on, here := u.Archives[a.ID]
		delete(u.Archives, a.ID)
		onDisk += on.Bytes
		if (a.State != store.Imported || !on.Whole) && (a.State != store.Evicted || here) {
			return fmt.Errorf("archive %s is %s (%s), on disk %+v", a.ID, a.State, a.Reason, on)
		}
	}
	if s.count(store.Evicted) == 0 || len(u.Archives) > 0 {
		return fmt.Errorf("%d archives are evicted, files of unknown ones: %v", s.count(store.Evicted), u.Archives)
	}
	l, err := api.NewClient(n.at.Control).Limits(n.t.Context())
	if err != nil {
		return err
	}
	if len(l.Communities) != 1 {
		return errors.New("the community has not begun")
	}
	if st := l.Communities[0].Storage; st.Used > limit || st.Reserved != 0 || st.Used-st.Overhead != onDisk || st.Cap != limit {
		return fmt.Errorf("the ledger says %+v, on disk are %d bytes, the cap is %d", st, onDisk, limit)
	}
	return n.fits(limit)
}
