package e2e

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// mountMemory mounts a disk of so many bytes, in memory.
func mountMemory(dir string, bytes int) error {
	return unix.Mount("none", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes))
}

// unmount takes it away, once nothing uses it any more.
func unmount(dir string) error { return unix.Unmount(dir, unix.MNT_DETACH) }

// resizeMemory gives it another size.
func resizeMemory(dir string, bytes int) error {
	return unix.Mount("none", dir, "tmpfs", unix.MS_REMOUNT, fmt.Sprintf("size=%d", bytes))
}
