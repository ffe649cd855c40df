package daemon_test

import (
	"os"
	"os/signal"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// hangUp sends this process SIGHUP, which has arrived when it returns: the signal is for
// its own thread. One for the process waits for any of its threads to run, and would end
// the test where that is after the daemon.
func hangUp(t *testing.T) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

// The end of the terminal is the end of the node that was started there.
func TestHangupOfTheTerminalEnds(t *testing.T) {
	opts := options(t)
	reloadable(&opts)
	beside := make(chan os.Signal, 1) // SIGHUP would end the test before and after the run
	signal.Notify(beside, unix.SIGHUP)
	defer signal.Stop(beside)
	gone := make(chan struct{})
	opts.Abandoned = func() bool {
		select {
		case <-gone:
			return true
		default:
			return false
		}
	}
	d := start(t, opts)
	done := make(chan error, 1)
	go func() { done <- d.Run(t.Context()) }()
	eventually(t, "it reloads", func() bool {
		_, err := d.Reload(t.Context())
		return err == nil
	})
	close(gone)
	eventually(t, "it has ended", func() bool {
		hangUp(t)
		select {
		case err := <-done:
			return err == nil
		default:
			return false
		}
	})
	// The second one, which often follows, does not end the process before all is saved.
	signal.Stop(beside)
	hangUp(t)
	closeDaemon(t, d)
}
