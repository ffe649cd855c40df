package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/internal/terminal"
	"seeder/message"
	"seeder/node"
	"seeder/store"
)

func (a *app) statusCommand() *cobra.Command {
	var watch bool
	var interval time.Duration
	cmd := &cobra.Command{
		Use:   "status [COMMUNITY]",
		Short: "Show how this node and its communities stand",
		Long: "In round brackets stands why a limit holds, as in `seeder limits show`. With --watch a terminal\n" +
			"is redrawn until Ctrl-C: rates against limits, storage against caps, peers, and what is waited\n" +
			"for. Elsewhere lines are appended, with --output json an object a line. The environment\n" +
			"variable NO_COLOR leaves out colours.",
		Example: "  seeder status \"Garden Club\"\n" +
			"  seeder status --watch\n" +
			"  seeder status --watch --interval 10s --output json",
		Args: between(0, "COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			if watch {
				return a.watchStatus(cmd.Context(), loaded, args, interval)
			}
			status, err := a.readStatus(cmd.Context(), loaded, args)
			if err != nil {
				return err
			}
			return a.print(status, func(w io.Writer) { statusText(status, w) })
		},
		ValidArgsFunction: a.completeCommunity,
	}
	cmd.Flags().BoolVar(&watch, "watch", false, "show it again and again, until Ctrl-C")
	cmd.Flags().DurationVar(&interval, "interval", time.Second, "time between two looks with --watch")
	return cmd
}

// readStatus returns how the node stands, with all communities or the one that
// args names.
func (a *app) readStatus(ctx context.Context, loaded config.Loaded, args []string) (node.Status, error) {
	var status node.Status
	err := a.askingOf(ctx, loaded, args, func(from answers, only ...message.CommunityID) (err error) {
		status, err = from.Status(ctx, only...)
		return err
	})
	return status, err
}

func statusText(n node.Status, w io.Writer) {
	if n.Running {
		fmt.Fprintf(w, "daemon\t%s, process %d, version %s\n", daemonText(true, n.Answering), n.PID, n.Version)
		fmt.Fprintf(w, "waku\t%s\nswarm\t%s\n", strings.Join(n.Waku, " "), strings.Join(n.Swarm, " "))
		if len(n.External) > 0 {
			fmt.Fprintf(w, "reached at\t%s\n", strings.Join(n.External, " "))
		}
		if n.ForwardedBy != "" {
			fmt.Fprintf(w, "forwarded\tby the router, %s\n", n.ForwardedBy)
		}
	} else {
		fmt.Fprintln(w, "daemon\tnot running")
	}
	nodeUseText(n.Limits, w, n.Answering)
	for _, s := range n.Communities {
		fmt.Fprintln(w)
		summaryText(s, w, n.Answering)
		waitsText(s, w, n.Running)
	}
	if len(n.Communities) == 0 {
		fmt.Fprintln(w, "No communities yet: `seeder community join ID` or `seeder community create`.")
	}
}

func summaryText(s node.Summary, w io.Writer, running bool) {
	fmt.Fprintf(w, "community\t%s\n", s.ID)
	if s.Name != "" {
		fmt.Fprintf(w, "name\t%s\n", terminal.Visible(s.Name))
	}
	fmt.Fprintf(w, "role\t%s\n", s.Role)
	if s.Limits != nil {
		useText(*s.Limits, w, running)
	}
	fmt.Fprintf(w, "archives\t%s\n", statesText(s.States, s.Bytes))
	fmt.Fprintf(w, "messages\t%d archived, %d pending, %d late\n", s.Messages.Archived, s.Messages.Pending, s.Messages.Late)
	forksText(s, w)
	if s.Newest == nil {
		fmt.Fprintln(w, "announcement\tnone")
		return
	}
	fmt.Fprintf(w, "announcement\t%s, torrent %s%s\n", millisText(s.Newest.Clock), s.Newest.InfoHash, sentText(s.Newest))
}

func sentText(n *node.Announced) string {
	switch {
	case !n.Own:
		return ""
	case n.SentAt == 0:
		return ", not sent yet: no peer took it"
	default:
		return fmt.Sprintf(", sent %s to %s", millisText(uint64(n.SentAt)), english.Plural(n.SentPeers, "peer", ""))
	}
}

func statesText(states map[store.ArchiveState]int, size uint64) string {
	var parts []string
	for _, s := range []store.ArchiveState{store.Imported, store.Stored, store.Downloading, store.Listed, store.Evicted, store.Quarantined} {
		if states[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", states[s], s))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(slices.Concat(parts, []string{bytesText(size)}), ", ")
}

func bytesText(n uint64) string { return humanize.IBytes(n) }

func millisText(ms uint64) string {
	const farAway = 1 << 50
	if ms > farAway {
		return fmt.Sprintf("clock %d", ms)
	}
	return time.UnixMilli(int64(ms)).UTC().Format("2006-01-02 15:04:05 UTC")
}
