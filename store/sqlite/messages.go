package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"

	"seeder/internal/spans"
	"seeder/message"
	"seeder/store"
)

// AddMessages implements [store.Messages].
func (t *tx) AddMessages(c message.CommunityID, seq iter.Seq2[message.Message, error]) (store.Added, error) {
	no, err := t.MustCommunity(c)
	if err != nil {
		return store.Added{}, fmt.Errorf("add messages: %w", err)
	}
	covered, err := t.Spans(no)
	if err != nil {
		return store.Added{}, fmt.Errorf("add messages: %w", err)
	}
	added, err := t.insert(no, seq, func(m *message.Message, key []byte, isNew bool, a *store.Added) error {
		if !isNew {
			a.Known++
			return nil
		}
		a.New++
		if !spans.Covers(covered, m.Timestamp) {
			return nil
		}
		_, err := t.Exec("INSERT INTO late (community_no, timestamp, key) VALUES (?, ?, ?)", no, m.Timestamp, key)
		return err
	})
	if err != nil {
		return store.Added{}, fmt.Errorf("add messages: %w", err)
	}
	return added, nil
}

// ImportMessages implements [store.Messages].
func (t *tx) ImportMessages(c message.CommunityID, seq iter.Seq2[message.Message, error]) (store.Added, error) {
	no, err := t.MustCommunity(c)
	if err != nil {
		return store.Added{}, fmt.Errorf("import messages: %w", err)
	}
	// Importing makes no message late: when none is, none has to be looked for.
	anyLate, err := t.Exists("SELECT 1 FROM late WHERE community_no = ? LIMIT 1", no)
	if err != nil {
		return store.Added{}, fmt.Errorf("import messages: %w", err)
	}
	added, err := t.insert(no, seq, func(_ *message.Message, key []byte, isNew bool, a *store.Added) error {
		switch {
		case isNew:
			a.New++
			return nil
		case !anyLate:
			a.Known++
			return nil
		}
		n, err := t.Exec(`DELETE FROM late WHERE community_no = ?1 AND key = ?2
			AND timestamp = (SELECT timestamp FROM message WHERE community_no = ?1 AND key = ?2)`, no, key)
		if n > 0 {
			a.Promoted++
		} else {
			a.Known++
		}
		return err
	})
	if err != nil {
		return store.Added{}, fmt.Errorf("import messages: %w", err)
	}
	return added, nil
}

const insertMessage = `INSERT INTO message
	(community_no, key, timestamp, topic, payload, sig, padding, hashed, hash, third_party_id)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (community_no, key) DO NOTHING`

// insert stores what is not known and calls then after each message.
func (t *tx) insert(no int64, seq iter.Seq2[message.Message, error],
	then func(m *message.Message, key []byte, isNew bool, a *store.Added) error,
) (added store.Added, err error) {
	stmt, err := t.take(insertMessage)
	if err != nil {
		return added, err
	}
	defer t.give(insertMessage, stmt)
	exec := stmt.(driver.StmtExecContext)
	args := named(make([]any, 10))
	args[0].Value = no
	n := 0
	for m, err := range seq {
		if err != nil {
			return added, err
		}
		if n++; n%checkEvery == 0 && t.ctx.Err() != nil {
			return added, t.ctx.Err()
		}
		if m.Timestamp > store.MaxTimestamp {
			return added, fmt.Errorf("message of timestamp %d: %w", m.Timestamp, store.ErrRange)
		}
		key := m.Key()
		bindMessage(args, &m, key[:])
		// The context is looked at above: the driver would start a goroutine a row.
		res, err := exec.ExecContext(context.Background(), args)
		if err != nil {
			return added, t.fail(err)
		}
		changed, err := res.RowsAffected()
		if err != nil {
			return added, err
		}
		if err := then(&m, key[:], changed > 0, &added); err != nil {
			return added, err
		}
	}
	return added, nil
}

func bindMessage(args []driver.NamedValue, m *message.Message, key []byte) {
	args[1].Value = key
	args[2].Value = int64(m.Timestamp)
	args[3].Value = nullable([]byte(m.Topic))
	args[4].Value = nullable(m.Payload)
	args[5].Value = nullable(m.Sig)
	args[6].Value = nullable(m.Padding)
	args[7].Value, args[8].Value = int64(0), nullable(m.Hash)
	if len(m.Hash) == len(message.Key{}) {
		args[7].Value, args[8].Value = int64(1), nil
	}
	args[9].Value = nil
	if m.ThirdPartyID != "" {
		args[9].Value = m.ThirdPartyID
	}
}

func nullable(b []byte) driver.Value {
	if len(b) == 0 {
		return nil
	}
	return b
}
