package importer_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"seeder/importer"
)

// niceOf returns the nice value of each thread of this process.
func niceOf(t *testing.T) map[int]int {
	t.Helper()
	tasks, err := filepath.Glob("/proc/self/task/*/stat")
	if err != nil || len(tasks) == 0 {
		t.Fatalf("list threads: %v", err)
	}
	out := make(map[int]int)
	for _, path := range tasks {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// Behind the name, which stands in parentheses, are the fields from the
		// third on; the nineteenth is the nice value, see proc(5).
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		nice, err := strconv.Atoi(fields[16])
		if err != nil {
			t.Fatal(err)
		}
		tid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			t.Fatal(err)
		}
		out[tid] = nice
	}
	return out
}

// onRead calls fn once, on the goroutine that reads.
type onRead struct {
	io.Reader
	fn func()
}

func (r *onRead) Read(p []byte) (int, error) {
	if r.fn != nil {
		r.fn()
		r.fn = nil
	}
	return r.Reader.Read(p)
}

// Checking in the background runs on a thread of the lowest priority, of the
// processor and of the disk; no other thread has it, and it ends with the check.
func TestBackgroundHasTheLowestPriority(t *testing.T) {
	w, _ := backgroundWorld(t)
	row, data := w.draft(history(100)).build(t)
	usual := niceOf(t)[os.Getpid()]
	var during []map[int]int
	var self []int
	var disk uintptr
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(&onRead{Reader: bytes.NewReader(data), fn: func() {
			during, self = append(during, niceOf(t)), append(self, unix.Gettid())
			if len(self) == 1 {
				disk, _, _ = unix.Syscall(unix.SYS_IOPRIO_GET, 1, 0, 0)
			}
		}}), nil
	}
	if _, err := w.importer.Import(t.Context(), row, open); err != nil {
		t.Fatal(err)
	}
	if len(during) != 2 {
		t.Fatalf("the archive was read %d times, want 2", len(during))
	}
	for tid, nice := range during[0] {
		if want := map[bool]int{true: 19, false: usual}[tid == self[0]]; nice != want {
			t.Errorf("while it was checked, thread %d (reading: %v) had nice value %d, want %d", tid, tid == self[0], nice, want)
		}
	}
	if class := disk >> 13; class != 3 {
		t.Errorf("class of I/O priority %d, want 3, idle", class)
	}
	if nice := during[1][self[1]]; nice != usual {
		t.Errorf("while it held the database, the thread had nice value %d, want %d", nice, usual)
	}
	awaitUsual(t, usual)
}

// awaitUsual waits until no thread has another priority than usual: one that
// ends is still listed for a moment.
func awaitUsual(t *testing.T, usual int) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		left := 0
		for _, nice := range niceOf(t) {
			if nice != usual {
				left++
			}
		}
		if left == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d threads kept their low priority", left)
		}
	}
}

// The first thread of a process, which cannot end, keeps its priority whichever
// threads the work is done on.
func TestFirstThreadKeepsItsPriority(t *testing.T) {
	usual := niceOf(t)[os.Getpid()]
	for range 200 {
		importer.RunLow(func() {
			if tid := unix.Gettid(); tid == os.Getpid() || niceOf(t)[tid] != 19 {
				t.Errorf("work is done on thread %d of process %d with nice value %d", tid, os.Getpid(), niceOf(t)[tid])
			}
		})
	}
	awaitUsual(t, usual)
}
