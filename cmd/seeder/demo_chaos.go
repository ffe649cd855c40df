package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/dustin/go-humanize/english"

	"seeder/daemon"
	"seeder/message"
	"seeder/store"
)

const (
	defaultKills = 10
	maxKills     = 500

	// chaosPoll is how often the moments to kill are looked for, and
	// chaosWatch every how many times the nodes' progress is, which costs more.
	chaosPoll  = 10 * time.Millisecond
	chaosWatch = 10
	// chaosSoon is the latest moment that is a matter of time alone, after the
	// beginning of a phase with a few kills.
	chaosSoon = 1500 * time.Millisecond
	// chaosSlip is the longest time between a moment and its kill.
	chaosSlip = 30 * time.Millisecond
	// chaosDown is the longest that a killed node stays away.
	chaosDown = 600 * time.Millisecond
	// chaosEarly is the latest moment of a kill while a node starts.
	chaosEarly = 250 * time.Millisecond
	// chaosFew is how many kills fit into chaosSoon.
	chaosFew = 4
)

// phase is a part of the demonstration.
type phase int

const (
	sealing   phase = iota // until the owner has announced
	fetching               // until members 1 and 2 have all
	ownerless              // until member 3 has all from the two

	phaseCount = int(ownerless) + 1
)

// chaos kills nodes while a demonstration runs and starts them again. All of it
// happens in the goroutine of the stage, between two looks at the nodes. The
// methods that the stage calls do nothing on a nil chaos.
type chaos struct {
	stage   *stage
	choices *rand.Rand      // of victims and moments, which the seed alone decides
	rng     *rand.Rand      // of pauses
	share   [phaseCount]int // kills of each phase
	moments []moment        // of this phase, that have not come yet
	kills   map[string]int  // by node
	views   map[string]store.DB
}

// moment is when a node is to be killed.
type moment struct {
	victim string
	what   string
	come   func(context.Context, *demoNode) (bool, error)
}

func newChaos(s *stage, kills int, seed uint64) *chaos {
	c := &chaos{
		stage:   s,
		choices: rand.New(rand.NewPCG(seed, 1)), //nolint:gosec // it has to repeat
		rng:     rand.New(rand.NewPCG(seed, 2)), //nolint:gosec // it has to repeat
		kills:   make(map[string]int),
		views:   make(map[string]store.DB),
	}
	edge := kills * 3 / 10
	c.share = [phaseCount]int{sealing: edge, fetching: kills - 2*edge, ownerless: edge}
	return c
}

// enter chooses the moments of a phase; archives is how many the owner has, if
// that is known. What is chosen first happens even if there is only one kill.
func (c *chaos) enter(p phase, archives int) {
	if c == nil {
		return
	}
	var choices []moment
	switch p {
	case sealing:
		choices = []moment{c.whileSealing(), c.anyTime("owner", p), c.whileAnnouncing(), c.anyTime("member 1", p)}
	case fetching:
		choices = []moment{
			c.whileImporting("member 1", archives), c.whileDownloading("member 2"), c.anyTime("owner", p),
			c.whileImporting("member 2", archives), c.whileDownloading("member 1"), c.anyTime("member 1", p),
		}
	case ownerless:
		choices = []moment{
			c.whileImporting("member 3", archives), c.anyTime("member 1", p), c.whileDownloading("member 3"), c.anyTime("member 2", p),
		}
	}
	for i := range c.share[p] {
		if i >= len(choices) { // beyond the first round only time decides
			choices = append(choices, c.anyTime(choices[i%len(choices)].victim, p))
		}
		c.moments = append(c.moments, choices[i])
	}
}

// whileSealing is when some weeks are sealed and nothing is announced.
func (c *chaos) whileSealing() moment {
	least := 1 + c.choices.IntN(max(1, c.stage.opts.weeks-minDemoWeeks))
	return moment{"owner", fmt.Sprintf("while it seals, after %d archives", least), func(ctx context.Context, n *demoNode) (bool, error) {
		held, err := c.look(ctx, n)
		return !held.announced && held.archives >= least, err
	}}
}

