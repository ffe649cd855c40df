package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"seeder/api"
	"seeder/config"
)

// running calls fn with the daemon that runs on the data folder.
func (a *app) running(ctx context.Context, cfg config.Config, fn func(*api.Client) error) error {
	p, err := process(cfg)
	if err != nil {
		return err
	}
	if p.PID == 0 {
		return fail(exitUnreachable, "start one with `seeder run`", "no daemon runs on %s", cfg.DataDir)
	}
	client, ok := a.answering(ctx, cfg)
	if !ok {
		return fail(exitUnreachable, "its log may say why; `seeder status` shows what the database knows", "the daemon, process %d, does not answer", p.PID)
	}
	return fn(client)
}

func (a *app) reloadCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reload",
		Short: "Make the running daemon read its configuration again",
		Long: "Transfers go on. What can change while it runs is taken at once; of the rest it is said that it\n" +
			"holds after a restart. With a mistake in the file nothing changes. SIGHUP does the same.",
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			var result api.ReloadResult
			err = a.running(cmd.Context(), cfg, func(daemon *api.Client) error {
				result, err = daemon.Reload(cmd.Context())
				return err
			})
			if err != nil {
				return err
			}
			return a.print(result, func(w io.Writer) { reloadText(result, w) })
		},
	}
}

func reloadText(r api.ReloadResult, w io.Writer) {
	if len(r.Applied)+len(r.NeedsRestart) == 0 {
		fmt.Fprintln(w, "Nothing has changed.")
		return
	}
	fmt.Fprintln(w, "SETTING\tBEFORE\tNOW\tIN FORCE")
	for _, c := range r.Applied {
		fmt.Fprintf(w, "%s\t%s\t%s\tnow\n", c.Key, changeText(c.Before), changeText(c.After))
	}
	for _, c := range r.NeedsRestart {
		fmt.Fprintf(w, "%s\t%s\t%s\tafter a restart\n", c.Key, changeText(c.Before), changeText(c.After))
	}
}

func changeText(v any) string {
	if s := fmt.Sprint(v); s != "" && s != "[]" {
		return s
	}
	return "-"
}

var logLevels = []string{"debug", "info", "warn", "error"}

func (a *app) logLevelCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "log-level",
		Short: "Show and change how much the running daemon logs",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	get := &cobra.Command{
		Use:   "get",
		Short: "Show the least severity that is logged",
		Args:  exactly(),
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.logLevel(cmd, "") },
	}
	set := &cobra.Command{
		Use:   "set LEVEL",
		Short: "Log more or less, until the next start or reload",
		Long:  "LEVEL is debug, info, warn or error. The setting log.level holds again from the next start on.",
		Args:  exactly("LEVEL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(logLevels, args[0]) {
				return usage("use debug, info, warn or error", "unknown level %.40q", args[0])
			}
			return a.logLevel(cmd, args[0])
		},
		ValidArgsFunction: cobra.FixedCompletions(logLevels, cobra.ShellCompDirectiveNoFileComp),
	}
	cmd.AddCommand(get, set)
	return cmd
}

// logLevel sets the level of the running daemon, unless it is empty, and shows it.
func (a *app) logLevel(cmd *cobra.Command, level string) error {
	cfg, err := a.load(cmd)
	if err != nil {
		return err
	}
	var now api.LogLevel
	err = a.running(cmd.Context(), cfg, func(daemon *api.Client) error {
		if level != "" {
			if err := daemon.SetLogLevel(cmd.Context(), level); err != nil {
				return err
			}
		}
		now.Level, err = daemon.LogLevel(cmd.Context())
		return err
	})
	if err != nil {
		return err
	}
	return a.print(now, func(w io.Writer) { fmt.Fprintf(w, "level\t%s\n", now.Level) })
}
