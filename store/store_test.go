package store_test

import (
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"seeder/message"
	"seeder/store"
)

// history is a table of canonical messages and nothing else.
type history struct {
	store.Messages
	messages []message.Message
	err      error
}

func (h history) ScanMessages(_ message.CommunityID, span message.Span, class store.Class, fn func(*message.Message) error) error {
	if span != message.Forever() || class != store.Canonical {
		return errors.New("the digest is of all canonical messages")
	}
	for i := range h.messages {
		if err := fn(&h.messages[i]); err != nil {
			return err
		}
	}
	return h.err
}

func keyed(ts uint64, fill byte) message.Message {
	return message.Message{Timestamp: ts, Hash: slices.Repeat([]byte{fill}, 32)}
}

func TestDigestWorkedExample(t *testing.T) {
	for name, tc := range map[string]struct {
		messages []message.Message
		sum      string
		want     store.Digest
	}{
		"two messages": {
			messages: []message.Message{keyed(1704067200, 0x11), keyed(1704067201, 0x22)},
			sum:      "082c6515bcb4f2b03aa077ab7e349eb7f2be1c77cdd392d28b4a77a9bab8ce3c",
			want:     store.Digest{Messages: 2, First: 1704067200, Last: 1704067201},
		},
		"none": {sum: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := store.DigestOf(history{messages: tc.messages}, message.CommunityID{2})
			if err != nil {
				t.Fatal(err)
			}
			if sum := hex.EncodeToString(got.SHA256[:]); sum != tc.sum {
				t.Errorf("SHA-256 %s, want %s", sum, tc.sum)
			}
			got.SHA256 = [32]byte{}
			if got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestDigestReportsErrors(t *testing.T) {
	boom := errors.New("boom")
	got, err := store.DigestOf(history{messages: []message.Message{keyed(1, 1)}, err: boom}, message.CommunityID{2})
	if !errors.Is(err, boom) || got != (store.Digest{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

const horizon = 64

// seconds marks which seconds spans contain.
func seconds(spans ...message.Span) (marks [horizon]bool) {
	for _, s := range spans {
		for ts := s.From; ts < s.To; ts++ {
			marks[ts] = true
		}
	}
	return marks
}

var genSpan = rapid.Custom(func(t *rapid.T) message.Span {
	return message.Span{From: rapid.Uint64Range(0, horizon).Draw(t, "from"), To: rapid.Uint64Range(0, horizon).Draw(t, "to")}
})

func TestSpansAgreeWithSeconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var covered []message.Span
		want := seconds()
		for _, s := range rapid.SliceOfN(genSpan, 0, 12).Draw(t, "spans") {
			covered = store.Merge(covered, s)
			for ts, in := range seconds(s) {
				want[ts] = want[ts] || in
			}
		}
		if seconds(covered...) != want {
			t.Fatalf("merged to %v", covered)
		}
		wantNormal(t, covered)
		ask := genSpan.Draw(t, "ask")
		missing, within := store.Missing(covered, ask), store.Within(covered, ask)
		wantNormal(t, missing)
		wantNormal(t, within)
		isMissing, isWithin := seconds(missing...), seconds(within...)
		for ts, asked := range seconds(ask) {
			if isMissing[ts] != (asked && !want[ts]) || isWithin[ts] != (asked && want[ts]) {
				t.Fatalf("second %d: %v misses %v and has %v of %v", ts, covered, missing, within, ask)
			}
			if store.Covers(covered, uint64(ts)) != want[ts] {
				t.Fatalf("covers %d is not %v", ts, want[ts])
			}
		}
	})
}

// wantNormal checks that spans are in order, not empty, and do not touch.
func wantNormal(t *rapid.T, spans []message.Span) {
	for i, s := range spans {
		if s.Empty() || i > 0 && spans[i-1].To >= s.From {
			t.Fatalf("%v is not merged and in order", spans)
		}
	}
}

func TestSpansAtTheEndOfTime(t *testing.T) {
	const end = 1<<64 - 1
	all := store.Merge(nil, message.Forever())
	all = store.Merge(all, message.Span{From: 5, To: end})
	if !slices.Equal(all, []message.Span{message.Forever()}) {
		t.Errorf("merged to %v", all)
	}
	if !store.Covers(all, end-1) || store.Covers(all, end) {
		t.Error("a span contains its last second and not its end")
	}
	if got := store.Missing([]message.Span{{From: 0, To: end - 1}}, message.Forever()); !slices.Equal(got, []message.Span{{From: end - 1, To: end}}) {
		t.Errorf("missing %v", got)
	}
}
