package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"seeder/announce"
	"seeder/config"
	"seeder/daemon"
	"seeder/message"
	"seeder/operation"
	"seeder/owner"
	"seeder/store"
)

func (a *app) archiveCommand() *cobra.Command {
	var once bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "archive [COMMUNITY]...",
		Short: "Pack what is old enough of the communities owned, seed and announce it",
		Long: "Runs a round for the communities named, or for all this node owns. Then it goes on as\n" +
			"`seeder run` does; with --once it stops, and whoever runs next on this data folder seeds.\n" +
			"While `seeder run` works on the data folder, that does it all, and this waits until a peer\n" +
			"took the announcement. Interrupted, the operation goes on: `seeder operation show ID`.",
		Example: "  seeder archive --once\n" +
			"  seeder archive \"Garden Club\" --once --timeout 10m",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.loadQuiet(cmd)
			if err != nil {
				return err
			}
			ids, err := ownedCommunities(cmd.Context(), cfg, args)
			if err != nil {
				return err
			}
			reports, err := a.archiveRound(cmd.Context(), cfg, ids, timeout)
			if err != nil && !unannounced(err) {
				return err
			}
			printed := a.print(reports, func(w io.Writer) { reportsText(w, reports) })
			if err = errors.Join(printed, err); once || printed != nil {
				return err
			}
			loaded, err := a.loaded(cmd)
			if err != nil {
				return err
			}
			err = a.runDaemon(cmd, loaded)
			if errors.Is(err, daemon.ErrRunning) {
				return nil
			}
			return err
		},
		ValidArgsFunction: a.ownCommunities,
	}
	cmd.Flags().BoolVar(&once, "once", false, "stop after one round")
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "how long to wait for a peer that takes the announcement, such as 10m (default: beside a running node as long as it takes, else one try)")
	config.AddFlags(cmd.Flags())
	return cmd
}

// ownedCommunities returns the communities that args name, or all that the
// node owns.
func ownedCommunities(ctx context.Context, cfg config.Config, args []string) ([]message.CommunityID, error) {
	const hint = "`seeder community create` makes this node the owner of one"
	var ids []message.CommunityID
	_, err := withExistingStore(ctx, cfg, func(db store.DB) error {
		for _, arg := range args {
			c, err := findCommunity(ctx, db, arg)
			if err != nil {
				return err
			}
			if c.Role != store.RoleOwner {
				return usage(hint, "this node does not own %s", c.ID)
			}
			ids = append(ids, c.ID)
		}
		if len(args) > 0 {
			return nil
		}
		return db.View(ctx, func(tx store.Tx) error {
			all, err := tx.Communities()
			for _, c := range all {
				if c.Role == store.RoleOwner {
					ids = append(ids, c.ID)
				}
			}
			return err
		})
	})
	if err == nil && len(ids) == 0 {
		return nil, fail(exitNotFound, hint, "this node owns no community")
	}
	return ids, err
}

// archiveRound runs a round for each community and waits until a peer took the
// announcement, or for the timeout. A round of this process that no peer took
// is no failure: the announcement is stored, and sent when there is one. One that
// none took within the timeout keeps no other from being run; see [unannounced].
func (a *app) archiveRound(ctx context.Context, cfg config.Config, ids []message.CommunityID, timeout time.Duration) ([]owner.Report, error) {
	reports := []owner.Report{}
	var late error
	for _, id := range ids {
		op, err := a.ask(ctx, cfg, asking{request: operation.Request{Community: id, Kind: operation.Archive}, timeout: timeout})
		if errors.Is(err, announce.ErrNoPeers) {
			fmt.Fprintln(a.stderr(), "seeder: the announcement waits, because no peer was there to take it")
			fmt.Fprintln(a.stderr(), "hint: `seeder run` sends it as soon as there is one; waku.peers says where to look")
			err = nil
		}
		if unannounced(err) {
			late, err = errors.Join(late, err), nil
		}
		if err != nil {
			return reports, err
		}
		r, err := archivedReport(op)
		if err != nil {
			return reports, err
		}
		reports = append(reports, r)
	}
	return reports, late
}

// unannounced reports whether err says no more than that no peer took the announcement
// in time.
func unannounced(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.code == exitUnannounced
}

func (a *app) showArchive(p owner.Progress) {
	fmt.Fprintf(a.stderr(), "archived %s: %d messages, %s\n", p.Span, p.Messages, bytesText(p.Bytes))
}

func reportsText(w io.Writer, reports []owner.Report) {
	for i, r := range reports {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "community\t%s\nnew archives\t%d\nmessages\t%d\nbytes\t%s\n", r.Community, r.Archives, r.Messages, bytesText(r.Bytes))
		if r.InfoHash != "" {
			fmt.Fprintf(w, "torrent\t%s\n", r.InfoHash)
		}
		if r.Sent != 0 {
			fmt.Fprintf(w, "announced\t%s\n", millisText(uint64(r.Sent)))
		} else {
			fmt.Fprintln(w, "announced\tnot yet")
		}
	}
}
