package sqltx

import (
	"fmt"
	"slices"

	"seeder/internal/spans"
	"seeder/message"
	"seeder/store"
)

// The parts of the statements that read messages. A class is read span by
// span: see parts.
const (
	inSpan   = " WHERE m.community_no = ? AND m.timestamp >= ? AND m.timestamp < ?"
	notLate  = " AND NOT EXISTS (SELECT 1 FROM late AS l WHERE l.community_no = m.community_no AND l.timestamp = m.timestamp AND l.key = m.key)"
	inOrder  = " ORDER BY m.timestamp, m.key"
	messages = " FROM message AS m"
	inLates  = " WHERE l.community_no = ? AND l.timestamp >= ? AND l.timestamp < ?"
)

// part is a span of which a class is read, and the statement's text for it.
type part struct {
	span message.Span
	rows string // FROM ... WHERE ..., with three arguments
	args []any
}

// parts says where the messages of a class in a span are. There are none for
// a community without a row.
func (t *Tx) parts(c message.CommunityID, span message.Span, class store.Class) ([]part, error) {
	no, ok, err := t.community(c)
	if err != nil || !ok {
		return nil, err
	}
	covered, err := t.Spans(no)
	if err != nil {
		return nil, err
	}
	var asked []message.Span
	switch class {
	case store.All:
		asked = []message.Span{span}
	case store.Pending:
		asked = spans.Missing(covered, span)
	case store.Canonical, store.Late:
		asked = spans.Within(covered, span)
	default:
		return nil, fmt.Errorf("unknown class %d", class)
	}
	var out []part
	for _, s := range asked {
		p, err := t.part(no, s, class)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (t *Tx) part(no int64, span message.Span, class store.Class) (part, error) {
	from, to := spanArgs(span)
	p := part{span: span, rows: messages + inSpan, args: []any{no, from, to}}
	switch class {
	case store.Late:
		p.rows = t.lates + inLates
	case store.Canonical:
		// Asking for each message whether it is late costs a third of a scan;
		// mostly none of them is.
		found, err := t.Exists("SELECT 1 FROM late AS l"+inLates+" LIMIT 1", p.args...)
		if err != nil {
			return part{}, err
		}
		if found {
			p.rows += notLate
		}
	case store.All, store.Pending: // all that is there
	}
	return p, nil
}

// ScanMessages implements [store.Messages].
func (t *Tx) ScanMessages(c message.CommunityID, span message.Span, class store.Class, fn func(*message.Message) error) error {
	parts, err := t.parts(c, span, class)
	if err != nil {
		return fmt.Errorf("scan messages: %w", err)
	}
	for _, p := range parts {
		if err := t.engine.Scan(fn, p.rows+inOrder, p.args...); err != nil {
			return err
		}
	}
	return nil
}

// CountMessages implements [store.Messages].
func (t *Tx) CountMessages(c message.CommunityID, span message.Span, class store.Class) (uint64, error) {
	parts, err := t.parts(c, span, class)
	if err != nil {
		return 0, fmt.Errorf("count messages: %w", err)
	}
	var sum int64
	for _, p := range parts {
		n, err := t.number("SELECT count(*)"+p.rows, p.args...)
		if err != nil {
			return 0, fmt.Errorf("count messages: %w", err)
		}
		sum += n
	}
	return uint64(sum), nil
}

// FirstMessage implements [store.Messages].
func (t *Tx) FirstMessage(c message.CommunityID, span message.Span, class store.Class) (ts uint64, ok bool, err error) {
	parts, err := t.parts(c, span, class)
	if err != nil {
		return 0, false, fmt.Errorf("find first message: %w", err)
	}
	for _, p := range parts {
		ok, err = t.One(func(r Row) error { return r.Scan(&ts) },
			"SELECT m.timestamp"+p.rows+inOrder+" LIMIT 1", p.args...)
		if err != nil {
			return 0, false, fmt.Errorf("find first message: %w", err)
		}
		if ok {
			return ts, true, nil
		}
	}
	return 0, false, nil
}

// Topics implements [store.Messages].
func (t *Tx) Topics(c message.CommunityID, span message.Span, class store.Class) ([]message.Topic, error) {
	parts, err := t.parts(c, span, class)
	if err != nil {
		return nil, fmt.Errorf("list topics: %w", err)
	}
	var topics []message.Topic
	for _, p := range parts {
		err := t.engine.Query(func(r Row) error {
			var topic []byte
			err := r.Scan(&topic)
			topics = append(topics, message.Topic(topic))
			return err
		}, "SELECT DISTINCT m.topic"+p.rows, p.args...)
		if err != nil {
			return nil, fmt.Errorf("list topics: %w", err)
		}
	}
	slices.Sort(topics)
	return slices.Compact(topics), nil
}
