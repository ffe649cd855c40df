package archive

import (
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/message"
)

// Decoder reads one encoded archive as a stream: it holds one message and a
// buffer of bounded size, never the archive, and never allocates for a length
// before the bytes are there. It is used by one goroutine.
type Decoder struct {
	in        input
	header    Header
	hasHeader bool
	padded    bool
	padding   uint64
	count     uint64
	at        uint64 // where the last field began
	msg       message.Message
	err       error
}

// NewDecoder reads an archive from r, to its end.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{in: input{r: r}} }

// AllowPadding makes zero bytes behind the last message the end of the
// archive instead of an error. It is called before Header and Next.
func (d *Decoder) AllowPadding() { d.padded = true }

// Padding returns how many zero bytes were behind the last message, once Next
// has returned io.EOF.
func (d *Decoder) Padding() uint64 { return d.padding }

// Header returns what the archive begins with. The error wraps [ErrArchive]
// when there is no header before the first message, [ErrVersion], [ErrTooMany],
// [ErrTooLarge] or the reader's.
func (d *Decoder) Header() (Header, error) {
	for !d.hasHeader && d.err == nil {
		if d.err = d.step(); atEnd(d.err) {
			d.err = fmt.Errorf("%w: no header", ErrArchive)
		}
		if d.count > 0 {
			d.err = fmt.Errorf("%w: message before the header", ErrArchive)
		}
	}
	if !d.hasHeader {
		return Header{}, d.err
	}
	return d.header, nil
}

// Next returns the next message, which is valid until the call after, or
// io.EOF behind the last one. The error wraps [ErrArchive], [message.ErrWire],
// [ErrTooLarge] or the reader's, and is a [MessageError]. After an error every
// call returns it again.
func (d *Decoder) Next() (*message.Message, error) {
	if _, err := d.Header(); err != nil {
		return nil, err
	}
	for before := d.count; d.err == nil && d.count == before; {
		d.err = d.step()
	}
	if d.err != nil {
		return nil, d.err
	}
	return &d.msg, nil
}

// step reads one field. It returns io.EOF, and only then, at the end.
func (d *Decoder) step() error {
	d.at = d.in.offset
	err := d.readField()
	switch {
	case err == nil || atEnd(err):
		return err
	case d.hasHeader:
		return &MessageError{Number: d.count + 1, Offset: d.at, Err: err}
	}
	return fmt.Errorf("read header: %w", err)
}

func (d *Decoder) readField() error {
	if d.padded && d.hasHeader {
		if end, err := d.skipPadding(); end || err != nil {
			return err
		}
	}
	tag, err := d.in.varint()
	if atEnd(err) {
		return err // between two fields it is the end
	}
	if err != nil {
		return noEOF(err)
	}
	num, typ := protowire.DecodeTag(tag)
	if !num.IsValid() {
		return fmt.Errorf("%w: bad tag %d", ErrArchive, tag)
	}
	switch {
	case num == archiveVersion && typ == protowire.VarintType:
		v, err := d.in.varint()
		if err != nil {
			return noEOF(err)
		}
		return checkVersion(v)
	case num == archiveHeader && typ == protowire.BytesType:
		return d.readHeader()
	case num == archiveMessage && typ == protowire.BytesType:
		return d.readMessage()
	}
	return noEOF(d.skip(typ))
}

func (d *Decoder) readHeader() error {
	if d.hasHeader {
		return fmt.Errorf("%w: second header", ErrArchive)
	}
	b, err := d.in.sized(MaxHeaderBytes)
	if err != nil {
		return noEOF(err)
	}
	h, err := parseHeader(b, ErrArchive)
	if err != nil {
		return err
	}
	d.header, d.hasHeader = h, true
	return nil
}

func (d *Decoder) readMessage() error {
	b, err := d.in.sized(MaxMessageBytes)
	if err != nil {
		return noEOF(err)
	}
	m, err := message.ParseWire(b)
	if err != nil {
		return err
	}
	d.msg = m
	d.count++
	return nil
}

// skip passes over a field of a later version.
func (d *Decoder) skip(typ protowire.Type) error {
	switch typ {
	case protowire.VarintType:
		_, err := d.in.varint()
		return err
	case protowire.Fixed32Type:
		return d.in.discard(4)
	case protowire.Fixed64Type:
		return d.in.discard(8)
	case protowire.BytesType:
		n, err := d.in.varint()
		if err != nil {
			return err
		}
		return d.in.discard(n)
	}
	return fmt.Errorf("%w: wire type %d", ErrArchive, typ)
}

// skipPadding reports the end of a padded archive. A field never begins with a
// zero byte, so one says that only padding follows.
func (d *Decoder) skipPadding() (bool, error) {
	for {
		b, err := d.in.peek(1)
		if err != nil {
			return true, err
		}
		if b[0] != 0 {
			if d.padding > 0 {
				return true, fmt.Errorf("%w: byte %d behind the last message is not zero", ErrPadding, d.padding)
			}
			return false, nil
		}
		d.in.take(1)
		d.padding++
	}
}

// noEOF turns the end of the input inside a field into an error of the format.
func noEOF(err error) error {
	if atEnd(err) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", ErrArchive, io.ErrUnexpectedEOF)
	}
	return err
}

// atEnd reports io.EOF itself: one that a reader has wrapped is a failure.
func atEnd(err error) bool {
	return err == io.EOF //nolint:errorlint // see above
}
