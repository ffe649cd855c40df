package ingest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"seeder/archive"
	"seeder/message"
)

// names are the fields of a line.
var names = []string{"timestamp", "topic", "channel", "payload", "text", "sig", "hash", "third_party_id", "padding"}

const (
	sigSize        = 65
	hashSize       = 32
	uncompressed   = 0x04 // first byte of an uncompressed public key (SEC 1)
	adviceNames    = "the fields are timestamp, topic, channel, payload, text, sig, hash, third_party_id and padding"
	adviceObject   = `write one object a line, such as {"timestamp":1704067200,"channel":"general","text":"hi"}`
	adviceSeconds  = "use whole seconds since 1970, or a time such as 2024-01-31T12:00:00Z"
	adviceSurplus  = "leave one of them out"
	replacement    = "\uFFFD"
	replacementEsc = `\ufffd`
)

// object holds the fields of a line as they stand there; a value is a string
// or, for timestamp only, a json.Number.
type object map[string]any

// readFields reads one JSON object with known names, each at most once.
func readFields(line []byte) (object, *LineError) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, syntaxError(err)
	}
	out := make(object, len(names))
	seen := make(map[string]bool, len(names))
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, syntaxError(err)
		}
		name, ok := t.(string)
		if !ok || !known(name) {
			return nil, fieldError(name, "unknown", adviceNames)
		}
		if seen[name] {
			return nil, fieldError(name, "there twice", "give each field once")
		}
		seen[name] = true
		value, err := dec.Token()
		if err != nil {
			return nil, syntaxError(err)
		}
		if fault := out.put(name, value, line); fault != nil {
			return nil, fault
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, syntaxError(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, syntaxError(errors.New("more follows the object"))
	}
	return out, nil
}

// put stores a value of the right kind; null is as good as absent.
func (o object) put(name string, value any, line []byte) *LineError {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		// The decoder puts this character where an escape is half a surrogate
		// pair; accept it only where the input has it.
		if strings.Contains(v, replacement) && !bytes.Contains(line, []byte(replacement)) &&
			!bytes.Contains(bytes.ToLower(line), []byte(replacementEsc)) {
			return fieldError(name, "has an escape that is no character", `write characters beyond \uffff as a pair of escapes`)
		}
		o[name] = v
		return nil
	case json.Number:
		if name == "timestamp" {
			o[name] = v
			return nil
		}
	}
	if name == "timestamp" {
		return fieldError(name, "is neither a number nor a time", adviceSeconds)
	}
	return fieldError(name, "is not a string", adviceNames+"; all but timestamp are strings")
}

func known(name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

func syntaxError(err error) *LineError {
	if err == nil {
		return &LineError{Err: ErrSyntax, Advice: adviceObject}
	}
	return &LineError{Err: fmt.Errorf("%w: %w", ErrSyntax, err), Advice: adviceObject}
}

func fieldError(name, what, advice string) *LineError {
	return &LineError{Field: name, Err: fmt.Errorf("%w: %s", ErrField, what), Advice: advice}
}

func (o object) message(c message.CommunityID) (m message.Message, fault *LineError) {
	if m.Timestamp, fault = o.timestamp(); fault != nil {
		return m, fault
	}
	if m.Topic, fault = o.topic(c); fault != nil {
		return m, fault
	}
	if m.Payload, fault = o.content(); fault != nil {
		return m, fault
	}
	if m.Sig, fault = o.hexBytes("sig", sigSize); fault != nil {
		return m, fault
	}
	if len(m.Sig) > 0 && m.Sig[0] != uncompressed {
		return m, fieldError("sig", "is not an uncompressed public key", "use the 65 bytes of the author's key that begin with 04")
	}
	if m.Hash, fault = o.hexBytes("hash", hashSize); fault != nil {
		return m, fault
	}
	m.ThirdPartyID, _ = o["third_party_id"].(string) // absent is empty
	if len(m.ThirdPartyID) > MaxThirdPartyID {
		return m, fieldError("third_party_id", "is too long", fmt.Sprintf("use at most %d bytes", MaxThirdPartyID))
	}
	if padding, ok := o["padding"].(string); ok && padding != "" {
		if m.Padding, fault = base64Bytes("padding", padding); fault != nil {
			return m, fault
		}
		if len(m.Padding) > MaxPadding {
			return m, fieldError("padding", "is too long", fmt.Sprintf("use at most %d bytes", MaxPadding))
		}
	}
	if err := archive.CheckAuthor(c, &m); err != nil {
		return m, &LineError{Field: "sig", Err: fmt.Errorf("%w: %w", ErrField, err), Advice: "name the author that signed the payload, or leave sig out"}
	}
	return m, nil
}

func (o object) timestamp() (uint64, *LineError) {
	const name = "timestamp"
	switch v := o[name].(type) {
	case json.Number:
		n, err := strconv.ParseUint(v.String(), 10, 64)
		if err != nil {
			return 0, fieldError(name, "is not a whole number of seconds", adviceSeconds)
		}
		if n > MaxTimestamp {
			return 0, fieldError(name, "lies too far ahead", "is it in milliseconds? "+adviceSeconds)
		}
		return n, nil
	case string:
		t, err := time.Parse(time.RFC3339, v)
		if err != nil || t.Unix() < 0 {
			return 0, fieldError(name, "is not a time since 1970", adviceSeconds)
		}
		if t.Unix() > MaxTimestamp {
			return 0, fieldError(name, "lies too far ahead", adviceSeconds)
		}
		return uint64(t.Unix()), nil
	default:
		return 0, fieldError(name, "is missing", adviceSeconds)
	}
}

func (o object) topic(c message.CommunityID) (message.Topic, *LineError) {
	topic, hasTopic := o["topic"].(string)
	channel, hasChannel := o["channel"].(string)
	switch {
	case hasTopic && hasChannel:
		return "", fieldError("channel", "stands beside topic", adviceSurplus)
	case hasTopic:
		t, err := message.ParseTopic(topic)
		if err != nil {
			return "", &LineError{Field: "topic", Err: fmt.Errorf("%w: %w", ErrField, err), Advice: "use a content topic, 0x and 8 hex digits, or channel"}
		}
		return t, nil
	case hasChannel && channel == "":
		return "", fieldError("channel", "is empty", "name the channel")
	case hasChannel:
		return message.TopicOf(c.String() + channel), nil
	default:
		return "", fieldError("topic", "is missing", "give a topic or a channel")
	}
}

func (o object) content() ([]byte, *LineError) {
	payload, hasPayload := o["payload"].(string)
	text, hasText := o["text"].(string)
	switch {
	case hasPayload && hasText:
		return nil, fieldError("text", "stands beside payload", adviceSurplus)
	case hasPayload:
		return base64Bytes("payload", payload)
	case hasText:
		return []byte(text), nil
	default:
		return nil, fieldError("payload", "is missing", "give the content as payload (base64) or text")
	}
}

func base64Bytes(name, text string) ([]byte, *LineError) {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		advice := "use standard base64 with padding"
		if name == "payload" {
			advice += ", or text"
		}
		return nil, fieldError(name, "is not base64", advice)
	}
	return b, nil
}

// hexBytes reads an optional field of size bytes; empty is as good as absent.
func (o object) hexBytes(name string, size int) ([]byte, *LineError) {
	s, _ := o[name].(string) // absent is empty
	if s == "" {
		return nil, nil
	}
	b, err := hex.DecodeString(strings.TrimPrefix(s, "0x"))
	if err != nil || len(b) != size {
		return nil, fieldError(name, "has the wrong form", fmt.Sprintf("use %d bytes in hex, or leave it out", size))
	}
	return b, nil
}
