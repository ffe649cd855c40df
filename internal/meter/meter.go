// Package meter measures what sections of work cost, by community.
//
// A section runs on one goroutine, which is kept on its thread meanwhile, so
// that the thread's processor time is the section's. What a section has other
// goroutines do is not in it; they have sections of their own. Allocations are
// counted by the whole process only: what it allocated while a section ran is
// the most that the section can have, and what it had when nothing else ran.
//
// As the system counts for a process, this package counts for the process, and
// not for one of several nodes in it.
package meter

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"time"

	"seeder/message"
)

// Kind is a kind of work.
type Kind string

// The kinds of work. Sections of work never contain one another.
const (
	Import Kind = "import" // storing messages of archives in the database
	Verify Kind = "verify" // reading archives, checking seals and authors
	Hash   Kind = "hash"   // hashing pieces of archives in the folder
	Seal   Kind = "seal"   // reading messages, writing and reading back archives
)

// Cost is what work has taken.
type Cost struct {
	// CPU is processor time; 0 where [Supported] is false.
	CPU time.Duration
	// Allocated is at most how many bytes were allocated.
	Allocated uint64
}

type key struct {
	c    message.CommunityID
	kind Kind
}

var (
	mu    sync.Mutex
	costs = make(map[key]Cost)
)

// Supported says whether this system tells the processor time of a thread.
func Supported() bool { _, ok := threadTime(); return ok }

// Begin begins a section of work for a community on the calling goroutine, which
// calls end, once, when it is over. It costs a few microseconds and is for work
// that takes milliseconds.
func Begin(c message.CommunityID, kind Kind) (end func()) {
	runtime.LockOSThread()
	time, _ := threadTime()
	bytes := allocated()
	return func() {
		now, _ := threadTime()
		add := Cost{CPU: now - time, Allocated: allocated() - bytes}
		runtime.UnlockOSThread()
		mu.Lock()
		defer mu.Unlock()
		k := key{c, kind}
		sum := costs[k]
		costs[k] = Cost{CPU: sum.CPU + add.CPU, Allocated: sum.Allocated + add.Allocated}
	}
}

// Costs returns what the sections of every community have taken, those that
// have ended.
func Costs() map[message.CommunityID]map[Kind]Cost {
	mu.Lock()
	defer mu.Unlock()
	all := make(map[message.CommunityID]map[Kind]Cost)
	for k, cost := range costs {
		if all[k.c] == nil {
			all[k.c] = make(map[Kind]Cost)
		}
		all[k.c][k.kind] = cost
	}
	return all
}

// allocated is how many bytes the process has allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
