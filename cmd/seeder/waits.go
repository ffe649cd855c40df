package main

import (
	"fmt"
	"io"
	"time"

	"seeder/internal/terminal"
	"seeder/node"
	"seeder/store"
)

// waitsText writes a line for each part and each refused archive. What parts
// did when the daemon stopped says nothing, so it is left out then.
func waitsText(s node.Summary, w io.Writer, running bool) {
	if running {
		for _, p := range s.Work {
			fmt.Fprintf(w, "%s work\t%s\n", p.Part, workText(p))
		}
	}
	for _, q := range s.Quarantined {
		fmt.Fprintf(w, "quarantined\t%s %s: %s%s\n", q.ID, q.Span, terminal.Visible(q.Reason), triesText(q.Attempts, q.NextTry))
	}
}

func workText(p node.Work) string {
	if p.State == store.Idle {
		return "idle: " + terminal.Visible(p.Reason)
	}
	return string(p.State) + ": " + terminal.Visible(p.Reason) + triesText(p.Attempts, p.NextTry)
}

func triesText(attempts int, next int64) string {
	s := ""
	if attempts > 0 {
		s = fmt.Sprintf("; failed %d times", attempts)
		if attempts == 1 {
			s = "; failed once"
		}
	}
	if next != 0 {
		s += "; next try at " + time.UnixMilli(next).UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return s
}
