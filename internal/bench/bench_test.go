package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// Environment of a child: which stage to run, and where.
const (
	envStage = "SEEDER_BENCH_STAGE"
	envDir   = "SEEDER_BENCH_DIR"
	envCount = "SEEDER_BENCH_COUNT"
)

// result is what a stage prints for its parent.
type result struct {
	Messages uint64
	Seconds  float64
	Bytes    int64
}

func TestMain(m *testing.M) {
	stage, ok := stages[os.Getenv(envStage)]
	if !ok {
		os.Exit(m.Run())
	}
	count, err := strconv.Atoi(os.Getenv(envCount))
	if err == nil {
		var r result
		r, err = profiled(os.Getenv(envStage), func() (result, error) { return stage(os.Getenv(envDir), count) })
		err = errors.Join(err, json.NewEncoder(os.Stdout).Encode(r))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// profiled runs a stage and leaves its CPU profile in the folder that
// SEEDER_BENCH_PROFILE names, if it names one.
func profiled(name string, stage func() (result, error)) (result, error) {
	dir := os.Getenv("SEEDER_BENCH_PROFILE")
	if dir == "" {
		return stage()
	}
	f, err := os.Create(filepath.Join(dir, name+".prof"))
	if err != nil {
		return result{}, err
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		return result{}, err
	}
	defer pprof.StopCPUProfile()
	return stage()
}

// run runs a stage in a process of its own and returns its result and peak
// memory in bytes.
func run(b *testing.B, stage, dir string, count int) (result, int64) {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), self)
	cmd.Env = append(os.Environ(), envStage+"="+stage, envDir+"="+dir, envCount+"="+strconv.Itoa(count), "GOMAXPROCS=2")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("stage %s: %v", stage, err)
	}
	var r result
	if err := json.Unmarshal(out, &r); err != nil {
		b.Fatalf("stage %s printed %q: %v", stage, out, err)
	}
	return r, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024
}

// report prints rate, peak memory and the ratio to the rate of the reference.
func report(b *testing.B, r, reference result, rss int64) {
	b.Helper()
	rate := float64(r.Messages) / r.Seconds
	b.ReportMetric(rate, "messages/s")
	b.ReportMetric(float64(rss)/(1<<20), "peak-MiB")
	b.ReportMetric(rate/(float64(reference.Messages)/reference.Seconds), "x-reference")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkHistory runs the main job on histories of 500-byte messages over
// 20 weeks, one stage after the other on the same data.
func BenchmarkHistory(b *testing.B) {
	for _, count := range []int{100_000, 1_000_000} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			for range b.N {
				history(b, count)
			}
		})
	}
}

func history(b *testing.B, count int) {
	dir := b.TempDir()
	run(b, "fill", dir, count)
	read, _ := run(b, "read", dir, count)
	b.Run("package", func(b *testing.B) {
		r, rss := run(b, "package", dir, count)
		report(b, r, read, rss) // reference: reading the rows, no archive made
	})
	b.Run("seed", func(b *testing.B) {
		r, rss := run(b, "seed", dir, count)
		b.ReportMetric(float64(r.Bytes), "hashed-bytes")
		b.ReportMetric(r.Seconds*1000, "ms")
		b.ReportMetric(float64(rss)/(1<<20), "peak-MiB")
	})
	b.Run("readback", func(b *testing.B) {
		r, rss := run(b, "readback", dir, count)
		report(b, r, read, rss) // reference: reading the same messages from the database
	})
	raw, _ := run(b, "rawinsert", filepath.Join(b.TempDir(), "raw"), count)
	b.Run("import", func(b *testing.B) {
		r, rss := run(b, "import", dir, count)
		report(b, r, raw, rss) // reference: the same rows by plain INSERT, nothing checked
	})
	b.Run("append", func(b *testing.B) {
		r, rss := run(b, "append", dir, count)
		b.ReportMetric(float64(r.Messages)/r.Seconds, "messages/s")
		b.ReportMetric(r.Seconds*1000, "ms")
		b.ReportMetric(float64(rss)/(1<<20), "peak-MiB")
	})
	b.Run("seed-after-append", func(b *testing.B) {
		all, _ := run(b, "hashall", dir, count)
		r, _ := run(b, "seed", dir, count)
		b.ReportMetric(float64(r.Bytes), "hashed-bytes")
		b.ReportMetric(r.Seconds*1000, "ms")
		b.ReportMetric(all.Seconds/r.Seconds, "x-faster-than-hashing-all")
	})
}

// TestStages runs every stage on a small history, so that the benchmarks go on
// working.
func TestStages(t *testing.T) {
	const count = 2000
	dir := t.TempDir()
	for _, name := range []string{"fill", "read", "package", "seed", "readback", "import", "append", "hashall", "seed"} {
		r, err := stages[name](dir, count)
		if err != nil {
			t.Fatalf("stage %s: %v", name, err)
		}
		switch name {
		case "read", "package", "readback", "import":
			if r.Messages != count {
				t.Errorf("stage %s did %d messages, want %d", name, r.Messages, count)
			}
		case "append":
			if r.Messages != count/weeks {
				t.Errorf("stage append packaged %d messages, want %d", r.Messages, count/weeks)
			}
		}
	}
	if _, err := stages["rawinsert"](filepath.Join(dir, "raw"), count); err != nil {
		t.Errorf("stage rawinsert: %v", err)
	}
}

func since(start time.Time) float64 { return time.Since(start).Seconds() }
