// Package threadtest tells tests the priorities of threads.
package threadtest

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// Nice returns the nice value of a thread, -20 to 19, and whether it is still there.
func Nice(t testing.TB, tid int) (nice int, found bool) {
	t.Helper()
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, tid)
	if errors.Is(err, unix.ESRCH) {
		return 0, false
	}
	if err != nil {
		t.Fatal(err)
	}
	return 20 - raw, true // what the kernel tells is turned round, see getpriority(2)
}

// NiceOfAll returns the nice values of the threads of a process that runs, by their ids.
// One that goes on may be missing while another ends: the kernel's list can skip it.
func NiceOfAll(t testing.TB, pid int) map[int]int {
	t.Helper()
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil || len(tasks) == 0 {
		t.Fatalf("list threads: %v", err)
	}
	out := make(map[int]int)
	for _, task := range tasks {
		tid, err := strconv.Atoi(task.Name())
		if err != nil {
			t.Fatal(err)
		}
		if nice, found := Nice(t, tid); found {
			out[tid] = nice
		}
	}
	return out
}
