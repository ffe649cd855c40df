package message_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"seeder/internal/pb"
	"seeder/message"
)

// draw makes any message that has a wire form.
func draw(t *rapid.T) message.Message {
	blob := func(name string) []byte {
		if b := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, name); len(b) > 0 {
			return b
		}
		return nil
	}
	return message.Message{
		Timestamp: rapid.Uint64().Draw(t, "timestamp"), Topic: message.Topic(blob("topic")),
		Payload: blob("payload"), Sig: blob("sig"), Padding: blob("padding"), Hash: blob("hash"),
		ThirdPartyID: rapid.String().Draw(t, "id"),
	}
}

// generated is the same message as the code that protoc makes has it.
func generated(m *message.Message) *pb.WakuMessage {
	return &pb.WakuMessage{
		Sig: m.Sig, Timestamp: m.Timestamp, Topic: []byte(m.Topic), Payload: m.Payload,
		Padding: m.Padding, Hash: m.Hash, ThirdPartyId: m.ThirdPartyID,
	}
}

func TestWireAgreesWithGeneratedCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := draw(t)
		got := m.AppendWire(nil)
		want, err := proto.MarshalOptions{Deterministic: true}.Marshal(generated(&m))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("%x, want %x", got, want)
		}
		if m.WireSize() != len(got) {
			t.Fatalf("size %d of %d bytes", m.WireSize(), len(got))
		}
		back, err := message.ParseWire(want)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, back); diff != "" {
			t.Fatal(diff)
		}
		prefix := []byte("before")
		if !bytes.Equal(m.AppendWire(prefix), append([]byte("before"), want...)) {
			t.Fatal("AppendWire does not append")
		}
	})
}

// TestWorkedExample reads the example of the package comment.
func TestWorkedExample(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(doc), "Worked example")
	var digits string
	for _, m := range regexp.MustCompile(`(?m)^//\t([0-9a-f]{2}(?: [0-9a-f]{2})+)`).FindAllStringSubmatch(example, -1) {
		digits += strings.ReplaceAll(m[1], " ", "")
	}
	m := message.Message{Timestamp: 1704067200, Topic: "\x8a\x2a\x40\xf7", Payload: []byte("hi")}
	if got := hex.EncodeToString(m.AppendWire(nil)); got != digits || len(got) != 2*16 {
		t.Errorf("the package comment says %s, want %s", digits, got)
	}
}

func TestParseWireAsProto3(t *testing.T) {
	field := func(num protowire.Number, b ...byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), b)
	}
	number := func(num protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), v)
	}
	tests := []struct {
		name string
		wire []byte
		want message.Message
	}{
		{"nothing", nil, message.Message{}},
		{"last value wins", slices.Concat(field(4, 1), field(4, 2), number(2, 3), number(2, 4)), message.Message{Payload: []byte{2}, Timestamp: 4}},
		{"last value may be empty", slices.Concat(field(4, 1), field(4)), message.Message{}},
		{"other order", slices.Concat(field(6, 9), number(2, 5), field(1, 7)), message.Message{Hash: []byte{9}, Timestamp: 5, Sig: []byte{7}}},
		{"unknown fields", slices.Concat(field(8, 1), number(1000, 5), field(3, 'a', 'b', 'c', 'd')), message.Message{Topic: "abcd"}},
		{"known number, other type", slices.Concat(number(4, 1), field(2, 1)), message.Message{}},
		{"long varint", []byte{0x10, 0x81, 0x80, 0x00}, message.Message{Timestamp: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := message.ParseWire(tt.wire)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			var want pb.WakuMessage
			if err := proto.Unmarshal(tt.wire, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.GetPayload(), got.Payload); diff != "" && len(got.Payload) > 0 {
				t.Errorf("generated code differs: %s", diff)
			}
		})
	}
}

