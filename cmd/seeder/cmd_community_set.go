package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/internal/terminal"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
)

const limitsHint = "docs/operations.md, chapter Limits, explains each with an example."

func (a *app) communitySetCommand() *cobra.Command {
	settings := communitySettings()
	cmd := &cobra.Command{
		Use:   "set COMMUNITY --KEY VALUE...",
		Short: "Set what a community may take: bandwidth, storage, what it does",
		Long: "Several settings are changed together or, when one is wrong, not at all. A running daemon\n" +
			"takes them at once. The value `default` takes back what was set. The limits of the node, see\n" +
			"`seeder limits`, hold beside those of the community.\n\n" + limitsHint,
		Example: "  seeder community set \"Garden Club\" --up 1MiB/s --cap 2GiB\n" +
			"  seeder community set \"Garden Club\" --schedule \"08:00-18:00 mon-fri up=256KiB/s\"\n" +
			"  seeder community set \"Garden Club\" --serve off --cap default",
		Args: exactly("COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			values, err := settings.changed(cmd)
			if err != nil {
				return err
			}
			return a.setCommunity(cmd, args[0], func(quota.Community) map[string]string { return values })
		},
		ValidArgsFunction:     a.completeCommunity,
		DisableFlagsInUseLine: true,
	}
	settings.add(cmd)
	return cmd
}

func (a *app) communityPauseCommand() *cobra.Command {
	return a.switchCommand("pause COMMUNITY", "Stop all work for a community, until it is resumed",
		"Nothing is fetched, served, imported, archived or announced; what is stored stays. It lasts\n"+
			"until `seeder community resume`, restarts included.",
		map[string]string{"paused": "on"})
}

func (a *app) communityResumeCommand() *cobra.Command {
	return a.switchCommand("resume COMMUNITY", "Go on with the work for a community that was paused", "", map[string]string{"paused": ""})
}

func (a *app) switchCommand(use, short, long string, values map[string]string) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Long:  long,
		Args:  exactly("COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.setCommunity(cmd, args[0], func(quota.Community) map[string]string { return values })
		},
		ValidArgsFunction: a.completeCommunity,
	}
}

func (r setResult) text(w io.Writer) {
	if r.ID != nil {
		fmt.Fprintf(w, "community\t%s\n", r.ID)
	}
	if r.Name != "" {
		fmt.Fprintf(w, "name\t%s\n", terminal.Visible(r.Name))
	}
	for _, s := range r.Settings {
		fmt.Fprintf(w, "%s\t%s (%s)\n", settingFlag(s.Key), s.Value, s.From)
	}
	switch r.Daemon {
	case daemonTold:
		fmt.Fprintln(w, "in force\tnow, the running daemon has taken it")
	case daemonNotRunning:
		fmt.Fprintln(w, "in force\tfrom the next `seeder run` on, no daemon is running")
	default:
		fmt.Fprintln(w, "in force\twithin a second, the running daemon looks at the database")
	}
}

// setCommunity changes settings of a community to what values returns, which is
// told what holds so far, in one transaction, tells the daemon, and shows them.
func (a *app) setCommunity(cmd *cobra.Command, arg string, values func(quota.Community) map[string]string) error {
	loaded, err := config.Load(a.configFile, cmd.Flags())
	if err != nil {
		return err
	}
	var result setResult
	err = withCommunity(cmd.Context(), loaded.Config, arg, func(db store.DB, c store.Community) error {
		result = setResult{ID: &c.ID, Name: c.Name}
		var given map[string]string
		err := limits.Change(cmd.Context(), db, c.ID, func(now quota.Community) (map[string]string, error) {
			given = values(now)
			return given, nil
		})
		if err != nil {
			return err
		}
		return db.View(cmd.Context(), func(tx store.Tx) error {
			r, err := readRules(tx, loaded)
			result.Settings = only(r.communityRows(c.ID), given)
			return err
		})
	})
	if err != nil {
		return err
	}
	result.Daemon = a.tell(cmd.Context(), loaded.Config)
	return a.print(result, result.text)
}

// completeCommunity offers the communities of this node to a shell.
func (a *app) completeCommunity(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	cfg, err := a.load(cmd)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var out []string
	_, err = withExistingStore(cmd.Context(), cfg, func(db store.DB) error {
		out, err = communityNames(cmd.Context(), db)
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func communityNames(ctx context.Context, db store.DB) (out []string, err error) {
	err = db.View(ctx, func(tx store.Tx) error {
		all, err := tx.Communities()
		for _, c := range all {
			if c.Name != "" {
				out = append(out, cobra.CompletionWithDesc(terminal.Visible(c.Name), string(c.Role)+" of "+c.ID.String()))
			} else {
				out = append(out, cobra.CompletionWithDesc(c.ID.String(), string(c.Role)))
			}
		}
		return err
	})
	return out, err
}
