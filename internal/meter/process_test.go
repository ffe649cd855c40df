package meter_test

import (
	"runtime/debug"
	"testing"
	"time"

	"seeder/internal/meter"
)

func TestProcess(t *testing.T) {
	debug.FreeOSMemory() // or what other tests have left is used again below
	before, rss := meter.Process()
	if rss < 1<<20 || rss > 1<<40 {
		t.Errorf("the process has %d bytes", rss)
	}
	late := time.Now().Add(time.Minute)
	for n := 0; ; n++ {
		if now, _ := meter.Process(); now >= before+20*time.Millisecond {
			break
		}
		if meter.Supported() && time.Now().After(late) {
			t.Fatal("the processor time does not grow")
		}
	}
	ballast := make([]byte, 64<<20)
	for i := range ballast {
		ballast[i] = byte(i)
	}
	if _, now := meter.Process(); now < rss+32<<20 {
		t.Errorf("64 MiB more, and the process has %d bytes after %d", now, rss)
	}
	_ = ballast[len(ballast)-1]
}
