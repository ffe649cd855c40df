package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"seeder/internal/terminal"
	"seeder/message"
	"seeder/node"
	"seeder/operation"
)

func (a *app) operationCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "operation",
		Short: "Show what was asked of this node, and how far it is",
		Long: "Archiving, replays, audits and joining a community are operations: each has an id, goes on\n" +
			"after a restart, and stays here for 30 days after its end.",
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(a.operationListCommand(), a.operationShowCommand())
	return cmd
}

func (a *app) operationListCommand() *cobra.Command {
	var open bool
	cmd := &cobra.Command{
		Use:   "list [COMMUNITY]",
		Short: "List the operations of this node, the oldest first",
		Args:  between(0, "COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			var infos []node.Operation
			err = a.askingOf(cmd.Context(), loaded, args, func(from answers, only ...message.CommunityID) error {
				infos, err = from.Operations(cmd.Context(), open, only...)
				return err
			})
			if err != nil {
				return err
			}
			return a.print(infos, func(w io.Writer) { operationsText(w, infos) })
		},
		ValidArgsFunction: a.completeCommunity,
	}
	cmd.Flags().BoolVar(&open, "open", false, "only those that have not ended")
	return cmd
}

func operationsText(w io.Writer, infos []node.Operation) {
	if len(infos) == 0 {
		fmt.Fprintln(w, "No operations.")
		return
	}
	fmt.Fprintln(w, "OPERATION\tKIND\tCOMMUNITY\tSTATE\tPROGRESS\tASKED FOR\tREASON")
	for _, o := range infos {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", o.ID, o.Kind, o.Community.String()[:14], o.State, progressText(o),
			millisText(uint64(o.CreatedAt)), terminal.Visible(o.Reason))
	}
}

func (a *app) operationShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show an operation",
		Args:  exactly("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			id, err := operation.ParseID(args[0])
			if err != nil {
				return usage("`seeder operation list` shows the ids", "%w", err)
			}
			var info node.Operation
			err = a.reading(cmd.Context(), loaded, func(from answers) error {
				info, err = from.Operation(cmd.Context(), id)
				return err
			})
			if err != nil {
				return err
			}
			return a.print(info, func(w io.Writer) { operationText(info, w) })
		},
		ValidArgsFunction: then(a.operationIDs, cobra.NoFileCompletions),
	}
}
