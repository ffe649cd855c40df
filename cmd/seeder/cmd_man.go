package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"seeder/internal/atomicfile"
)

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages of all commands to a folder",
		Long: "Packages run it when they are built. The pages depend on nothing but the program: paths in the\n" +
			"home of whoever builds begin with ~.",
		Args:              exactly("DIR"),
		Hidden:            true,
		ValidArgsFunction: then(folders, cobra.NoFileCompletions),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("make folder: %w", err)
			}
			result := struct {
				Folder string `json:"folder"`
				Pages  int    `json:"pages"`
			}{Folder: args[0]}
			root := cmd.Root()
			root.InitDefaultCompletionCmd()
			root.InitDefaultHelpCmd()
			var err error
			if result.Pages, err = writeManual(root, args[0]); err != nil {
				return err
			}
			return a.print(result, func(w io.Writer) { fmt.Fprintf(w, "folder\t%s\npages\t%d\n", result.Folder, result.Pages) })
		},
	}
}

// writeManual writes the page of a command and those of its subcommands, and
// returns how many they are.
func writeManual(cmd *cobra.Command, dir string) (pages int, err error) {
	for _, sub := range cmd.Commands() {
		if !sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			continue
		}
		n, err := writeManual(sub, dir)
		if err != nil {
			return 0, err
		}
		pages += n
	}
	cmd.DisableAutoGenTag = true // the date would make two builds differ
	cmd.Long = indentTables(cmd.Long)
	var page bytes.Buffer
	header := doc.GenManHeader{Section: "1", Source: "seeder", Manual: "seeder manual", Date: &time.Time{}}
	if err := doc.GenMan(cmd, &header, &page); err != nil {
		return 0, fmt.Errorf("make manual page: %w", err)
	}
	text := strings.NewReplacer(`"Jan 0001"`, `""`, xdg.ConfigHome+"/", "~/.config/", xdg.DataHome+"/", "~/.local/share/").Replace(page.String())
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
	text = nameValues(cmd, text)
	return pages + 1, atomicfile.Write(filepath.Join(dir, name), []byte(text), 0o644)
}

// flagLines are the lines of a flag as the library writes them: the name with the value
// that holds without it, and what it is for.
var flagLines = regexp.MustCompile(`(?m)^((?:\\fB-\w\\fP, )?\\fB--([a-z0-9-]+)\\fP)(?:\[=.*\]|=.*)\n(\t.*)$`)

// nameValues has a page say what kind of value a flag takes; the value that holds
// without the flag, if it is any, goes behind what it is for.
func nameValues(cmd *cobra.Command, page string) string {
	return flagLines.ReplaceAllStringFunc(page, func(found string) string {
		part := flagLines.FindStringSubmatch(found)
		name, text := part[1], part[3]
		f := cmd.Flag(part[2])
		if f == nil {
			return found
		}
		if kind, _ := pflag.UnquoteUsage(f); kind != "" {
			name += ` \fI` + kind + `\fP`
		}
		if !slices.Contains([]string{"", "0", "0s", "false"}, f.DefValue) && !strings.Contains(text, "default") {
			text += " (default " + f.DefValue + ")"
		}
		return name + "\n" + text
	})
}

var tableGap = regexp.MustCompile(`(?m)\S {3,}\S|^ `)

// indentTables marks tables in a text, so that their lines stay as they are: they
// are paragraphs with gaps between words.
func indentTables(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if tableGap.MatchString(p) {
			paragraphs[i] = "    " + strings.ReplaceAll(p, "\n", "\n    ")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
