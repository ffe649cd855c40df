package bench

import (
	"database/sql"
	"errors"
	"iter"

	"seeder/message"
)

// rawInsertWeek inserts messages with plain SQL in one transaction.
func rawInsertWeek(db *sql.DB, messages iter.Seq2[message.Message, error]) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	stmt, err := tx.Prepare(`INSERT INTO message (community_no, key, timestamp, topic, payload, hashed) VALUES (1, ?, ?, ?, ?, 1)`)
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	for m, err := range messages {
		if err == nil {
			_, err = stmt.Exec(m.Hash, int64(m.Timestamp), []byte(m.Topic), m.Payload)
		}
		if err != nil {
			return errors.Join(err, stmt.Close(), tx.Rollback())
		}
	}
	return errors.Join(stmt.Close(), tx.Commit())
}
