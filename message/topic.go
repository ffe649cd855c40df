package message

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/sha3"
)

// MaxTopicLen is the longest topic accepted, in bytes.
const MaxTopicLen = 256

// ErrTopic reports a topic of neither accepted shape.
var ErrTopic = errors.New("malformed topic")

// Topic holds the bytes of field 3 of a message: either the 4 bytes t that
// stand for the content topic /waku/1/0x<hex t>/rfc26, or the text of a
// content topic of another shape.
type Topic string

// TopicOf derives the 4-byte topic of a chat: the first four bytes of
// keccak256(chat id).
func TopicOf(chatID string) Topic {
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte(chatID))
	return Topic(h.Sum(nil)[:4])
}

// ParseTopic reads a content topic (/waku/1/0x8a2a40f7/rfc26, or any other
// /application/version/name/encoding) or a short form 0x8a2a40f7. The error
// wraps [ErrTopic].
func ParseTopic(s string) (Topic, error) {
	short := s
	if rest, ok := strings.CutPrefix(s, "/waku/1/"); ok {
		if name, ok := strings.CutSuffix(rest, "/rfc26"); ok {
			short = name
		}
	}
	if digits, ok := strings.CutPrefix(short, "0x"); ok && len(digits) == 8 {
		if b, err := hex.DecodeString(digits); err == nil {
			return Topic(b), nil
		}
	}
	t := Topic(s)
	if len(t) == 4 {
		return "", fmt.Errorf("%w: %q", ErrTopic, s)
	}
	return t, t.Check()
}

// Check returns an error that wraps [ErrTopic] unless t has 4 bytes or is a
// content topic of at most [MaxTopicLen] bytes.
func (t Topic) Check() error {
	if len(t) == 4 {
		return nil
	}
	s := string(t)
	if len(s) > MaxTopicLen || !utf8.ValidString(s) || !strings.HasPrefix(s, "/") || strings.Count(s, "/") < 4 {
		return fmt.Errorf("%w: %.80q: want 4 bytes or /application/version/name/encoding", ErrTopic, s)
	}
	return nil
}

// ContentTopic returns the Waku content topic that t stands for.
func (t Topic) ContentTopic() string {
	if len(t) == 4 {
		return "/waku/1/0x" + hex.EncodeToString([]byte(t)) + "/rfc26"
	}
	return string(t)
}

// String returns 0x and 8 hex digits for a 4-byte topic, else the text.
func (t Topic) String() string {
	if len(t) == 4 {
		return "0x" + hex.EncodeToString([]byte(t))
	}
	return string(t)
}
