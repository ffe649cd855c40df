package daemon

import (
	"context"
	"time"

	"seeder/message"
	"seeder/store"
)

// shelf answers store queries from the announcements in the database.
type shelf struct{ db store.DB }

// Envelopes implements [announce.Shelf].
func (s shelf) Envelopes(ctx context.Context, c message.CommunityID, since time.Time) ([][]byte, error) {
	var envelopes [][]byte
	err := s.db.View(ctx, func(tx store.Tx) error {
		rows, err := tx.Announcements(c, since.UnixMilli())
		if err != nil {
			return err
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
