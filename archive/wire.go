package archive

import (
	"bytes"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/message"
	"seeder/signer"
)

// Field numbers. Those below 1000 are Status's.
const (
	headerVersion protowire.Number = 1
	headerFrom    protowire.Number = 2
	headerTo      protowire.Number = 3
	headerTopic   protowire.Number = 4

	archiveVersion protowire.Number = 1
	archiveHeader  protowire.Number = 2
	archiveMessage protowire.Number = 3

	entryVersion   protowire.Number = 1
	entryHeader    protowire.Number = 2
	entryOffset    protowire.Number = 3
	entrySize      protowire.Number = 4
	entryPadding   protowire.Number = 5
	entrySeal      protowire.Number = 1000
	entrySignature protowire.Number = 1001

	sealSHA256   protowire.Number = 1
	sealCount    protowire.Number = 2
	sealPrevious protowire.Number = 3
	sealAmends   protowire.Number = 4
	sealEncoding protowire.Number = 5
)

// Header is what an archive begins with.
type Header struct {
	// Version is [Version].
	Version uint32
	// Span is what the archive covers.
	Span message.Span
	// Topics are in the order in which they are encoded.
	Topics []message.Topic
}

// ComputeID returns the id that the entry's fields give: the keccak256 of the
// encoded entry without its signature.
func (e *Entry) ComputeID() message.ArchiveID {
	return message.ArchiveID(signer.Keccak256(e.appendUnsigned(nil)))
}

// Encode returns the wire form of the entry, with its signature.
func (e *Entry) Encode() []byte {
	b := appendField(e.appendKnown(nil), entrySignature, e.Signature)
	return append(b, e.unknownHigh...)
}

func (e *Entry) appendUnsigned(b []byte) []byte { return append(e.appendKnown(b), e.unknownHigh...) }

func (e *Entry) appendKnown(b []byte) []byte {
	b = appendMessage(b, entryHeader, appendHeader(nil, e.Span, e.Topics))
	b = appendUint(b, entryOffset, e.Offset)
	b = appendUint(b, entrySize, e.Size)
	b = appendUint(b, entryPadding, e.Padding)
	b = append(b, e.unknownLow...)
	if e.Seal != nil {
		b = appendMessage(b, entrySeal, e.Seal.append(nil))
	}
	return b
}

func (s *Seal) append(b []byte) []byte {
	b = appendField(b, sealSHA256, s.SHA256[:])
	b = appendUint(b, sealCount, s.MessageCount)
	if !s.Previous.IsZero() {
		b = appendField(b, sealPrevious, s.Previous[:])
	}
	b = appendUint(b, sealAmends, uint64(s.Amends))
	return appendUint(b, sealEncoding, uint64(s.Encoding))
}

func appendHeader(b []byte, span message.Span, topics []message.Topic) []byte {
	b = appendUint(b, headerFrom, span.From)
	b = appendUint(b, headerTo, span.To)
	for _, t := range topics {
		b = protowire.AppendTag(b, headerTopic, protowire.BytesType)
		b = protowire.AppendString(b, string(t))
	}
	return b
}

// ParseEntry reads the wire form of an entry, computes its id and applies every
// rule that an entry must keep by itself: see the errors of an index in this
// package. Fields of later versions are kept, so that the id stays right. The
// entry does not alias b.
func ParseEntry(b []byte) (Entry, error) {
	e, err := parseEntry(b)
	if err != nil {
		return Entry{}, err
	}
	if err := e.check(); err != nil {
		return Entry{}, err
	}
	if (e.Seal == nil) != (len(e.Signature) == 0) {
		return Entry{}, fmt.Errorf("%w: seal and signature come together", ErrSeal)
	}
	if !bytes.Equal(e.Encode(), b) {
		return Entry{}, ErrCanonical
	}
	e.ID = e.ComputeID()
	return e, nil
}

func parseEntry(b []byte) (Entry, error) {
	var e Entry
	var hasHeader bool
	err := eachField(b, ErrIndex, func(f field) error {
		var err error
		switch {
		case f.isUint(entryVersion):
			err = checkVersion(f.uint)
		case f.isBytes(entryHeader):
			var h Header
			h, err = parseHeader(f.bytes, ErrIndex)
			e.Span, e.Topics, hasHeader = h.Span, h.Topics, true
		case f.isUint(entryOffset):
			e.Offset = f.uint
		case f.isUint(entrySize):
			e.Size = f.uint
		case f.isUint(entryPadding):
			e.Padding = f.uint
		case f.isBytes(entrySeal):
			e.Seal, err = parseSeal(f.bytes)
		case f.isBytes(entrySignature):
			if len(f.bytes) != signer.SignatureSize {
				return fmt.Errorf("%w: signature of %d bytes, want %d", ErrSeal, len(f.bytes), signer.SignatureSize)
			}
			e.Signature = bytes.Clone(f.bytes)
		case f.num < entrySeal:
			e.unknownLow = append(e.unknownLow, f.raw...)
		default:
			e.unknownHigh = append(e.unknownHigh, f.raw...)
		}
		return err
	})
	if err == nil && !hasHeader {
		err = ErrNoMetadata
	}
	return e, err
}

