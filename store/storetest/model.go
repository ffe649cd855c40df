package storetest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seeder/message"
	"seeder/store"
)

// model is what a database has to behave like, for one community and
// timestamps below horizon. It knows nothing of spans: it marks seconds.
type model struct {
	messages map[message.Key]*modelMessage
	covered  [horizon]bool
}

type modelMessage struct {
	message.Message
	late bool
}

const horizon = 40

func (m *model) clone() *model {
	c := &model{messages: make(map[message.Key]*modelMessage), covered: m.covered}
	for k, v := range m.messages {
		mm := *v
		c.messages[k] = &mm
	}
	return c
}

func (m *model) class(mm *modelMessage) store.Class {
	switch {
	case !m.covered[mm.Timestamp]:
		return store.Pending
	case mm.late:
		return store.Late
	}
	return store.Canonical
}

// list returns a class in a span in order, one pass over everything.
func (m *model) list(span message.Span, class store.Class) []message.Message {
	var out []message.Message
	for _, mm := range m.messages {
		if span.Contains(mm.Timestamp) && (class == store.All || m.class(mm) == class) {
			out = append(out, mm.Message)
		}
	}
	slices.SortFunc(out, func(a, b message.Message) int { return message.Compare(&a, &b) })
	return out
}

func (m *model) put(ms []message.Message, archived bool) (added store.Added) {
	for _, msg := range ms {
		old, ok := m.messages[msg.Key()]
		switch {
		case !ok:
			added.New++
			m.messages[msg.Key()] = &modelMessage{Message: msg, late: m.covered[msg.Timestamp] && !archived}
		case archived && m.class(old) == store.Late:
			added.Promoted++
			old.late = false
		default:
			added.Known++
		}
	}
	return added
}

func (m *model) restore(ms []message.Message) (added store.Added) {
	seen := make(map[message.Key]bool)
	for _, msg := range ms {
		old, ok := m.messages[msg.Key()]
		switch {
		case !ok:
			added.New++
		case seen[msg.Key()]:
			added.Known++
			continue
		case !cmp.Equal(old.Message, msg):
			added.Restored++
		case m.class(old) == store.Late:
			added.Promoted++
		default:
			added.Known++
		}
		seen[msg.Key()] = true
		m.messages[msg.Key()] = &modelMessage{Message: msg}
	}
	return added
}

func (m *model) cover(span message.Span) {
	for _, mm := range m.messages {
		if span.Contains(mm.Timestamp) && m.class(mm) == store.Pending {
			mm.late = true
		}
	}
	m.mark(span)
}

func (m *model) mark(span message.Span) {
	for ts := span.From; ts < span.To; ts++ {
		m.covered[ts] = true
	}
}

func (m *model) seal(span message.Span, late bool) {
	for _, mm := range m.messages {
		if late && span.Contains(mm.Timestamp) {
			mm.late = false
		}
	}
	m.mark(span)
}

// uncover deletes what is canonical in a span, and returns how many.
func (m *model) uncover(span message.Span) (n uint64) {
	for key, mm := range m.messages {
		switch {
		case !span.Contains(mm.Timestamp):
		case m.class(mm) == store.Canonical:
			delete(m.messages, key)
			n++
		default:
			mm.late = false
		}
	}
	for ts := span.From; ts < span.To; ts++ {
		m.covered[ts] = false
	}
	return n
}

func (m *model) sealable(span message.Span, late bool) uint64 {
	n := len(m.list(span, store.Pending))
	if late {
		n += len(m.list(span, store.Late))
	}
	return uint64(n)
}

// spans returns the covered seconds as spans.
func (m *model) spans() (out []message.Span) {
	for ts := range uint64(horizon) {
		if m.covered[ts] {
			if n := len(out); n > 0 && out[n-1].To == ts {
				out[n-1].To++
			} else {
				out = append(out, message.Span{From: ts, To: ts + 1})
			}
		}
	}
	return out
}

var (
	genSpan = rapid.Custom(func(t *rapid.T) message.Span {
		from := rapid.Uint64Range(0, horizon-1).Draw(t, "from")
		return message.Span{From: from, To: rapid.Uint64Range(from, horizon).Draw(t, "to")}
	})
	genTopic = rapid.SampledFrom([]message.Topic{"aaaa", "\x00\x00\xff\x01", "/app/1/x/proto"})
)

// genMessage draws from few keys, so that known ones turn up.
func genMessage(in message.Span) *rapid.Generator[message.Message] {
	return rapid.Custom(func(t *rapid.T) message.Message {
		m := message.Message{
			Timestamp: rapid.Uint64Range(in.From, in.To-1).Draw(t, "timestamp"),
			Topic:     genTopic.Draw(t, "topic"),
		}
		if rapid.Bool().Draw(t, "hashed") {
			m.Hash = make([]byte, 32)
			binary.BigEndian.PutUint32(m.Hash[28:], rapid.Uint32Range(0, 15).Draw(t, "key"))
		} else {
			m.Payload = []byte{rapid.ByteRange(0, 3).Draw(t, "payload")}
		}
		return m
	})
}

var errUndo = errors.New("undo")

