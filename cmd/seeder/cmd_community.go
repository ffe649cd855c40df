package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/internal/terminal"
	"seeder/message"
	"seeder/node"
	"seeder/operation"
	"seeder/signer"
)

func (a *app) communityCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "community",
		Short: "Own and follow communities",
		Long: "A community is named by its id, by the beginning of the id when no other begins so, or by\n" +
			"the name given here, which the network does not know.",
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(a.communityCreateCommand(), a.communityJoinCommand(), a.communityListCommand(), a.communityShowCommand(),
		a.communitySetCommand(), a.communityPauseCommand(), a.communityResumeCommand(), a.communityPinCommand(), a.communityUnpinCommand(),
		a.communityRenameCommand(), a.communityLeaveCommand())
	return cmd
}

func (a *app) communityCreateCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "create [KEY]",
		Short: "Archive a community on this node, as its owner",
		Long:  "KEY is a key of this node, see `seeder key`; without it a new one is made.",
		Args:  between(0, "KEY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			var key signer.Stored
			if len(args) > 0 {
				if key, err = a.findKey(loaded.Config, args[0]); err != nil {
					return err
				}
			}
			return a.addCommunity(cmd.Context(), loaded, name, func(to answers) (node.CommunityInfo, error) {
				if len(args) == 0 {
					return to.Create(cmd.Context(), name)
				}
				return to.Own(cmd.Context(), key.Community, cmp.Or(name, key.Name))
			})
		},
		ValidArgsFunction: then(a.keyNames, cobra.NoFileCompletions),
	}
	cmd.Flags().StringVar(&name, "name", "", "name for people (default: that of the key)")
	return cmd
}

func (a *app) communityJoinCommand() *cobra.Command {
	var name string
	var wait bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "join ID",
		Short: "Follow a community: fetch, check, keep and serve its history",
		Long: "`seeder run` does the work. With --wait this command returns when the whole history is here,\n" +
			"and does the work itself when no `seeder run` works on the data folder.",
		Example: "  seeder community join 0x02... --name \"Garden Club\"\n" +
			"  seeder community join 0x02... --wait --timeout 1h",
		Args: exactly("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			id, err := message.ParseCommunityID(args[0])
			if err != nil {
				return usage("an id is 0x and 66 hex digits; its owner sees it with `seeder community list`", "%w", err)
			}
			err = a.addCommunity(cmd.Context(), loaded, name, func(to answers) (node.CommunityInfo, error) {
				return to.Join(cmd.Context(), id, name)
			})
			if err != nil || !wait {
				return err
			}
			cfg, err := a.loadQuiet(cmd)
			if err != nil {
				return err
			}
			_, err = a.ask(cmd.Context(), cfg, asking{request: operation.Request{Community: id, Kind: operation.Join}, timeout: timeout})
			return err
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().StringVar(&name, "name", "", "name for people")
	cmd.Flags().BoolVar(&wait, "wait", false, "return when the history is here")
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "how long to wait, such as 10m (default: as long as it takes)")
	config.AddFlags(cmd.Flags())
	return cmd
}

func communityText(c node.CommunityInfo, w io.Writer) {
	fmt.Fprintf(w, "community\t%s\nrole\t%s\n", c.ID, c.Role)
	if c.Operation != "" {
		fmt.Fprintf(w, "operation\t%s\n", c.Operation)
	}
	if c.Name != "" {
		fmt.Fprintf(w, "name\t%s\n", terminal.Visible(c.Name))
	}
}

// addCommunity adds a community with add, under a name which may be empty, and
// shows it. No database is made for a name that is refused.
func (a *app) addCommunity(ctx context.Context, loaded config.Loaded, name string, add func(answers) (node.CommunityInfo, error)) error {
	if err := node.CheckName(name); err != nil {
		return err
	}
	var info node.CommunityInfo
	err := a.writing(ctx, loaded, func(to answers) (err error) {
		info, err = add(to)
		return err
	})
	if err != nil {
		return err
	}
	return a.print(info, func(w io.Writer) { communityText(info, w) })
}

func (a *app) communityListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the communities of this node",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			var infos []node.CommunityInfo
			err = a.reading(cmd.Context(), loaded, func(from answers) error {
				infos, err = from.Communities(cmd.Context())
				return err
			})
			if err != nil {
				return err
			}
			return a.print(infos, func(w io.Writer) {
				for _, c := range infos {
					fmt.Fprintf(w, "%s\t%s\t%s\n", c.ID, c.Role, terminal.Visible(c.Name))
				}
			})
		},
	}
}

func (a *app) communityShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show COMMUNITY",
		Short: "Show a community, its limits and each of its archives",
		Args:  exactly("COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			var d node.Details
			err = a.asking(cmd.Context(), loaded, args[0], func(from answers, id message.CommunityID) error {
				d, err = from.Community(cmd.Context(), id)
				return err
			})
			if err != nil {
				return err
			}
			return a.print(d, func(w io.Writer) { detailsText(d, w) })
		},
		ValidArgsFunction: a.completeCommunity,
	}
}

func detailsText(d node.Details, w io.Writer) {
	summaryText(d.Summary, w, d.Answering)
	settingsText(w, d.Limits.Settings)
	if len(d.Archives) == 0 {
		return
	}
	fmt.Fprintln(w, "\nARCHIVE\tSPAN\tBYTES\tMESSAGES\tSEALED\tSTATE")
	for _, r := range d.Archives {
		span := message.Span{From: r.From, To: r.To}
		state := string(r.State)
		if r.Reason != "" {
			state += ": " + terminal.Visible(r.Reason)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", r.ID.String()[:14], span, bytesText(r.Bytes), r.Messages, yesNo(r.Sealed), state)
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
