package pgtest

import "syscall"

// withParent makes a process end with this one, even when this one is killed.
func withParent(creds *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: creds, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
}
