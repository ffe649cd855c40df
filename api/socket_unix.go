//go:build unix

package api

import (
	"errors"
	"os"
	"syscall"
)

func isMine(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}

func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
