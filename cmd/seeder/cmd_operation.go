package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"seeder/daemon"
	"seeder/internal/terminal"
	"seeder/message"
	"seeder/operation"
	"seeder/store"
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
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			infos := []operationInfo{}
			read := func(db store.DB, communities ...message.CommunityID) error {
				ops, err := daemon.Desk(a.daemonOptions(cfg), db).List(cmd.Context(), open, communities...)
				for _, op := range ops {
					infos = append(infos, newOperationInfo(op))
				}
				return err
			}
			if len(args) > 0 {
				err = withCommunity(cmd.Context(), cfg, args[0], func(db store.DB, c store.Community) error { return read(db, c.ID) })
			} else {
				_, err = withExistingStore(cmd.Context(), cfg, func(db store.DB) error { return read(db) })
			}
			if err != nil {
				return err
			}
			return a.print(infos, func(w io.Writer) { operationsText(w, infos) })
		},
	}
	cmd.Flags().BoolVar(&open, "open", false, "only those that have not ended")
	return cmd
}

func operationsText(w io.Writer, infos []operationInfo) {
	if len(infos) == 0 {
		fmt.Fprintln(w, "No operations.")
		return
	}
	fmt.Fprintln(w, "OPERATION\tKIND\tCOMMUNITY\tSTATE\tPROGRESS\tASKED FOR\tREASON")
	for _, o := range infos {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", o.ID, o.Kind, o.Community.String()[:14], o.State, o.progress(),
			millisText(uint64(o.CreatedAt)), terminal.Visible(o.Reason))
	}
}

func (a *app) operationShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show an operation",
		Args:  exactly("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			id, err := operation.ParseID(args[0])
			if err != nil {
				return usage("`seeder operation list` shows the ids", "%w", err)
			}
			var info operationInfo
			found, err := withExistingStore(cmd.Context(), cfg, func(db store.DB) error {
				op, err := daemon.Desk(a.daemonOptions(cfg), db).Get(cmd.Context(), id)
				info = newOperationInfo(op)
				return err
			})
			if err == nil && !found {
				err = fail(exitNotFound, "`seeder operation list` shows those there are", "no operation %s", id)
			}
			if err != nil {
				return err
			}
			return a.print(info, info.text)
		},
	}
}
