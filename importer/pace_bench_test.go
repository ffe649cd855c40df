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
	"runtime"
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
// a busy process for each processor. Share is what these got, as against
// what they get when nothing is imported; gap is their longest interruption.
func BenchmarkPace(b *testing.B) {
	const messages, archives = 5_000, 3
	row, data := signedArchive(b, messages)
	for _, rivals := range []int{0, runtime.NumCPU()} {
		for _, pace := range []string{quota.PaceBackground, quota.PaceNormal, quota.PaceFast} {
			b.Run(fmt.Sprintf("%s/rivals=%d", pace, rivals), func(b *testing.B) {
				var sum paced
				for b.Loop() {
					one := importPaced(b, pace, row, data, archives, rivals)
					sum.took, sum.cpu, sum.share = sum.took+one.took, sum.cpu+one.cpu, sum.share+one.share
					sum.gap, sum.held = max(sum.gap, one.gap), max(sum.held, one.held)
				}
				n := float64(b.N)
				b.ReportMetric(sum.took/n, "s")
				b.ReportMetric(sum.cpu/sum.took, "cpus")
				b.ReportMetric(sum.held*1000, "ms-held")
				if rivals > 0 {
					b.ReportMetric(sum.share/n, "share")
					b.ReportMetric(sum.gap, "ms-gap")
				}
			})
		}
	}
}

// paced is what imports at a pace took and left: seconds, processor seconds, the
// longest transaction in seconds, the share of the rivals and their longest
// interruption in milliseconds.
type paced struct{ took, cpu, held, share, gap float64 }

func importPaced(b *testing.B, pace string, row store.Archive, data []byte, archives, rivals int) (p paced) {
	b.Helper()
	rate := importer.NewPace(importer.PaceOptions{Clock: clock.System{}})
	rate.Set(pace)
	db := &held{DB: openWith(b, filepath.Join(b.TempDir(), "x.db"), row.Community)}
	defer closeDB(b, db)
	im := importer.New(db, clock.System{}, importer.Options{Pace: rate})
	got, gap := beside(b, rivals, func() {
		before := cpuSeconds()
		p.took = seconds(func() {
			for range archives {
				if _, err := im.Import(context.Background(), row, reader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
		p.cpu = cpuSeconds() - before
	})
	p.held, p.gap = db.longest.Seconds(), gap
	if rivals > 0 {
		pause := time.Duration(p.took * float64(time.Second))
		alone, _ := beside(b, rivals, func() { time.Sleep(pause) })
		p.share = got / alone
	}
	return p
}

// beside returns how much processor time rivals got while work went on, in
// seconds, and their longest interruption in milliseconds.
func beside(b *testing.B, rivals int, work func()) (got, gap float64) {
	b.Helper()
	var others []*busy
	for range rivals {
		others = append(others, startBusy(b))
	}
	work()
	for _, o := range others {
		cpu, longest := o.stop(b)
		got, gap = got+cpu, max(gap, longest)
	}
	return got, gap
}