// step draws one change and makes it in the model and in the transaction.
func step(t *rapid.T, m *model, tx store.Tx, c message.CommunityID) error {
	span := genSpan.Draw(t, "span")
	switch rapid.SampledFrom([]string{"add", "add", "import", "restore", "cover", "uncover", "seal", "seal wrong"}).Draw(t, "step") {
	case "add":
		ms := rapid.SliceOfN(genMessage(message.Span{To: horizon}), 0, 8).Draw(t, "messages")
		return sameAdded(t, m.put(ms, false))(tx.AddMessages(c, each(ms...)))
	case "import":
		if span.Empty() {
			return nil
		}
		ms := rapid.SliceOfN(genMessage(span), 0, 8).Draw(t, "messages")
		m.cover(span)
		if err := tx.Cover(c, span); err != nil {
			return err
		}
		return sameAdded(t, m.put(ms, true))(tx.ImportMessages(c, each(ms...)))
	case "restore":
		ms := rapid.SliceOfN(genMessage(message.Span{To: horizon}), 0, 8).Draw(t, "messages")
		return sameAdded(t, m.restore(ms))(tx.RestoreMessages(c, each(ms...)))
	case "cover":
		m.cover(span)
		return tx.Cover(c, span)
	case "uncover":
		want := m.uncover(span)
		got, err := tx.Uncover(c, span)
		if err == nil && got != want {
			t.Fatalf("uncovering deleted %d messages, want %d", got, want)
		}
		return err
	case "seal":
		late := rapid.Bool().Draw(t, "late")
		want := m.sealable(span, late)
		m.seal(span, late)
		return tx.Seal(c, span, late, want)
	default:
		late := rapid.Bool().Draw(t, "late")
		want := m.sealable(span, late) + rapid.Uint64Range(1, 3).Draw(t, "too many")
		if err := tx.Seal(c, span, late, want); !errors.Is(err, store.ErrChanged) {
			t.Fatalf("sealing a wrong count: %v", err)
		}
		return nil
	}
}

func sameAdded(t *rapid.T, want store.Added) func(store.Added, error) error {
	return func(got store.Added, err error) error {
		if err == nil && got != want {
			t.Fatalf("added %+v, want %+v", got, want)
		}
		return err
	}
}

// compare reads everything back in a span and compares it with the model.
func (m *model) compare(tx store.Tx, c message.CommunityID, span message.Span) error {
	for _, class := range []store.Class{store.All, store.Pending, store.Canonical, store.Late} {
		want := m.list(span, class)
		got, err := scan(tx, c, span, class)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("class %d in %v (-want +got):\n%s", class, span, diff)
		}
		if err := m.compareSummary(tx, c, span, class, want); err != nil {
			return fmt.Errorf("class %d in %v: %w", class, span, err)
		}
	}
	covered, err := tx.Covered(c)
	if err == nil && !slices.Equal(covered, m.spans()) {
		err = fmt.Errorf("covered %v, want %v", covered, m.spans())
	}
	return err
}

func (m *model) compareSummary(tx store.Tx, c message.CommunityID, span message.Span, class store.Class, want []message.Message) error {
	n, err := tx.CountMessages(c, span, class)
	if err != nil || n != uint64(len(want)) {
		return fmt.Errorf("count %d, want %d, %w", n, len(want), err)
	}
	first, ok, err := tx.FirstMessage(c, span, class)
	if err != nil || ok != (len(want) > 0) || ok && first != want[0].Timestamp {
		return fmt.Errorf("first %d %v, %w", first, ok, err)
	}
	var topics []message.Topic
	for _, m := range want {
		topics = append(topics, m.Topic)
	}
	slices.Sort(topics)
	topics = slices.Compact(topics)
	got, err := tx.Topics(c, span, class)
	if err != nil || !slices.Equal(got, topics) {
		return fmt.Errorf("topics %q, want %q, %w", got, topics, err)
	}
	return nil
}

// model drives a database and the model through the same random history.
func (s suite) model(t *testing.T) {
	db := s.db(t, "main")
	var next uint64 // each run has a community of its own
	rapid.Check(t, func(rt *rapid.T) {
		next++
		c := message.CommunityID{0: 3}
		binary.BigEndian.PutUint64(c[25:], next)
		m := &model{messages: make(map[message.Key]*modelMessage)}
		update(t, db, func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: c}) })
		for range rapid.IntRange(1, 6).Draw(rt, "transactions") {
			after := m.clone()
			undo := rapid.IntRange(0, 4).Draw(rt, "undo") == 0
			err := db.Update(context.Background(), func(tx store.Tx) error {
				for range rapid.IntRange(1, 5).Draw(rt, "steps") {
					if err := step(rt, after, tx, c); err != nil {
						return err
					}
				}
				if err := after.compare(tx, c, genSpan.Draw(rt, "read")); err != nil || !undo {
					return err
				}
				return errUndo
			})
			switch {
			case err == nil:
				m = after
			case !errors.Is(err, errUndo):
				rt.Fatalf("%v", err)
			}
			err = db.View(context.Background(), func(tx store.Tx) error {
				return m.compare(tx, c, message.Span{To: horizon})
			})
			if err != nil {
				rt.Fatalf("after commit or rollback: %v", err)
			}
		}
	})
}
