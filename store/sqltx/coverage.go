package sqltx

import (
	"fmt"

	"seeder/internal/spans"
	"seeder/message"
	"seeder/store"
)

const deleteLates = "DELETE FROM late WHERE community_no = ? AND timestamp >= ? AND timestamp < ?"

// Seal implements [store.Coverage].
func (t *Tx) Seal(c message.CommunityID, span message.Span, late bool, want uint64) error {
	if err := t.seal(c, span, late, want); err != nil {
		return fmt.Errorf("seal %v: %w", span, err)
	}
	return nil
}

func (t *Tx) seal(c message.CommunityID, span message.Span, late bool, want uint64) error {
	no, err := t.MustCommunity(c)
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
		_, err := t.engine.Exec(deleteLates, no, from, to)
		if err != nil {
			return err
		}
	}
	return t.cover(no, span)
}

// Cover implements [store.Coverage].
func (t *Tx) Cover(c message.CommunityID, span message.Span) error {
	no, err := t.MustCommunity(c)
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
func (t *Tx) Demote(c message.CommunityID, span message.Span) error {
	_, err := t.MustCommunity(c)
	if err == nil {
		err = t.markLate(c, span, store.Canonical)
	}
	if err != nil {
		return fmt.Errorf("demote messages of %v: %w", span, err)
	}
	return nil
}

// Uncover implements [store.Coverage].
func (t *Tx) Uncover(c message.CommunityID, span message.Span) (uint64, error) {
	n, err := t.uncover(c, span)
	if err != nil {
		return 0, fmt.Errorf("uncover %v: %w", span, err)
	}
	return n, nil
}

func (t *Tx) uncover(c message.CommunityID, span message.Span) (uint64, error) {
	no, err := t.MustCommunity(c)
	if err != nil {
		return 0, err
	}
	covered, err := t.Spans(no)
	if err != nil {
		return 0, err
	}
	var sum uint64
	for _, s := range spans.Within(covered, span) {
		from, to := spanArgs(s)
		n, err := t.engine.Exec("DELETE FROM message AS m"+inSpan+notLate, no, from, to)
		if err != nil {
			return 0, err
		}
		sum += uint64(n)
		_, err = t.engine.Exec(deleteLates, no, from, to)
		if err != nil {
			return 0, err
		}
	}
	return sum, t.setCovered(no, spans.Without(covered, span))
}

// markLate marks the messages of a class in a span as late.
func (t *Tx) markLate(c message.CommunityID, span message.Span, class store.Class) error {
	parts, err := t.parts(c, span, class)
	if err != nil {
		return err
	}
	for _, p := range parts {
		_, err := t.engine.Exec("INSERT INTO late (community_no, timestamp, key) SELECT m.community_no, m.timestamp, m.key"+p.rows, p.args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// cover adds a span to the covered ones.
func (t *Tx) cover(no int64, span message.Span) error {
	covered, err := t.Spans(no)
	if err != nil {
		return err
	}
	if len(spans.Missing(covered, span)) == 0 {
		return nil
	}
	return t.setCovered(no, spans.Merge(covered, span))
}

// setCovered replaces the covered spans; the new ones are merged and in order.
func (t *Tx) setCovered(no int64, spans []message.Span) error {
	if _, err := t.engine.Exec("DELETE FROM coverage WHERE community_no = ?", no); err != nil {
		return err
	}
	for _, s := range spans {
		from, to := spanArgs(s)
		if _, err := t.engine.Exec("INSERT INTO coverage (community_no, start, stop) VALUES (?, ?, ?)", no, from, to); err != nil {
			return err
		}
	}
	return nil
}

// Spans returns the covered spans of a community, merged and in order, by its
// number.
func (t *Tx) Spans(no int64) (spans []message.Span, err error) {
	err = t.engine.Query(func(r Row) error {
		var s message.Span
		err := r.Scan(&s.From, &s.To)
		spans = append(spans, s)
		return err
	}, "SELECT start, stop FROM coverage WHERE community_no = ? ORDER BY start", no)
	return spans, err
}

// Covered implements [store.Coverage].
func (t *Tx) Covered(c message.CommunityID) ([]message.Span, error) {
	no, ok, err := t.community(c)
	if err == nil && ok {
		var spans []message.Span
		if spans, err = t.Spans(no); err == nil {
			return spans, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("list covered spans: %w", err)
	}
	return nil, nil
}
