//go:build unix

package main

import (
	"io/fs"
	"strconv"
	"syscall"
)

// ownersOf returns user and group of a file; known is false where it has none.
func ownersOf(info fs.FileInfo) (uid, gid string, known bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", "", false
	}
	return strconv.FormatUint(uint64(st.Uid), 10), strconv.FormatUint(uint64(st.Gid), 10), true
}
