package e2e

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"seeder/internal/fault"
	"seeder/store"
)

// disk is a folder of a node with little room.
type disk struct {
	n   *node
	dir string
}

// smallDisk puts the archives of a node on a disk of their own. It returns nil
// where this machine does not let tests mount one.
func smallDisk(t *testing.T, n *node, bytes int) *disk {
	t.Helper()
	d := &disk{n: n, dir: filepath.Join(n.data(), "communities")}
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := mountMemory(d.dir, bytes); err != nil {
		t.Logf("no small disk can be mounted here, errors are injected instead: %v", err)
		return nil
	}
	t.Cleanup(func() {
		n.kill()
		if err := unmount(d.dir); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *disk) filler() string { return filepath.Join(d.dir, "filler") }

// fill leaves no room.
func (d *disk) fill() {
	d.n.t.Helper()
	f, err := os.Create(d.filler())
	if err != nil {
		d.n.t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{64 << 10, 1 << 10, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		d.n.t.Fatal(err)
	}
}

// free gives the room back.
func (d *disk) free() {
	d.n.t.Helper()
	if err := os.Remove(d.filler()); err != nil {
		d.n.t.Fatal(err)
	}
}

// leave leaves so much room, which free gives back.
func (d *disk) leave(total, room int) {
	d.n.t.Helper()
	if err := os.WriteFile(d.filler(), make([]byte, total-room), 0o600); err != nil {
		d.n.t.Fatal(err)
	}
}

// awaitNoSpace waits until `seeder status` says that a part of the work waits
// for room.
func (n *node) awaitNoSpace(part string) {
	n.t.Helper()
	line := regexp.MustCompile(`(?m)^` + part + ` work +waiting:.*no space (left|on the disk)`)
	n.await("say that it waits for room", func() error {
		out, err := n.command("status").CombinedOutput()
		if err == nil && !line.Match(out) {
			err = errors.New("status is without it")
		}
		if err != nil {
			return fmt.Errorf("%w:\n%s", err, out)
		}
		return nil
	})
}

// TestDiskFullWhileDownloading lets a member fetch a history that its disk has no
// room for. It fetches the newest archives, says that there is no space for the
// others, serves what it has to another member, and goes on by itself when there
// is room.
func TestDiskFullWhileDownloading(t *testing.T) {
	t.Parallel()
	const weeks, disk, room = 8, 16 << 20, 6 << 20
	owner := newNode(t, "owner", dataFolder(t, store.RoleOwner, weekOfNoise(capWeek(0), 1<<20)), settings{})
	for week := 1; week < weeks; week++ {
		owner.ingest(weekOfNoise(capWeek(week), 1<<20))
	}
	owner.run()
	owner.awaitImported(weeks)
	member := newNode(t, "member", dataFolder(t, store.RoleMember, nil), settings{peers: []*node{owner}})
	small := smallDisk(t, member, disk)
	if small == nil {
		member.start(fault.DownloadWrite + ":enospc#100-300")
	} else {
		small.leave(disk, room)
		member.start("")
	}
	if !member.up() {
		t.Fatal("the member does not start")
	}
	member.awaitNoSpace("fetch")
	if small != nil {
		held := member.awaitImported(3)
		for _, a := range member.newest(weeks)[:held] {
			if a.State != store.Imported {
				t.Errorf("%d archives are here, but that of %s is %s", held, a.Span, a.State)
			}
		}
		other := newNode(t, "other", dataFolder(t, store.RoleMember, nil), settings{peers: []*node{member}})
		other.run()
		other.awaitImported(held)
		if n := member.awaitImported(held); n > room>>20 { // a retry may have found room for one more
			t.Errorf("%d archives of 1 MiB are here now, with room for %d bytes", n, room)
		}
		other.stop()
		small.free()
	}
	member.awaitImported(weeks)
	endEqual(t, owner, member)
}

// endEqual stops both nodes and checks that the member has everything, once.
func endEqual(t *testing.T, owner, member *node) {
	t.Helper()
	want := owner.mustRead()
	member.tidy(want)
	for _, n := range []*node{owner, member} {
		n.stop()
		n.checkRows()
	}
	if got := member.mustRead(); got.digest != want.digest {
		t.Errorf("%d messages have come of %d", got.digest.Messages, want.digest.Messages)
	}
	member.checkFolder(want)
}

// newest returns the archives of a node, the newest first, once it knows so many.
func (n *node) newest(archives int) (rows []store.Archive) {
	n.t.Helper()
	n.await("know all archives", func() error {
		s, err := n.read()
		if err == nil && len(s.archives) != archives {
			err = fmt.Errorf("%d are known", len(s.archives))
		}
		rows = s.archives
		return err
	})
	slices.SortFunc(rows, func(a, b store.Archive) int { return cmp.Compare(b.Span.To, a.Span.To) })
	return rows
}

// TestWritesWithoutRoom fails writes in the middle of a download, as a disk does
// that somebody else fills.
func TestWritesWithoutRoom(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	owner := newNode(t, "owner", stage.ownerEnd(), settings{})
	owner.run()
	member := newNode(t, "member", stage.member, settings{peers: []*node{owner}})
	member.start(fault.DownloadWrite + ":enospc#10-40")
	if !member.up() {
		t.Fatal("the member does not start")
	}
	member.await("settle", func() error { return settled(owner, member, stage.want) })
	if !strings.Contains(member.log(), "no space left") {
		t.Error("the log says nothing of it")
	}
	for _, n := range []*node{owner, member} {
		n.tidy(stage.want)
		n.stop()
		n.checkRows()
		n.checkFolder(stage.want)
	}
}

// awaitImported waits until a node has imported some archives, and returns how
// many it has.
func (n *node) awaitImported(least int) (imported int) {
	n.t.Helper()
	n.await(fmt.Sprintf("import %d archives", least), func() error {
		s, err := n.read()
		if err != nil {
			return err
		}
		imported = 0
		for i := range s.archives {
			if s.archives[i].State == store.Imported {
				imported++
			}
		}
		if imported < least {
			return fmt.Errorf("%d are imported", imported)
		}
		return nil
	})
	return imported
}

// TestDiskFullWhileSealing gives an owner that serves a history a further week
// and no room for it. It says so, goes on serving, and archives the week when
// there is room.
func TestDiskFullWhileSealing(t *testing.T) {
	t.Parallel()
	first, next := firstStage(t), nextStage(t)
	owner := newNode(t, "owner", "", settings{})
	small := smallDisk(t, owner, 4<<20)
	copyFolder(t, owner.data(), next.owner)
	if small == nil {
		owner.start(fault.FileWrite + ":enospc#3-20")
	} else {
		small.fill()
		owner.start("")
	}
	if !owner.up() {
		t.Fatal("the owner does not start")
	}
	owner.awaitNoSpace("archive")
	member := newNode(t, "member", first.member, settings{peers: []*node{owner}})
	member.run()
	if small != nil {
		member.await("fetch what was there", func() error {
			s, err := member.read()
			if err == nil {
				err = s.differs(first.want)
			}
			return err
		})
		if s := owner.mustRead(); len(s.archives) != len(first.want.archives) {
			t.Errorf("the owner has %d archives on a full disk", len(s.archives))
		}
		small.free()
	}
	owner.await("settle", func() error { return settled(owner, member, next.want) })
	for _, n := range []*node{owner, member} {
		n.tidy(next.want)
		n.stop()
		n.checkRows()
		n.checkFolder(next.want)
	}
}

// TestDatabaseDiskFull lets a member run on a disk that is full for its
// database, too: nothing of an archive is imported in part.
func TestDatabaseDiskFull(t *testing.T) {
	t.Parallel()
	stage := firstStage(t)
	owner := newNode(t, "owner", stage.ownerEnd(), settings{})
	owner.run()
	member := newNode(t, "member", "", settings{peers: []*node{owner}})
	if err := os.MkdirAll(member.data(), 0o700); err != nil {
		t.Fatal(err)
	}
	small := &disk{n: member, dir: member.data()}
	if err := mountMemory(small.dir, 12<<20); err != nil {
		t.Logf("no small disk can be mounted here, errors are injected instead: %v", err)
		copyFolder(t, member.data(), stage.member)
		member.start(fault.StoreCommitBefore + ":enospc#6-12")
		member.await("settle", func() error { return settled(owner, member, stage.want) })
		return
	}
	t.Cleanup(func() {
		member.kill()
		if err := unmount(small.dir); err != nil {
			t.Error(err)
		}
	})
	copyFolder(t, member.data(), stage.member)
	member.start(fault.DownloadWrite + ":sleep=40ms")
	member.awaitImported(1)
	small.fill()
	member.await("notice", func() error {
		if !strings.Contains(member.log(), "no space left") {
			return errors.New("nothing in the log")
		}
		return nil
	})
	if member.ended() {
		t.Fatalf("the member gave up: %s", member.cmd.ProcessState)
	}
	small.free()
	member.await("settle", func() error { return settled(owner, member, stage.want) })
	member.tidy(stage.want)
	member.stop()
	member.checkRows()
	member.checkFolder(stage.want)
	member.checkMessages()
}
