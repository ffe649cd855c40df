package postgres

import (
	"fmt"
	"iter"

	"seeder/message"
	"seeder/store"
	"seeder/store/sqltx"
)

// insertStaged stores what is not known. The order decides which of two
// messages with one key is the first.
const insertStaged = `INSERT INTO message (community_no, hashed, timestamp, key, topic, payload, sig, padding, hash, third_party_id)
	SELECT $1, hashed, timestamp, key, topic, payload, sig, padding, hash, third_party_id
	FROM pg_temp.staging ORDER BY no ON CONFLICT (community_no, key) DO NOTHING`

// AddMessages implements [store.Messages].
func (t *tx) AddMessages(c message.CommunityID, seq iter.Seq2[message.Message, error]) (store.Added, error) {
	added, err := t.store(c, seq, func(no int64, a *store.Added) error {
		return t.counts(a, `WITH new AS (`+insertStaged+` RETURNING timestamp, key),
			marked AS (INSERT INTO late (community_no, timestamp, key) SELECT $1, n.timestamp, n.key FROM new AS n
				JOIN coverage AS c ON c.community_no = $1 AND n.timestamp >= c.start AND n.timestamp < c.stop
				ON CONFLICT DO NOTHING)
			SELECT count(*), 0, 0 FROM new`, no)
	})
	if err != nil {
		return store.Added{}, fmt.Errorf("add messages: %w", err)
	}
	return added, nil
}

// ImportMessages implements [store.Messages].
func (t *tx) ImportMessages(c message.CommunityID, seq iter.Seq2[message.Message, error]) (store.Added, error) {
	added, err := t.store(c, seq, func(no int64, a *store.Added) error {
		// Importing makes no message late: when none is, none has to be looked for.
		anyLate, err := t.Exists("SELECT 1 FROM late WHERE community_no = $1 LIMIT 1", no)
		if err != nil {
			return err
		}
		if !anyLate {
			n, err := t.Exec(insertStaged, no)
			a.New = uint64(n)
			return err
		}
		return t.counts(a, `WITH new AS (`+insertStaged+` RETURNING key),
			promoted AS (DELETE FROM late AS l USING message AS m, (SELECT DISTINCT key FROM pg_temp.staging) AS s
				WHERE l.community_no = $1 AND m.community_no = $1 AND m.key = s.key AND l.key = m.key AND l.timestamp = m.timestamp
				RETURNING l.key)
			SELECT (SELECT count(*) FROM new), (SELECT count(*) FROM promoted), 0`, no)
	})
	if err != nil {
		return store.Added{}, fmt.Errorf("import messages: %w", err)
	}
	return added, nil
}

// restoreStaged makes rows what the archive says, and canonical. All its parts
// see the rows as they were before. A row whose timestamp was damaged has left
// its mark of being late behind at the true one, so both are looked at.
const restoreStaged = `WITH first AS MATERIALIZED (SELECT DISTINCT ON (key) * FROM pg_temp.staging ORDER BY key, no),
	marks AS (DELETE FROM late AS l USING first AS s LEFT JOIN message AS m ON m.community_no = $1 AND m.key = s.key
		WHERE l.community_no = $1 AND l.key = s.key AND l.timestamp IN (s.timestamp, m.timestamp) RETURNING l.key),
	new AS (` + insertStaged + ` RETURNING key),
	restored AS (UPDATE message AS m SET hashed = s.hashed, timestamp = s.timestamp, topic = s.topic, payload = s.payload,
			sig = s.sig, padding = s.padding, hash = s.hash, third_party_id = s.third_party_id
		FROM first AS s WHERE m.community_no = $1 AND m.key = s.key
			AND (m.hashed, m.timestamp, m.topic, m.payload, m.sig, m.padding, m.hash, m.third_party_id) IS DISTINCT FROM
				(s.hashed, s.timestamp, s.topic, s.payload, s.sig, s.padding, s.hash, s.third_party_id)
		RETURNING m.key)
	SELECT (SELECT count(*) FROM new),
		(SELECT count(*) FROM (SELECT key FROM marks EXCEPT SELECT key FROM new EXCEPT SELECT key FROM restored) AS p),
		(SELECT count(*) FROM restored)`

// RestoreMessages implements [store.Messages].
func (t *tx) RestoreMessages(c message.CommunityID, seq iter.Seq2[message.Message, error]) (store.Added, error) {
	added, err := t.store(c, seq, func(no int64, a *store.Added) error { return t.counts(a, restoreStaged, no) })
	if err != nil {
		return store.Added{}, fmt.Errorf("restore messages: %w", err)
	}
	return added, nil
}

// store stages a sequence, calls place to put the messages into place, and
// counts what it does not as known.
func (t *tx) store(c message.CommunityID, seq iter.Seq2[message.Message, error],
	place func(no int64, a *store.Added) error,
) (a store.Added, err error) {
	no, err := t.MustCommunity(c)
	if err != nil {
		return a, err
	}
	staged, err := t.stage(seq)
	if err != nil || staged == 0 {
		return a, err
	}
	if err := place(no, &a); err != nil {
		return store.Added{}, err
	}
	a.Known = uint64(staged) - a.New - a.Promoted - a.Restored
	return a, nil
}

// counts runs a statement that returns what was new, promoted and restored.
func (t *tx) counts(a *store.Added, sql string, no int64) error {
	_, err := t.One(func(r sqltx.Row) error { return r.Scan(&a.New, &a.Promoted, &a.Restored) }, sql, no)
	return err
}
