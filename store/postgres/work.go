package postgres

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutWork implements [store.Works].
func (t *tx) PutWork(w store.Work) error {
	no, err := t.mustCommunity(w.Community)
	if err == nil {
		_, err = t.exec(`INSERT INTO work AS w (community_no, part, state, reason, attempts, next_try, since, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (community_no, part) DO UPDATE SET
				since = CASE WHEN w.state = excluded.state AND w.reason = excluded.reason THEN w.since ELSE excluded.since END,
				state = excluded.state, reason = excluded.reason, attempts = excluded.attempts,
				next_try = excluded.next_try, updated_at = excluded.updated_at`,
			no, raw(w.Part), string(w.State), raw(w.Reason), int64(w.Attempts), w.NextTry, w.Since, w.UpdatedAt)
	}
	if err != nil {
		return fmt.Errorf("put work %s: %w", w.Part, err)
	}
	return nil
}

// Works implements [store.Works].
func (t *tx) Works(c message.CommunityID) (all []store.Work, err error) {
	err = t.list(c, func(r row) error {
		w := store.Work{Community: c}
		var part, reason []byte
		err := r.scan(&part, &w.State, &reason, &w.Attempts, &w.NextTry, &w.Since, &w.UpdatedAt)
		w.Part, w.Reason = string(part), string(reason)
		all = append(all, w)
		return err
	}, "SELECT part, state, reason, attempts, next_try, since, updated_at FROM work WHERE community_no = $1 ORDER BY part")
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
		_, err = t.exec(`INSERT INTO operation (id, community_no, kind, span_from, span_to, state, cursor,
				done, total, reason, attempts, next_try, created_at, ended_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
			ON CONFLICT (id) DO UPDATE SET community_no = excluded.community_no, kind = excluded.kind,
				span_from = excluded.span_from, span_to = excluded.span_to, state = excluded.state, cursor = excluded.cursor,
				done = excluded.done, total = excluded.total, reason = excluded.reason, attempts = excluded.attempts,
				next_try = excluded.next_try, created_at = excluded.created_at, ended_at = excluded.ended_at`,
			raw(o.ID), no, o.Kind, asInt(o.Span.From), asInt(o.Span.To), string(o.State), nullable(o.Cursor),
			asInt(o.Done), asInt(o.Total), raw(o.Reason), int64(o.Attempts), o.NextTry, o.CreatedAt, o.EndedAt)
	}
	if err != nil {
		return fmt.Errorf("put operation %s: %w", o.ID, err)
	}
	return nil
}

const selectOperation = `SELECT o.id, c.id, o.kind, o.span_from, o.span_to, o.state, o.cursor,
		o.done, o.total, o.reason, o.attempts, o.next_try, o.created_at, o.ended_at
	FROM operation AS o JOIN community AS c ON c.no = o.community_no`

func readOperation(r row) (o store.Operation, err error) {
	var id, community, reason []byte
	var from, to, done, total int64
	err = r.scan(&id, &community, &o.Kind, &from, &to, &o.State, &o.Cursor, &done, &total,
		&reason, &o.Attempts, &o.NextTry, &o.CreatedAt, &o.EndedAt)
	o.ID, o.Reason = store.OperationID(id), string(reason)
	o.Span = message.Span{From: uint64(from), To: uint64(to)}
	o.Done, o.Total = uint64(done), uint64(total)
	copy(o.Community[:], community)
	return o, err
}

// Operation implements [store.Operations]. A writing transaction reads it
// twice: only then is it known whose lock keeps it from changing.
func (t *tx) Operation(id store.OperationID) (o store.Operation, err error) {
	read := func() (bool, error) {
		return t.one(func(r row) (err error) { o, err = readOperation(r); return err }, selectOperation+" WHERE o.id = $1", raw(id))
	}
	found, err := read()
	if t.write && err == nil && found {
		if err = t.lock(lockCommunity, o.Community[:]); err == nil {
			found, err = read()
		}
	}
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Operation{}, fmt.Errorf("operation %s: %w", id, err)
	}
	return o, nil
}

// Operations implements [store.Operations].
func (t *tx) Operations(c message.CommunityID, open bool) (all []store.Operation, err error) {
	where := " WHERE o.community_no = $1"
	if open {
		where += " AND o.state NOT IN ('done', 'failed')"
	}
	err = t.list(c, func(r row) error {
		o, err := readOperation(r)
		all = append(all, o)
		return err
	}, selectOperation+where+" ORDER BY o.created_at, o.id")
	if err != nil {
		return nil, fmt.Errorf("list operations: %w", err)
	}
	return all, nil
}

// DeleteOperations implements [store.Operations].
func (t *tx) DeleteOperations(c message.CommunityID, before int64) error {
	err := t.remove(c, "DELETE FROM operation WHERE community_no = $1 AND state IN ('done', 'failed') AND ended_at < $2", before)
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
		_, err = t.exec(`INSERT INTO fork
				(community_no, infohash, clock, winner_infohash, winner_clock, first_differing, seen_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (community_no, infohash) DO UPDATE SET clock = excluded.clock,
				winner_infohash = excluded.winner_infohash, winner_clock = excluded.winner_clock,
				first_differing = excluded.first_differing, seen_at = excluded.seen_at`,
			no, f.InfoHash[:], asInt(f.Clock), f.WinnerInfoHash[:], asInt(f.WinnerClock), f.FirstDiffering[:], f.SeenAt)
	}
	if err != nil {
		return fmt.Errorf("put fork %v: %w", f.InfoHash, err)
	}
	return nil
}

// Forks implements [store.Forks].
func (t *tx) Forks(c message.CommunityID) (all []store.Fork, err error) {
	err = t.list(c, func(r row) error {
		f := store.Fork{Community: c}
		var loser, winner, archive []byte
		err := r.scan(&loser, &f.Clock, &winner, &f.WinnerClock, &archive, &f.SeenAt)
		copy(f.InfoHash[:], loser)
		copy(f.WinnerInfoHash[:], winner)
		copy(f.FirstDiffering[:], archive)
		all = append(all, f)
		return err
	}, `SELECT infohash, clock, winner_infohash, winner_clock, first_differing, seen_at FROM fork
		WHERE community_no = $1 ORDER BY clock DESC, infohash`)
	if err != nil {
		return nil, fmt.Errorf("list forks: %w", err)
	}
	return all, nil
}
