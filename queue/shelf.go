package queue

import (
	"context"
	"errors"
	"time"

	"seeder/announce"
	"seeder/message"
	"seeder/store"
)

// Shelf answers store queries from the announcements in the database, for every
// community.
type Shelf struct{ DB store.DB }

var _ announce.Shelf = Shelf{}

// Envelopes implements [announce.Shelf]. The newest announcement is always among
// them, because it may have travelled in a fresh envelope.
func (s Shelf) Envelopes(ctx context.Context, c message.CommunityID, since time.Time) ([][]byte, error) {
	var envelopes [][]byte
	err := s.DB.View(ctx, func(tx store.Tx) error {
		envelopes = envelopes[:0]
		rows, err := tx.Announcements(c, since.UnixMilli())
		if err != nil {
			return err
		}
		latest, err := tx.LatestAnnouncement(c)
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return err
		case len(rows) == 0 || rows[0].Clock != latest.Clock:
			rows = append(rows, latest)
		}
		for i := range rows {
			if len(rows[i].Envelope) > 0 {
				envelopes = append(envelopes, rows[i].Envelope)
			}
		}
		return nil
	})
	return envelopes, err
}
