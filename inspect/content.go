package inspect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"seeder/archive"
	"seeder/message"
)

// single verifies a file that holds one archive and maybe its padding.
func single(ctx context.Context, path string, opts Options) (Report, error) {
	if !opts.Community.IsZero() {
		return Report{}, fmt.Errorf("%w: %s", ErrUnknown, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return Report{}, fmt.Errorf("open archive: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Report{}, fmt.Errorf("open archive: %w", err)
	}
	e, err := measure(ctx, f, uint64(info.Size()))
	if err != nil {
		return Report{}, refuse(path, nil, err)
	}
	body := io.NewSectionReader(f, 0, int64(e.Raw()))
	a, err := content(ctx, message.CommunityID{}, &e, body, opts.Read)
	if err != nil {
		return Report{}, refuse(path, nil, err)
	}
	report := Report{Path: path, Kind: KindArchive}
	if err := opts.begin(&report); err != nil {
		return Report{}, err
	}
	if err := report.add(ctx, a, body, opts); err != nil {
		return Report{}, err
	}
	return report, nil
}

// begin hands the head of a report to the caller.
func (o *Options) begin(r *Report) error {
	if o.Begin == nil {
		return nil
	}
	return o.Begin(r)
}

// add hands a verified archive and its messages, read from body again, to the
// caller, and keeps the archive.
func (r *Report) add(ctx context.Context, a Archive, body *io.SectionReader, opts Options) error {
	if opts.Messages {
		keep := func(m *Message) error {
			a.Messages = append(a.Messages, *m)
			return nil
		}
		if err := messages(ctx, &a, body, keep); err != nil {
			return err
		}
	}
	if opts.Each != nil {
		if err := opts.Each(&a); err != nil {
			return err
		}
		a.Messages = nil
	}
	if opts.Message != nil {
		if err := messages(ctx, &a, body, opts.Message); err != nil {
			return err
		}
	}
	r.Archives = append(r.Archives, a)
	return nil
}

// messages reads a verified archive again, and hands over each message.
func messages(ctx context.Context, a *Archive, body *io.SectionReader, fn func(*Message) error) error {
	h := sha256.New()
	d := archive.NewDecoder(io.TeeReader(contextReader{ctx, io.NewSectionReader(body, 0, body.Size())}, h))
	for {
		m, err := d.Next()
		if err == io.EOF { //nolint:errorlint // Next returns it as it is
			break
		}
		if ctx.Err() != nil {
			return fmt.Errorf("list messages: %w", ctx.Err())
		}
		if err != nil {
			return fmt.Errorf("list messages: archive %w: %w", ErrChanged, err)
		}
		described := describe(m)
		if err := fn(&described); err != nil {
			return err
		}
	}
	if hex.EncodeToString(h.Sum(nil)) != a.SHA256 {
		return fmt.Errorf("list messages: archive %w", ErrChanged)
	}
	return nil
}

// measure makes up the entry of an archive file, in which only the header and
// the zero bytes at the end say how long the archive is.
func measure(ctx context.Context, r io.Reader, size uint64) (archive.Entry, error) {
	d := archive.NewDecoder(contextReader{ctx, r})
	d.AllowPadding()
	h, err := d.Header()
	if err != nil {
		return archive.Entry{}, fmt.Errorf("read archive: %w", err)
	}
	for err == nil {
		_, err = d.Next()
	}
	if err != io.EOF { //nolint:errorlint // Next returns it as it is
		return archive.Entry{}, fmt.Errorf("read archive: %w", err)
	}
	return archive.Entry{Span: h.Span, Topics: h.Topics, Size: size, Padding: d.Padding()}, nil
}

// content verifies the plain bytes of an archive and describes them. The
// community is zero when it is not known.
func content(ctx context.Context, c message.CommunityID, e *archive.Entry, r *io.SectionReader, read func(int)) (Archive, error) {
	again, err := archive.NewEncoder(io.Discard, e.Span, e.Topics)
	if err != nil {
		return Archive{}, fmt.Errorf("check header: %w", err)
	}
	a := Archive{From: e.Span.From, To: e.Span.To, Size: e.Size, Padding: e.Padding}
	in := countingReader{contextReader{ctx, io.NewSectionReader(r, 0, r.Size())}, read}
	sum, err := archive.CheckContent(c, e, in, again.Encode)
	if err != nil {
		return Archive{}, fmt.Errorf("verify content: %w", err)
	}
	same, err := again.Close()
	if err != nil {
		return Archive{}, fmt.Errorf("encode again: %w", err)
	}
	a.MessageCount = sum.Messages
	a.SHA256 = hex.EncodeToString(sum.SHA256[:])
	a.Reencodes = same == sum
	return a, nil
}

func describe(m *message.Message) Message {
	payload := sha256.Sum256(m.Payload)
	topic := string(m.Topic)
	if len(topic) == 4 {
		topic = hex.EncodeToString([]byte(topic))
	}
	return Message{
		Timestamp: m.Timestamp, Topic: topic, Hash: hex.EncodeToString(m.Hash),
		PayloadLength: len(m.Payload), PayloadSHA256: hex.EncodeToString(payload[:]),
	}
}

// contextReader ends reading when the context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// countingReader tells count, unless nil, what was read.
type countingReader struct {
	r     io.Reader
	count func(int)
}

func (c countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.count != nil {
		c.count(n)
	}
	return n, err
}
