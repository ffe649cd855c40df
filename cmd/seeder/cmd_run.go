package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/daemon"
)

func (a *app) runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Archive, announce, fetch and serve until Ctrl-C",
		Long: "Works for all communities of this node, those added meanwhile included. Where it listens is\n" +
			"printed once it does, and `seeder status` shows it. On a terminal the link of the dashboard is\n" +
			"printed, too, which logs in; anywhere else `seeder dashboard` has to be asked for it.",
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			return a.runDaemon(cmd, loaded)
		},
	}
	config.AddFlags(cmd.Flags())
	return cmd
}

// runDaemon runs a daemon until the context of cmd ends, which is no failure.
func (a *app) runDaemon(cmd *cobra.Command, loaded config.Loaded) error {
	ctx := cmd.Context()
	if err := lostDatabase(loaded.Config); err != nil {
		return err
	}
	opts := a.daemonOptions(loaded.Config)
	opts.Values, opts.File, opts.Notify = loaded.Values, loaded.File, true
	opts.Abandoned = terminalGone()
	opts.Reload = func() (config.Loaded, error) { return config.Load(a.configFile, cmd.Flags()) }
	d, err := daemon.New(ctx, opts)
	if err != nil {
		return a.unlessInterrupted(ctx, err)
	}
	err = a.announceNode(loaded.Config)
	if err == nil {
		err = d.Run(ctx)
	}
	return errors.Join(a.unlessInterrupted(ctx, err), d.Close())
}

// unlessInterrupted drops the error of work that ctx has ended.
func (*app) unlessInterrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// announceNode prints where the daemon of this process listens.
func (a *app) announceNode(cfg config.Config) error {
	n, err := daemon.ReadNodeFile(cfg)
	if err != nil {
		return err
	}
	return a.print(n, func(w io.Writer) {
		for _, addr := range n.Waku {
			fmt.Fprintf(w, "waku\t%s\n", addr)
		}
		for _, addr := range n.Swarm {
			fmt.Fprintf(w, "swarm\t%s\n", addr)
		}
		if n.API != "" {
			fmt.Fprintf(w, "dashboard\t%s\n", a.dashboardText(cfg, n))
		}
	})
}

// dashboardText says where the dashboard is. The link that logs in is for a person at a
// terminal: what is printed elsewhere is kept in logs, and whoever reads those could log
// in.
func (a *app) dashboardText(cfg config.Config, n daemon.Node) string {
	if isTerminal(a.out) {
		if link, err := dashboardLink(cfg, n); err == nil {
			return link
		}
	}
	return n.API + ", `seeder dashboard` prints the link that logs in"
}
