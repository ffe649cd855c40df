package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"seeder/inspect"
	"seeder/internal/terminal"
)

// verifyStream writes what `verify --messages` shows as it is found, so that
// memory does not grow with the number of messages.
type verifyStream interface {
	begin(r *inspect.Report) error
	archive(a *inspect.Archive) error
	message(m *inspect.Message) error
	// end writes what is left, with the error of the inspection if it had one.
	end(err error) error
	// begun reports whether begin was called.
	begun() bool
}

func (a *app) verifyStream() verifyStream {
	if a.output == "json" {
		return newJSONStream(a.out)
	}
	return &textStream{w: bufio.NewWriterSize(a.out, streamBuffer)}
}

const streamBuffer = 64 << 10

// jsonStream writes the JSON of a report piece by piece. Whatever happens, end
// makes it well-formed.
type jsonStream struct {
	w        *bufio.Writer
	enc      *json.Encoder // writes to part
	part     bytes.Buffer
	head     bool
	archives int
	messages int // of the archive being written
}

func newJSONStream(w io.Writer) *jsonStream {
	s := &jsonStream{w: bufio.NewWriterSize(w, streamBuffer)}
	s.enc = json.NewEncoder(&s.part)
	s.enc.SetEscapeHTML(false)
	return s
}

func (s *jsonStream) begun() bool { return s.head }

// encode returns v as indented JSON, valid until the next call.
func (s *jsonStream) encode(v any, prefix string) ([]byte, error) {
	s.part.Reset()
	s.enc.SetIndent(prefix, "  ")
	if err := s.enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode result: %w", err)
	}
	return bytes.TrimSuffix(s.part.Bytes(), []byte("\n")), nil
}

func (s *jsonStream) write(parts ...string) error {
	for _, p := range parts {
		if _, err := terminal.JSON(s.w).Write([]byte(p)); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
	}
	return nil
}

func (s *jsonStream) begin(r *inspect.Report) error {
	head := *r
	head.Archives = []inspect.Archive{}
	b, err := s.encode(head, "")
	if err != nil {
		return err
	}
	s.head = true
	return s.write(strings.TrimSuffix(string(b), "]\n}"))
}

func (s *jsonStream) archive(a *inspect.Archive) error {
	b, err := s.encode(a, "    ")
	if err != nil {
		return err
	}
	text := strings.TrimSuffix(string(b), "\n    }")
	if err := s.closeArchive(); err != nil {
		return err
	}
	if err := s.write(comma(s.archives), "\n    ", text); err != nil {
		return err
	}
	s.archives++
	return nil
}

func (s *jsonStream) message(m *inspect.Message) error {
	b, err := s.encode(m, "        ")
	if err != nil {
		return err
	}
	open := ""
	if s.messages == 0 {
		open = ",\n      \"messages\": ["
	}
	s.messages++
	return s.write(open, comma(s.messages-1), "\n        ", string(b))
}

func comma(before int) string {
	if before == 0 {
		return ""
	}
	return ","
}

// closeArchive ends the archive before, if there is one.
func (s *jsonStream) closeArchive() error {
	text := ""
	if s.messages > 0 {
		text = "\n      ]"
	}
	if s.archives > 0 {
		text += "\n    }"
	}
	s.messages = 0
	return s.write(text)
}

// end closes what is open, and adds the keys of a refusal, or "error".
func (s *jsonStream) end(failed error) error {
	if !s.head {
		return nil
	}
	if err := s.closeArchive(); err != nil {
		return err
	}
	end := "]"
	if s.archives > 0 {
		end = "\n  ]"
	}
	if failed != nil {
		b, err := s.encode(failureReport(failed), "")
		if err != nil {
			return err
		}
		end += "," + strings.TrimSuffix(strings.TrimPrefix(string(b), "{"), "\n}")
	}
	if err := s.write(end, "\n}\n"); err != nil {
		return err
	}
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

// failureReport is what is added to a report that was begun.
func failureReport(err error) any {
	var r *inspect.Refusal
	if errors.As(err, &r) {
		return refusalOf(r)
	}
	return struct {
		Error string `json:"error"`
	}{err.Error()}
}

// textStream writes the table of archives and messages line by line, in columns
// of fixed width.
type textStream struct {
	w        *bufio.Writer
	head     bool
	report   inspect.Report
	messages int
}

func (s *textStream) begun() bool { return s.head }

func (s *textStream) printf(format string, args ...any) error {
	if _, err := fmt.Fprintf(terminal.Text(s.w), format, args...); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

func (s *textStream) begin(r *inspect.Report) error {
	s.head, s.report = true, *r
	var b strings.Builder
	verifyHead(&b, r)
	return s.printf("%s", strings.ReplaceAll(b.String(), "\t", "  "))
}

const (
	archiveLine = "%-66s  %-10v  %-10v  %-12s  %-12v  %-8v  %-9v  %-64s  %-6s  %-68s  %s\n"
	messageLine = "  %-10v  %-8s  %-64s  %-9v  %s\n"
)

func (s *textStream) archive(a *inspect.Archive) error {
	s.messages = 0
	s.report.Archives = append(s.report.Archives, *a)
	err := s.printf(archiveLine, "ID", "FROM", "TO", "OFFSET", "SIZE", "PADDING", "MESSAGES", "SHA256", "SEALED", "SIGNER", "RE-ENCODES")
	if err != nil {
		return err
	}
	return s.printf(archiveLine, orDash(a.ID), a.From, a.To, orDash(a.Offset), a.Size, a.Padding, a.MessageCount, a.SHA256,
		yesNo(a.Sealed), orDash(a.Signer), yesNo(a.Reencodes))
}

func (s *textStream) message(m *inspect.Message) error {
	if s.messages == 0 {
		if err := s.printf(messageLine, "TIMESTAMP", "TOPIC", "HASH", "PAYLOAD", "SHA256 OF THE PAYLOAD"); err != nil {
			return err
		}
	}
	s.messages++
	return s.printf(messageLine, m.Timestamp, terminal.Visible(m.Topic), orDash(nonEmpty(m.Hash)), m.PayloadLength, m.PayloadSHA256)
}

func (s *textStream) end(failed error) error {
	if !s.head {
		return nil
	}
	if failed == nil {
		var b strings.Builder
		verifyNotes(&b, &s.report)
		if err := s.printf("%s", b.String()); err != nil {
			return err
		}
	}
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}
