package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/terminal"
	"seeder/message"
	"seeder/operation"
	"seeder/store"
)

func (a *app) communityCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "community",
		Short: "Own and follow communities",
		Long: "A community is named by its id, by the beginning of the id when no other begins so, or by\n" +
			"the name given here, which the network does not know.",
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(a.communityCreateCommand(), a.communityJoinCommand(), a.communityListCommand(), a.communityShowCommand(),
		a.communitySetCommand(), a.communityPauseCommand(), a.communityResumeCommand(), a.communityPinCommand(), a.communityUnpinCommand())
	return cmd
}

func (a *app) communityCreateCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "create [KEY]",
		Short: "Archive a community on this node, as its owner",
		Long:  "KEY is a key of this node, see `seeder key`; without it a new one is made.",
		Args:  between(0, "KEY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			if err := checkName(name); err != nil {
				return err
			}
			c := store.Community{Role: store.RoleOwner, Name: name, CreatedAt: a.clock.Now().UnixMilli()}
			if len(args) > 0 {
				key, err := a.findKey(cfg, args[0])
				if err != nil {
					return err
				}
				c.ID = key.Community
				if name == "" {
					c.Name = key.Name
				}
			} else {
				key, err := a.newKey(cfg, name)
				if err != nil {
					return err
				}
				c.ID = key.Community()
			}
			return a.addCommunity(cmd.Context(), cfg, c)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name for people (default: that of the key)")
	return cmd
}

func (a *app) communityJoinCommand() *cobra.Command {
	var name string
	var wait bool
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "join ID",
		Short: "Follow a community: fetch, check, keep and serve its history",
		Long: "`seeder run` does the work. With --wait this command returns when the whole history is here,\n" +
			"and does the work itself when no `seeder run` works on the data folder.",
		Example: "  seeder community join 0x02... --name \"Garden Club\"\n" +
			"  seeder community join 0x02... --wait --timeout 1h",
		Args: exactly("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			id, err := message.ParseCommunityID(args[0])
			if err != nil {
				return usage("an id is 0x and 66 hex digits; its owner sees it with `seeder community list`", "%w", err)
			}
			c := store.Community{ID: id, Role: store.RoleMember, Name: name, CreatedAt: a.clock.Now().UnixMilli()}
			if err := a.addCommunity(cmd.Context(), cfg, c); err != nil || !wait {
				return err
			}
			if cfg, err = a.loadQuiet(cmd); err != nil {
				return err
			}
			_, err = a.ask(cmd.Context(), cfg, asking{request: operation.Request{Community: id, Kind: operation.Join}, timeout: timeout})
			return err
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name for people")
	cmd.Flags().BoolVar(&wait, "wait", false, "return when the history is here")
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "how long to wait, such as 10m (default: as long as it takes)")
	config.AddFlags(cmd.Flags())
	return cmd
}

func (c communityInfo) text(w io.Writer) {
	fmt.Fprintf(w, "community\t%s\nrole\t%s\n", c.ID, c.Role)
	if c.Operation != "" {
		fmt.Fprintf(w, "operation\t%s\n", c.Operation)
	}
	if c.Name != "" {
		fmt.Fprintf(w, "name\t%s\n", terminal.Visible(c.Name))
	}
}

// addCommunity stores a community and shows it. One that is there already with
// the same role stays, and may get another name.
func (a *app) addCommunity(ctx context.Context, cfg config.Config, c store.Community) error {
	if err := checkName(c.Name); err != nil {
		return err
	}
	var joining store.Operation
	err := withStore(ctx, cfg, func(db store.DB) error {
		begun, err := daemon.Desk(a.daemonOptions(cfg), db).New(operation.Request{Community: c.ID, Kind: operation.Join})
		if err != nil {
			return err
		}
		return db.Update(ctx, func(tx store.Tx) error {
			old, there, err := communityExists(tx, c.ID)
			if err != nil {
				return err
			}
			if there && old.Role != c.Role {
				return usage("use another --data-dir to be both", "this node is %s of %s already", old.Role, c.ID)
			}
			if there {
				c.CreatedAt = old.CreatedAt
				if c.Name == "" {
					c.Name = old.Name
				}
			}
			if err := tx.PutCommunity(c); err != nil || c.Role != store.RoleMember {
				return err
			}
			joining, err = beginJoin(tx, begun)
			return err
		})
	})
	if err != nil {
		return err
	}
	info := communityInfo{ID: c.ID, Role: c.Role, Name: c.Name, Operation: joining.ID}
	return a.print(info, info.text)
}

func (a *app) communityListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the communities of this node",
		Args:  exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load(cmd)
			if err != nil {
				return err
			}
			infos := []communityInfo{}
			_, err = withExistingStore(cmd.Context(), cfg, func(db store.DB) error {
				return db.View(cmd.Context(), func(tx store.Tx) error {
					all, err := tx.Communities()
					for _, c := range all {
						infos = append(infos, communityInfo{ID: c.ID, Role: c.Role, Name: c.Name})
					}
					return err
				})
			})
			if err != nil {
				return err
			}
			return a.print(infos, func(w io.Writer) {
				for _, c := range infos {
					fmt.Fprintf(w, "%s\t%s\t%s\n", c.ID, c.Role, terminal.Visible(c.Name))
				}
			})
		},
	}
}

func (a *app) communityShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show COMMUNITY",
		Short: "Show a community, its limits and each of its archives",
		Args:  exactly("COMMUNITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := config.Load(a.configFile, cmd.Flags())
			if err != nil {
				return err
			}
			var d communityDetails
			view := newLimitsView(a, loaded)
			err = withCommunity(cmd.Context(), loaded.Config, args[0], func(db store.DB, c store.Community) error {
				return db.View(cmd.Context(), func(tx store.Tx) error {
					var err error
					if d, err = readDetails(tx, c); err != nil {
						return err
					}
					return view.read(tx, &c)
				})
			})
			if err != nil {
				return err
			}
			limits, err := view.state(cmd.Context())
			if err != nil {
				return err
			}
			d.Limits = limits.of(d.ID)
			return a.print(d, func(w io.Writer) { d.text(w, limits.Answering) })
		},
		ValidArgsFunction: a.completeCommunity,
	}
}

func (d communityDetails) text(w io.Writer, running bool) {
	d.summary.text(w, running)
	settingsText(w, d.Limits.Settings)
	if len(d.Archives) == 0 {
		return
	}
	fmt.Fprintln(w, "\nARCHIVE\tSPAN\tBYTES\tMESSAGES\tSEALED\tSTATE")
	for _, r := range d.Archives {
		span := message.Span{From: r.From, To: r.To}
		state := string(r.State)
		if r.Reason != "" {
			state += ": " + terminal.Visible(r.Reason)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", r.ID.String()[:14], span, bytesText(r.Bytes), r.Messages, yesNo(r.Sealed), state)
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
