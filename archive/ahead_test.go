package archive_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/message"
)

// signedMessages makes messages in order, most of them signed by their author,
// some by another.
func signedMessages(t *testing.T, rt *rapid.T) []message.Message {
	t.Helper()
	list := make([]message.Message, rapid.IntRange(0, 150).Draw(rt, "messages"))
	author := archivetest.Key(2).Community()
	for i := range list {
		k := 2
		if rapid.IntRange(0, 60).Draw(rt, "forged") == 0 {
			k = 3
		}
		text := fmt.Sprintf("message %d %s", i, bytes.Repeat([]byte{'x'}, rapid.IntRange(0, 2000).Draw(rt, "length")))
		signature, content, kind := signedBy(t, k, text)
		list[i] = message.Message{
			Timestamp: week.From + uint64(i), Topic: "abcd", Payload: append(append(signature, content...), kind...), Sig: author[:],
		}
	}
	return list
}

// Checking ahead shows the same messages in the same order, and ends with the
// same error, as checking in turn.
func TestCheckAheadIsCheck(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := signedMessages(t, rt)
		topics := []message.Topic{"abcd"}
		raw, sum := encode(t, week, topics, list)
		e, err := archive.NewEntry(week, topics, 0, sum, message.ArchiveID{}, 0)
		if err != nil {
			rt.Fatal(err)
		}
		key := archivetest.Key(1)
		if err := archive.Sign(&e, key); err != nil {
			rt.Fatal(err)
		}
		if rapid.Bool().Draw(rt, "damaged") {
			raw = bytes.Clone(raw)
			raw[rapid.IntRange(0, len(raw)-1).Draw(rt, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		}
		stopAt, stop := rapid.IntRange(0, 200).Draw(rt, "stop"), errors.New("enough")
		run := func(workers int) (seen []message.Message, sum archive.Summary, err error) {
			sum, err = archive.CheckAhead(key.Community(), &e, bytes.NewReader(raw), workers, func(m *message.Message) error {
				if len(seen) == stopAt {
					return stop
				}
				seen = append(seen, m.Clone())
				return nil
			})
			return seen, sum, err
		}
		want, wantSum, wantErr := run(0)
		for _, workers := range []int{1, 3} {
			got, gotSum, gotErr := run(workers)
			if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) || gotSum != wantSum || errors.Is(gotErr, stop) != errors.Is(wantErr, stop) {
				rt.Fatalf("%d workers: %v, %v; want %v, %v", workers, gotSum, gotErr, wantSum, wantErr)
			}
			if !reflect.DeepEqual(got, want) {
				rt.Fatalf("%d workers: %d messages, want %d", workers, len(got), len(want))
			}
		}
	})
}

// A message larger than what is held otherwise is held alone.
func TestCheckAheadTakesLargeMessages(t *testing.T) {
	list := make([]message.Message, 5)
	for i := range list {
		list[i] = message.Message{Timestamp: week.From + uint64(i), Topic: "abcd", Payload: bytes.Repeat([]byte{byte(i)}, 300_000)}
	}
	raw, sum := encode(t, week, nil, list)
	e := archive.Entry{Span: week}
	e.Size, e.Padding = archive.Place(0, sum.Raw)
	n := 0
	if _, err := archive.CheckAhead(message.CommunityID{}, &e, bytes.NewReader(raw), 2, func(*message.Message) error {
		n++
		return nil
	}); err != nil || n != 5 {
		t.Errorf("%d messages, %v", n, err)
	}
}
