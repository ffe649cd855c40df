package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/internal/synth"
)

const (
	minDemoMessages = 100
	minDemoWeeks    = 3 // the newest one or two are too young to be archived
	maxDemoWeeks    = 2000
)

// demoOptions are the flags of `demo`.
type demoOptions struct {
	messages, weeks int
	seed            uint64
	keep            bool
	chaos           bool
	web             bool
	kills           int
	database        string
	timeout         time.Duration
}

func (a *app) demoCommand() *cobra.Command {
	var opts demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole path on this machine: an owner and three members",
		Long: `Makes up the history of a community, and starts an owner and two members as processes of
their own, on this machine only, with real Waku and real BitTorrent. The owner archives, seeds
and announces; the members, one started before and one after the announcement, fetch, check and
import. Then the owner is stopped, and a third member gets everything from the other two. It
succeeds only if all of them hold the same in the end, and leaves nothing behind. Settings and
folders of a node on this machine are neither used nor touched.

With --chaos, nodes are killed (SIGKILL) at random moments of all this and started again: while they
seal, announce, download, import, start, or have nothing to do. --seed chooses nodes and moments.

With --web the nodes stay until Ctrl-C: the owner comes back, one more member fetches slowly, and the
link of each node's dashboard is printed.

With --database the nodes keep their messages in PostgreSQL: each in a schema of that database named
seeder_demo_NUMBER_NODE, removed in the end. Only its user, who may make schemas, has to exist; the
password may come from PGPASSWORD or ~/.pgpass.`,
		Example: "  seeder demo\n" +
			"  seeder demo --messages 100000 --weeks 52 --keep\n" +
			"  seeder demo --web\n" +
			"  seeder demo --chaos --seed 7",
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := opts.check(cmd.Flags().Changed("kills")); err != nil {
				return err
			}
			return a.demo(cmd.Context(), opts)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&opts.messages, "messages", synth.DefaultMessages, "messages of the history")
	flags.IntVar(&opts.weeks, "weeks", synth.DefaultWeeks, "weeks of the history")
	flags.Uint64Var(&opts.seed, "seed", 1, "seed of the history, and of the kills")
	flags.BoolVar(&opts.chaos, "chaos", false, "kill nodes at random moments and start them again")
	flags.IntVar(&opts.kills, "kills", defaultKills, "how often nodes are killed, with --chaos")
	flags.BoolVar(&opts.web, "web", false, "let the nodes run until Ctrl-C, and print the links of their dashboards")
	flags.BoolVar(&opts.keep, "keep", false, "keep the folders and databases of the nodes")
	flags.StringVar(&opts.database, "database", "", "keep the databases in PostgreSQL, each node in a schema of its own: postgres://USER@HOST/DATABASE")
	flags.DurationVar(&opts.timeout, "timeout", 15*time.Minute, "give up after this")
	return cmd
}

func (o demoOptions) check(killsGiven bool) error {
	switch {
	case killsGiven && !o.chaos:
		return usage("add --chaos", "--kills has no meaning without --chaos")
	case o.web && o.chaos:
		return usage("give one of them", "--web does not go with --chaos")
	case o.kills < 1 || o.kills > maxKills:
		return usage(fmt.Sprintf("use 1 to %d", maxKills), "--kills %d is not possible", o.kills)
	case o.messages < minDemoMessages:
		return usage(fmt.Sprintf("use at least %d", minDemoMessages), "--messages %d is too few", o.messages)
	case o.weeks < minDemoWeeks || o.weeks > maxDemoWeeks:
		return usage(fmt.Sprintf("use %d to %d: what is younger than a week is not archived", minDemoWeeks, maxDemoWeeks), "--weeks %d is not possible", o.weeks)
	case o.database != "" && !isPostgres(o.database):
		return usage("use a URL such as postgres://seeder@localhost/seeder", "--database %q is not possible", config.HidePassword(o.database))
	case o.timeout <= 0:
		return usage("use a duration such as 5m", "--timeout %s is not possible", o.timeout)
	}
	return nil
}

var errDemoTimeout = errors.New("the demonstration took too long")

// demo runs the demonstration. Whatever happens, when it returns no process of
// it runs any more, and its folder is gone unless it is to be kept.
func (a *app) demo(whole context.Context, opts demoOptions) (err error) {
	ctx, cancel := context.WithTimeoutCause(whole, opts.timeout, errDemoTimeout)
	defer cancel()
	folder, err := a.openDemoFolder(opts.keep)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.remove()) }()
	s := &stage{app: a, opts: opts, dir: folder.path, begin: a.clock.Now()}
	if !opts.keep {
		defer func() { err = errors.Join(err, s.dropDatabases(ctx)) }()
	}
	if opts.chaos {
		s.chaos = newChaos(s, opts.kills, opts.seed)
		s.tell("chaos: %s, seed %d", english.Plural(opts.kills, "kill", ""), opts.seed)
	}
	results, err := s.play(ctx)
	if err == nil && opts.web {
		err = s.web(ctx, whole, results)
	}
	if err != nil {
		s.showLogs()
	}
	if closeErr := s.chaos.close(); err == nil {
		err = closeErr
	}
	if stopErr := s.stopAll(); err == nil {
		err = stopErr
	}
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errDemoTimeout) {
		err = fail(exitFailed, "--timeout gives it more time, --keep keeps the logs of the nodes", "%w: %w", cause, err)
	}
	if err != nil {
		return err
	}
	if !opts.web {
		if err := a.showDemo(s, results, nil); err != nil {
			return err
		}
	}
	for _, r := range results[1:] {
		if r.Digest != results[0].Digest {
			return fail(exitFailed, "--keep keeps the folders of the nodes", "%s does not hold the same as the owner", r.Node)
		}
	}
	return nil
}

// demoResult is what a node holds in the end.
type demoResult struct {
	Node     string  `json:"node"`
	Messages uint64  `json:"messages"`
	Archives int     `json:"archives"`
	Bytes    uint64  `json:"bytes"`
	Seconds  float64 `json:"seconds"`
	Kills    int     `json:"kills"`
	Digest   string  `json:"digest"`
}

// demoReport is what the command prints.
type demoReport struct {
	Nodes   []demoResult `json:"nodes"`
	Seconds float64      `json:"seconds"`
	// Folder is where the nodes are, if they are kept.
	Folder string `json:"folder,omitempty"`
	// Dashboards are those of nodes that go on.
	Dashboards []demoDashboard `json:"dashboards,omitempty"`
}

func (a *app) showDemo(s *stage, results []demoResult, dashboards []demoDashboard) error {
	total := a.clock.Now().Sub(s.begin).Seconds()
	report := demoReport{Nodes: results, Seconds: total, Dashboards: dashboards}
	if s.opts.keep {
		report.Folder = s.dir
	}
	return a.print(report, func(w io.Writer) {
		fmt.Fprintln(w, "NODE\tMESSAGES\tARCHIVES\tBYTES\tSECONDS"+s.chaos.column("KILLS")+"\tDIGEST")
		for _, r := range results {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%.1f%s\t%s\n", r.Node, r.Messages, r.Archives, r.Bytes, r.Seconds, s.chaos.column(strconv.Itoa(r.Kills)), r.Digest)
		}
		fmt.Fprintf(w, "\nAll of it took %.1f s.\n", total)
		s.chaos.text(w)
		if report.Folder != "" {
			fmt.Fprintf(w, "The nodes are in %s: `seeder --config %s status`\n", s.dir, s.configPath("owner"))
		}
		webText(dashboards, w)
	})
}