// whileAnnouncing is when an announcement is recorded and no peer is known to
// have taken it.
func (c *chaos) whileAnnouncing() moment {
	return moment{"owner", "while it announces", func(ctx context.Context, n *demoNode) (bool, error) {
		held, err := c.look(ctx, n)
		return held.announced && !held.sent, err
	}}
}

// whileImporting is when a member has some archives and lacks others.
func (c *chaos) whileImporting(victim string, archives int) moment {
	least := 1 + c.choices.IntN(max(1, archives-1))
	return moment{victim, fmt.Sprintf("while it imports, after %d of %d archives", least, archives), func(ctx context.Context, n *demoNode) (bool, error) {
		held, err := c.look(ctx, n)
		return held.imported >= least && held.imported < archives, err
	}}
}

// whileDownloading is when a member has a part of an archive.
func (c *chaos) whileDownloading(victim string) moment {
	return moment{victim, "while it downloads", func(_ context.Context, n *demoNode) (bool, error) {
		archives := filepath.Dir(daemon.OpenFiles(n.cfg).Path(c.stage.community, message.ArchiveID{}))
		parts, err := filepath.Glob(filepath.Join(archives, "*.part"))
		return len(parts) > 0, err
	}}
}

const randomMoment = "at a random moment"

// anyTime is a random moment of a phase.
func (c *chaos) anyTime(victim string, p phase) moment {
	longest := chaosSoon * time.Duration(1+c.share[p]/chaosFew)
	at := c.stage.app.clock.Now().Add(time.Duration(c.choices.Int64N(int64(longest))))
	return moment{victim, randomMoment, func(context.Context, *demoNode) (bool, error) {
		return !c.stage.app.clock.Now().Before(at), nil
	}}
}

func (c *chaos) random(longest time.Duration) time.Duration {
	return time.Duration(c.rng.Int64N(int64(longest)))
}

// held is what a node has, as far as moments depend on it.
type held struct {
	archives, imported int
	announced, sent    bool
}

func (c *chaos) look(ctx context.Context, n *demoNode) (held, error) {
	var h held
	db := c.views[n.name]
	if db == nil {
		var err error
		if db, err = daemon.OpenStore(ctx, n.cfg); err != nil {
			return h, err
		}
		c.views[n.name] = db
	}
	err := db.View(ctx, func(tx store.Tx) error {
		rows, err := tx.Archives(c.stage.community)
		if err != nil {
			return err
		}
		h.archives = len(rows)
		for i := range rows {
			if rows[i].State == store.Imported {
				h.imported++
			}
		}
		newest, err := tx.LatestAnnouncement(c.stage.community)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		h.announced, h.sent = err == nil, newest.SentAt != 0
		return err
	})
	return h, err
}

// act kills the first node whose moment has come, if there is one, and returns
// when it is up again.
func (c *chaos) act(ctx context.Context) error {
	if c == nil {
		return nil
	}
	for i, m := range c.moments {
		n := c.stage.node(m.victim)
		if n == nil {
			continue
		}
		come, err := m.come(ctx, n)
		if err != nil {
			return fmt.Errorf("look for a moment to kill %s: %w", m.victim, err)
		}
		if come {
			c.moments = slices.Delete(c.moments, i, i+1)
			return c.kill(ctx, n, m.what, chaosSlip)
		}
	}
	return nil
}

// leave ends a phase: moments that did not come, because the nodes were too
// fast, give way to kills of nodes that have nothing to do.
func (c *chaos) leave(ctx context.Context) error {
	for c != nil && len(c.moments) > 0 {
		m := c.moments[0]
		c.moments = c.moments[1:]
		if err := c.kill(ctx, c.stage.node(m.victim), "when it has all", chaosEarly); err != nil {
			return err
		}
	}
	return nil
}

