package e2e

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"seeder/daemon"
	"seeder/internal/fault"
	"seeder/message"
	"seeder/store"
)

// TestKilledWhileLeaving makes a member that holds everything leave, kills it while it
// removes the folder, and starts it again: nothing is left. One that comes back before
// that has everything again.
func TestKilledWhileLeaving(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	served := &lazyNode{make: func() *node { return stage.settledOwner(t) }}
	for _, back := range []bool{false, true} {
		for pass := 1; pass <= 3; pass++ {
			t.Run(fmt.Sprintf("back=%t/%d", back, pass), func(t *testing.T) {
				t.Parallel()
				killWhileLeaving(t, stage, served.get(), back, pass)
			})
		}
	}
}

func killWhileLeaving(t *testing.T, stage *stage, owner *node, back bool, pass int) {
	n := newNode(t, "member", stage.memberEnd(), settings{peers: []*node{owner}})
	n.start(fmt.Sprintf("%s:kill#%d", fault.FolderRemoveBefore, pass))
	if !n.up() {
		t.Fatalf("it ended at once: %s", n.cmd.ProcessState)
	}
	withStore(t, n.cfg, func(db store.DB) error {
		return db.Update(t.Context(), func(tx store.Tx) error { return tx.LeaveCommunity(community(), true) })
	})
	n.wait()
	if !strings.Contains(n.log(), fmt.Sprintf("fault: kill at %s, pass %d\n", fault.FolderRemoveBefore, pass)) {
		t.Fatalf("it ended by itself: %s", n.cmd.ProcessState)
	}
	if back {
		if out, err := n.command("community", "join", community().String()).CombinedOutput(); err != nil {
			t.Fatalf("join: %v\n%s", err, out)
		}
	}
	n.run()
	if back {
		n.await("have everything again", func() error { return settled(owner, n, stage.want) })
		n.tidy(stage.want)
		n.stop()
		n.checkRows()
		n.checkFolder(stage.want)
		n.checkMessages()
		return
	}
	n.await("have left", n.traces)
	n.stop()
}

// traces is an error while anything of the community is left.
func (n *node) traces() (err error) {
	withStore(n.t, n.cfg, func(db store.DB) error {
		return db.Update(n.t.Context(), func(tx store.Tx) error {
			left, err2 := tx.Left()
			if err2 == nil && len(left) > 0 {
				err = fmt.Errorf("left are %v", left)
				return nil
			}
			// Messages would show for who comes back, which is undone.
			err2 = errors.Join(err2, tx.PutCommunity(store.Community{ID: community(), Role: store.RoleMember}))
			if err2 != nil {
				return err2
			}
			count, err2 := tx.CountMessages(community(), message.Forever(), store.All)
			if count > 0 {
				err = fmt.Errorf("%d messages", count)
			}
			return errors.Join(err2, tx.LeaveCommunity(community(), true), tx.ForgetCommunity(community()))
		})
	})
	if _, err2 := os.Lstat(daemon.OpenFiles(n.cfg).Dir(community())); err == nil && !errors.Is(err2, os.ErrNotExist) {
		err = errors.New("the folder is there")
	}
	return err
}
