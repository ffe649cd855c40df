package e2e

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seeder/daemon"
	diskspace "seeder/internal/disk"
	"seeder/store"
)

// wholeDisk puts all data of a member, its database among them, on a disk of its
// own.
func wholeDisk(t *testing.T, member *node, bytes int) {
	t.Helper()
	if err := os.MkdirAll(member.data(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := mountMemory(member.data(), bytes); err != nil {
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		member.kill()
		if err := unmount(member.data()); err != nil {
			t.Error(err)
		}
	})
	copyFolder(t, member.data(), dataFolder(t, store.RoleMember, nil))
}

// leastFree looks at a disk all the time until the test ends, and tells how much
// was free at least.
func leastFree(t *testing.T, dir string) *atomic.Int64 {
	t.Helper()
	least, done, ended := new(atomic.Int64), make(chan struct{}), make(chan struct{})
	least.Store(math.MaxInt64)
	go func() { // ends with the test
		defer close(ended)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			if free, _, err := diskspace.Free(dir); err == nil {
				least.Store(min(least.Load(), free))
			}
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	t.Cleanup(func() { close(done); <-ended })
	return least
}

// ownerOfNoise is a running owner of weeks of a MiB each.
func ownerOfNoise(t *testing.T, weeks int) *node {
	t.Helper()
	owner := newNode(t, "owner", dataFolder(t, store.RoleOwner, weekOfNoise(capWeek(0), 1<<20)), settings{})
	for week := 1; week < weeks; week++ {
		owner.ingest(weekOfNoise(capWeek(week), 1<<20))
	}
	owner.run()
	owner.awaitImported(weeks)
	return owner
}

// awaitStill waits until a node says that it waits for room, and has for a
// while imported nothing more. It returns how many archives it has.
func (n *node) awaitStill(pattern string) (held int) {
	n.t.Helper()
	line := regexp.MustCompile(pattern)
	n.await("say "+pattern, func() error {
		out, err := n.command("status").CombinedOutput()
		if err == nil && !line.Match(out) {
			err = errors.New("status is without it")
		}
		if err != nil {
			return fmt.Errorf("%w:\n%s", err, out)
		}
		if now := n.awaitImported(0); now != held {
			held = now
			return fmt.Errorf("%d archives are here now", now)
		}
		return nil
	})
	return held
}

// onSmallDisk returns a running owner of weeks of a MiB each and a running member
// that is to leave 10 MiB of its disk of 60 MiB free, and how much was free at least.
func onSmallDisk(t *testing.T, weeks int) (owner, member *node, least *atomic.Int64) {
	t.Helper()
	owner = ownerOfNoise(t, weeks)
	member = newNode(t, "member", "", settings{peers: []*node{owner}, owner: "limits:\n  min_free: 10MiB\n"})
	wholeDisk(t, member, 60<<20)
	least = leastFree(t, member.data())
	member.run()
	return owner, member, least
}

const saysNoSpace = `(?m)^fetch work +waiting:.*no space`

// TestMinFreeWithDatabase lets a member that leaves 10 MiB free follow a history
// that does not fit on the disk of its archives and its database. Not for a moment
// less is free; it says what it waits for, serves what it has, and has all once the
// disk is larger.
func TestMinFreeWithDatabase(t *testing.T) {
	t.Parallel()
	const weeks, minFree = 38, 10 << 20
	owner, member, least := onSmallDisk(t, weeks)
	held := member.awaitStill(saysNoSpace)
	if held < weeks/3 || held >= weeks {
		t.Errorf("%d archives are here", held)
	}
	other := newNode(t, "other", dataFolder(t, store.RoleMember, nil), settings{peers: []*node{member}})
	other.run()
	other.awaitImported(held)
	other.stop()
	if err := resizeMemory(member.data(), 200<<20); err != nil {
		t.Fatal(err)
	}
	member.awaitImported(weeks)
	if free := least.Load(); free < minFree {
		t.Errorf("only %d bytes were free", free)
	}
	endEqual(t, owner, member)
}

// TestMinFreeWhileDatabaseIsRead does the same while somebody reads the database for
// long, as a backup does: until then nothing of the log can be moved into the file,
// which grows by all of it thereafter.
func TestMinFreeWhileDatabaseIsRead(t *testing.T) {
	t.Parallel()
	const weeks, minFree = 30, 10 << 20
	owner, member, least := onSmallDisk(t, weeks)
	member.awaitImported(1)
	file := filepath.Join(member.data(), "seeder.db")
	read := member.holdRead()
	member.awaitStill(saysNoSpace)
	before := fileSize(t, file)
	read()
	member.await("move the log into the file", func() error {
		if out, err := member.command("limits", "set", "--pace", "fast").CombinedOutput(); err != nil {
			return fmt.Errorf("change something: %w\n%s", err, out)
		}
		if now := fileSize(t, file); now < before+2<<20 {
			return fmt.Errorf("it has grown by %d bytes", now-before)
		}
		return nil
	})
	if free := least.Load(); free < minFree {
		t.Errorf("only %d bytes were free", free)
	}
	if err := resizeMemory(member.data(), 200<<20); err != nil {
		t.Fatal(err)
	}
	member.awaitImported(weeks)
	endEqual(t, owner, member)
}

// holdRead begins to read the database of a node, and goes on until end is called or
// the test ends.
func (n *node) holdRead() (end func()) {
	n.t.Helper()
	begun, over, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		db, err := daemon.OpenStore(n.t.Context(), n.cfg)
		if err != nil {
			ended <- err
			return
		}
		err = db.View(n.t.Context(), func(tx store.Tx) error {
			if _, err := tx.Archives(community()); err != nil {
				return err
			}
			close(begun)
			<-over
			return nil
		})
		ended <- errors.Join(err, db.Close())
	}()
	select {
	case <-begun:
	case err := <-ended:
		n.t.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		close(over)
		if err := <-ended; err != nil {
			n.t.Error(err)
		}
	})
	n.t.Cleanup(end) // before the disk goes
	return end
}

// TestSmallDiskTakesSettings lets a member without limits follow a history that
// does not fit on its disk. While it waits, settings can be stored, and a cap ends
// the wait.
func TestSmallDiskTakesSettings(t *testing.T) {
	t.Parallel()
	const weeks = 30
	owner := ownerOfNoise(t, weeks)
	member := newNode(t, "member", "", settings{peers: []*node{owner}})
	wholeDisk(t, member, 24<<20)
	least := leastFree(t, member.data())
	member.run()
	if held := member.awaitStill(saysNoSpace); held < 3 || held >= weeks {
		t.Errorf("%d archives are here", held)
	}
	if free := least.Load(); free < 1<<20 {
		t.Errorf("only %d bytes were free", free)
	}
	if out, err := member.command("limits", "set", "--cap", "1GiB").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	member.set("--cap", "3MiB")
	member.awaitStill(`(?m)^fetch work +idle:.*beyond the cap`)
	member.stop()
	member.checkRows()
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	f, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return f.Size()
}
