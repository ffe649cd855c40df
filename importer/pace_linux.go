package importer

import (
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"seeder/internal/clock"
)

// spentOf returns the clock of the processor time that the calling thread has
// had: what others took from it is no reason to pause.
func spentOf(clock.Clock) func() time.Duration {
	return func() time.Duration {
		var ts unix.Timespec
		_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts) // does not fail
		return time.Duration(ts.Nano())
	}
}

// lowest is the nice value of a thread that gives way to all others.
const lowest = 19

// The class of I/O priorities that is served when no other asks for the disk,
// see ioprio_set(2).
const (
	ioprioWhoProcess = 1
	ioprioIdle       = 3 << 13
)

// runLow runs fn on a thread of the lowest priority and returns when it has
// ended. A thread that has given up its priority cannot have it back without
// privileges, so the goroutine keeps it locked, and it ends with the goroutine.
func runLow(fn func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if unix.Gettid() == os.Getpid() {
			// The first thread of a process is the one that tools show, and never
			// ends. While it is kept here, another goroutine gets another thread.
			runLow(fn)
			runtime.UnlockOSThread()
			return
		}
		lower()
		fn()
	}()
	<-done
}

// lower gives up the priority of this thread. A system that refuses leaves it
// as it is: then only the pauses are left.
func lower() {
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, lowest)
	_, _, _ = unix.Syscall(unix.SYS_IOPRIO_SET, ioprioWhoProcess, 0, ioprioIdle)
}
