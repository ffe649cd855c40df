package bittorrent

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// BenchmarkIdle has one node serve 200 torrents to nobody, each with 20
// archives and a peer book of 100 that do not answer, for ten seconds. It
// reports the CPU time that the process uses a second, and its goroutines.
func BenchmarkIdle(b *testing.B) {
	const torrents, contacts = 200, 100
	s, err := New(Options{Files: swarm.NewFiles(b.TempDir()), Listen: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for i := range torrents {
		c := swarmtest.Community(byte(i))
		archives := swarmtest.NewArchives(uint64(i)<<20, make([]int, 20)...)
		for k := range archives {
			archives[k].ID = message.ArchiveID{byte(k)}
		}
		swarmtest.Put(b, s.files, c, archives...)
		if _, err := s.Seed(b.Context(), swarmtest.Generation(c, archives...)); err != nil {
			b.Fatal(err)
		}
		shared, err := s.community(c)
		if err != nil {
			b.Fatal(err)
		}
		// In the book, but not to be dialled while it is measured.
		shared.book.mu.Lock()
		for k := range contacts {
			addr := fmt.Sprintf("198.51.100.7:%d", 1000+k)
			shared.book.contacts[addr] = &contact{addr: addr, next: s.opts.Clock.Now().Add(time.Hour)}
		}
		shared.book.mu.Unlock()
	}
	for b.Loop() {
		before := cpu(b)
		began := s.opts.Clock.Now()
		<-time.After(10 * time.Second)
		took := s.opts.Clock.Now().Sub(began).Seconds()
		b.ReportMetric((cpu(b)-before).Seconds()*1000/took, "cpu-ms/s")
		b.ReportMetric(float64(runtime.NumGoroutine()), "goroutines")
	}
}

// cpu returns the CPU time that the process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
