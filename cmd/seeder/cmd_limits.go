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
	"seeder/store"
)

func (a *app) limitsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "limits",
		Short: "Show and set what this node may take",
		Long: "The limits of the node hold for all communities together; `seeder community set` sets those of\n" +
			"one community. What is set by command goes before the configuration.\n\n" + limitsHint,
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(a.limitsShowCommand(), a.limitsSetCommand())
	return cmd
}

func (a *app) limitsSetCommand() *cobra.Command {
	settings := nodeSettings()
	cmd := &cobra.Command{
		Use:   "set --KEY VALUE...",
		Short: "Set what this node may take",
		Long: "Several settings are changed together or, when one is wrong, not at all. A running daemon\n" +
			"takes them at once. The value `default` takes back what was set, so that the configuration\n" +
			"holds again.\n\n" + limitsHint,
		Example: "  seeder limits set --up 1MiB/s --cap 20GiB --min-free 5%\n" +
			"  seeder limits set --schedule \"08:00-18:00 mon-fri up=256KiB/s\" --timezone Europe/Berlin\n" +
			"  seeder limits set --alternative on --alternative-up 64KiB/s",
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			values, err := settings.changed(cmd)
			if err != nil {
				return err
			}
			return a.setNode(cmd, values)
		},
		ValidArgsFunction:     cobra.NoFileCompletions,
		DisableFlagsInUseLine: true,
	}
	settings.add(cmd)
	return cmd
}

// setNode changes settings of the node in one transaction, tells the daemon, and
// shows them.
func (a *app) setNode(cmd *cobra.Command, values map[string]string) error {
	loaded, err := config.Load(a.configFile, cmd.Flags())
	if err != nil {
		return err
	}
	var result setResult
	err = withStore(cmd.Context(), loaded.Config, func(db store.DB) error {
		if err := limits.Set(cmd.Context(), db, message.CommunityID{}, values); err != nil {
			return err
		}
		return db.View(cmd.Context(), func(tx store.Tx) error {
			r, err := readRules(tx, loaded)
			result.Settings = only(r.nodeRows(), values)
			return err
		})
	})
	if err != nil {
		return err
	}
	result.Daemon = a.tell(cmd.Context(), loaded.Config)
	return a.print(result, result.text)
}

func (a *app) limitsShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show [COMMUNITY]",
		Short: "Show the limits in force, why they are, and what is used of them",
		Long: "In round brackets stands why a limit holds: default, set (by command), schedule, alternative, or\n" +
			"where the configuration has it. Rates are known while a daemon runs.",
		Args: between(0, "COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := config.Load(a.configFile, cmd.Flags())
			if err != nil {
				return err
			}
			var only *store.Community
			var state limitsState
			read := func(db store.DB) error {
				state, err = a.readLimits(cmd.Context(), db, loaded, only)
				return err
			}
			if len(args) > 0 {
				err = withCommunity(cmd.Context(), loaded.Config, args[0], func(db store.DB, c store.Community) error {
					only = &c
					return read(db)
				})
			} else {
				var found bool
				found, err = withExistingStore(cmd.Context(), loaded.Config, read)
				if err == nil && !found {
					state, err = a.readLimits(cmd.Context(), nil, loaded, nil)
				}
			}
			if err != nil {
				return err
			}
			return a.print(state, func(w io.Writer) { state.text(w, only != nil) })
		},
		ValidArgsFunction: a.completeCommunity,
	}
}

// readLimits reads every limit and what is used of it; nil for no database, and
// for all communities.
func (a *app) readLimits(ctx context.Context, db store.DB, loaded config.Loaded, only *store.Community) (limitsState, error) {
	view := newLimitsView(a, loaded)
	if db != nil {
		if err := db.View(ctx, func(tx store.Tx) error { return view.read(tx, only) }); err != nil {
			return limitsState{}, err
		}
	}
	for _, i := range view.rules.Ignored {
		fmt.Fprintln(a.stderr(), "note:", terminal.Visible(i.String()))
	}
	return view.state(ctx)
}

// text shows the limits; of one community without those of the node.
func (s limitsState) text(w io.Writer, one bool) {
	fmt.Fprintf(w, "daemon\t%s\n", daemonText(s.Running, s.Answering))
	if !one {
		s.Node.text(w, s.Answering)
	}
	for _, c := range s.Communities {
		fmt.Fprintln(w)
		fmt.Fprintf(w, "community\t%s\n", c.ID)
		if c.Name != "" {
			fmt.Fprintf(w, "name\t%s\n", terminal.Visible(c.Name))
		}
		c.text(w, s.Answering)
		if one {
			settingsText(w, c.Settings)
		}
	}
}

// daemonText says whether a daemon runs, and tells what is used.
func daemonText(running, answering bool) string {
	switch {
	case !running:
		return "not running"
	case !answering:
		return "running, but does not answer"
	default:
		return "running"
	}
}

func (n nodeLimits) text(w io.Writer, running bool) {
	n.useText(w, running)
	if running {
		fmt.Fprintf(w, "battery\t%s\nmetered\t%s\n", n.Battery, n.Metered)
	}
	settingsText(w, n.Settings)
}

// useText writes what is used of the limits.
func (n nodeLimits) useText(w io.Writer, running bool) {
	fmt.Fprintf(w, "upload\t%s\ndownload\t%s\n", n.Up.text(running), n.Down.text(running))
	fmt.Fprintf(w, "storage\t%s\ndisk\t%s\n", n.Storage.text(), n.Disk.text())
	damagedText(w, n.Damaged)
}

func (u limitsUse) text(w io.Writer, running bool) {
	fmt.Fprintf(w, "mode\t%s\n", u.Mode.text())
	fmt.Fprintf(w, "upload\t%s\ndownload\t%s\n", u.Up.text(running), u.Down.text(running))
	fmt.Fprintf(w, "storage\t%s\n", u.Storage.text())
	damagedText(w, u.Damaged)
	if running {
		fmt.Fprintf(w, "peers\t%s\n", u.peersText())
	}
}

// settingsText writes a table of settings.
func settingsText(w io.Writer, settings []settingState) {
	fmt.Fprintln(w, "\nSETTING\tVALUE\tFROM")
	for _, s := range settings {
		fmt.Fprintf(w, "%s\t%s\t%s\n", settingFlag(s.Key), terminal.Visible(s.Value), s.source())
	}
}

// source says where a value comes from, and what it stands before.
func (s settingState) source() string {
	if s.From != fromSet {
		return s.From
	}
	return fmt.Sprintf("%s, otherwise %s", s.From, s.Otherwise)
}
