package main

import (
	"os/exec"
	"syscall"
)

// ownGroup makes a process that Ctrl-C on the terminal does not reach, and
// that does not outlive this one.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup ends a process of ownGroup and what it has started.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // gone is fine
