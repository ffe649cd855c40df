package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"seeder/internal/terminal"
	"seeder/message"
	"seeder/node"
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
			return a.setCommunity(cmd, args[0], func(to answers, id message.CommunityID) (node.SetResult, error) {
				return to.SetCommunity(cmd.Context(), id, values)
			})
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
			return a.setCommunity(cmd, args[0], func(to answers, id message.CommunityID) (node.SetResult, error) {
				return to.SetCommunity(cmd.Context(), id, values)
			})
		},
		ValidArgsFunction: a.completeCommunity,
	}
}

// setText shows what was set, and when it comes into force.
func setText(r node.SetResult, w io.Writer) {
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
	case node.DaemonTold:
		fmt.Fprintln(w, "in force\tnow, the running daemon has taken it")
	case node.DaemonNotRunning:
		fmt.Fprintln(w, "in force\tfrom the next `seeder run` on, no daemon is running")
	default:
		fmt.Fprintln(w, "in force\twithin a second, the running daemon looks at the database")
	}
}

// setCommunity changes settings of a community with set, and shows them.
func (a *app) setCommunity(cmd *cobra.Command, arg string, set func(answers, message.CommunityID) (node.SetResult, error)) error {
	loaded, err := a.loaded(cmd)
	if err != nil {
		return err
	}
	var result node.SetResult
	err = a.asking(cmd.Context(), loaded, arg, func(to answers, id message.CommunityID) error {
		result, err = set(to, id)
		return err
	})
	if err != nil {
		return err
	}
	return a.printSet(result)
}

// printSet shows what was set.
func (a *app) printSet(result node.SetResult) error {
	if result.Daemon == node.DaemonNotReached {
		fmt.Fprintln(a.stderr(), "note: the running daemon could not be told")
	}
	return a.print(result, func(w io.Writer) { setText(result, w) })
}