// kill kills a node within a time, starts it again after a while, and returns
// when it can be reached. Now and then another kill, of a random moment to come,
// hits it while it starts.
func (c *chaos) kill(ctx context.Context, n *demoNode, what string, within time.Duration) error {
	for {
		if err := pause(ctx, c.random(within)); err != nil {
			return err
		}
		if err := n.kill(); err != nil {
			return err
		}
		c.kills[n.name]++
		c.stage.tell("%s is killed %s: process %d", n.name, what, n.cmd.Process.Pid)
		// A connection of ours would spare it the recovery of its database.
		if err := c.closeView(n.name); err != nil {
			return err
		}
		if err := pause(ctx, c.random(chaosDown)); err != nil {
			return err
		}
		if err := n.start(c.stage.configPath(n.name)); err != nil {
			return err
		}
		if c.rng.IntN(4) > 0 || !c.giveUpOne() {
			return c.await(ctx, n)
		}
		what, within = "while it starts", chaosEarly
	}
}

// giveUpOne takes away a moment that is a matter of time alone, for a kill now.
func (c *chaos) giveUpOne() bool {
	for i, m := range c.moments {
		if m.what == randomMoment {
			c.moments = slices.Delete(c.moments, i, i+1)
			return true
		}
	}
	return false
}

// await waits until a node that was started again can be reached.
func (c *chaos) await(ctx context.Context, n *demoNode) error {
	if err := n.await(ctx, n.reached); err != nil {
		return fmt.Errorf("start %s again: %w", n.name, err)
	}
	c.stage.tell("%s runs again as process %d", n.name, n.at.PID)
	return nil
}

func (c *chaos) closeView(name string) error {
	db := c.views[name]
	delete(c.views, name)
	if db == nil {
		return nil
	}
	return db.Close()
}

// close gives up the databases.
func (c *chaos) close() error {
	if c == nil {
		return nil
	}
	var errs []error
	for name := range c.views {
		errs = append(errs, c.closeView(name))
	}
	return errors.Join(errs...)
}

// recount reads again what every node holds, now that no kill follows.
func (c *chaos) recount(ctx context.Context, results []demoResult) error {
	if c == nil {
		return nil
	}
	for i := range results {
		r := &results[i]
		r.Kills = c.kills[r.Node]
		err := withStore(ctx, c.stage.configs[r.Node], func(db store.DB) error {
			sum, err := digestOf(ctx, db, c.stage.community)
			r.Messages, r.Digest = sum.Messages, sum.Digest
			return err
		})
		if err != nil {
			return fmt.Errorf("read %s again: %w", r.Node, err)
		}
	}
	return nil
}

// column is a column of the table that only chaos has.
func (c *chaos) column(text string) string {
	if c == nil {
		return ""
	}
	return "\t" + text
}

// text says what was done.
func (c *chaos) text(w io.Writer) {
	if c == nil {
		return
	}
	total := 0
	for _, n := range c.kills {
		total += n
	}
	fmt.Fprintf(w, "Nodes were killed %s; --seed %d chooses the same nodes and moments again.\n", english.Plural(total, "time", ""), c.stage.opts.seed)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// listenAddresses returns where the n-th node listens. Without chaos the
// system chooses. A node that is killed has to come back where the others look
// for it: where all of 127/8 is this machine, that is an IP address of its own
// with ports that are given to nobody, elsewhere ports that are free now.
func (s *stage) listenAddresses(n int) (waku, swarm string, err error) {
	const wakuPort, swarmPort = 26880, 26881
	switch {
	case s.chaos == nil:
		return "127.0.0.1:0", "127.0.0.1:0", nil
	case runtime.GOOS == "linux":
		pid := os.Getpid()
		ip := net.IPv4(127, byte(1+pid>>8%254), byte(pid), byte(1+n)).String()
		return fmt.Sprintf("%s:%d", ip, wakuPort), fmt.Sprintf("%s:%d", ip, swarmPort), nil
	}
	if waku, err = freeAddress(); err == nil {
		swarm, err = freeAddress()
	}
	return waku, swarm, err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}
