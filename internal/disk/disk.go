// Package disk tells how much room there is on a disk.
package disk

import (
	"fmt"
	"os"
)

// Free returns how many bytes this user can write to the disk that holds a
// file or folder, and the size of the disk.
func Free(path string) (free, total int64, err error) {
	free, total, err = read(path)
	if err != nil {
		return 0, 0, fmt.Errorf("read free space of %s: %w", path, err)
	}
	return max(free, 0), max(total, 0), nil
}

// Same reports whether two files or folders are known to be on one file system.
func Same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && same(x, y, a, b)
}
