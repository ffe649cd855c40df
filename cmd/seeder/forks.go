package main

import (
	"fmt"
	"io"

	"seeder/node"
)

// forksText writes a line for each fork.
func forksText(s node.Summary, w io.Writer) {
	for _, f := range s.Forks {
		first := "unknown"
		if f.FirstDiffering != "" {
			first = f.FirstDiffering
		}
		fmt.Fprintf(w, "fork\ttorrent %s of %s lost to %s of %s; first archive that differs: %s\n",
			f.InfoHash, millisText(f.Clock), f.Winner, millisText(f.WinnerClock), first)
	}
}
