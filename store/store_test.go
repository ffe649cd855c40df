package store_test

import (
	"encoding/hex"
	"errors"
	"slices"
	"testing"

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
