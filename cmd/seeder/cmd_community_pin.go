package main

import (
	"math"

	"github.com/spf13/cobra"

	"seeder/message"
	"seeder/node"
)

func (a *app) communityPinCommand() *cobra.Command {
	var o pinOptions
	cmd := &cobra.Command{
		Use:   "pin COMMUNITY --from TIME --to TIME",
		Short: "Keep a part of the history whatever the caps say",
		Long: "Archives that hold anything of the span are never evicted, and are fetched when they were.\n" +
			"They count against the caps, so newer ones may find no room. A span is a day at least:\n" +
			"it begins with --from, and --to is not part of it. `seeder community show` lists the pins.",
		Example: "  seeder community pin \"Garden Club\" --from 2024-01-01 --to 2024-02-01\n" +
			"  seeder community pin \"Garden Club\" --from 2024-01-01 --to 2024-02-01 --remove",
		Args:              exactly("COMMUNITY"),
		RunE:              func(cmd *cobra.Command, args []string) error { return a.pin(cmd, args[0], o) },
		ValidArgsFunction: a.completeCommunity,
	}
	o.add(cmd)
	cmd.Flags().BoolVar(&o.remove, "remove", false, "no longer keep it, as the command unpin does")
	return cmd
}

func (a *app) communityUnpinCommand() *cobra.Command {
	o := pinOptions{remove: true}
	cmd := &cobra.Command{
		Use:   "unpin COMMUNITY [--from TIME] [--to TIME]",
		Short: "No longer keep a part of the history that was pinned",
		Long: "Without --from it is everything before --to, without --to everything after --from. Of a pin\n" +
			"that reaches beyond the span, the rest stays. Archives over the caps are evicted at once.",
		Example: "  seeder community unpin \"Garden Club\" --from 2024-01-01 --to 2024-02-01\n" +
			"  seeder community unpin \"Garden Club\" --all",
		Args:              exactly("COMMUNITY"),
		RunE:              func(cmd *cobra.Command, args []string) error { return a.pin(cmd, args[0], o) },
		ValidArgsFunction: a.completeCommunity,
	}
	o.add(cmd)
	cmd.Flags().BoolVar(&o.all, "all", false, "remove every pin")
	return cmd
}

// pinOptions are the flags of pinning.
type pinOptions struct {
	from, to    string
	remove, all bool
}

func (o *pinOptions) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.from, "from", "", "first `time` of the span: 2024-01-31, 2024-01-31T12:00:00Z, or seconds since 1970")
	cmd.Flags().StringVar(&o.to, "to", "", "`time` at which the span has ended")
}

// span returns the span that is meant.
func (o pinOptions) span() (message.Span, error) {
	s := message.Span{To: math.MaxUint64}
	if o.all && o.from == "" && o.to == "" {
		return s, nil
	}
	if o.all {
		return s, usage("give --all alone to remove every pin", "--all goes without --from and --to")
	}
	for _, f := range []struct {
		name, text string
		into       *uint64
	}{{"from", o.from, &s.From}, {"to", o.to, &s.To}} {
		if f.text == "" {
			continue
		}
		n, err := parseTime(f.text)
		if err != nil {
			return s, usage("such as 2024-01-31, 2024-01-31T12:00:00Z or 1706702400", "--%s: %w", f.name, err)
		}
		*f.into = n
	}
	if o.from == "" && o.to == "" || !o.remove && (o.from == "" || o.to == "") {
		return s, usage("such as --from 2024-01-01 --to 2024-02-01", "--from and --to say which part of the history")
	}
	if s.Empty() {
		return s, usage("--from comes before --to", "the span from %s to %s is empty", o.from, o.to)
	}
	return s, nil
}

func (a *app) pin(cmd *cobra.Command, arg string, o pinOptions) error {
	span, err := o.span()
	if err != nil {
		return err
	}
	return a.setCommunity(cmd, arg, func(to answers, id message.CommunityID) (node.SetResult, error) {
		return to.Pin(cmd.Context(), id, span, o.remove)
	})
}
