package bittorrent

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/shirou/gopsutil/v4/disk"

	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// smallDisk mounts a disk of so many bytes in memory.
func smallDisk(t *testing.T, bytes int) (dir string, grow func(bytes int)) {
	t.Helper()
	dir = t.TempDir()
	mount := func(flags uintptr, bytes int) error {
		return syscall.Mount("none", dir, "tmpfs", flags, fmt.Sprintf("size=%d", bytes))
	}
	if err := mount(0, bytes); errors.Is(err, os.ErrPermission) {
		t.Skip("mounting a disk needs root; TestDiskFullAtEachStep simulates one")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir, func(bytes int) {
		if err := mount(syscall.MS_REMOUNT, bytes); err != nil {
			t.Fatal(err)
		}
	}
}

// room returns what asks the disk of dir for room for archives of so many bytes.
func room(dir string, bytes int) func(message.ArchiveID) error {
	taken := make(map[message.ArchiveID]bool)
	return func(id message.ArchiveID) error {
		u, err := disk.Usage(dir)
		if err != nil {
			return err
		}
		if taken[id] = true; u.Total < uint64(len(taken)*bytes) {
			return fmt.Errorf("%w: %d bytes are free", swarm.ErrNoSpace, u.Free)
		}
		return nil
	}
}

// TestSmallDisk fetches four archives to a disk that two fit on. It keeps and
// serves what came whole, fetches nothing over and over, and goes on when the
// disk has grown.
func TestSmallDisk(t *testing.T) {
	const mb = 1 << 20
	dir, grow := smallDisk(t, 10*mb)
	p := newPair(t, Options{Files: swarm.NewFiles(dir)}, 4*mb, 4*mb, 4*mb, 4*mb)
	for round := range 3 {
		r := &swarmtest.Receiver{OnRoom: room(dir, 4*mb+pl)}
		if round > 0 {
			r.OnRoom = func(message.ArchiveID) error { return swarm.ErrNoSpace }
		}
		if err := p.member.Fetch(t.Context(), p.ref, r); !errors.Is(err, swarm.ErrNoSpace) {
			t.Fatalf("fetch: %v, want ErrNoSpace", err)
		}
		ids, err := p.member.files.List(c1)
		if err != nil || len(ids) != 2 {
			t.Fatalf("round %d: %d archives in place: %v", round, len(ids), err)
		}
		p.serves(t, p.member, ids...)
	}
	if st := p.member.Stats(c1); st.DownloadedBytes > 2*(4*mb+pl)+1000 {
		t.Errorf("%d bytes were fetched to a disk of %d", st.DownloadedBytes, 10*mb)
	}
	grow(40 * mb)
	if err := p.fetch(t, p.member); err != nil {
		t.Fatalf("fetch when there is room: %v", err)
	}
	swarmtest.CheckFiles(t, p.member.files, c1, p.archives...)
}
