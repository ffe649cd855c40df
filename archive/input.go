package archive

import (
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// readSize is the least that is asked of the reader at once, in bytes.
const readSize = 64 << 10

// maxEmptyReads is how often in a row the reader may return nothing.
const maxEmptyReads = 100

// input is a reader with a buffer that grows only as bytes come in, at most to
// twice what was read, and that counts what was taken against MaxArchiveBytes
// and its padding.
type input struct {
	r          io.Reader
	buf        []byte // buf[start:end] is read and not taken
	start, end int
	offset     uint64 // bytes taken since the beginning
	err        error  // of the reader, kept until the buffer is used up
}

// peek returns the next n bytes without taking them; they are valid until the
// next call. At the end it returns io.EOF, or io.ErrUnexpectedEOF when there
// are some but fewer.
func (in *input) peek(n int) ([]byte, error) {
	for in.end-in.start < n {
		if in.err == nil {
			in.read()
			continue
		}
		if atEnd(in.err) && in.end > in.start {
			return nil, io.ErrUnexpectedEOF
		}
		return nil, in.err
	}
	return in.buf[in.start : in.start+n], nil
}

// take passes over n bytes that peek has returned.
func (in *input) take(n int) {
	in.start += n
	in.offset += uint64(n)
}

// read reads at least one byte or sets err, after making room.
func (in *input) read() {
	if len(in.buf)-in.end < readSize/2 && in.start > 0 {
		in.end = copy(in.buf, in.buf[in.start:in.end])
		in.start = 0
	}
	if len(in.buf)-in.end < readSize/2 {
		grown := make([]byte, max(readSize, 2*in.end))
		copy(grown, in.buf[:in.end])
		in.buf = grown
	}
	for range maxEmptyReads {
		n, err := in.r.Read(in.buf[in.end:])
		in.end += n
		if err != nil && !atEnd(err) {
			err = fmt.Errorf("read archive: %w", err)
		}
		in.err = err
		if n > 0 || err != nil {
			return
		}
	}
	in.err = fmt.Errorf("read archive: %w", io.ErrNoProgress)
}

// varint takes a varint. It returns io.EOF only when there is not one byte.
func (in *input) varint() (uint64, error) {
	for n := 1; n <= 10; n++ {
		b, err := in.peek(n)
		if err != nil {
			return 0, err
		}
		if b[n-1] >= 0x80 {
			continue
		}
		v, m := protowire.ConsumeVarint(b)
		if m < 0 {
			return 0, fmt.Errorf("%w: %w", ErrArchive, protowire.ParseError(m))
		}
		in.take(m)
		return v, nil
	}
	return 0, fmt.Errorf("%w: varint of more than 10 bytes", ErrArchive)
}

// sized takes a length and that many bytes, which are valid until the next
// call.
func (in *input) sized(limit uint64) ([]byte, error) {
	n, err := in.varint()
	if err != nil {
		return nil, err
	}
	if n > limit || in.offset+n > MaxArchiveBytes {
		return nil, fmt.Errorf("field of %d bytes is %w, the limit is %d", n, ErrTooLarge, limit)
	}
	b, err := in.peek(int(n))
	if err != nil {
		return nil, err
	}
	in.take(int(n))
	return b, nil
}

// discard passes over n bytes, holding no more than the buffer.
func (in *input) discard(n uint64) error {
	if n > MaxArchiveBytes || in.offset+n > MaxArchiveBytes {
		return fmt.Errorf("field of %d bytes is %w", n, ErrTooLarge)
	}
	for n > 0 {
		have := uint64(in.end - in.start)
		if have == 0 {
			if _, err := in.peek(1); err != nil {
				return err
			}
			continue
		}
		step := min(have, n, math.MaxInt32)
		in.take(int(step))
		n -= step
	}
	return nil
}
