package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"seeder/catalog"
	"seeder/internal/terminal"
	"seeder/message"
	"seeder/node"
)

func (a *app) historyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "history COMMUNITY",
		Short: "Show which parts of a community's history are here, and which are missing",
		Long: "Each line is a span of time with its archives: how many there are, how many of them amend\n" +
			"others, how many are imported, missing (to be fetched), evicted and quarantined; and with its\n" +
			"messages: canonical ones are in an archive, late ones came after the span was archived and\n" +
			"are in none, pending ones are not archived yet. Lacking are those of the archives that the\n" +
			"database has lost: a running node brings them back, and so does `seeder import --audit`.",
		Args: exactly("COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			var result node.History
			err = a.asking(cmd.Context(), loaded, args[0], func(from answers, id message.CommunityID) error {
				result, err = from.History(cmd.Context(), id)
				return err
			})
			if err != nil {
				return err
			}
			return a.print(result, func(w io.Writer) { historyText(result, w) })
		},
		ValidArgsFunction: a.completeCommunity,
	}
}

func historyText(r node.History, w io.Writer) {
	if len(r.Spans) == 0 {
		fmt.Fprintln(w, "No history yet.")
		return
	}
	fmt.Fprintln(w, "SPAN\tSTATE\tARCHIVED\tAMENDED\tIMPORTED\tMISSING\tEVICTED\tQUARANTINED\tCANONICAL\tLATE\tPENDING\tLACKING")
	for _, s := range r.Spans {
		spanLine(w, s.Span.String(), s)
	}
	spanLine(w, "all", r.Totals)
	if !r.Indexed {
		fmt.Fprintln(w, "\nThe index of the newest torrent is not here, so archives may be missing that are not shown.")
	}
	for _, s := range r.Spans {
		for _, g := range s.Gaps {
			fmt.Fprintf(w, "gap: archive %s of %s %s\n", g.Archive.String()[:14], s.Span, gapText(g))
		}
	}
}

func spanLine(w io.Writer, name string, s catalog.SpanHistory) {
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", name, s.State, s.Archived, s.Amended, s.Imported,
		s.Missing, s.Evicted, s.Quarantined, s.Canonical, s.Late, s.Pending, s.Lacking)
}

func gapText(g catalog.MissingArchive) string {
	var parts []string
	if g.State != "" {
		parts = append(parts, "is "+string(g.State))
	}
	if g.Reason != "" {
		parts = append(parts, terminal.Visible(g.Reason))
	}
	if g.NextTry != 0 {
		parts = append(parts, "tried again at "+millisText(uint64(g.NextTry)))
	}
	return strings.Join(parts, "; ")
}
