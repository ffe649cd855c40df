package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"seeder/config"
	"seeder/daemon"
)

const (
	// stopGrace is how long a node may take to end before it is killed.
	stopGrace = 20 * time.Second
	// tailBytes is how much of a log is shown.
	tailBytes = 4 << 10
)

// node is a process of this program.
type demoNode struct {
	name    string
	cfg     config.Config
	logPath string
	begin   time.Time
	poll    time.Duration // between two looks at it
	at      daemon.Node

	cmd    *exec.Cmd
	exited chan struct{} // closed when the process was reaped
	err    error         // how it ended; after exited
	ending bool
}

// start starts the process, with no settings from the environment.
func (n *demoNode) start(configPath string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	log, err := os.OpenFile(n.logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open log of %s: %w", n.name, err)
	}
	defer log.Close() // the process has a handle of its own
	// The context must not kill it: it is asked to stop, see stop.
	n.cmd = exec.Command(self, "run", "--config", configPath) //nolint:gosec,noctx // this program itself
	n.cmd.Args[0] = "seeder"
	n.cmd.Stdout, n.cmd.Stderr = log, log
	n.cmd.SysProcAttr = ownGroup()
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, config.EnvPrefix) {
			n.cmd.Env = append(n.cmd.Env, pair)
		}
	}
	if err := n.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	cmd, exited := n.cmd, make(chan struct{})
	n.exited, n.err = exited, nil
	go func() { // ends with the process, which stop sees to
		n.err = cmd.Wait()
		close(exited)
	}()
	return nil
}

// reached reads where the process can be reached, and reports whether it can be.
func (n *demoNode) reached() (bool, error) {
	at, err := daemon.ReadNodeFile(n.cfg)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	n.at = at // it may be that of a process before
	return err == nil && at.PID == n.cmd.Process.Pid, err
}

// await polls until done says so. It fails when the process or ctx ends.
func (n *demoNode) await(ctx context.Context, done func() (bool, error)) error {
	ticker := time.NewTicker(cmp.Or(n.poll, demoPoll))
	defer ticker.Stop()
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-n.exited:
			return fmt.Errorf("%s ended too early: %w", n.name, n.how())
		case <-ticker.C:
		}
	}
}

func (n *demoNode) how() error {
	if n.err == nil {
		return errors.New("exit status 0")
	}
	return n.err
}

// terminate asks the process to end.
func (n *demoNode) terminate() {
	if !n.ending {
		n.ending = true
		_ = n.cmd.Process.Signal(syscall.SIGTERM) // it may have ended; stop waits either way
	}
}

// stop ends the process, at last by force, and returns when it was reaped. The
// error says that it did not end well.
func (n *demoNode) stop() error {
	n.terminate()
	timer := time.NewTimer(stopGrace)
	defer timer.Stop()
	select {
	case <-n.exited:
		if n.err != nil {
			return fmt.Errorf("%s: %w", n.name, n.err)
		}
		return nil
	case <-timer.C:
	}
	killGroup(n.cmd)
	<-n.exited
	return fmt.Errorf("%s did not stop within %s", n.name, stopGrace)
}

// kill ends the process as kill -9 does, and returns when it was reaped. It
// fails when the process has ended by itself.
func (n *demoNode) kill() error {
	select {
	case <-n.exited:
		return fmt.Errorf("%s ended too early: %w", n.name, n.how())
	default:
	}
	killGroup(n.cmd)
	<-n.exited
	return nil
}

// logTail returns the last lines of the log.
func (n *demoNode) logTail() string {
	b, err := os.ReadFile(n.logPath)
	if err != nil {
		return ""
	}
	if len(b) > tailBytes {
		b = b[len(b)-tailBytes:]
		_, after, _ := strings.Cut(string(b), "\n")
		return after
	}
	return string(b)
}
