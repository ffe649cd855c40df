//go:build linux

package importer_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"seeder/importer"
	"seeder/internal/clock"
	"seeder/quota"
	"seeder/store"
)

// beBusy is set in a process that only competes for processors.
const beBusy = "IMPORTER_TEST_BUSY"

func init() { instead[beBusy] = beRival }

// beRival looks at the time until its input ends, and prints how many seconds of
// processor time it got and its longest interruption in milliseconds.
func beRival() {
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(ended)
	}()
	last, longest := time.Now(), time.Duration(0)
	for {
		select {
		case <-ended:
			fmt.Println(cpuSeconds(), float64(longest.Microseconds())/1000)
			return
		default:
		}
		now := time.Now()
		longest, last = max(longest, now.Sub(last)), now
	}
}

// cpuSeconds is the processor time that this process has had.
func cpuSeconds() float64 {
	var ru unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &ru); err != nil {
		return 0
	}
	return time.Duration(ru.Utime.Nano() + ru.Stime.Nano()).Seconds()
}

// busy is a running competitor.
type busy struct {
	cmd   *exec.Cmd
	stdin io.Closer
	out   *bufio.Reader
}

func startBusy(b *testing.B) *busy {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), beBusy+"=1", "GOMAXPROCS=2")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	return &busy{cmd: cmd, stdin: stdin, out: bufio.NewReader(out)}
}

// stop returns what the competitor got.
func (c *busy) stop(b *testing.B) (cpu, longest float64) {
	b.Helper()
	_ = c.stdin.Close()
	if _, err := fmt.Fscan(c.out, &cpu, &longest); err != nil {
		b.Fatal(err)
	}
	if err := c.cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	return cpu, longest
}

// held measures how long transactions that write last.
type held struct {
	store.DB
	longest time.Duration
}

func (h *held) Update(ctx context.Context, fn func(store.Tx) error) error {
	return h.DB.Update(ctx, func(tx store.Tx) error {
		start := time.Now()
		defer func() { h.longest = max(h.longest, time.Since(start)) }()
		return fn(tx)
	})
}

// BenchmarkPace imports signed archives at each pace, beside nobody and beside
// a busy thread for each processor.
func BenchmarkPace(b *testing.B) {
	const messages, archives = 10_000, 3
	row, data := signedArchive(b, messages)
	for _, rivals := range []int{0, 2} {
		for _, pace := range []string{quota.PaceBackground, quota.PaceNormal, quota.PaceFast} {
			b.Run(fmt.Sprintf("%s/rivals=%d", pace, rivals), func(b *testing.B) {
				var wall, cpu, got, gap, tx float64
				for b.Loop() {
					p := importer.NewPace(importer.PaceOptions{Clock: clock.System{}})
					p.Set(pace)
					db := &held{DB: openWith(b, filepath.Join(b.TempDir(), "x.db"), row.Community)}
					im := importer.New(db, clock.System{}, importer.Options{Pace: p})
					var others []*busy
					for range rivals {
						others = append(others, startBusy(b))
					}
					before := cpuSeconds()
					took := seconds(func() {
						for range archives {
							if _, err := im.Import(context.Background(), row, reader(data)); err != nil {
								b.Fatal(err)
							}
						}
					})
					wall, cpu, tx = wall+took, cpu+cpuSeconds()-before, max(tx, db.longest.Seconds())
					for _, o := range others {
						c, g := o.stop(b)
						got, gap = got+c/took, max(gap, g)
					}
					closeDB(b, db)
				}
				n := float64(b.N)
				b.ReportMetric(wall/n, "s")
				b.ReportMetric(cpu/wall, "cpus")
				b.ReportMetric(tx*1000, "ms-in-transaction")
				if rivals > 0 {
					b.ReportMetric(got/n, "rivals-cpus")
					b.ReportMetric(gap, "rivals-gap-ms")
				}
			})
		}
	}
}
