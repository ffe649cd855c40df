//go:build unix

package swarm

import (
	"io/fs"
	"syscall"
)

// allocated returns how much of the disk a file takes: less than its size where
// it has holes, as an unfinished download does.
func allocated(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Blocks * 512 // whatever the block size of the disk is
	}
	return info.Size()
}
