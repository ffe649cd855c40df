package ingest

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seeder/archive"
	"seeder/message"
	"seeder/signer"
)

// community is the key of the private key 1: the curve's base point.
func community(t testing.TB) message.CommunityID {
	t.Helper()
	c, err := message.ParseCommunityID("0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func readAll(r io.Reader, c message.CommunityID) ([]message.Message, error) {
	var out []message.Message
	for m, err := range Lines(r, c) {
		if err != nil {
			return out, err
		}
		out = append(out, m)
	}
	return out, nil
}

var (
	sigHex  = "04" + strings.Repeat("ab", 64)
	hashHex = strings.Repeat("cd", 32)
)

func TestLines(t *testing.T) {
	c := community(t)
	in := strings.Join([]string{
		`{"timestamp":1704067200,"topic":"0x8a2a40f7","text":"hi"}`,
		``,
		`{"timestamp":"2024-01-01T01:00:00.9+01:00","topic":"/waku/1/0x8a2a40f7/rfc26","payload":"aGk="}`,
		`  {"text":"","channel":"general","timestamp":0,"sig":null,"hash":""}` + "\r",
		`{"timestamp":9,"topic":"/app/1/chat/proto","text":"ü😀\uFFFD","sig":"0x` + sigHex + `","hash":"` + hashHex + `","third_party_id":"d-1","padding":"AAEC"}`,
	}, "\n")
	sig, _ := hex.DecodeString(sigHex)
	hash, _ := hex.DecodeString(hashHex)
	want := []message.Message{
		{Timestamp: 1704067200, Topic: "\x8a\x2a\x40\xf7", Payload: []byte("hi")},
		{Timestamp: 1704067200, Topic: "\x8a\x2a\x40\xf7", Payload: []byte("hi")},
		{Timestamp: 0, Topic: message.TopicOf(c.String() + "general"), Payload: []byte{}},
		{Timestamp: 9, Topic: "/app/1/chat/proto", Payload: []byte("ü😀\uFFFD"), Sig: sig, Hash: hash, ThirdPartyID: "d-1", Padding: []byte{0, 1, 2}},
	}
	for name, r := range map[string]io.Reader{
		"no newline at the end": strings.NewReader(in),
		"newline at the end":    strings.NewReader(in + "\n"),
		"byte by byte":          iotest.OneByteReader(strings.NewReader(in)),
	} {
		got, err := readAll(r, c)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: messages (-want +got):\n%s", name, diff)
		}
	}
}

