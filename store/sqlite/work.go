package sqlite

import (
	"database/sql/driver"
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutWork implements [store.Works].
func (t *tx) PutWork(w store.Work) error {
	no, err := t.mustCommunity(w.Community)
	if err == nil {
		_, err = t.exec(`INSERT INTO work (community_no, part, state, reason, attempts, next_try, since, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (community_no, part) DO UPDATE SET
				since = CASE WHEN state = excluded.state AND reason = excluded.reason THEN since ELSE excluded.since END,
				state = excluded.state, reason = excluded.reason, attempts = excluded.attempts,
				next_try = excluded.next_try, updated_at = excluded.updated_at`,
			no, w.Part, string(w.State), w.Reason, w.Attempts, w.NextTry, w.Since, w.UpdatedAt)
	}
	if err != nil {
		return fmt.Errorf("put work %s: %w", w.Part, err)
	}
	return nil
}

// Works implements [store.Works].
func (t *tx) Works(c message.CommunityID) (all []store.Work, err error) {
	err = t.query(func(row []driver.Value) error {
		all = append(all, store.Work{
			Community: c,
			Part:      text(row[0]),
			State:     store.WorkState(text(row[1])),
			Reason:    text(row[2]),
			Attempts:  int(integer(row[3])),
			NextTry:   integer(row[4]),
			Since:     integer(row[5]),
			UpdatedAt: integer(row[6]),
		})
		return nil
	}, `SELECT part, state, reason, attempts, next_try, since, updated_at FROM work
		WHERE community_no = (SELECT no FROM community WHERE id = ?) ORDER BY part`, c[:])
	if err != nil {
		return nil, fmt.Errorf("list work: %w", err)
	}
	return all, nil
}

// PutOperation implements [store.Operations].
func (t *tx) PutOperation(o store.Operation) error {
	no, err := t.mustCommunity(o.Community)
	if err == nil {
		err = t.touch(no)
	}
	if err == nil {
		_, err = t.exec(`INSERT OR REPLACE INTO operation (id, community_no, kind, span_from, span_to, state, cursor,
				done, total, reason, attempts, next_try, created_at, ended_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			string(o.ID), no, o.Kind, o.Span.From, o.Span.To, string(o.State), o.Cursor,
			o.Done, o.Total, o.Reason, o.Attempts, o.NextTry, o.CreatedAt, o.EndedAt)
	}
	if err != nil {
		return fmt.Errorf("put operation %s: %w", o.ID, err)
	}
	return nil
}

const selectOperation = `SELECT o.id, c.id, o.kind, o.span_from, o.span_to, o.state, o.cursor,
		o.done, o.total, o.reason, o.attempts, o.next_try, o.created_at, o.ended_at
	FROM operation AS o JOIN community AS c ON c.no = o.community_no`

func readOperation(row []driver.Value) store.Operation {
	o := store.Operation{
		ID:        store.OperationID(text(row[0])),
		Kind:      text(row[2]),
		Span:      message.Span{From: uint64(integer(row[3])), To: uint64(integer(row[4]))},
		State:     store.OperationState(text(row[5])),
		Cursor:    blob(row[6]),
		Done:      uint64(integer(row[7])),
		Total:     uint64(integer(row[8])),
		Reason:    text(row[9]),
		Attempts:  int(integer(row[10])),
		NextTry:   integer(row[11]),
		CreatedAt: integer(row[12]),
		EndedAt:   integer(row[13]),
	}
	copy(o.Community[:], blob(row[1]))
	return o
}

// Operation implements [store.Operations].
func (t *tx) Operation(id store.OperationID) (o store.Operation, err error) {
	ok, err := t.one(func(row []driver.Value) { o = readOperation(row) }, selectOperation+" WHERE o.id = ?", string(id))
	if err == nil && !ok {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Operation{}, fmt.Errorf("operation %s: %w", id, err)
	}
	return o, nil
}

// Operations implements [store.Operations].
func (t *tx) Operations(c message.CommunityID, open bool) (all []store.Operation, err error) {
	where := " WHERE c.id = ?"
	if open {
		where += " AND o.state NOT IN ('done', 'failed')"
	}
	err = t.query(func(row []driver.Value) error {
		all = append(all, readOperation(row))
		return nil
	}, selectOperation+where+" ORDER BY o.created_at, o.id", c[:])
	if err != nil {
		return nil, fmt.Errorf("list operations: %w", err)
	}
	return all, nil
}

// DeleteOperations implements [store.Operations].
func (t *tx) DeleteOperations(c message.CommunityID, before int64) error {
	_, err := t.exec(`DELETE FROM operation WHERE community_no = (SELECT no FROM community WHERE id = ?)
		AND state IN ('done', 'failed') AND ended_at < ?`, c[:], before)
	if err != nil {
		return fmt.Errorf("delete operations: %w", err)
	}
	return nil
}

// PutFork implements [store.Forks].
func (t *tx) PutFork(f store.Fork) error {
	no, err := t.mustCommunity(f.Community)
	if err == nil && max(f.Clock, f.WinnerClock) > store.MaxTimestamp {
		err = store.ErrRange
	}
	if err == nil {
		_, err = t.exec(`INSERT OR REPLACE INTO fork
			(community_no, infohash, clock, winner_infohash, winner_clock, first_differing, seen_at)
			VALUES (?, ?, ?, ?, ?, ?, ?)`,
			no, f.InfoHash[:], f.Clock, f.WinnerInfoHash[:], f.WinnerClock, f.FirstDiffering[:], f.SeenAt)
	}
	if err != nil {
		return fmt.Errorf("put fork %v: %w", f.InfoHash, err)
	}
	return nil
}

// Forks implements [store.Forks].
func (t *tx) Forks(c message.CommunityID) (all []store.Fork, err error) {
	err = t.query(func(row []driver.Value) error {
		f := store.Fork{
			Community:   c,
			Clock:       uint64(integer(row[1])),
			WinnerClock: uint64(integer(row[3])),
			SeenAt:      integer(row[5]),
		}
		copy(f.InfoHash[:], blob(row[0]))
		copy(f.WinnerInfoHash[:], blob(row[2]))
		copy(f.FirstDiffering[:], blob(row[4]))
		all = append(all, f)
		return nil
	}, `SELECT infohash, clock, winner_infohash, winner_clock, first_differing, seen_at FROM fork
		WHERE community_no = (SELECT no FROM community WHERE id = ?) ORDER BY clock DESC, infohash`, c[:])
	if err != nil {
		return nil, fmt.Errorf("list forks: %w", err)
	}
	return all, nil
}
