package main

import (
	"context"
	"fmt"
	"time"

	"seeder/api"
	"seeder/config"
	"seeder/daemon"
)

// How long a daemon may take to answer that has a lot to do.
const (
	tellTimeout = 10 * time.Second
	askTimeout  = 5 * time.Second
)

// control returns a client of the running daemon; false when none runs.
func (a *app) control(cfg config.Config) (*api.Client, bool) {
	if n, err := readNode(cfg); err != nil || !n.Running {
		return nil, false
	}
	client, err := daemon.Control(cfg)
	return client, err == nil
}

// tell makes the running daemon take what was written to the database, and says
// what became of it. The daemon looks there by itself, too, so that failing is
// worth a note only.
func (a *app) tell(ctx context.Context, cfg config.Config) string {
	client, ok := a.control(cfg)
	if !ok {
		return daemonNotRunning
	}
	ctx, cancel := context.WithTimeout(ctx, tellTimeout)
	defer cancel()
	if err := client.Refresh(ctx); err != nil {
		fmt.Fprintln(a.stderr(), "note: the running daemon could not be told:", err)
		return daemonNotReached
	}
	return daemonTold
}

// live returns what the running daemon says of limits; false when none answers.
func (a *app) live(ctx context.Context, cfg config.Config) (api.Limits, bool) {
	client, ok := a.control(cfg)
	if !ok {
		return api.Limits{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	limits, err := client.Limits(ctx)
	return limits, err == nil
}
