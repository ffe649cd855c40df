//go:build unix

package disk

import "golang.org/x/sys/unix"

func read(path string) (free, total int64, err error) {
	var s unix.Statfs_t
	for {
		if err = unix.Statfs(path, &s); err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return 0, 0, err //nolint:wrapcheck // Free does
	}
	block := int64(s.Bsize) //nolint:unconvert // of other sizes elsewhere
	return int64(s.Bavail) * block, int64(s.Blocks) * block, nil
}
