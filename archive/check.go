package archive

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"

	"seeder/message"
)

// Check reads the plain bytes of one archive from r, which yields exactly the
// entry's size without padding, and verifies everything that a reader must: the
// seal is of the community, the header equals the entry, every message is in
// the span, no author is forged, and what the seal states holds; in a sealed
// archive moreover that every topic is listed and that messages are strictly
// ascending by (timestamp, key).
//
// It calls fn, unless nil, for each message that passed by itself; the message
// is valid until fn returns, and an error of fn ends the check and is returned.
// What fn has received counts only when Check returns nil, because a hash is
// known at the end only. The error says which message broke which rule, see the
// errors of this package; [Refused] tells it from a failure to read.
func Check(c message.CommunityID, e *Entry, r io.Reader, fn func(*message.Message) error) (Summary, error) {
	if err := VerifySeal(c, e); err != nil {
		return Summary{}, err
	}
	sum, err := CheckContent(c, e, r, fn)
	if err != nil {
		return Summary{}, fmt.Errorf("check archive %s: %w", e.ID, err)
	}
	return sum, nil
}

// CheckAgain does what [Check] does with bytes that Check has accepted before,
// which returned known. It does not check authors, which costs far more than
// the rest: the same bytes have the same. When the bytes are others the error is
// [ErrChanged], or that of the seal.
func CheckAgain(c message.CommunityID, e *Entry, r io.Reader, known Summary, fn func(*message.Message) error) (Summary, error) {
	if err := VerifySeal(c, e); err != nil {
		return Summary{}, err
	}
	sum, err := checkContent(e, r, func(m *message.Message, _, _ uint64) error {
		if fn == nil {
			return nil
		}
		return fn(m)
	})
	if err == nil && sum != known {
		err = fmt.Errorf("%w: SHA-256 is %x, was %x", ErrChanged, sum.SHA256, known.SHA256)
	}
	if err != nil {
		return Summary{}, fmt.Errorf("check archive %s: %w", e.ID, err)
	}
	return sum, nil
}

// CheckContent does what [Check] does but for the signature; the community is
// zero when it is not known. It does not look at the entry's id.
func CheckContent(c message.CommunityID, e *Entry, r io.Reader, fn func(*message.Message) error) (Summary, error) {
	return checkContent(e, r, func(m *message.Message, number, offset uint64) error {
		if err := CheckAuthor(c, m); err != nil {
			return &MessageError{Number: number, Offset: offset, Err: err}
		}
		if fn == nil {
			return nil
		}
		return fn(m)
	})
}

// checkContent checks everything but authors. It calls fn for each message,
// with its number and where it begins.
func checkContent(e *Entry, r io.Reader, fn func(m *message.Message, number, offset uint64) error) (Summary, error) {
	if e.Seal != nil && e.Seal.Encoding != EncodingPlain {
		return Summary{}, fmt.Errorf("%w %d", ErrEncoding, e.Seal.Encoding)
	}
	h := sha256.New()
	limited := &io.LimitedReader{R: r, N: int64(e.Raw())}
	d := NewDecoder(io.TeeReader(limited, h))
	if err := checkHeader(e, d); err != nil {
		return Summary{}, short(err, limited)
	}
	rules := newRules(e)
	for {
		m, err := d.Next()
		if atEnd(err) {
			break
		}
		if err != nil {
			return Summary{}, short(err, limited)
		}
		if err := rules.check(m); err != nil {
			return Summary{}, &MessageError{Number: d.count, Offset: d.at, Err: err}
		}
		if err := fn(m, d.count, d.at); err != nil {
			return Summary{}, err
		}
	}
	if err := checkEnd(limited, r); err != nil {
		return Summary{}, err
	}
	sum := Summary{Raw: e.Raw(), Messages: d.count}
	h.Sum(sum.SHA256[:0])
	return sum, checkSeal(e.Seal, sum)
}

func checkHeader(e *Entry, d *Decoder) error {
	h, err := d.Header()
	if err != nil {
		return err
	}
	if h.Span != e.Span {
		return fmt.Errorf("%w: span from %d to %d, want from %d to %d", ErrHeader, h.Span.From, h.Span.To, e.Span.From, e.Span.To)
	}
	if !slices.Equal(h.Topics, e.Topics) {
		return fmt.Errorf("%w: other topics", ErrHeader)
	}
	return nil
}

// short names the cause of a truncated archive: its bytes ended early.
func short(err error, in *io.LimitedReader) error {
	if in.N > 0 && errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %d bytes are missing: %w", ErrLength, in.N, err)
	}
	return err
}

// checkEnd demands that all of the archive was there, and nothing behind it.
func checkEnd(limited *io.LimitedReader, r io.Reader) error {
	if limited.N > 0 {
		return fmt.Errorf("%w: %d bytes are missing", ErrLength, limited.N)
	}
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return fmt.Errorf("%w: there are bytes behind the archive", ErrLength)
	case !atEnd(err):
		return fmt.Errorf("read archive: %w", err)
	}
	return nil
}

func checkSeal(s *Seal, sum Summary) error {
	if s == nil {
		return nil
	}
	if s.SHA256 != sum.SHA256 {
		return fmt.Errorf("%w: SHA-256 is %x, want %x", ErrContent, sum.SHA256, s.SHA256)
	}
	if s.MessageCount != sum.Messages {
		return fmt.Errorf("%w: %d, want %d", ErrCount, sum.Messages, s.MessageCount)
	}
	return nil
}

// rules are those that the messages of one archive keep, but for their authors.
type rules struct {
	span     message.Span
	topics   map[message.Topic]bool // nil for an unsealed archive
	last     message.Key
	lastTime uint64
	any      bool
}

func newRules(e *Entry) *rules {
	r := &rules{span: e.Span}
	if e.Seal == nil {
		return r
	}
	r.topics = make(map[message.Topic]bool, len(e.Topics))
	for _, t := range e.Topics {
		r.topics[t] = true
	}
	return r
}

func (r *rules) check(m *message.Message) error {
	if !r.span.Contains(m.Timestamp) {
		return fmt.Errorf("%w: %d is not in [%d, %d)", ErrTime, m.Timestamp, r.span.From, r.span.To)
	}
	if r.topics != nil {
		return r.checkSealed(m)
	}
	return m.Topic.Check()
}

// checkSealed holds a sealed archive to the form that this project writes.
func (r *rules) checkSealed(m *message.Message) error {
	if !r.topics[m.Topic] { // the listed ones were checked with the entry
		return fmt.Errorf("%w: %.80q", ErrUnlisted, m.Topic.String())
	}
	key := m.Key()
	if r.any && (m.Timestamp < r.lastTime || m.Timestamp == r.lastTime && string(key[:]) <= string(r.last[:])) {
		return fmt.Errorf("%w: (%d, %s) is not behind (%d, %s)", ErrOrder, m.Timestamp, key, r.lastTime, r.last)
	}
	r.last, r.lastTime, r.any = key, m.Timestamp, true
	return nil
}