func TestRefusals(t *testing.T) {
	const rest = `"topic":"0x8a2a40f7","text":"x"`
	tests := []struct {
		name, line, field, hint string
		err                     error
	}{
		{"not json", `hello`, "", "one object a line", ErrSyntax},
		{"array", `[1]`, "", "one object a line", ErrSyntax},
		{"cut off", `{"timestamp":1,` + rest, "", "one object a line", ErrSyntax},
		{"two objects", `{"timestamp":1,` + rest + `} {}`, "", "one object a line", ErrSyntax},
		{"garbage after", `{"timestamp":1,` + rest + `} x`, "", "one object a line", ErrSyntax},
		{"not utf-8", "{\"timestamp\":1,\"text\":\"\xff\"}", "", "UTF-8", ErrSyntax},
		{"unknown", `{"timestamp":1,` + rest + `,"foo":1}`, "foo", "the fields are", ErrField},
		{"other case", `{"Timestamp":1,` + rest + `}`, "Timestamp", "the fields are", ErrField},
		{"twice", `{"timestamp":1,"timestamp":2,` + rest + `}`, "timestamp", "once", ErrField},
		{"null and twice", `{"timestamp":1,"sig":null,"sig":"",` + rest + `}`, "sig", "once", ErrField},
		{"number for text", `{"timestamp":1,"topic":"0x8a2a40f7","text":5}`, "text", "strings", ErrField},
		{"object for text", `{"timestamp":1,"topic":"0x8a2a40f7","text":{"a":1}}`, "text", "strings", ErrField},
		{"no timestamp", `{` + rest + `}`, "timestamp", "seconds", ErrField},
		{"null timestamp", `{"timestamp":null,` + rest + `}`, "timestamp", "seconds", ErrField},
		{"fraction", `{"timestamp":1.5,` + rest + `}`, "timestamp", "seconds", ErrField},
		{"exponent", `{"timestamp":1e9,` + rest + `}`, "timestamp", "seconds", ErrField},
		{"negative", `{"timestamp":-1,` + rest + `}`, "timestamp", "seconds", ErrField},
		{"milliseconds", `{"timestamp":1704067200000,` + rest + `}`, "timestamp", "milliseconds", ErrField},
		{"past 64 bits", `{"timestamp":99999999999999999999,` + rest + `}`, "timestamp", "seconds", ErrField},
		{"date only", `{"timestamp":"2024-01-01",` + rest + `}`, "timestamp", "2024-01-31T12", ErrField},
		{"before 1970", `{"timestamp":"1969-12-31T23:59:59Z",` + rest + `}`, "timestamp", "1970", ErrField},
		{"past the year 9999", `{"timestamp":"9999-12-31T23:59:59Z",` + rest + `}`, "timestamp", "whole seconds", ErrField},
		{"truth for a time", `{"timestamp":true,` + rest + `}`, "timestamp", "whole seconds", ErrField},
		{"byte order mark", "\ufeff" + `{"timestamp":1,` + rest + `}`, "", "without one", ErrSyntax},
		{"long padding", `{"timestamp":1,"padding":"` + strings.Repeat("AAAA", MaxPadding/3+1) + `",` + rest + `}`, "padding", "at most", ErrField},
		{"bad padding", `{"timestamp":1,"padding":"a",` + rest + `}`, "padding", "base64", ErrField},
		{"no topic", `{"timestamp":1,"text":"x"}`, "topic", "channel", ErrField},
		{"topic and channel", `{"timestamp":1,"channel":"a",` + rest + `}`, "channel", "leave one", ErrField},
		{"bad topic", `{"timestamp":1,"topic":"abc","text":"x"}`, "topic", "content topic", message.ErrTopic},
		{"empty channel", `{"timestamp":1,"channel":"","text":"x"}`, "channel", "name", ErrField},
		{"no payload", `{"timestamp":1,"topic":"0x8a2a40f7"}`, "payload", "text", ErrField},
		{"payload and text", `{"timestamp":1,"payload":"",` + rest + `}`, "text", "leave one", ErrField},
		{"bad base64", `{"timestamp":1,"topic":"0x8a2a40f7","payload":"a"}`, "payload", "base64", ErrField},
		{"base64 in lines", `{"timestamp":1,"topic":"0x8a2a40f7","payload":"aGk=\n"}`, "payload", "base64", ErrField},
		{"base64 loose bits", `{"timestamp":1,"topic":"0x8a2a40f7","payload":"aGl="}`, "payload", "base64", ErrField},
		{"half a surrogate", `{"timestamp":1,"topic":"0x8a2a40f7","text":"\ud800"}`, "text", "pair", ErrField},
		{"short sig", `{"timestamp":1,"sig":"04ab",` + rest + `}`, "sig", "65 bytes", ErrField},
		{"compressed sig", `{"timestamp":1,"sig":"02` + sigHex[2:] + `",` + rest + `}`, "sig", "begin with 04", ErrField},
		{"hash not hex", `{"timestamp":1,"hash":"zz",` + rest + `}`, "hash", "32 bytes", ErrField},
		{"long third party id", `{"timestamp":1,"third_party_id":"` + strings.Repeat("x", MaxThirdPartyID+1) + `",` + rest + `}`, "third_party_id", "1024", ErrField},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			good := `{"timestamp":1,` + rest + "}\n"
			got, err := readAll(strings.NewReader(good+"\n"+tt.line+"\n"+good), community(t))
			var fault *LineError
			if !errors.As(err, &fault) || !errors.Is(err, tt.err) {
				t.Fatalf("error = %v, want %v", err, tt.err)
			}
			if fault.Line != 3 || fault.Field != tt.field || !strings.Contains(fault.Hint(), tt.hint) {
				t.Errorf("error %q: line %d, field %q, hint %q; want line 3, field %q, hint %q", fault, fault.Line, fault.Field, fault.Hint(), tt.field, tt.hint)
			}
			if len(got) != 1 {
				t.Errorf("%d messages before the error, want 1", len(got))
			}
		})
	}
}