func TestParseWireRefuses(t *testing.T) {
	for name, digits := range map[string]string{
		"tag alone":          "22",
		"length 2^60":        "22ffffffffffffffff0f",
		"length beyond":      "220568690a",
		"length of 11 bytes": "22ffffffffffffffffffff01",
		"varint cut":         "1080",
		"varint too long":    "10ffffffffffffffffff7f",
		"field 0":            "0200",
		"field 2^29":         "808080808001",
		"wire type 7":        "27",
		"end of no group":    "24",
		"id not UTF-8":       "3a01ff",
	} {
		b, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := message.ParseWire(b); !errors.Is(err, message.ErrWire) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKey(t *testing.T) {
	m := message.Message{Timestamp: 5, Topic: "abcd", Payload: []byte("hi")}
	if got, want := m.Key(), message.Key(sha256.Sum256(m.AppendWire(nil))); got != want {
		t.Errorf("without a hash: %s, want %s", got, want)
	}
	for _, n := range []int{1, 31, 33} { // of another length: no hash to go by
		m.Hash = bytes.Repeat([]byte{7}, n)
		if got, want := m.Key(), message.Key(sha256.Sum256(m.AppendWire(nil))); got != want {
			t.Errorf("hash of %d bytes: %s, want %s", n, got, want)
		}
	}
	m.Hash = bytes.Repeat([]byte{7}, 32)
	if got := m.Key().String(); got != strings.Repeat("07", 32) {
		t.Errorf("with a hash: %s", got)
	}
}

func TestKeyDoesNotAllocate(t *testing.T) {
	m := message.Message{Timestamp: 5, Topic: "abcd", Payload: make([]byte, 1000)}
	large := message.Message{Payload: make([]byte, 1<<20)}
	want, wantLarge := m.Key(), large.Key()
	if n := testing.AllocsPerRun(100, func() {
		if m.Key() != want {
			t.Error("another key")
		}
	}); n >= 2 { // the race detector makes pools forget; without one there are four and more
		t.Errorf("%v allocations", n)
	}
	if large.Key() != wantLarge || m.Key() != want {
		t.Error("another key behind a large message")
	}
}

func TestCompare(t *testing.T) {
	at := func(ts uint64, b byte) *message.Message {
		return &message.Message{Timestamp: ts, Hash: bytes.Repeat([]byte{b}, 32)}
	}
	for _, tt := range []struct {
		a, b *message.Message
		want int
	}{
		{at(1, 9), at(2, 1), -1}, {at(2, 1), at(1, 9), 1}, {at(1, 1), at(1, 2), -1}, {at(1, 2), at(1, 1), 1}, {at(1, 1), at(1, 1), 0},
	} {
		if got := message.Compare(tt.a, tt.b); got != tt.want {
			t.Errorf("(%d, %s) and (%d, %s): %d", tt.a.Timestamp, tt.a.Key(), tt.b.Timestamp, tt.b.Key(), got)
		}
	}
}

func TestCloneSharesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := draw(t)
		wire := m.AppendWire(nil)
		parsed, err := message.ParseWire(wire)
		if err != nil {
			t.Fatal(err)
		}
		c := parsed.Clone()
		if diff := cmp.Diff(parsed, c); diff != "" {
			t.Fatal(diff)
		}
		for i := range wire {
			wire[i] ^= 0xff
		}
		if diff := cmp.Diff(m, c); diff != "" {
			t.Fatal(diff)
		}
		if want := uint64(len(m.Payload) + len(m.Sig)); c.ContentSize() != want {
			t.Fatalf("content %d, want %d", c.ContentSize(), want)
		}
	})
}

// vectorMessages are those that a Status client archived.
func vectorMessages(tb testing.TB) [][]byte {
	tb.Helper()
	b, err := os.ReadFile("../testdata/status-go/small/input.json")
	if err != nil {
		tb.Fatal(err)
	}
	var in struct {
		Messages []struct {
			Hash, Padding, Payload, Sig, Topic string
			ThirdPartyID                       string `json:"thirdPartyId"`
			Timestamp                          uint64
		}
	}
	if err := json.Unmarshal(b, &in); err != nil {
		tb.Fatal(err)
	}
	var list [][]byte
	for _, v := range in.Messages {
		var m message.Message
		for to, from := range map[*[]byte]string{&m.Hash: v.Hash, &m.Padding: v.Padding, &m.Payload: v.Payload, &m.Sig: v.Sig} {
			if *to, err = hex.DecodeString(from); err != nil {
				tb.Fatal(err)
			}
		}
		topic, err := hex.DecodeString(v.Topic)
		if err != nil {
			tb.Fatal(err)
		}
		m.Topic, m.Timestamp, m.ThirdPartyID = message.Topic(topic), v.Timestamp, v.ThirdPartyID
		list = append(list, m.AppendWire(nil))
	}
	return list
}

func FuzzParseWire(f *testing.F) {
	for _, b := range vectorMessages(f) {
		if len(b) < 4096 {
			f.Add(b)
		}
	}
	f.Add([]byte{0x22, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := message.ParseWire(b)
		var want pb.WakuMessage
		wantErr := proto.Unmarshal(b, &want)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%v, generated code: %v", err, wantErr)
		}
		if err != nil {
			if !errors.Is(err, message.ErrWire) {
				t.Fatal(err)
			}
			return
		}
		if !proto.Equal(generated(&m), &pb.WakuMessage{
			Sig: want.GetSig(), Timestamp: want.GetTimestamp(), Topic: want.GetTopic(), Payload: want.GetPayload(),
			Padding: want.GetPadding(), Hash: want.GetHash(), ThirdPartyId: want.GetThirdPartyId(),
		}) {
			t.Fatalf("%+v, generated code: %v", m, &want)
		}
		canonical := m.AppendWire(nil)
		again, err := message.ParseWire(canonical)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, again); diff != "" || len(canonical) != m.WireSize() {
			t.Fatalf("size %d of %d: %s", m.WireSize(), len(canonical), diff)
		}
	})
}
