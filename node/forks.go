package node

import "seeder/store"

// Fork is a disagreement between owners that hold the same key.
type Fork struct {
	// InfoHash and Clock are of the generation that lost.
	InfoHash string `json:"infohash"`
	Clock    uint64 `json:"clock"`
	// Winner and WinnerClock are of the one that is followed.
	Winner      string `json:"winner"`
	WinnerClock uint64 `json:"winner_clock"`
	// FirstDiffering is the id of the first archive that the winner lacks; empty
	// while the index that would tell is not known.
	FirstDiffering string `json:"first_differing,omitempty"`
	// SeenAt is in milliseconds since the Unix epoch.
	SeenAt int64 `json:"seen_at"`
}

// readForks adds the forks of the community to s.
func (s *Summary) readForks(tx store.Tx) error {
	forks, err := tx.Forks(s.ID)
	if err != nil {
		return err
	}
	s.Forks = []Fork{}
	for _, f := range forks {
		shown := Fork{
			InfoHash: f.InfoHash.String(), Clock: f.Clock,
			Winner: f.WinnerInfoHash.String(), WinnerClock: f.WinnerClock, SeenAt: f.SeenAt,
		}
		if !f.FirstDiffering.IsZero() {
			shown.FirstDiffering = f.FirstDiffering.String()
		}
		s.Forks = append(s.Forks, shown)
	}
	return nil
}
