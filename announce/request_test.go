package announce

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"
)

// requestVector is a file of testdata/requests:
//
//	# what it is
//	clock: 1706745600000         what it asks with, or
//	error: ErrMalformed          what every reader must say
//	payload: <field> <kind> <value>   repeated, as in testdata/vectors
//	raw: <hex>                   instead: the payload
type requestVector struct {
	want    Request
	err     error
	payload []byte
}

func readRequestVector(t *testing.T, path string) requestVector {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var v requestVector
	says := false
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "clock":
			v.want.Clock, says = number(t, value), true
		case "error":
			v.err, says = vectorErrors[value]
		case "payload":
			v.payload = append(v.payload, field(t, value)...)
		case "raw":
			v.payload = unhex(t, value)
		default:
			t.Fatalf("unknown line %q", line)
		}
	}
	if !says {
		t.Fatal("the vector does not say what it must give")
	}
	return v
}

func TestRequestVectors(t *testing.T) {
	v := loadVector(t)
	ch := NewChannel(v.community(t))
	paths, err := filepath.Glob("testdata/requests/*.txt")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d vectors, error %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			rv := readRequestVector(t, path)
			got, err := parseRequest(rv.payload)
			if !errors.Is(err, rv.err) || (err == nil && got != rv.want) {
				t.Errorf("payload: %+v, error %v, want %+v, %v", got, err, rv.want, rv.err)
			}
			// With a signature or without, in both wrappings.
			for _, sig := range [][]byte{nil, bytes.Repeat([]byte{1}, 65)} {
				data := appMessage(sig, rv.payload, 1000)
				for _, wrapped := range [][]byte{data, wrap(data)} {
					content, err := ch.Read(v.seal(t, wrapped, v.ThrowAwayKey))
					if !errors.Is(err, rv.err) {
						t.Errorf("envelope: %v, want %v", err, rv.err)
					}
					if err == nil && (content.Request == nil || *content.Request != rv.want || content.Received.Signed != nil) {
						t.Errorf("envelope: %+v, want %+v", content, rv.want)
					}
				}
			}
		})
	}
}

// The examples of the package comment are what the code does.
func TestRequestWorkedExamples(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	plain := exampleText(string(doc))
	for _, r := range []Request{{Clock: 1706745600000}, {}} {
		b, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		if want := hex.EncodeToString(b); !strings.Contains(plain, want) {
			t.Errorf("the package comment does not have %+v: %s", r, want)
		}
	}
}

func TestRequestRoundTrip(t *testing.T) {
	k := randomKey(t)
	ch, other := NewChannel(k.Community()), NewChannel(randomKey(t).Community())
	rapid.Check(t, func(t *rapid.T) {
		r := Request{Clock: rapid.Uint64Range(0, MaxClock).Draw(t, "clock")}
		now := time.Unix(0, rapid.Int64Range(0, 1<<61).Draw(t, "now"))
		envelope, err := ch.SealRequest(r, now)
		if err != nil {
			t.Fatal(err)
		}
		content, err := ch.Read(envelope)
		if err != nil || content.Request == nil || *content.Request != r {
			t.Fatalf("read %+v, error %v, want %+v", content, err, r)
		}
		// Who looks for announcements finds none in it.
		if _, err := ch.Open(envelope); !errors.Is(err, ErrMalformed) {
			t.Fatalf("opened as an announcement: %v, want %v", err, ErrMalformed)
		}
		if _, err := other.Read(envelope); !errors.Is(err, ErrEnvelope) {
			t.Fatalf("another community's channel: %v, want %v", err, ErrEnvelope)
		}
		sent, err := EnvelopeTime(envelope)
		if err != nil || !sent.Equal(now) {
			t.Fatalf("sent at %v, error %v, want %v", sent, err, now)
		}
		var m wakupb.WakuMessage
		if err := proto.Unmarshal(envelope, &m); err != nil || !m.GetEphemeral() {
			t.Fatalf("a store would keep it: ephemeral %v, error %v", m.GetEphemeral(), err)
		}
	})
	if _, err := ch.SealRequest(Request{Clock: MaxClock + 1}, time.Unix(0, 0)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a clock too high: %v, want %v", err, ErrMalformed)
	}
}

// What is an announcement for one reader is one for the other.
func TestReadIsOpenForAnnouncements(t *testing.T) {
	v := loadVector(t)
	ch := NewChannel(v.community(t))
	for name, variant := range receptionVariants(t, v) {
		content, err := ch.Read(variant.envelope)
		if !errors.Is(err, variant.err) || content.Request != nil {
			t.Errorf("%s: %+v, error %v, want %v", name, content, err, variant.err)
		}
		if err == nil && content.Received.Announcement.Clock != v.ClockMS {
			t.Errorf("%s: clock %d, want %d", name, content.Received.Announcement.Clock, v.ClockMS)
		}
	}
}

func TestEnvelopeTimeOfGarbage(t *testing.T) {
	if _, err := EnvelopeTime([]byte("\xff\xff")); !errors.Is(err, ErrEnvelope) {
		t.Errorf("%v, want %v", err, ErrEnvelope)
	}
}

func FuzzRequest(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0x08, 0x80, 0xb0, 0xdc, 0x8f, 0xd6, 0x31})
	f.Add([]byte{0x08, 0x01, 0x08, 0x02, 0x12, 0x01, 'x'})
	f.Add([]byte{0x0a, 0x01, 0x08})
	f.Add([]byte{0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parseRequest(b)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		encoded, err := r.encode()
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		m, err := openMetadata(encoded)
		if err != nil || m.Type != requestType {
			t.Fatalf("written as type %d, error %v", m.Type, err)
		}
		if again, err := parseRequest(m.Payload); err != nil || again != r {
			t.Fatalf("read again: %+v, error %v, want %+v", again, err, r)
		}
	})
}
