package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"seeder/config"
	"seeder/internal/terminal"
	"seeder/node"
	"seeder/quota"
	"seeder/store"
)

// completeTimeout is how long a shell waits at most for what this node has to offer.
const completeTimeout = 2 * time.Second

// complete has shells offer what suits for the value of each flag of a command and of
// those below it, and no files where arguments or values are none.
func (a *app) complete(cmd *cobra.Command) {
	if cmd.ValidArgsFunction == nil && !strings.Contains(cmd.Use, " ") {
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
	for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) {
			if _, there := cmd.GetFlagCompletionFunc(f.Name); !there {
				offerFor(cmd, f.Name, a.flagValues(f.Name))
			}
		})
	}
	for _, sub := range cmd.Commands() {
		a.complete(sub)
	}
}

// offerFor has shells offer what values gives for a flag.
func offerFor(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err) // the flag is not there, or has others already
	}
}

// flagValues returns what offers values of a flag that has nothing of its own.
func (a *app) flagValues(flag string) cobra.CompletionFunc {
	switch flag {
	case "output":
		return words("text", "json")
	case "scope":
		return words(scopeUser, scopeSystem)
	case "config":
		return cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt)
	}
	for _, k := range quota.NodeKeys() {
		if name := settingFlag(k.Name); flag == "limits-"+name || flag == "import-"+name {
			return words(settingValues[settingKind(k.Name)]...)
		}
	}
	values, path := config.FlagValues(flag)
	switch {
	case len(values) > 0:
		return words(values...)
	case path == config.PathFolder:
		return folders
	case path == config.PathFile:
		return files
	default:
		return cobra.NoFileCompletions
	}
}

// words offers words alone.
func words(list ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)
}

// folders offers folders alone.
func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// then offers what first does for the first argument, and what rest does for others.
func then(first, rest cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return rest(cmd, args, toComplete)
		}
		return first(cmd, args, toComplete)
	}
}

// files lets the shell offer files.
func files(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

// offer returns what list makes of what this node answers. What cannot be learned in
// time is not offered, without a word: the shell has a line to write.
func (a *app) offer(cmd *cobra.Command, list func(context.Context, config.Loaded, answers) ([]string, error)) ([]string, cobra.ShellCompDirective) {
	loaded, err := a.loaded(cmd)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completeTimeout)
	defer cancel()
	var out []string
	err = a.reading(ctx, loaded, func(from answers) error {
		out, err = list(ctx, loaded, from)
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeCommunity offers the communities of this node as the first argument.
func (a *app) completeCommunity(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	return then(a.communities, cobra.NoFileCompletions)(cmd, args, toComplete)
}

// communities offers the communities of this node.
func (a *app) communities(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.offer(cmd, func(ctx context.Context, _ config.Loaded, from answers) ([]string, error) {
		list, err := from.Communities(ctx)
		return communityNames(list), err
	})
}

// ownCommunities offers the communities that this node owns and that args do not name.
func (a *app) ownCommunities(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.offer(cmd, func(ctx context.Context, _ config.Loaded, from answers) ([]string, error) {
		list, err := from.Communities(ctx)
		list = slices.DeleteFunc(list, func(c node.CommunityInfo) bool {
			return c.Role != store.RoleOwner || slices.Contains(args, c.Name) || slices.Contains(args, c.ID.String())
		})
		return communityNames(list), err
	})
}

// communityIDs offers the ids of the communities of this node.
func (a *app) communityIDs(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.offer(cmd, func(ctx context.Context, _ config.Loaded, from answers) (out []string, err error) {
		list, err := from.Communities(ctx)
		for _, c := range list {
			out = append(out, cobra.CompletionWithDesc(c.ID.String(), terminal.Visible(c.Name)))
		}
		return out, err
	})
}

// communityNames returns communities as a shell offers them.
func communityNames(list []node.CommunityInfo) (out []string) {
	for _, c := range list {
		if c.Name != "" {
			out = append(out, cobra.CompletionWithDesc(terminal.Visible(c.Name), string(c.Role)+" of "+c.ID.String()))
		} else {
			out = append(out, cobra.CompletionWithDesc(c.ID.String(), string(c.Role)))
		}
	}
	return out
}

// operationIDs offers the operations of this node, the newest first.
func (a *app) operationIDs(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	ids, _ := a.offer(cmd, func(ctx context.Context, _ config.Loaded, from answers) (out []string, err error) {
		list, err := from.Operations(ctx, false)
		for _, o := range slices.Backward(list) {
			out = append(out, cobra.CompletionWithDesc(string(o.ID), o.Kind+", "+string(o.State)))
		}
		return out, err
	})
	return ids, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// keyNames offers the keys of this node.
func (a *app) keyNames(cmd *cobra.Command, _ []string, _ string) (out []string, _ cobra.ShellCompDirective) {
	cfg, err := a.load(cmd)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	list, err := a.keys(cfg)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, k := range list {
		if k.Name != "" {
			out = append(out, cobra.CompletionWithDesc(terminal.Visible(k.Name), k.Community.String()))
		} else {
			out = append(out, k.Community.String())
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