// endless yields the same byte for ever, and fails the test when more is read
// of it than bounded memory allows.
type endless struct {
	t    *testing.T
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read += len(p); e.read > MaxLine+1<<20 {
		e.t.Error("reading goes on past the longest line")
		return 0, io.EOF
	}
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestForgedAuthorIsRefused(t *testing.T) {
	key, err := signer.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := key.Sign([]byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	// An application metadata message: signature, payload.
	signed := append([]byte{1<<3 | 2, 65}, sig...)
	signed = append(signed, "\x12\x05hello"...)
	// The uncompressed form of the key of community, who did not sign it.
	const other = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798" +
		"483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
	line := fmt.Sprintf(`{"timestamp":1,"topic":"0x8a2a40f7","payload":%q,"sig":%q}`, base64.StdEncoding.EncodeToString(signed), other)
	_, err = readAll(strings.NewReader(line), community(t))
	var fault *LineError
	if !errors.As(err, &fault) || fault.Field != "sig" || !errors.Is(err, archive.ErrAuthor) || !errors.Is(err, ErrField) {
		t.Errorf("error = %v, want ErrAuthor of sig", err)
	}
}

func TestEndlessLineIsRefused(t *testing.T) {
	_, err := readAll(&endless{t: t}, community(t))
	if !errors.Is(err, ErrLineTooLong) {
		t.Errorf("error = %v, want ErrLineTooLong", err)
	}
}

func TestReadErrorIsReported(t *testing.T) {
	broken := errors.New("disk is gone")
	_, err := readAll(iotest.ErrReader(broken), community(t))
	if !errors.Is(err, broken) {
		t.Errorf("error = %v, want the reader's", err)
	}
}

func TestStopsWhenAsked(t *testing.T) {
	in := strings.Repeat(`{"timestamp":1,"topic":"0x8a2a40f7","text":"x"}`+"\n", 3)
	n := 0
	for range Lines(strings.NewReader(in), community(t)) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestMessagesShareNoMemory(t *testing.T) {
	in := `{"timestamp":1,"topic":"0x8a2a40f7","text":"aaaa"}` + "\n" + `{"timestamp":1,"topic":"0x8a2a40f7","text":"bbbb"}` + "\n"
	got, err := readAll(strings.NewReader(in), community(t))
	if err != nil || len(got) != 2 || string(got[0].Payload) != "aaaa" {
		t.Errorf("messages %v, %v", got, err)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	c := community(t)
	rapid.Check(t, func(rt *rapid.T) {
		var in bytes.Buffer
		var want []message.Message
		for range rapid.IntRange(0, 5).Draw(rt, "n") {
			m, line := drawLine(rt, c)
			want = append(want, m)
			b, err := json.Marshal(line)
			if err != nil {
				rt.Fatal(err)
			}
			in.Write(append(b, '\n'))
		}
		got, err := readAll(&in, c)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("messages (-want +got):\n%s", diff)
		}
	})
}

func drawLine(rt *rapid.T, c message.CommunityID) (message.Message, map[string]any) {
	m := message.Message{Timestamp: rapid.Uint64Range(0, MaxTimestamp).Draw(rt, "timestamp")}
	line := map[string]any{"timestamp": m.Timestamp}
	if rapid.Bool().Draw(rt, "rfc3339") {
		line["timestamp"] = time.Unix(int64(m.Timestamp), 0).UTC().Format(time.RFC3339)
	}
	if rapid.Bool().Draw(rt, "channel") {
		name := rapid.StringN(1, -1, -1).Draw(rt, "name")
		m.Topic, line["channel"] = message.TopicOf(c.String()+name), name
	} else {
		m.Topic = message.Topic(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(rt, "topic"))
		line["topic"] = m.Topic.ContentTopic()
	}
	if rapid.Bool().Draw(rt, "text") {
		text := rapid.String().Draw(rt, "words")
		m.Payload, line["text"] = []byte(text), text
	} else {
		m.Payload = rapid.SliceOf(rapid.Byte()).Draw(rt, "bytes")
		line["payload"] = base64.StdEncoding.EncodeToString(m.Payload)
	}
	if rapid.Bool().Draw(rt, "padded") {
		m.Padding = rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(rt, "padding")
		line["padding"] = base64.StdEncoding.EncodeToString(m.Padding)
	}
	if rapid.Bool().Draw(rt, "hash") {
		m.Hash = rapid.SliceOfN(rapid.Byte(), hashSize, hashSize).Draw(rt, "hash bytes")
		line["hash"] = fmt.Sprintf("0x%x", m.Hash)
	}
	return m, line
}

func FuzzLines(f *testing.F) {
	for _, seed := range []string{
		`{"timestamp":1704067200,"topic":"0x8a2a40f7","text":"hi"}`,
		`{"timestamp":"2024-01-01T01:00:00Z","channel":"a","payload":"aGk="}` + "\n\n{}",
		`{"timestamp":1,"topic":"/a/1/b/c","text":"\ud83d\ude00","sig":"` + sigHex + `","hash":"` + hashHex + `"}`,
		`{"timestamp":-1}`, `[`, "\x00",
	} {
		f.Add([]byte(seed))
	}
	c := community(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for m, err := range Lines(bytes.NewReader(data), c) {
			var fault *LineError
			if err != nil {
				if !errors.As(err, &fault) || fault.Line < 1 {
					t.Fatalf("error %v has no line", err)
				}
				continue
			}
			if m.Timestamp > MaxTimestamp || m.Topic.Check() != nil || (len(m.Hash) != 0 && len(m.Hash) != hashSize) {
				t.Fatalf("accepted %+v", m)
			}
			back, err := message.ParseWire(m.AppendWire(nil))
			if err != nil || back.Key() != m.Key() {
				t.Fatalf("message does not survive its wire form: %v", err)
			}
		}
	})
}

func BenchmarkLines(b *testing.B) {
	c := community(b)
	line := `{"timestamp":1704067200,"channel":"general","text":"` + strings.Repeat("x", 500) + `"}` + "\n"
	const lines = 10000
	in := strings.Repeat(line, lines)
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		n := 0
		for _, err := range Lines(strings.NewReader(in), c) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != lines {
			b.Fatalf("%d messages, want %d", n, lines)
		}
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
