package archive

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/message"
)

// flushSize is how many encoded bytes are collected before they are hashed and
// written.
const flushSize = 64 << 10

// errClosed is returned for a message after Close.
var errClosed = errors.New("encoder is closed")

// Summary is what is known of an archive when all of it was written or read.
type Summary struct {
	// Raw is the encoded length in bytes, without padding.
	Raw uint64
	// SHA256 is of those bytes.
	SHA256 [32]byte
	// Messages is how many there are.
	Messages uint64
}

// Encoder writes one archive as a stream: it holds one message and a buffer of
// bounded size, never the archive. Messages are encoded in the order in which
// they come. It is used by one goroutine.
type Encoder struct {
	w    io.Writer
	span message.Span
	hash hash.Hash
	buf  []byte
	sum  Summary
	err  error
}

// NewEncoder begins an archive with its header. The error wraps [ErrSpan],
// [ErrTooMany] or [message.ErrTopic] when span or topics break the rules.
func NewEncoder(w io.Writer, span message.Span, topics []message.Topic) (*Encoder, error) {
	if span.Empty() || span.To > MaxTime {
		return nil, fmt.Errorf("%w: from %d to %d", ErrSpan, span.From, span.To)
	}
	if err := checkTopics(topics); err != nil {
		return nil, err
	}
	e := &Encoder{w: w, span: span, hash: sha256.New()}
	e.buf = make([]byte, 0, flushSize+flushSize/4)
	e.buf = appendMessage(e.buf, archiveHeader, appendHeader(nil, span, topics))
	e.sum.Raw = uint64(len(e.buf))
	return e, nil
}

// Encode appends a message. The error wraps [ErrTime], [ErrTooLarge] or the
// writer's; after the writer's every call returns it again.
func (e *Encoder) Encode(m *message.Message) error {
	if e.err != nil {
		return e.err
	}
	if !e.span.Contains(m.Timestamp) {
		return fmt.Errorf("%w: %d is not in [%d, %d)", ErrTime, m.Timestamp, e.span.From, e.span.To)
	}
	size := m.WireSize()
	if size > MaxMessageBytes {
		return fmt.Errorf("message of %d bytes is %w, the limit is %d", size, ErrTooLarge, MaxMessageBytes)
	}
	raw := uint64(EncodedSize(size))
	if e.sum.Raw+raw > MaxArchiveBytes {
		return fmt.Errorf("archive above %d bytes is %w", uint64(MaxArchiveBytes), ErrTooLarge)
	}
	if len(e.buf)+int(raw) > cap(e.buf) {
		e.flush()
	}
	e.buf = protowire.AppendTag(e.buf, archiveMessage, protowire.BytesType)
	e.buf = protowire.AppendVarint(e.buf, uint64(size))
	e.buf = m.AppendWire(e.buf)
	e.sum.Raw += raw
	e.sum.Messages++
	if len(e.buf) >= flushSize {
		e.flush()
	}
	return e.err
}

// Close writes what is left and returns what the seal needs. It does not close
// the writer. Without a message the archive is a header only, which is valid.
func (e *Encoder) Close() (Summary, error) {
	if e.err == nil {
		e.flush()
	}
	if e.err != nil {
		return Summary{}, e.err
	}
	e.err = errClosed
	e.hash.Sum(e.sum.SHA256[:0])
	return e.sum, nil
}

func (e *Encoder) flush() {
	if e.err != nil || len(e.buf) == 0 {
		return
	}
	e.hash.Write(e.buf)
	if _, err := e.w.Write(e.buf); err != nil {
		e.err = fmt.Errorf("write archive: %w", err)
	}
	if cap(e.buf) > 16*flushSize { // one very large message does not cost its size until the end
		e.buf = make([]byte, 0, flushSize+flushSize/4)
	}
	e.buf = e.buf[:0]
}

// EncodedSize returns how many bytes of an archive a message of the given wire
// size takes, with its tag and length.
func EncodedSize(wireSize int) int { return 1 + protowire.SizeBytes(wireSize) }
