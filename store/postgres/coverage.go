package postgres

import (
	"fmt"

	"seeder/message"
	"seeder/store"
)

// Seal implements [store.Coverage].
func (t *tx) Seal(c message.CommunityID, span message.Span, late bool, want uint64) error {
	if err := t.seal(c, span, late, want); err != nil {
		return fmt.Errorf("seal %v: %w", span, err)
	}
	return nil
}

func (t *tx) seal(c message.CommunityID, span message.Span, late bool, want uint64) error {
	no, err := t.mustCommunity(c)
	if err != nil {
		return err
	}
	have, err := t.CountMessages(c, span, store.Pending)
	if err != nil {
		return err
	}
	from, to := spanArgs(span)
	if late {
		n, err := t.number("SELECT count(*) FROM late AS l"+inLates, no, from, to)
		if err != nil {
			return err
		}
		have += uint64(n)
	}
	if have != want {
		return fmt.Errorf("%w: %d messages were archived, %d are there", store.ErrChanged, want, have)
	}
	if late {
		_, err := t.exec("DELETE FROM late WHERE community_no = $1 AND timestamp >= $2 AND timestamp < $3", no, from, to)
		if err != nil {
			return err
		}
	}
	return t.cover(no, span)
}

// Cover implements [store.Coverage].
func (t *tx) Cover(c message.CommunityID, span message.Span) error {
	no, err := t.mustCommunity(c)
	if err != nil {
		return fmt.Errorf("cover %v: %w", span, err)
	}
	if err := t.markLate(c, span, store.Pending); err != nil {
		return fmt.Errorf("cover %v: %w", span, err)
	}
	if err := t.cover(no, span); err != nil {
		return fmt.Errorf("cover %v: %w", span, err)
	}
	return nil
}

// Demote implements [store.Coverage].
func (t *tx) Demote(c message.CommunityID, span message.Span) error {
	_, err := t.mustCommunity(c)
	if err == nil {
		err = t.markLate(c, span, store.Canonical)
	}
	if err != nil {
		return fmt.Errorf("demote messages of %v: %w", span, err)
	}
	return nil
}

// Uncover implements [store.Coverage].
func (t *tx) Uncover(c message.CommunityID, span message.Span) (uint64, error) {
	n, err := t.uncover(c, span)
	if err != nil {
		return 0, fmt.Errorf("uncover %v: %w", span, err)
	}
	return n, nil
}

func (t *tx) uncover(c message.CommunityID, span message.Span) (uint64, error) {
	no, err := t.mustCommunity(c)
	if err != nil {
		return 0, err
	}
	covered, err := t.covered(no)
	if err != nil {
		return 0, err
	}
	var sum uint64
	for _, s := range store.Within(covered, span) {
		from, to := spanArgs(s)
		n, err := t.exec("DELETE FROM message AS m"+inSpan+notLate, no, from, to)
		if err != nil {
			return 0, err
		}
		sum += uint64(n)
		_, err = t.exec("DELETE FROM late WHERE community_no = $1 AND timestamp >= $2 AND timestamp < $3", no, from, to)
		if err != nil {
			return 0, err
		}
	}
	return sum, t.setCovered(no, store.Without(covered, span))
}

// markLate marks the messages of a class in a span as late.
func (t *tx) markLate(c message.CommunityID, span message.Span, class store.Class) error {
	parts, err := t.parts(c, span, class)
	if err != nil {
		return err
	}
	for _, p := range parts {
		_, err := t.exec("INSERT INTO late (community_no, timestamp, key) SELECT m.community_no, m.timestamp, m.key"+p.rows, p.args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// cover adds a span to the covered ones.
func (t *tx) cover(no int64, span message.Span) error {
	covered, err := t.covered(no)
	if err != nil {
		return err
	}
	if len(store.Missing(covered, span)) == 0 {
		return nil
	}
	return t.setCovered(no, store.Merge(covered, span))
}

// setCovered replaces the covered spans; the new ones are merged and in order.
func (t *tx) setCovered(no int64, spans []message.Span) error {
	if _, err := t.exec("DELETE FROM coverage WHERE community_no = $1", no); err != nil {
		return err
	}
	for _, s := range spans {
		from, to := spanArgs(s)
		if _, err := t.exec("INSERT INTO coverage (community_no, start, stop) VALUES ($1, $2, $3)", no, from, to); err != nil {
			return err
		}
	}
	return nil
}

// covered returns the covered spans, merged and in order.
func (t *tx) covered(no int64) (spans []message.Span, err error) {
	err = t.query(func(r row) error {
		var s message.Span
		err := r.scan(&s.From, &s.To)
		spans = append(spans, s)
		return err
	}, "SELECT start, stop FROM coverage WHERE community_no = $1 ORDER BY start", no)
	return spans, err
}

// Covered implements [store.Coverage].
func (t *tx) Covered(c message.CommunityID) ([]message.Span, error) {
	no, ok, err := t.community(c)
	if err == nil && ok {
		var spans []message.Span
		if spans, err = t.covered(no); err == nil {
			return spans, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("list covered spans: %w", err)
	}
	return nil, nil
}
