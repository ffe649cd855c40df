package doctor

import (
	"context"
	"sync"
	"time"

	"seeder/config"
	"seeder/internal/clock"
	"seeder/internal/nat"
	"seeder/quota"
	"seeder/swarm"
)

const (
	// databaseFor bounds the check of the database, in which all of it is read.
	databaseFor = 20 * time.Second
	// timeFor bounds how long time servers are waited for.
	timeFor = 3 * time.Second
)

// Options say what the doctor looks at. Loaded and Clock are required, and Database
// unless there are Faults.
type Options struct {
	Loaded config.Loaded
	// Faults are what is wrong with the configuration; then Loaded has defaults
	// where it is.
	Faults error
	Clock  clock.Clock
	// Version is that of this program.
	Version string
	// Daemon is the one that works on the data folder; nil for none.
	Daemon *Daemon
	// Database checks the database, which takes long, and says which version its
	// schema has; 0 where there is no database yet. It is called once.
	Database func(context.Context) (schema int64, err error)
	// MinFree is what is to stay free of the disk.
	MinFree quota.Free
	// Live is what only a running node knows; nil outside of it.
	Live *Live
}

// Daemon is a process that works on the data folder.
type Daemon struct {
	PID     int
	Version string
	// Silent says that it does not answer.
	Silent bool
}

// Live is what only a running node knows.
type Live struct {
	// Swarm and Waku are the addresses it listens on, API where the API is.
	Swarm, Waku []string
	API         string
	Reach       swarm.Reach
	// Public says that the machine itself has a public address.
	Public bool
	// Forwarding is what the router does; nil when it is not asked.
	Forwarding  *nat.State
	Communities []Community
	// WakuPeers counts the Waku peers that are connected. Of WakuConfigured ones
	// WakuConnected are.
	WakuPeers, WakuConfigured, WakuConnected int
	// ClockAhead is how far the clock is ahead of others' by WakuMessages messages,
	// 0 where that cannot be told.
	ClockAhead   time.Duration
	WakuMessages int
}

// Community is one in [Live].
type Community struct {
	Name  string
	Peers int
	// Active says that it fetches or serves now.
	Active bool
}

// looker looks once.
type looker struct {
	Options

	cfg config.Config
}

// Look looks a node over. It takes as long as the slowest of what it asks, half a
// minute at most, or until ctx ends.
func Look(ctx context.Context, o Options) Report {
	l := looker{o, o.Loaded.Config}
	checks := make([]Check, 12)
	var slow sync.WaitGroup
	slow.Go(func() { checks[0] = l.database(ctx) })
	slow.Go(func() { checks[1] = l.clock(ctx) })
	checks[2], checks[3], checks[4] = l.config(), l.daemon(), l.folder()
	checks[5], checks[6], checks[7] = l.permissions(), l.disk(), l.ports(ctx)
	checks[8], checks[9], checks[10], checks[11] = l.reachable(), l.peers(), l.dht(), l.waku()
	slow.Wait()
	return report(o.Clock.Now().UnixMilli(), checks)
}

func check(name string, s State, seen, advice string) Check {
	return Check{Name: name, State: s, Seen: seen, Advice: advice}
}

// onlyRunning is what is said of what only a running node knows.
func onlyRunning(name string) Check {
	return check(name, Unknown, "only a running node knows", "")
}
