package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// widest is how many columns help may take.
const widest = 105

// TestHelp looks at the help of every command.
func TestHelp(t *testing.T) {
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		path := cmd.CommandPath()
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: short text %q", path, cmd.Short)
		}
		for line := range strings.SplitSeq(cmd.Long+"\n"+cmd.Example, "\n") {
			if utf8.RuneCountInString(line) > widest {
				t.Errorf("%s: line of %d columns: %s", path, utf8.RuneCountInString(line), line)
			}
		}
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			if line != "" && !strings.Contains(line, path+" ") && strings.TrimSpace(line) != path {
				t.Errorf("example %q is not of %s", line, path)
			}
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			kind, text := pflag.UnquoteUsage(f) // takes what stands in back quotes for the kind
			if strings.Contains(kind, " ") || text == "" {
				t.Errorf("%s --%s: kind %q, text %q", path, f.Name, kind, text)
			}
		})
		for _, sub := range cmd.Commands() {
			look(sub)
		}
	}
	look((&app{}).root())
}
