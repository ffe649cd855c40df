package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/importer"
	"seeder/message"
	"seeder/node"
	"seeder/operation"
	"seeder/store"
)

// importOptions are the flags of the command.
type importOptions struct {
	replay, audit   bool
	community       string
	from, to        string
	timeout         time.Duration
	span            message.Span
	operationOfKind string
}

func (a *app) importCommand() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import --replay|--audit",
		Short: "Bring messages from the stored archives into the database again",
		Long: "--replay reads every stored archive again: messages that were deleted or damaged in the\n" +
			"database come back as they were archived. --audit only looks what is missing (rows, files,\n" +
			"messages) and replays where something is; a running node does that by itself, see\n" +
			"member.audit. An archive whose file is gone or damaged is fetched again by `seeder run`.\n" +
			"Either goes on after an interruption: `seeder operation show ID`.",
		Example: "  seeder import --audit\n" +
			"  seeder import --replay --community \"Garden Club\" --from 2024-01-01 --to 2024-02-01",
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			cfg, err := a.loadQuiet(cmd)
			if err != nil {
				return err
			}
			return a.runImport(cmd.Context(), cfg, o)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.replay, "replay", false, "read every stored archive again")
	flags.BoolVar(&o.audit, "audit", false, "only look what is missing, and mend that")
	flags.StringVar(&o.community, "community", "", "only this community")
	flags.StringVar(&o.from, "from", "", "only archives that reach beyond this time: 2024-01-31, 2024-01-31T12:00:00Z, or seconds since 1970")
	flags.StringVar(&o.to, "to", "", "only archives that begin before this time")
	flags.DurationVar(&o.timeout, "timeout", 0, "how long to wait for the end, such as 10m (default: as long as it takes)")
	offerFor(cmd, "community", a.communities)
	return cmd
}

func (o *importOptions) check() (err error) {
	if o.replay == o.audit {
		return usage("--replay reads all archives again, --audit only looks what is missing", "give either --replay or --audit")
	}
	o.operationOfKind = operation.Replay
	if o.audit {
		o.operationOfKind = operation.Audit
	}
	if o.from == "" && o.to == "" {
		return nil
	}
	if o.audit {
		return usage("--audit looks at the whole history", "--from and --to go with --replay")
	}
	o.span = message.Span{To: math.MaxUint64}
	for _, f := range []struct {
		name, text string
		into       *uint64
	}{{"from", o.from, &o.span.From}, {"to", o.to, &o.span.To}} {
		if f.text == "" {
			continue
		}
		if *f.into, err = parseTime(f.text); err != nil {
			return usage("such as 2024-01-31, 2024-01-31T12:00:00Z or 1706702400", "--%s: %w", f.name, err)
		}
	}
	if o.span.Empty() {
		return usage("--from comes before --to", "the span from %s to %s is empty", o.from, o.to)
	}
	return nil
}

// parseTime reads a date, a time (both RFC 3339) or seconds since the Unix
// epoch.
func parseTime(s string) (uint64, error) {
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return n, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil && t.Unix() >= 0 {
			return uint64(t.Unix()), nil
		}
	}
	return 0, fmt.Errorf("%q is no time after 1970", s)
}

func (a *app) runImport(ctx context.Context, cfg config.Config, o importOptions) error {
	ids, err := chosenCommunities(ctx, cfg, o.community)
	if err != nil {
		return err
	}
	infos := []node.Operation{}
	for _, id := range ids {
		op, err := a.ask(ctx, cfg, asking{
			request: operation.Request{Community: id, Kind: o.operationOfKind, Span: o.span}, timeout: o.timeout,
		})
		if err != nil {
			return err
		}
		infos = append(infos, node.NewOperation(op))
	}
	return a.print(infos, func(w io.Writer) {
		for i, info := range infos {
			if i > 0 {
				fmt.Fprintln(w)
			}
			importText(info, w)
		}
	})
}

// chosenCommunities returns the one community that was named, or all.
func chosenCommunities(ctx context.Context, cfg config.Config, arg string) (ids []message.CommunityID, err error) {
	if arg != "" {
		err = withCommunity(ctx, cfg, arg, func(_ store.DB, c store.Community) error {
			ids = append(ids, c.ID)
			return nil
		})
		return ids, err
	}
	_, err = withExistingStore(ctx, cfg, func(db store.DB) error {
		return db.View(ctx, func(tx store.Tx) error {
			all, err := tx.Communities()
			for _, c := range all {
				ids = append(ids, c.ID)
			}
			return err
		})
	})
	if err == nil && len(ids) == 0 {
		return nil, fail(exitNotFound, hintNoCommunity, "this node has no community")
	}
	return ids, err
}

// importText shows what a replay or an audit has done.
func importText(o node.Operation, w io.Writer) {
	fmt.Fprintf(w, "community\t%s\noperation\t%s\n", o.Community, o.ID)
	var added store.Added
	if o.Kind == operation.Replay {
		r, err := importer.ParseReplayed(o.Result)
		if err != nil {
			return
		}
		fmt.Fprintf(w, "archives\t%d read, %d missing, %d damaged\nmessages\t%d\n", r.Archives, r.Missing, r.Damaged, r.Messages)
		added = r.Added
		if r.Missing+r.Damaged > 0 {
			fmt.Fprintln(w, "to be fetched\t`seeder run` gets what is missing or damaged from others")
		}
	} else {
		r, err := importer.ParseAudited(o.Result)
		if err != nil {
			return
		}
		fmt.Fprintf(w, "archives\t%d rows and %d files were missing, %d replayed\n", r.Rows, r.Files, r.Replayed)
		added = r.Added
	}
	fmt.Fprintf(w, "brought back\t%d\nmended\t%d\n", added.New, added.Promoted+added.Restored)
}
