package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"seeder/daemon"
	"seeder/rebuild"
)

// rebuildResult is what the command prints.
type rebuildResult struct {
	// MovedTo is where the old database is; empty when there was none.
	MovedTo     string           `json:"moved_to,omitempty"`
	Communities []rebuild.Report `json:"communities"`
}

func (a *app) rebuildCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Restore the database from the archive files and keys of the data folder",
		Long: "For when the database is lost or broken and the rest of the data folder is not. Communities,\n" +
			"torrents, archives and archived messages come back. What was in the database alone does not:\n" +
			"messages that were not archived yet, and names of communities that others own. It may be\n" +
			"interrupted and run again.",
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadQuiet(cmd)
			if err != nil {
				return err
			}
			bar := newSteps(a.err)
			above := *a
			above.err = bar // logs stand above the bar
			show := &rebuildShow{out: above.stderr(), bar: bar, now: a.clock.Now}
			reports, moved, err := daemon.Rebuild(cmd.Context(), above.daemonOptions(cfg), force, show.progress)
			bar.Close()
			switch {
			case errors.Is(err, rebuild.ErrNotEmpty):
				return fail(exitFailed, "--force moves the database that is there aside; it is not deleted", "%w", err)
			case errors.Is(err, daemon.ErrNoForce):
				return fail(exitUsage, "empty it by its own means, or name another one in database.url", "%w", err)
			case errors.Is(err, rebuild.ErrNothing):
				return fail(exitNotFound, "name the folder that holds communities/ with --data-dir", "%w", err)
			case err != nil:
				return err
			}
			result := rebuildResult{MovedTo: moved, Communities: reports}
			return a.print(result, result.text)
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "when there is a database, move it aside")
	return cmd
}

// rebuildShow tells how far a rebuild is: a line at the end of each community,
// and one now and then, or on a terminal a bar.
type rebuildShow struct {
	out io.Writer
	bar *steps
	now func() time.Time
	at  time.Time
}

func (s *rebuildShow) progress(p rebuild.Progress) {
	now := s.now()
	if p.Done < p.Total && s.bar.Drawn() {
		s.bar.set("rebuild of "+p.Community.String()[:14], uint64(p.Done), uint64(p.Total), "")
		return
	}
	if p.Done < p.Total && now.Sub(s.at) < lineInterval {
		return
	}
	s.at = now
	fmt.Fprintf(s.out, "rebuild of %s: %d of %d archives\n", p.Community, p.Done, p.Total)
}

func (r rebuildResult) text(w io.Writer) {
	if r.MovedTo != "" {
		fmt.Fprintf(w, "old database\t%s\n\n", r.MovedTo)
	}
	for i, c := range r.Communities {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "community\t%s\nrole\t%s\ntorrents\t%d\narchives\t%d\nmessages\t%d\n", c.Community, c.Role, c.Generations, c.Archives, c.Messages)
		if n := c.Missing + c.Damaged; n > 0 {
			fmt.Fprintf(w, "to be fetched\t%d missing, %d damaged\n", c.Missing, c.Damaged)
		}
		if c.Unlisted > 0 {
			fmt.Fprintf(w, "in no index\t%d files; `seeder run` removes them\n", c.Unlisted)
		}
	}
}
