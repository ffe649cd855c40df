package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/doctor"
	"seeder/internal/terminal"
	"seeder/quota"
	"seeder/store"
)

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Look this node over, and say what to do about what is wrong",
		Long: "Looks at the configuration, the daemon, the data folder, permissions, the database, the disk,\n" +
			"ports, whether others reach this node, peers, the distributed hash table, Waku and the clock.\n" +
			"A running daemon tells what only it knows. Nobody else is asked but the router, and the time\n" +
			"servers that doctor.ntp names. Each check is ok, warn (works, but not as it could), fail (does\n" +
			"not work) or unknown. The exit code is 1 when a check fails.",
		Example: "  seeder doctor\n  seeder doctor --output json",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, faults := config.Load(a.configFile, cmd.Flags())
			r, err := a.lookOver(cmd.Context(), loaded, faults)
			if err != nil {
				return err
			}
			if err := a.print(r, func(w io.Writer) { doctorText(r, w) }); err != nil {
				return err
			}
			if r.Failed() {
				return errUnwell
			}
			return nil
		},
	}
}

// errUnwell ends a command that has said already what is wrong.
var errUnwell = fail(exitFailed, "", "something is wrong with this node")

// lookOver has the running daemon look itself over, or does so from outside where
// none answers.
func (a *app) lookOver(ctx context.Context, loaded config.Loaded, faults error) (doctor.Report, error) {
	o := doctor.Options{Loaded: loaded, Faults: faults, Clock: a.clock, Version: a.version, MinFree: loaded.Config.Quota().MinFree}
	if faults != nil {
		return doctor.Look(ctx, o), nil //nolint:nilerr // the report tells of them
	}
	if p, err := process(loaded.Config); err == nil && p.PID != 0 {
		o.Daemon = &doctor.Daemon{PID: p.PID, Version: p.Version, Silent: true}
	}
	if client, ok := a.answering(ctx, loaded.Config); ok {
		r, err := client.Doctor(ctx)
		if err != nil {
			return r, err
		}
		if o.Daemon != nil {
			o.Daemon.Silent = false
			r = r.With(doctor.CheckDaemon(o.Daemon, a.version))
		}
		return r, nil
	}
	var r doctor.Report
	looked := false
	_, err := withExistingStore(ctx, loaded.Config, func(db store.DB) error {
		if limits, err := a.local(loaded, db).Limits(ctx); err == nil {
			o.MinFree = quota.Free{Bytes: limits.Node.Disk.Keep}
		}
		o.Database = db.Check
		r, looked = doctor.Look(ctx, o), true
		return nil
	})
	if !looked {
		o.Database = func(context.Context) (int64, error) { return 0, err }
		r = doctor.Look(ctx, o)
	}
	return r, nil
}

// doctorText shows a line for each check, and below it what to do.
func doctorText(r doctor.Report, w io.Writer) {
	for _, c := range r.Checks {
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.State, c.Name, terminal.Visible(c.Seen))
		if c.Advice != "" {
			fmt.Fprintf(w, "\t\t-> %s\n", terminal.Visible(c.Advice))
		}
	}
}
