package quota

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/shirou/gopsutil/v4/disk"
)

// DiskFree returns a function for [LedgerOptions].Free that looks at the disk of a
// folder: what this user may still write, and the size of the disk, in bytes. Where the
// folder does not exist yet it is that of the nearest one above it. The system is asked
// each time, which takes microseconds: a reading that is a second old would not know
// what downloads have written since.
func DiskFree(dir string) func() (free, total int64, err error) {
	return func() (free, total int64, err error) {
		for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
			u, err := disk.Usage(at)
			if errors.Is(err, fs.ErrNotExist) && at != filepath.Dir(at) {
				continue
			}
			if err != nil {
				return 0, 0, fmt.Errorf("look up free space: %w", err)
			}
			return int64(min(u.Free, maxDisk)), int64(min(u.Total, maxDisk)), nil
		}
	}
}

// maxDisk keeps sums from overflowing.
const maxDisk = 1 << 60
