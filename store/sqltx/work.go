package sqltx

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// PutWork implements [store.Works].
func (t *Tx) PutWork(w store.Work) error {
	no, err := t.MustCommunity(w.Community)
	if err == nil {
		_, err = t.engine.Exec(`INSERT INTO work AS w (community_no, part, state, reason, attempts, next_try, since, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (community_no, part) DO UPDATE SET
				since = CASE WHEN w.state = excluded.state AND w.reason = excluded.reason THEN w.since ELSE excluded.since END,
				state = excluded.state, reason = excluded.reason, attempts = excluded.attempts,
				next_try = excluded.next_try, updated_at = excluded.updated_at`,
			no, Raw(w.Part), string(w.State), Raw(w.Reason), w.Attempts, w.NextTry, w.Since, w.UpdatedAt)
	}
	if err != nil {
		return fmt.Errorf("put work %s: %w", w.Part, err)
	}
	return nil
}

// Works implements [store.Works].
func (t *Tx) Works(c message.CommunityID) (all []store.Work, err error) {
	err = t.list(c, func(r Row) error {
		w := store.Work{Community: c}
		err := r.Scan((*Raw)(&w.Part), (*string)(&w.State), (*Raw)(&w.Reason), &w.Attempts, &w.NextTry, &w.Since, &w.UpdatedAt)
		all = append(all, w)
		return err
	}, "SELECT part, state, reason, attempts, next_try, since, updated_at FROM work"+ofCommunity+" ORDER BY part")
	if err != nil {
		return nil, fmt.Errorf("list work: %w", err)
	}
	return all, nil
}

// PutOperation implements [store.Operations].
func (t *Tx) PutOperation(o store.Operation) error {
	no, err := t.MustCommunity(o.Community)
	if err == nil {
		err = t.touch(no)
	}
	if err == nil {
		_, err = t.engine.Exec(`INSERT INTO operation (id, community_no, kind, span_from, span_to, state, cursor,
				done, total, reason, attempts, next_try, created_at, ended_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET community_no = excluded.community_no, kind = excluded.kind,
				span_from = excluded.span_from, span_to = excluded.span_to, state = excluded.state, cursor = excluded.cursor,
				done = excluded.done, total = excluded.total, reason = excluded.reason, attempts = excluded.attempts,
				next_try = excluded.next_try, created_at = excluded.created_at, ended_at = excluded.ended_at`,
			Raw(o.ID), no, o.Kind, o.Span.From, o.Span.To, string(o.State), o.Cursor,
			o.Done, o.Total, Raw(o.Reason), o.Attempts, o.NextTry, o.CreatedAt, o.EndedAt)
	}
	if err != nil {
		return fmt.Errorf("put operation %s: %w", o.ID, err)
	}
	return nil
}

const selectOperation = `SELECT o.id, c.id, o.kind, o.span_from, o.span_to, o.state, o.cursor,
		o.done, o.total, o.reason, o.attempts, o.next_try, o.created_at, o.ended_at
	FROM operation AS o JOIN community AS c ON c.no = o.community_no`

func readOperation(r Row) (o store.Operation, err error) {
	err = r.Scan((*Raw)(&o.ID), o.Community[:], &o.Kind, &o.Span.From, &o.Span.To, (*string)(&o.State), &o.Cursor,
		&o.Done, &o.Total, (*Raw)(&o.Reason), &o.Attempts, &o.NextTry, &o.CreatedAt, &o.EndedAt)
	return o, err
}

// Operation implements [store.Operations]. Where a lock has to be taken it is
// read twice: only then is it known whose lock keeps it from changing.
func (t *Tx) Operation(id store.OperationID) (o store.Operation, err error) {
	read := func() (bool, error) {
		return t.One(func(r Row) (err error) { o, err = readOperation(r); return err }, selectOperation+" WHERE o.id = ?", Raw(id))
	}
	found, err := read()
	if err == nil && found {
		var taken bool
		if taken, err = t.engine.Lock(LockCommunity, o.Community[:]); err == nil && taken {
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
func (t *Tx) Operations(c message.CommunityID, open bool) (all []store.Operation, err error) {
	where := " WHERE c.id = ?"
	if open {
		where += " AND o.state NOT IN ('done', 'failed')"
	}
	err = t.list(c, func(r Row) error {
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
func (t *Tx) DeleteOperations(c message.CommunityID, before int64) error {
	err := t.remove(c, "DELETE FROM operation"+ofCommunity+" AND state IN ('done', 'failed') AND ended_at < ?", before)
	if err != nil {
		return fmt.Errorf("delete operations: %w", err)
	}
	return nil
}

// PutFork implements [store.Forks].
func (t *Tx) PutFork(f store.Fork) error {
	no, err := t.MustCommunity(f.Community)
	if err == nil && max(f.Clock, f.WinnerClock) > store.MaxTimestamp {
		err = store.ErrRange
	}
	if err == nil {
		_, err = t.engine.Exec(`INSERT INTO fork
			(community_no, infohash, clock, winner_infohash, winner_clock, first_differing, seen_at)
			VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (community_no, infohash) DO UPDATE SET clock = excluded.clock,
				winner_infohash = excluded.winner_infohash, winner_clock = excluded.winner_clock,
				first_differing = excluded.first_differing, seen_at = excluded.seen_at`,
			no, f.InfoHash[:], f.Clock, f.WinnerInfoHash[:], f.WinnerClock, f.FirstDiffering[:], f.SeenAt)
	}
	if err != nil {
		return fmt.Errorf("put fork %v: %w", f.InfoHash, err)
	}
	return nil
}

// Forks implements [store.Forks].
func (t *Tx) Forks(c message.CommunityID) (all []store.Fork, err error) {
	err = t.list(c, func(r Row) error {
		f := store.Fork{Community: c}
		err := r.Scan(f.InfoHash[:], &f.Clock, f.WinnerInfoHash[:], &f.WinnerClock, f.FirstDiffering[:], &f.SeenAt)
		all = append(all, f)
		return err
	}, "SELECT infohash, clock, winner_infohash, winner_clock, first_differing, seen_at FROM fork"+
		ofCommunity+" ORDER BY clock DESC, infohash")
	if err != nil {
		return nil, fmt.Errorf("list forks: %w", err)
	}
	return all, nil
}
