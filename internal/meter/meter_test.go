package meter_test

import (
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"seeder/internal/meter"
	"seeder/message"
)

var sink []byte

// TestSections has one community work and another wait beside it: only the one
// that worked is told to have taken processor time.
func TestSections(t *testing.T) {
	if !meter.Supported() {
		t.Log("this system does not tell the processor time of threads")
	}
	worker, waiter := message.CommunityID{1}, message.CommunityID{2}
	const want = 50 * time.Millisecond
	begun, done := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer meter.Begin(waiter, meter.Import)()
		close(begun)
		<-done
	})
	<-begun
	for meter.Supported() && meter.Costs()[worker][meter.Hash].CPU < want {
		end := meter.Begin(worker, meter.Hash)
		sink = make([]byte, 1<<20)
		for range 5 {
			sha256.Sum256(sink)
		}
		end()
	}
	close(done)
	wg.Wait()
	costs := meter.Costs()
	if got := costs[waiter][meter.Import]; got.CPU > want/10 {
		t.Errorf("who waited took %s", got.CPU)
	}
	if _, ok := costs[waiter][meter.Import]; !ok {
		t.Error("who waited was not counted")
	}
	if got := costs[worker][meter.Hash]; meter.Supported() && got.Allocated < 1<<20 {
		t.Errorf("allocated %d bytes", got.Allocated)
	}
	// It is the most that the section may have had: what others allocated meanwhile is in it.
	if got := costs[waiter][meter.Import]; got.Allocated < costs[worker][meter.Hash].Allocated {
		t.Errorf("%d bytes at most, others allocated %d meanwhile", got.Allocated, costs[worker][meter.Hash].Allocated)
	}
}

func BenchmarkSection(b *testing.B) {
	for b.Loop() {
		meter.Begin(message.CommunityID{3}, meter.Seal)()
	}
}
