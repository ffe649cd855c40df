// Package disk tells how much room there is on a disk.
package disk

import "fmt"

// Free returns how many bytes this user can write to the disk that holds a
// file or folder, and the size of the disk.
func Free(path string) (free, total int64, err error) {
	free, total, err = read(path)
	if err != nil {
		return 0, 0, fmt.Errorf("read free space of %s: %w", path, err)
	}
	return max(free, 0), max(total, 0), nil
}
