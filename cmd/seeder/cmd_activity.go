package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"seeder/activity"
	"seeder/api"
	"seeder/config"
	"seeder/internal/terminal"
	"seeder/node"
)

// followPause is between a connection that is lost and the next one.
const followPause = 200 * time.Millisecond

// activityOptions are the flags of the command.
type activityOptions struct {
	limit  int
	follow bool
	// community is an id; empty for all, with what is of the node.
	community string
	// names are those of communities, by id.
	names map[string]string
}

func (a *app) activityCommand() *cobra.Command {
	var o activityOptions
	cmd := &cobra.Command{
		Use:   "activity [COMMUNITY]",
		Short: "Show what has happened on the running daemon",
		Long: "The oldest comes first. The last 2000 events are kept, restarts included. With --follow it goes\n" +
			"on with what happens until Ctrl-C; with --output json it prints an object a line then.",
		Example: "  seeder activity --limit 20\n" +
			"  seeder activity \"Garden Club\" --follow",
		Args: between(0, "COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.limit < 1 || o.limit > activity.Size {
				return usage(fmt.Sprintf("use 1 to %d", activity.Size), "--limit %d is not possible", o.limit)
			}
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			return a.running(cmd.Context(), cfg, func(daemon *api.Client) error {
				if err := o.find(cmd.Context(), daemon, args); err != nil {
					return err
				}
				return a.showActivity(cmd.Context(), cfg, daemon, o)
			})
		},
		ValidArgsFunction: a.completeCommunity,
	}
	cmd.Flags().IntVar(&o.limit, "limit", 50, "how many events to show at most")
	cmd.Flags().BoolVar(&o.follow, "follow", false, "go on with what happens, until Ctrl-C")
	return cmd
}

// activityResult is what the command prints.
type activityResult struct {
	Events []activity.Event `json:"events"`
}

// find learns the names of communities, and which one is meant.
func (o *activityOptions) find(ctx context.Context, daemon *api.Client, args []string) error {
	list, err := daemon.Communities(ctx)
	if err != nil {
		return err
	}
	o.names = make(map[string]string, len(list))
	named := make([]node.Named, len(list))
	for i, c := range list {
		o.names[c.ID.String()] = c.Name
		named[i] = node.Named{ID: c.ID, Name: c.Name}
	}
	if len(args) == 0 {
		return nil
	}
	i, err := node.Pick("community", args[0], named, hintNoCommunity)
	if err == nil {
		o.community = list[i].ID.String()
	}
	return err
}

// wanted reports whether an event is to be shown.
func (o *activityOptions) wanted(e activity.Event) bool {
	return o.community == "" || e.Community == o.community
}

// showActivity shows what has happened, and then what happens.
func (a *app) showActivity(ctx context.Context, cfg config.Config, daemon *api.Client, o activityOptions) error {
	all, err := daemon.Activity(ctx, "", activity.Size)
	if err != nil {
		return err
	}
	last := ""
	if len(all) > 0 {
		last = all[0].ID
	}
	events := slices.DeleteFunc(all, func(e activity.Event) bool { return !o.wanted(e) })
	events = events[:min(len(events), o.limit)]
	slices.Reverse(events)
	if !o.follow {
		return a.print(activityResult{events}, func(w io.Writer) {
			for _, e := range events {
				fmt.Fprintln(w, o.line(e))
			}
			if len(events) == 0 {
				fmt.Fprintln(w, "Nothing has happened yet.")
			}
		})
	}
	return a.follow(ctx, cfg, daemon, o, events, last)
}

// follow shows events, and then what happens after the one with the id last, until
// ctx ends, which is no failure.
func (a *app) follow(ctx context.Context, cfg config.Config, daemon *api.Client, o activityOptions, events []activity.Event, last string) error {
	show := a.eventShow(o)
	for _, e := range events {
		if err := show(e); err != nil {
			return err
		}
	}
	for ctx.Err() == nil {
		err := daemon.Follow(ctx, last, func(e activity.Event) error {
			last = e.ID
			if !o.wanted(e) {
				return nil
			}
			return show(e)
		})
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, api.ErrMissed):
			fmt.Fprintln(a.stderr(), "note: more has happened than is kept; some is left out")
			last = ""
		case !lost(err):
			return err
		default:
			if p, err := process(cfg); err != nil || p.PID == 0 {
				return errors.Join(err, fail(exitUnreachable, "start it again with `seeder run`", "the daemon has stopped"))
			}
			_ = pause(ctx, followPause) // the loop looks at ctx
		}
	}
	return nil
}

// eventShow returns what shows an event as it happens.
func (a *app) eventShow(o activityOptions) func(activity.Event) error {
	if a.output == "json" {
		enc := json.NewEncoder(terminal.JSON(a.out))
		enc.SetEscapeHTML(false)
		return func(e activity.Event) error {
			if err := enc.Encode(e); err != nil {
				return fmt.Errorf("write result: %w", err)
			}
			return nil
		}
	}
	return func(e activity.Event) error {
		if _, err := fmt.Fprintln(a.out, terminal.Visible(o.line(e))); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		return nil
	}
}

// line says when and where something happened, and what.
func (o *activityOptions) line(e activity.Event) string {
	where := ""
	if e.Community != "" {
		where = e.Community[:min(len(e.Community), 14)]
		if name := o.names[e.Community]; name != "" {
			where = name
		}
		where += ": "
	}
	return time.UnixMilli(e.At).UTC().Format("2006-01-02 15:04:05 UTC") + "  " + where + e.Text
}
