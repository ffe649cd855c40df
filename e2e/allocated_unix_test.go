//go:build unix

package e2e

import (
	"io/fs"
	"syscall"
)

// allocated is how many bytes the system has given a file.
func allocated(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Blocks * 512
	}
	return 0
}
