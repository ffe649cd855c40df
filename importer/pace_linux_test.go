package importer_test

import (
	"bytes"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"seeder/importer"
	"seeder/internal/threadtest"
)

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
	usual, _ := threadtest.Nice(t, os.Getpid())
	awaitUsual(t, usual) // of the tests before
	var self int
	var during map[int]int // while it is checked
	var own []int          // of the thread that reads, each time the archive is read
	var disk uintptr
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(&onRead{Reader: bytes.NewReader(data), fn: func() {
			nice, _ := threadtest.Nice(t, unix.Gettid())
			if own = append(own, nice); len(own) == 1 {
				self, during = unix.Gettid(), threadtest.NiceOfAll(t, os.Getpid())
				disk, _, _ = unix.Syscall(unix.SYS_IOPRIO_GET, 1, 0, 0)
			}
		}}), nil
	}
	if _, err := w.importer.Import(t.Context(), row, open); err != nil {
		t.Fatal(err)
	}
	if len(own) != 2 {
		t.Fatalf("the archive was read %d times, want 2", len(own))
	}
	if own[0] != 19 {
		t.Errorf("while it was checked, the thread that reads had nice value %d, want 19", own[0])
	}
	for tid, nice := range during {
		if tid != self && nice != usual {
			t.Errorf("while it was checked, another thread, %d, had nice value %d, want %d", tid, nice, usual)
		}
	}
	if class := disk >> 13; class != 3 {
		t.Errorf("class of I/O priority %d, want 3, idle", class)
	}
	if own[1] != usual {
		t.Errorf("while it held the database, the thread had nice value %d, want %d", own[1], usual)
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
		for _, nice := range threadtest.NiceOfAll(t, os.Getpid()) {
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
	usual, _ := threadtest.Nice(t, os.Getpid())
	for range 200 {
		importer.RunLow(func() {
			tid := unix.Gettid()
			if nice, _ := threadtest.Nice(t, tid); tid == os.Getpid() || nice != 19 {
				t.Errorf("work is done on thread %d of process %d with nice value %d", tid, os.Getpid(), nice)
			}
		})
	}
	awaitUsual(t, usual)
}
