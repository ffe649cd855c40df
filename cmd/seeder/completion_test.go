package main

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestEveryValueIsOffered finds flags and arguments for which a shell would offer the
// names of files though nobody has thought of it.
func TestEveryValueIsOffered(t *testing.T) {
	withFiles := map[string]bool{"seeder verify": true, "seeder config check": true}
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		if (cmd.ValidArgsFunction != nil) == withFiles[cmd.CommandPath()] {
			t.Errorf("%s: arguments are offered: %t", cmd.CommandPath(), cmd.ValidArgsFunction != nil)
		}
		for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.PersistentFlags()} {
			flags.VisitAll(func(f *pflag.Flag) {
				if _, there := cmd.GetFlagCompletionFunc(f.Name); !there {
					t.Errorf("%s: nothing is offered for --%s", cmd.CommandPath(), f.Name)
				}
			})
		}
		for _, sub := range cmd.Commands() {
			look(sub)
		}
	}
	look((&app{}).root())
}
