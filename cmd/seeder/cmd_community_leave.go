package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"seeder/internal/terminal"
	"seeder/message"
	"seeder/node"
)

func (a *app) communityLeaveCommand() *cobra.Command {
	var yes bool
	var opts node.LeaveOptions
	cmd := &cobra.Command{
		Use:   "leave COMMUNITY --yes",
		Short: "Forget a community and remove its archives from the disk",
		Long: "All work for it ends, then its archives go. Its messages stay in the database unless\n" +
			"--delete-messages is given, and a key of this node always stays: `seeder community create KEY`\n" +
			"or `seeder community join ID` begins again. What an owner has archived is lost when nobody else\n" +
			"has it, so --yes has to be given. The messages of a community that was left without\n" +
			"--delete-messages go when it is left once more with it, by its whole id.",
		Example: "  seeder community leave \"Garden Club\" --yes\n" +
			"  seeder community leave \"Garden Club\" --yes --delete-messages",
		Args: exactly("COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			var result node.LeaveResult
			err = a.reading(cmd.Context(), loaded, func(to answers) error {
				found, err := to.Find(cmd.Context(), args[0])
				id, err := node.Leaves(args[0], found, err, opts)
				if err != nil {
					return err
				}
				if !yes {
					return usage("add --yes to do it", "nothing is done yet: this removes the archives of %s from the disk", id)
				}
				result, err = to.Leave(cmd.Context(), id, opts)
				return err
			})
			if err != nil {
				return err
			}
			return a.print(result, func(w io.Writer) { leaveText(result, w) })
		},
		ValidArgsFunction: a.completeCommunity,
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do it")
	cmd.Flags().BoolVar(&opts.DeleteMessages, "delete-messages", false, "delete its messages from the database, too")
	return cmd
}

func leaveText(r node.LeaveResult, w io.Writer) {
	fmt.Fprintf(w, "left\t%s\n", r.ID)
	if r.Name != "" {
		fmt.Fprintf(w, "name\t%s\n", terminal.Visible(r.Name))
	}
	fmt.Fprintf(w, "freed\t%s\ndeleted messages\t%d\n", sizeText(r.FreedBytes), r.DeletedMessages)
}

func (a *app) communityRenameCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rename COMMUNITY NAME",
		Short: "Give a community another name",
		Long: "The name is for the people of this node; the network does not know it. The name '' leaves the\n" +
			"community without one.",
		Example: "  seeder community rename 0x02ab \"Garden Club\"",
		Args:    exactly("COMMUNITY", "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			if err := node.CheckName(args[1]); err != nil {
				return err
			}
			var info node.CommunityInfo
			err = a.asking(cmd.Context(), loaded, args[0], func(to answers, id message.CommunityID) error {
				if err := to.Rename(cmd.Context(), id, args[1]); err != nil {
					return err
				}
				c, err := to.Find(cmd.Context(), id.String())
				info = node.CommunityInfo{ID: c.ID, Role: c.Role, Name: c.Name}
				return err
			})
			if err != nil {
				return err
			}
			return a.print(info, func(w io.Writer) { communityText(info, w) })
		},
		ValidArgsFunction: a.completeCommunity,
	}
}
