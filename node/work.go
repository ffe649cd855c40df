package node

import (
	"seeder/message"
	"seeder/store"
)

// Work is what a part of a community's work does or waits for.
type Work struct {
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

// QuarantinedArchive is an archive in quarantine.
type QuarantinedArchive struct {
	ID       message.ArchiveID `json:"id"`
	Span     message.Span      `json:"span"`
	Reason   string            `json:"reason"`
	Attempts int               `json:"attempts"`
	// NextTry is in milliseconds since the Unix epoch.
	NextTry int64 `json:"next_try"`
}

// readWaits adds to s what the community's parts wait for.
func (s *Summary) readWaits(tx store.Tx, rows []store.Archive) error {
	works, err := tx.Works(s.ID)
	if err != nil {
		return err
	}
	s.Work, s.Quarantined = workStates(works), []QuarantinedArchive{}
	for i := range rows {
		if row := &rows[i]; row.State == store.Quarantined {
			s.Quarantined = append(s.Quarantined, QuarantinedArchive{row.ID, row.Span, row.Reason, row.Attempts, row.NextTry})
		}
	}
	return nil
}

func workStates(works []store.Work) []Work {
	out := []Work{}
	for _, w := range works {
		out = append(out, Work{w.Part, w.State, w.Reason, w.Attempts, w.NextTry, w.Since})
	}
	return out
}