func parseHeader(b []byte, malformed error) (Header, error) {
	var h Header
	err := eachField(b, malformed, func(f field) error {
		switch {
		case f.isUint(headerVersion):
			return checkVersion(f.uint)
		case f.isUint(headerFrom):
			h.Span.From = f.uint
		case f.isUint(headerTo):
			h.Span.To = f.uint
		case f.isBytes(headerTopic):
			if len(h.Topics) == MaxTopics {
				return fmt.Errorf("%w: more than %d topics", ErrTooMany, MaxTopics)
			}
			h.Topics = append(h.Topics, message.Topic(f.bytes))
		}
		return nil
	})
	return h, err
}

func parseSeal(b []byte) (*Seal, error) {
	var s Seal
	var hash, previous []byte
	err := eachField(b, ErrIndex, func(f field) error {
		switch {
		case f.isBytes(sealSHA256):
			hash = f.bytes
		case f.isUint(sealCount):
			s.MessageCount = f.uint
		case f.isBytes(sealPrevious):
			previous = f.bytes
		case f.isUint(sealAmends) && f.uint <= math.MaxUint32:
			s.Amends = uint32(f.uint)
		case f.isUint(sealEncoding) && f.uint <= math.MaxUint32:
			s.Encoding = uint32(f.uint)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(hash) != len(s.SHA256) || (len(previous) != 0 && len(previous) != len(s.Previous)) {
		return nil, fmt.Errorf("%w: hash of %d bytes, previous of %d", ErrSeal, len(hash), len(previous))
	}
	copy(s.SHA256[:], hash)
	copy(s.Previous[:], previous)
	return &s, nil
}

func checkVersion(v uint64) error {
	if v != Version {
		return fmt.Errorf("%w %d, want %d", ErrVersion, v, Version)
	}
	return nil
}

// field is one field of a message: uint for a varint, bytes for a
// length-delimited one, raw for the whole with its tag. Both alias the message.
type field struct {
	num   protowire.Number
	typ   protowire.Type
	uint  uint64
	bytes []byte
	raw   []byte
}

func (f *field) isUint(n protowire.Number) bool {
	return f.num == n && f.typ == protowire.VarintType
}

func (f *field) isBytes(n protowire.Number) bool {
	return f.num == n && f.typ == protowire.BytesType
}

// eachField calls fn for each field of b. No length is trusted: nothing is
// allocated, and a length beyond the end of b is an error that wraps malformed.
func eachField(b []byte, malformed error, fn func(field) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%w: %w", malformed, protowire.ParseError(n))
		}
		if num > protowire.MaxValidNumber {
			return fmt.Errorf("%w: field number %d", malformed, num)
		}
		f := field{num: num, typ: typ}
		var m int
		switch typ {
		case protowire.VarintType:
			f.uint, m = protowire.ConsumeVarint(b[n:])
		case protowire.BytesType:
			f.bytes, m = protowire.ConsumeBytes(b[n:])
		default:
			m = protowire.ConsumeFieldValue(num, typ, b[n:])
		}
		if m < 0 {
			return fmt.Errorf("%w: field %d: %w", malformed, num, protowire.ParseError(m))
		}
		f.raw = b[:n+m]
		if err := fn(f); err != nil {
			return err
		}
		b = b[n+m:]
	}
	return nil
}

func appendUint(b []byte, num protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.VarintType)
	return protowire.AppendVarint(b, v)
}

// appendField leaves out empty bytes, as proto3 does.
func appendField(b []byte, num protowire.Number, v []byte) []byte {
	if len(v) == 0 {
		return b
	}
	return appendMessage(b, num, v)
}

// appendMessage writes an embedded message, which may be empty.
func appendMessage(b []byte, num protowire.Number, v []byte) []byte {
	b = protowire.AppendTag(b, num, protowire.BytesType)
	return protowire.AppendBytes(b, v)
}
