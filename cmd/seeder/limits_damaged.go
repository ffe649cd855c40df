package main

import (
	"fmt"
	"io"

	"seeder/internal/terminal"
	"seeder/node"
)

// damagedText writes a line for each setting that nobody understands.
func damagedText(w io.Writer, rows []node.Damaged) {
	for _, r := range rows {
		what := "nothing is transferred"
		if r.InForce != "" {
			what = terminal.Visible(r.InForce) + " stays in force"
		}
		fmt.Fprintf(w, "damaged\t%s is %.60q: %s; %s\n", settingFlag(r.Key), r.Value, what, terminal.Visible(r.Hint))
	}
}
