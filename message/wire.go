package message

import (
	"errors"
	"fmt"
	"math/bits"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// ErrWire reports bytes that are not the wire form of a message.
var ErrWire = errors.New("malformed message")

// Field numbers of the wire form.
const (
	fieldSig          protowire.Number = 1
	fieldTimestamp    protowire.Number = 2
	fieldTopic        protowire.Number = 3
	fieldPayload      protowire.Number = 4
	fieldPadding      protowire.Number = 5
	fieldHash         protowire.Number = 6
	fieldThirdPartyID protowire.Number = 7
)

// AppendWire appends the canonical wire form of m to b.
func (m *Message) AppendWire(b []byte) []byte {
	b = appendBytes(b, fieldSig, m.Sig)
	if m.Timestamp != 0 {
		b = protowire.AppendTag(b, fieldTimestamp, protowire.VarintType)
		b = protowire.AppendVarint(b, m.Timestamp)
	}
	b = appendString(b, fieldTopic, string(m.Topic))
	b = appendBytes(b, fieldPayload, m.Payload)
	b = appendBytes(b, fieldPadding, m.Padding)
	b = appendBytes(b, fieldHash, m.Hash)
	return appendString(b, fieldThirdPartyID, m.ThirdPartyID)
}

// WireSize returns the length of the wire form in bytes.
func (m *Message) WireSize() int {
	n := fieldSize(len(m.Sig)) + fieldSize(len(m.Topic)) + fieldSize(len(m.Payload)) +
		fieldSize(len(m.Padding)) + fieldSize(len(m.Hash)) + fieldSize(len(m.ThirdPartyID))
	if m.Timestamp != 0 {
		n += 1 + (bits.Len64(m.Timestamp)+6)/7
	}
	return n
}

// ParseWire parses the wire form. Unknown fields are skipped, a repeated field
// takes its last value, both as proto3 has it. The message's slices alias b.
// It returns an error that wraps [ErrWire] for anything else.
func ParseWire(b []byte) (Message, error) {
	var m Message
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return Message{}, fmt.Errorf("%w: %w", ErrWire, protowire.ParseError(n))
		}
		if num > protowire.MaxValidNumber {
			return Message{}, fmt.Errorf("%w: field number %d", ErrWire, num)
		}
		b = b[n:]
		switch {
		case num == fieldTimestamp && typ == protowire.VarintType:
			m.Timestamp, n = protowire.ConsumeVarint(b)
		case num <= fieldThirdPartyID && typ == protowire.BytesType:
			var v []byte
			v, n = protowire.ConsumeBytes(b)
			if n >= 0 {
				if err := m.setBytes(num, v); err != nil {
					return Message{}, err
				}
			}
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return Message{}, fmt.Errorf("%w: field %d: %w", ErrWire, num, protowire.ParseError(n))
		}
		b = b[n:]
	}
	return m, nil
}

func (m *Message) setBytes(num protowire.Number, v []byte) error {
	if len(v) == 0 {
		v = nil
	}
	switch num {
	case fieldSig:
		m.Sig = v
	case fieldTopic:
		m.Topic = Topic(v)
	case fieldPayload:
		m.Payload = v
	case fieldPadding:
		m.Padding = v
	case fieldHash:
		m.Hash = v
	case fieldThirdPartyID:
		if !utf8.Valid(v) {
			return fmt.Errorf("%w: third-party id is not UTF-8", ErrWire)
		}
		m.ThirdPartyID = string(v)
	}
	return nil
}

func appendBytes(b []byte, num protowire.Number, v []byte) []byte {
	if len(v) == 0 {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.BytesType)
	return protowire.AppendBytes(b, v)
}

func appendString(b []byte, num protowire.Number, v string) []byte {
	if v == "" {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.BytesType)
	return protowire.AppendString(b, v)
}

// fieldSize is the size of a length-delimited field with a one-byte tag.
func fieldSize(n int) int {
	if n == 0 {
		return 0
	}
	return 1 + protowire.SizeBytes(n)
}
