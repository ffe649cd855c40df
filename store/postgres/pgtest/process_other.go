//go:build unix && !linux

package pgtest

import "syscall"

// withParent keeps signals of the terminal from a process; only Linux can make
// it end with this one.
func withParent(creds *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: creds, Setpgid: true}
}
