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
	a, err := content(ctx, opts.Community, &e, io.NewSectionReader(f, 0, int64(e.Raw())), opts.Messages)
	if err != nil {
		return Report{}, refuse(path, nil, err)
	}
	report := Report{Path: path, Kind: KindArchive}
	if !opts.Community.IsZero() {
		report.Community = &opts.Community
	}
	if err := report.add(a, opts.Each); err != nil {
		return Report{}, err
	}
	return report, nil
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
func content(ctx context.Context, c message.CommunityID, e *archive.Entry, r io.Reader, list bool) (Archive, error) {
	again, err := archive.NewEncoder(io.Discard, e.Span, e.Topics)
	if err != nil {
		return Archive{}, fmt.Errorf("check header: %w", err)
	}
	a := Archive{From: e.Span.From, To: e.Span.To, Size: e.Size, Padding: e.Padding}
	sum, err := archive.CheckContent(c, e, contextReader{ctx, r}, func(m *message.Message) error {
		if list {
			a.Messages = append(a.Messages, describe(m))
		}
		return again.Encode(m)
	})
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
