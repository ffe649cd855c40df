//go:build unix && !linux

package main

import (
	"os/exec"
	"syscall"
)

// ownGroup makes a process that Ctrl-C on the terminal does not reach.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends a process of ownGroup and what it has started.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // gone is fine
