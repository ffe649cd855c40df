package main

import (
	"fmt"
	"io"
	"time"

	"seeder/internal/terminal"
	"seeder/message"
	"seeder/store"
)

// workState is what a part of a community's work does or waits for.
type workState struct {
	Part   string          `json:"part"`
	State  store.WorkState `json:"state"`
	Reason string          `json:"reason"`
	// Attempts counts failures since the last success.
	Attempts int `json:"attempts"`
	// NextTry and Since are in milliseconds since the Unix epoch; NextTry is 0
	// when it waits for something other than time.
	NextTry int64 `json:"next_try"`
	Since   int64 `json:"since"`
}

// refusedArchive is an archive in quarantine.
type refusedArchive struct {
	ID       message.ArchiveID `json:"id"`
	Span     message.Span      `json:"span"`
	Reason   string            `json:"reason"`
	Attempts int               `json:"attempts"`
	// NextTry is in milliseconds since the Unix epoch.
	NextTry int64 `json:"next_try"`
}

// readWaits adds to s what the community's parts wait for.
func (s *summary) readWaits(tx store.Tx, rows []store.Archive) error {
	works, err := tx.Works(s.ID)
	if err != nil {
		return err
	}
	s.Work, s.Quarantined = workStates(works), []refusedArchive{}
	for i := range rows {
		if row := &rows[i]; row.State == store.Quarantined {
			s.Quarantined = append(s.Quarantined, refusedArchive{row.ID, row.Span, row.Reason, row.Attempts, row.NextTry})
		}
	}
	return nil
}

func workStates(works []store.Work) []workState {
	out := []workState{}
	for _, w := range works {
		out = append(out, workState{w.Part, w.State, w.Reason, w.Attempts, w.NextTry, w.Since})
	}
	return out
}

// waitsText writes a line for each part and each refused archive. What parts
// did when the daemon stopped says nothing, so it is left out then.
func (s summary) waitsText(w io.Writer, running bool) {
	if running {
		for _, p := range s.Work {
			fmt.Fprintf(w, "%s work\t%s\n", p.Part, p.text())
		}
	}
	for _, q := range s.Quarantined {
		fmt.Fprintf(w, "quarantined\t%s %s: %s%s\n", q.ID, q.Span, terminal.Visible(q.Reason), triesText(q.Attempts, q.NextTry))
	}
}

func (p workState) text() string {
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
