package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"

	"seeder/internal/clock"
	"seeder/message"
)

// notifier tells the service manager how this process stands (sd_notify(3)). A nil
// one tells nobody, and so does one of a process that no manager waits for.
type notifier struct {
	log *slog.Logger
	// begun says that this process was reported ready once.
	begun  atomic.Bool
	status string // told last; Run's goroutine has it alone
}

// managed reports whether there is a service manager that is told.
func (n *notifier) managed() bool { return n != nil && os.Getenv("NOTIFY_SOCKET") != "" }

func (n *notifier) tell(state string) {
	if n == nil {
		return
	}
	if _, err := systemd.SdNotify(false, state); err != nil {
		n.log.Warn("service manager not told", "state", state, "error", err)
	}
}

// ready says that the node works, at first and after a reload.
func (n *notifier) ready() {
	if n != nil && n.begun.Load() {
		n.tell(systemd.SdNotifyReady)
	}
}

// working says that the node works from now on, and how.
func (n *notifier) working(status string) {
	if n == nil || n.begun.Load() && n.status == status {
		return
	}
	n.status = status
	state := "STATUS=" + status
	if n.begun.CompareAndSwap(false, true) {
		state = systemd.SdNotifyReady + "\n" + state
	}
	n.tell(state)
}

// reloading says that the configuration is read again; ready follows.
func (n *notifier) reloading() {
	if n != nil && n.begun.Load() {
		n.tell(systemd.SdNotifyReloading + "\nMONOTONIC_USEC=" + strconv.FormatInt(monotonic().Microseconds(), 10))
	}
}

// stopping says that the process is about to end.
func (n *notifier) stopping() {
	n.tell(systemd.SdNotifyStopping + "\nSTATUS=saving what is under way")
}

// pulse counts the turns of a loop that must not stand still.
type pulse struct{ turns atomic.Uint64 }

func (p *pulse) beat() { p.turns.Add(1) }

// pulses are the loops without which a daemon does nothing: the one that looks after
// communities, and the one that applies limits. Both ask the database.
type pulses struct{ run, limits pulse }

// leastStall is how long a loop may take for a turn whatever the manager says, which
// may have been set shorter than a turn is.
const leastStall = 5 * time.Second

// watchdog tells the manager that the process lives, four times as often as it wants
// to be told, for as long as no loop stands still for longer than that.
func (n *notifier) watchdog(ctx context.Context, clk clock.Clock, every time.Duration, loops ...*pulse) {
	type seen struct {
		turns uint64
		at    time.Time
	}
	last := make([]seen, len(loops))
	for i := range last {
		last[i].at = clk.Now()
	}
	tick := time.NewTicker(every / 4)
	defer tick.Stop()
	stuck := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, alive := clk.Now(), true
		for i, p := range loops {
			if turns := p.turns.Load(); turns != last[i].turns || now.Before(last[i].at) {
				last[i] = seen{turns, now}
			}
			alive = alive && now.Sub(last[i].at) < max(every, leastStall)
		}
		if alive {
			n.tell(systemd.SdNotifyWatchdog)
		} else if !stuck {
			n.log.Error("the node stands still; the service manager is going to restart it")
		}
		stuck = !alive
	}
}

// watchdogEvery is how often the manager wants to be told that the process lives; 0
// for never.
func (n *notifier) watchdogEvery() time.Duration {
	if n == nil {
		return 0
	}
	every, err := systemd.SdWatchdogEnabled(false)
	if err != nil {
		n.log.Warn("the service manager's watchdog is not understood", "error", err)
	}
	return every
}

// tellEvery is how many turns of Run pass before the manager is told again how the
// node stands.
const tellEvery = 15

func (d *Daemon) tell(turn, communities int) {
	if d.notify != nil && (turn%tellEvery == 0 || !d.notify.begun.Load()) {
		d.notify.working(d.standing(communities))
	}
}

// standing says in words what the node does.
func (d *Daemon) standing(communities int) string {
	if communities == 0 {
		return "no communities yet"
	}
	peers := 0
	d.team.each(func(c message.CommunityID) { peers += d.swarm.Stats(c).Peers })
	text := fmt.Sprintf("%d communities, %d peers", communities, peers)
	if communities == 1 {
		text = fmt.Sprintf("1 community, %d peers", peers)
	}
	return text
}
