package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"seeder/internal/terminal"
	"seeder/message"
	"seeder/node"
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
	loaded, err := a.loaded(cmd)
	if err != nil {
		return err
	}
	var result node.SetResult
	err = a.writing(cmd.Context(), loaded, func(to answers) error {
		result, err = to.SetLimits(cmd.Context(), values)
		return err
	})
	if err != nil {
		return err
	}
	return a.printSet(result)
}

func (a *app) limitsShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show [COMMUNITY]",
		Short: "Show the limits in force, why they are, and what is used of them",
		Long: "In round brackets stands why a limit holds: default, set (by command), schedule, alternative, or\n" +
			"where the configuration has it. Rates are known while a daemon runs.",
		Args: between(0, "COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			var state node.Limits
			err = a.askingOf(cmd.Context(), loaded, args, func(from answers, only ...message.CommunityID) error {
				state, err = from.Limits(cmd.Context(), only...)
				return err
			})
			if err != nil {
				return err
			}
			for _, note := range state.Notes {
				fmt.Fprintln(a.stderr(), "note:", terminal.Visible(note))
			}
			return a.print(state, func(w io.Writer) { limitsText(state, w, len(args) > 0) })
		},
		ValidArgsFunction: a.completeCommunity,
	}
}

// limitsText shows the limits; of one community without those of the node.
func limitsText(s node.Limits, w io.Writer, one bool) {
	fmt.Fprintf(w, "daemon\t%s\n", daemonText(s.Running, s.Answering))
	if !one {
		nodeLimitsText(s.Node, w, s.Answering)
	}
	for _, c := range s.Communities {
		fmt.Fprintln(w)
		fmt.Fprintf(w, "community\t%s\n", c.ID)
		if c.Name != "" {
			fmt.Fprintf(w, "name\t%s\n", terminal.Visible(c.Name))
		}
		useText(c.LimitsUse, w, s.Answering)
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

func nodeLimitsText(n node.NodeLimits, w io.Writer, running bool) {
	nodeUseText(n, w, running)
	if running {
		fmt.Fprintf(w, "battery\t%s\nmetered\t%s\n", n.Battery, n.Metered)
	}
	settingsText(w, n.Settings)
}

// nodeUseText writes what is used of the limits.
func nodeUseText(n node.NodeLimits, w io.Writer, running bool) {
	fmt.Fprintf(w, "upload\t%s\ndownload\t%s\n", flowText(n.Up, running), flowText(n.Down, running))
	fmt.Fprintf(w, "storage\t%s\ndisk\t%s\n", storageText(n.Storage), diskText(n.Disk))
	damagedText(w, n.Damaged)
}

func useText(u node.LimitsUse, w io.Writer, running bool) {
	fmt.Fprintf(w, "mode\t%s\n", modeText(u.Mode))
	fmt.Fprintf(w, "upload\t%s\ndownload\t%s\n", flowText(u.Up, running), flowText(u.Down, running))
	fmt.Fprintf(w, "storage\t%s\n", storageText(u.Storage))
	damagedText(w, u.Damaged)
	if running {
		fmt.Fprintf(w, "peers\t%s\n", peersText(u))
	}
}

// settingsText writes a table of settings.
func settingsText(w io.Writer, settings []node.Setting) {
	fmt.Fprintln(w, "\nSETTING\tVALUE\tFROM")
	for _, s := range settings {
		fmt.Fprintf(w, "%s\t%s\t%s\n", settingFlag(s.Key), terminal.Visible(s.Value), settingSource(s))
	}
}

// settingSource says where a value comes from, and what it stands before.
func settingSource(s node.Setting) string {
	if s.From != node.FromSet {
		return s.From
	}
	return fmt.Sprintf("%s, otherwise %s", s.From, s.Otherwise)
}
