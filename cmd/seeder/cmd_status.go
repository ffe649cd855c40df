package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/terminal"
	"seeder/message"
	"seeder/store"
)

// nodeStatus is what `status` shows.
type nodeStatus struct {
	Running bool   `json:"running"`
	PID     int    `json:"pid,omitempty"`
	Version string `json:"version,omitempty"`
	// Answering says that the daemon told what is used of limits now.
	Answering bool     `json:"answering"`
	Waku      []string `json:"waku,omitempty"`
	Swarm     []string `json:"swarm,omitempty"`
	// Limits are those of the node; see also the communities.
	Limits      nodeLimits `json:"limits"`
	Communities []summary  `json:"communities"`
}

// summary is how a community stands on this node.
type summary struct {
	ID   message.CommunityID `json:"id"`
	Name string              `json:"name"`
	Role store.Role          `json:"role"`
	// States counts archives by state.
	States map[store.ArchiveState]int `json:"archives"`
	// Bytes is the size of the archives in place, without padding.
	Bytes    uint64          `json:"bytes"`
	Messages messageCount    `json:"messages"`
	Newest   *announcedState `json:"announcement,omitempty"`
	// Work is what a running daemon does, or did when it stopped.
	Work        []workState      `json:"work"`
	Quarantined []refusedArchive `json:"quarantined"`
	// Forks are disagreements of owners with the same key, newest first.
	Forks []forkState `json:"forks"`
	// Limits are nil where nobody asked for them.
	Limits *limitsUse `json:"limits,omitempty"`
}

// messageCount counts messages by how they stand to the archives.
type messageCount struct {
	Archived uint64 `json:"archived"`
	Pending  uint64 `json:"pending"`
	Late     uint64 `json:"late"`
}

// announcedState is the newest announcement that is known.
type announcedState struct {
	Clock    uint64 `json:"clock"`
	InfoHash string `json:"infohash,omitempty"`
	Magnet   string `json:"magnet"`
	Own      bool   `json:"own"`
	// SentAt is in milliseconds since the Unix epoch; 0 when no peer took it.
	SentAt    int64 `json:"sent_at"`
	SentPeers int   `json:"sent_peers"`
}

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
			loaded, err := config.Load(a.configFile, cmd.Flags())
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
			return a.print(status, status.text)
		},
		ValidArgsFunction: a.completeCommunity,
	}
	cmd.Flags().BoolVar(&watch, "watch", false, "show it again and again, until Ctrl-C")
	cmd.Flags().DurationVar(&interval, "interval", time.Second, "time between two looks with --watch")
	return cmd
}

// readStatus returns how the node stands, with all communities or the one that
// args names.
func (a *app) readStatus(ctx context.Context, loaded config.Loaded, args []string) (nodeStatus, error) {
	status, err := readNode(loaded.Config)
	if err != nil {
		return status, err
	}
	view := newLimitsView(a, loaded)
	collect := func(db store.DB, only *store.Community) error {
		return db.View(ctx, func(tx store.Tx) error {
			if status.Communities, err = summariseAll(tx, only); err != nil {
				return err
			}
			return view.read(tx, only)
		})
	}
	if len(args) > 0 {
		err = withCommunity(ctx, loaded.Config, args[0], func(db store.DB, c store.Community) error { return collect(db, &c) })
	} else {
		_, err = withExistingStore(ctx, loaded.Config, func(db store.DB) error { return collect(db, nil) })
	}
	if err != nil {
		return status, err
	}
	limits, err := view.state(ctx)
	status.Answering, status.Limits = limits.Answering, limits.Node
	for i := range status.Communities {
		status.Communities[i].Limits = limits.of(status.Communities[i].ID)
	}
	return status, err
}

// readNode says whether a daemon runs on the data folder, and where.
func readNode(cfg config.Config) (nodeStatus, error) {
	status := nodeStatus{Communities: []summary{}}
	n, err := daemon.ReadNodeFile(cfg)
	if errors.Is(err, os.ErrNotExist) || (err == nil && !alive(n.PID)) {
		return status, nil
	}
	if err != nil {
		return status, err
	}
	status.Running, status.PID, status.Version, status.Waku, status.Swarm = true, n.PID, n.Version, n.Waku, n.Swarm
	return status, nil
}

func summariseAll(tx store.Tx, only *store.Community) ([]summary, error) {
	list := []summary{}
	all, err := tx.Communities()
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if only != nil && only.ID != c.ID {
			continue
		}
		s, err := summarise(tx, c)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

func summarise(tx store.Tx, c store.Community) (summary, error) {
	s := summary{ID: c.ID, Name: c.Name, Role: c.Role, States: map[store.ArchiveState]int{}}
	rows, err := tx.Archives(c.ID)
	if err != nil {
		return s, err
	}
	for i := range rows {
		s.States[rows[i].State]++
		if rows[i].State == store.Stored || rows[i].State == store.Imported {
			s.Bytes += rows[i].Size - rows[i].Padding
		}
	}
	for class, n := range map[store.Class]*uint64{
		store.Canonical: &s.Messages.Archived, store.Pending: &s.Messages.Pending, store.Late: &s.Messages.Late,
	} {
		if *n, err = tx.CountMessages(c.ID, message.Forever(), class); err != nil {
			return s, err
		}
	}
	if err := s.readWaits(tx, rows); err != nil {
		return s, err
	}
	if err := s.readForks(tx); err != nil {
		return s, err
	}
	newest, err := tx.LatestAnnouncement(c.ID)
	if errors.Is(err, store.ErrNotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Newest = &announcedState{Clock: newest.Clock, Magnet: newest.Magnet, Own: newest.Own, SentAt: newest.SentAt, SentPeers: newest.SentPeers}
	s.Newest.InfoHash = infoHashOf(newest.Magnet)
	return s, nil
}

func (n nodeStatus) text(w io.Writer) {
	if n.Running {
		fmt.Fprintf(w, "daemon\t%s, process %d, version %s\n", daemonText(true, n.Answering), n.PID, n.Version)
		fmt.Fprintf(w, "waku\t%s\nswarm\t%s\n", strings.Join(n.Waku, " "), strings.Join(n.Swarm, " "))
	} else {
		fmt.Fprintln(w, "daemon\tnot running")
	}
	n.Limits.useText(w, n.Answering)
	for _, s := range n.Communities {
		fmt.Fprintln(w)
		s.text(w, n.Answering)
		s.waitsText(w, n.Running)
	}
	if len(n.Communities) == 0 {
		fmt.Fprintln(w, "No communities yet: `seeder community join ID` or `seeder community create`.")
	}
}

func (s summary) text(w io.Writer, running bool) {
	fmt.Fprintf(w, "community\t%s\n", s.ID)
	if s.Name != "" {
		fmt.Fprintf(w, "name\t%s\n", terminal.Visible(s.Name))
	}
	fmt.Fprintf(w, "role\t%s\n", s.Role)
	if s.Limits != nil {
		s.Limits.text(w, running)
	}
	fmt.Fprintf(w, "archives\t%s\n", statesText(s.States, s.Bytes))
	fmt.Fprintf(w, "messages\t%d archived, %d pending, %d late\n", s.Messages.Archived, s.Messages.Pending, s.Messages.Late)
	s.forksText(w)
	if s.Newest == nil {
		fmt.Fprintln(w, "announcement\tnone")
		return
	}
	fmt.Fprintf(w, "announcement\t%s, torrent %s%s\n", millisText(s.Newest.Clock), s.Newest.InfoHash, sentText(s.Newest))
}

func sentText(n *announcedState) string {
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
