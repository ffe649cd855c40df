package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"seeder/archive"
	"seeder/message"
)

const (
	// MaxLine is the longest line accepted, in bytes without the newline. It
	// bounds the memory that reading takes.
	MaxLine = 64 << 20
	// MaxTimestamp is the end of the last week that an archive can cover, in the
	// year 9999. A higher number is a time in another unit.
	MaxTimestamp = archive.MaxTime - archive.MaxTime%message.PartitionSeconds - 1
	// MaxThirdPartyID is the longest third_party_id accepted, in bytes.
	MaxThirdPartyID = 1024
	// MaxPadding is the longest padding accepted, in bytes. It does not count
	// where archives are cut; Status clients pad to multiples of 256 bytes.
	MaxPadding = 64 << 10
)

const byteOrderMark = "\ufeff"

var (
	// ErrSyntax reports a line that is not one JSON object in UTF-8.
	ErrSyntax = errors.New("not a JSON object")
	// ErrLineTooLong reports a line over [MaxLine].
	ErrLineTooLong = errors.New("line is too long")
	// ErrField reports a field that is unknown, there twice, missing, at odds
	// with another one, or with a value that is not accepted.
	ErrField = errors.New("field not accepted")
)

// LineError says which line was refused and why.
type LineError struct {
	// Line counts from 1.
	Line int
	// Field is the name of the field at fault; empty when the whole line is.
	Field string
	// Advice says what to do instead.
	Advice string
	// Err wraps one of the sentinel errors, or is an error of reading.
	Err error
}

// Error implements error.
func (e *LineError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("line %d: %v", e.Line, e.Err)
	}
	return fmt.Sprintf("line %d: %.80q: %v", e.Line, e.Field, e.Err)
}

// Unwrap returns Err.
func (e *LineError) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *LineError) Hint() string { return e.Advice }

// Lines reads the messages of a community from JSON lines, one at a time. The
// sequence ends at the first error, which is a [*LineError]. Each message has
// memory of its own. The sequence reads r and can be ranged over once.
func Lines(r io.Reader, c message.CommunityID) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		in := bufio.NewReaderSize(r, 1<<16)
		var buf []byte
		for n := 1; ; n++ {
			line, err := readLine(in, buf[:0])
			buf = line
			last := errors.Is(err, io.EOF)
			if err != nil && !last {
				yield(message.Message{}, &LineError{Line: n, Err: err, Advice: adviceRead(err)})
				return
			}
			if len(bytes.TrimSpace(line)) > 0 {
				m, fault := parseLine(line, c)
				if fault != nil {
					fault.Line = n
					yield(message.Message{}, fault)
					return
				}
				if !yield(m, nil) {
					return
				}
			}
			if last {
				return
			}
		}
	}
}

func adviceRead(err error) string {
	if errors.Is(err, ErrLineTooLong) {
		return fmt.Sprintf("put one message on a line; a line may have %d MiB", MaxLine>>20)
	}
	return ""
}

// readLine appends a line without its newline to buf. At the end of the input
// the error is io.EOF, and the line what stood after the last newline.
func readLine(in *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := in.ReadSlice('\n')
		buf = append(buf, part...)
		size := len(buf)
		if err == nil {
			size--
		}
		switch {
		case size > MaxLine:
			return buf, ErrLineTooLong
		case err == nil:
			return buf[:size], nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return buf, io.EOF
		default:
			return buf, fmt.Errorf("read input: %w", err)
		}
	}
}

func parseLine(line []byte, c message.CommunityID) (message.Message, *LineError) {
	if !utf8.Valid(line) {
		return message.Message{}, &LineError{Err: fmt.Errorf("%w: not UTF-8", ErrSyntax), Advice: "convert the input to UTF-8"}
	}
	if bytes.HasPrefix(line, []byte(byteOrderMark)) {
		return message.Message{}, &LineError{Err: fmt.Errorf("%w: it begins with a byte order mark", ErrSyntax), Advice: "write UTF-8 without one"}
	}
	fields, fault := readFields(line)
	if fault != nil {
		return message.Message{}, fault
	}
	return fields.message(c)
}
