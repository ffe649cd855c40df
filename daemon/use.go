package daemon

import (
	"sync"
	"time"

	"seeder/api"
	"seeder/internal/meter"
)

// useEvery is the shortest time that processor time is measured over.
const useEvery = 500 * time.Millisecond

// useMeter measures what the process takes, over the time since it was last asked.
// It is safe for concurrent use.
type useMeter struct {
	clock func() time.Time

	mu   sync.Mutex
	at   time.Time
	cpu  time.Duration
	last api.Use
}

func newUseMeter(clock func() time.Time) *useMeter {
	cpu, _ := meter.Process()
	return &useMeter{clock: clock, at: clock(), cpu: cpu}
}

// now returns what the process takes. Who asks again within a moment gets the
// same.
func (u *useMeter) now() api.Use {
	u.mu.Lock()
	defer u.mu.Unlock()
	passed := u.clock().Sub(u.at)
	if passed >= 0 && passed < useEvery && u.last.RSS != 0 {
		return u.last
	}
	cpu, rss := meter.Process()
	if passed > 0 {
		u.last.CPU = max(0, (cpu-u.cpu).Seconds()/passed.Seconds())
	}
	u.last.RSS, u.at, u.cpu = rss, u.at.Add(passed), cpu
	return u.last
}
