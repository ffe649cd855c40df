// Command past writes the rates that a node would have kept of the last hour, for
// pictures and tests of the dashboard: it ran, was down for some minutes, and ran
// again until now. The node must not run.
//
//	past FILE [COMMUNITY ...]
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"time"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/rates"
)

const (
	// began, stopped and again are times before now.
	began   = 52 * time.Minute
	stopped = 34 * time.Minute
	again   = 22 * time.Minute
	// most is the highest rate of the first community, in bytes a second.
	most = 900 << 10
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "past:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("usage: past FILE [COMMUNITY ...]")
	}
	communities := make([]message.CommunityID, len(args)-1)
	for i, text := range args[1:] {
		id, err := message.ParseCommunityID(text)
		if err != nil {
			return fmt.Errorf("read the id of a community: %w", err)
		}
		communities[i] = id
	}
	now := clock.System{}.Now()
	at := clock.NewFixed(now.Add(-began))
	total := rates.Reading{Communities: make(map[message.CommunityID]rates.Bytes)}
	recorder := rates.Open(rates.Options{
		Path: args[0], Clock: at, Logger: slog.Default(),
		Read: func(context.Context) (rates.Reading, error) { return copied(total), nil },
	})
	ctx, cancel := context.WithCancel(context.Background())
	for ; at.Now().Before(now); at.Advance(rates.Every) {
		if before := now.Sub(at.Now()); before > stopped || before <= again {
			pass(&total, communities, before)
			recorder.Measure(ctx)
		}
	}
	cancel()
	recorder.Run(ctx) // saves and ends
	return nil
}

// copied is a reading that does not change any more.
func copied(r rates.Reading) rates.Reading {
	all := make(map[message.CommunityID]rates.Bytes, len(r.Communities))
	for id, b := range r.Communities {
		all[id] = b
	}
	r.Communities = all
	return r
}

// pass adds to the totals what passes in the time between two readings.
func pass(total *rates.Reading, communities []message.CommunityID, before time.Duration) {
	minutes := before.Minutes()
	seconds := rates.Every.Seconds()
	for i, id := range communities {
		share := 1 / float64(1+2*i)
		up := most * share * (0.35 + 0.3*math.Sin(minutes/3+float64(i)) + 0.1*math.Sin(minutes*2.1))
		down := most * share * math.Max(0, 0.6*math.Sin(minutes/7+float64(i))+0.15*math.Sin(minutes*1.3))
		moved := rates.Bytes{Up: int64(math.Max(0, up) * seconds), Down: int64(down * seconds)}
		b := total.Communities[id]
		total.Communities[id] = rates.Bytes{Up: b.Up + moved.Up, Down: b.Down + moved.Down}
		total.Node.Up += moved.Up
		total.Node.Down += moved.Down
	}
	total.CPU += time.Duration((0.06 + 0.03*math.Sin(minutes/4)) * float64(rates.Every))
	total.RSS = int64((96 + 8*math.Sin(minutes/9)) * (1 << 20))
}
