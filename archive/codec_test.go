package archive_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/internal/pb"
	"seeder/message"
)

// drawMessages makes messages of the week.
func drawMessages(t *rapid.T) []message.Message {
	blob := func(name string, most int) []byte {
		if b := rapid.SliceOfN(rapid.Byte(), 0, most).Draw(t, name); len(b) > 0 {
			return b
		}
		return nil
	}
	var list []message.Message
	for range rapid.IntRange(0, 20).Draw(t, "messages") {
		list = append(list, message.Message{
			Timestamp: rapid.Uint64Range(week.From, week.To-1).Draw(t, "timestamp"),
			Topic:     message.Topic(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "topic")),
			Payload:   blob("payload", 200), Sig: blob("sig", 40), Padding: blob("padding", 10), Hash: blob("hash", 40),
			ThirdPartyID: rapid.StringN(0, 5, 20).Draw(t, "id"),
		})
	}
	return list
}

func generatedArchive(topics []message.Topic, list []message.Message) *pb.WakuMessageArchive {
	m := &pb.WakuMessageArchive{Metadata: &pb.WakuMessageArchiveMetadata{From: week.From, To: week.To}}
	for _, topic := range topics {
		m.Metadata.ContentTopic = append(m.Metadata.ContentTopic, []byte(topic))
	}
	for i := range list {
		v := &list[i]
		m.Messages = append(m.Messages, &pb.WakuMessage{
			Sig: v.Sig, Timestamp: v.Timestamp, Topic: []byte(v.Topic), Payload: v.Payload,
			Padding: v.Padding, Hash: v.Hash, ThirdPartyId: v.ThirdPartyID,
		})
	}
	return m
}

func TestArchiveAgreesWithGeneratedCode(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := drawMessages(rt)
		topics := []message.Topic{"abcd", "/a/1/b/proto"}
		raw, sum := encode(t, week, topics, list)
		if want := marshal(rt, generatedArchive(topics, list)); !bytes.Equal(raw, want) {
			rt.Fatalf("%x, generated code %x", raw, want)
		}
		if sum.Raw != uint64(len(raw)) || sum.SHA256 != sha256.Sum256(raw) || sum.Messages != uint64(len(list)) {
			rt.Fatalf("summary %+v", sum)
		}
		header, got := decode(t, raw)
		if diff := cmp.Diff(archive.Header{Span: week, Topics: topics}, header); diff != "" {
			rt.Fatal(diff)
		}
		if diff := cmp.Diff(list, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// TestReadersOfEveryKind reads an archive whose messages are larger and smaller
// than the buffer from readers that return little, or data with the end.
func TestReadersOfEveryKind(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var list []message.Message
	for i := range 60 {
		size := r.IntN(300)
		if i%20 == 3 {
			size = 60_000 + r.IntN(140_000)
		}
		payload := make([]byte, size+1)
		for j := range payload {
			payload[j] = byte(r.Uint32())
		}
		list = append(list, message.Message{Timestamp: week.From, Topic: "abcd", Payload: payload})
	}
	raw, _ := encode(t, week, nil, list)
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"whole": func(r io.Reader) io.Reader { return r }, "half": iotest.HalfReader,
		"one byte": iotest.OneByteReader, "end with data": iotest.DataErrReader,
	} {
		t.Run(name, func(t *testing.T) {
			d := archive.NewDecoder(wrap(bytes.NewReader(raw)))
			for i := range list {
				m, err := d.Next()
				if err != nil {
					t.Fatalf("message %d: %v", i, err)
				}
				if !bytes.Equal(list[i].Payload, m.Payload) {
					t.Fatalf("message %d differs", i)
				}
			}
			for range 2 {
				if _, err := d.Next(); err != io.EOF { //nolint:errorlint // documented as it is
					t.Fatal(err)
				}
			}
			if h, err := d.Header(); err != nil || h.Span != week {
				t.Errorf("header at the end: %+v, %v", h, err)
			}
		})
	}
}

func TestReaderFails(t *testing.T) {
	raw, _ := encode(t, week, nil, []message.Message{{Timestamp: week.From, Topic: "abcd", Payload: make([]byte, 5000)}})
	broken := errors.New("disk on fire")
	for _, n := range []int{0, 1, 10, 20, 3000} {
		d := archive.NewDecoder(io.MultiReader(bytes.NewReader(raw[:n]), iotest.ErrReader(broken)))
		_, err := d.Next()
		if !errors.Is(err, broken) || archive.Refused(err) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
	if _, err := archive.NewDecoder(stuck{}).Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that returns nothing: %v", err)
	}
	wrapped := io.MultiReader(bytes.NewReader(raw), iotest.ErrReader(errors.Join(io.EOF)))
	d := archive.NewDecoder(wrapped)
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Next(); err == nil || err == io.EOF { //nolint:errorlint // the difference is the point
		t.Errorf("a wrapped io.EOF ends the archive: %v", err)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestTruncatedEverywhere(t *testing.T) {
	list := []message.Message{
		{Timestamp: week.From, Topic: "abcd", Payload: []byte("one")}, {Timestamp: week.From + 1, Topic: "abcd", Payload: []byte("two")},
	}
	raw, sum := encode(t, week, []message.Topic{"abcd"}, list)
	e, err := archive.NewEntry(week, []message.Topic{"abcd"}, 0, sum, message.ArchiveID{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for n := range raw {
		if _, err := archive.CheckContent(message.CommunityID{}, &e, bytes.NewReader(raw[:n]), nil); !archive.Refused(err) {
			t.Errorf("%d of %d bytes: %v", n, len(raw), err)
		}
	}
	if _, err := archive.CheckContent(message.CommunityID{}, &e, bytes.NewReader(append(slices.Clone(raw), 0)), nil); !errors.Is(err, archive.ErrLength) {
		t.Errorf("one byte more: %v", err)
	}
	// Where a message ends, only the length says that something is missing.
	end := len(raw) - archive.EncodedSize(list[1].WireSize())
	if _, err := archive.CheckContent(message.CommunityID{}, &e, bytes.NewReader(raw[:end]), nil); !errors.Is(err, archive.ErrLength) {
		t.Errorf("a message less: %v", err)
	}
	if got, err := archive.CheckContent(message.CommunityID{}, &e, bytes.NewReader(raw), nil); err != nil || got != sum {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestCheckStopsWhenToldTo(t *testing.T) {
	v := loadVector(t, "small")
	entries, err := archive.DecodeIndex(v.index, 0)
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("refused by the application")
	calls := 0
	_, err = archive.Check(v.CommunityID, &entries[0], bytes.NewReader(v.data[:entries[0].Raw()]), func(*message.Message) error {
		calls++
		return stop
	})
	if !errors.Is(err, stop) || calls != 1 || archive.Refused(err) {
		t.Errorf("%v after %d calls", err, calls)
	}
}

func TestMessageErrorSaysWhere(t *testing.T) {
	list := []message.Message{{Timestamp: week.From, Topic: "abcd"}, {Timestamp: week.From + 1, Topic: "abc"}}
	raw, sum := encode(t, week, nil, list)
	e := archive.Entry{Span: week}
	e.Size, e.Padding = archive.Place(0, sum.Raw)
	_, err := archive.CheckContent(message.CommunityID{}, &e, bytes.NewReader(raw), nil)
	var at *archive.MessageError
	if !errors.As(err, &at) || at.Number != 2 || at.Offset != sum.Raw-uint64(archive.EncodedSize(list[1].WireSize())) {
		t.Fatalf("%v: %+v", err, at)
	}
	if !strings.Contains(err.Error(), "message 2") || !errors.Is(err, message.ErrTopic) {
		t.Error(err)
	}
}

func TestPadding(t *testing.T) {
	raw, _ := encode(t, week, nil, []message.Message{{Timestamp: week.From, Topic: "abcd", Payload: []byte{0, 0, 0}}})
	for _, tt := range []struct {
		name    string
		behind  []byte
		padding uint64
		want    error
	}{
		{"none", nil, 0, io.EOF},
		{"some", make([]byte, 100_000), 100_000, io.EOF},
		{"not zero", append(make([]byte, 100), 1), 100, archive.ErrPadding},
	} {
		d := archive.NewDecoder(bytes.NewReader(append(slices.Clone(raw), tt.behind...)))
		d.AllowPadding()
		if _, err := d.Next(); err != nil {
			t.Fatal(tt.name, err)
		}
		if _, err := d.Next(); !errors.Is(err, tt.want) || d.Padding() != tt.padding {
			t.Errorf("%s: %v with %d bytes", tt.name, err, d.Padding())
		}
	}
	d := archive.NewDecoder(bytes.NewReader(append(slices.Clone(raw), 0)))
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Next(); !errors.Is(err, archive.ErrArchive) {
		t.Errorf("padding not allowed: %v", err)
	}
}

// TestLengthsAreNotTrusted expects a claimed length to cost no memory.
func TestLengthsAreNotTrusted(t *testing.T) {
	head := protowire.AppendTag(nil, 2, protowire.BytesType)
	head = append(head, 0)
	for _, num := range []protowire.Number{2, 3, 9} {
		b := slices.Clone(head)
		if num == 2 {
			b = nil
		}
		b = protowire.AppendTag(b, num, protowire.BytesType)
		b = protowire.AppendVarint(b, archive.MaxMessageBytes) // allowed for a message, but not there
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := archive.NewDecoder(bytes.NewReader(append(b, "short"...))).Next()
		runtime.ReadMemStats(&after)
		if !archive.Refused(err) {
			t.Errorf("field %d: %v", num, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("field %d: %d bytes were allocated", num, used)
		}
	}
}

func TestEncoderRefuses(t *testing.T) {
	if _, err := archive.NewEncoder(io.Discard, message.Span{}, nil); !errors.Is(err, archive.ErrSpan) {
		t.Errorf("no span: %v", err)
	}
	if _, err := archive.NewEncoder(io.Discard, week, []message.Topic{"x"}); !errors.Is(err, message.ErrTopic) {
		t.Errorf("malformed topic: %v", err)
	}
	enc, err := archive.NewEncoder(io.Discard, week, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, ts := range []uint64{week.From - 1, week.To} {
		if err := enc.Encode(&message.Message{Timestamp: ts}); !errors.Is(err, archive.ErrTime) {
			t.Errorf("%d: %v", ts, err)
		}
	}
	large := message.Message{Timestamp: week.From, Payload: make([]byte, archive.MaxMessageBytes)}
	if err := enc.Encode(&large); !errors.Is(err, archive.ErrTooLarge) {
		t.Errorf("large message: %v", err)
	}
	// A refused message leaves nothing behind.
	sum, err := enc.Close()
	if err != nil || sum.Messages != 0 || sum.Raw != 14 {
		t.Errorf("%+v, %v", sum, err)
	}
	if err := enc.Encode(&message.Message{Timestamp: week.From}); err == nil {
		t.Error("a closed encoder takes a message")
	}
	if _, err := enc.Close(); err == nil {
		t.Error("closed twice")
	}
}

func TestWriterFails(t *testing.T) {
	full := errors.New("disk full")
	enc, err := archive.NewEncoder(failing{full}, week, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := message.Message{Timestamp: week.From, Payload: make([]byte, 100_000)}
	if err := enc.Encode(&m); !errors.Is(err, full) {
		t.Errorf("large message: %v", err)
	}
	if err := enc.Encode(&m); !errors.Is(err, full) {
		t.Errorf("next message: %v", err)
	}
	if _, err := enc.Close(); !errors.Is(err, full) {
		t.Errorf("close: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestLargeMessageIsReadable writes a message above the size at which archives
// are split: it has an archive of its own and must come back.
func TestLargeMessageIsReadable(t *testing.T) {
	m := message.Message{Timestamp: week.From, Topic: "abcd", Payload: bytes.Repeat([]byte("0123456789abcdef"), 32<<16)}
	raw, sum := encode(t, week, []message.Topic{"abcd"}, []message.Message{m})
	e, err := archive.NewEntry(week, []message.Topic{"abcd"}, 0, sum, message.ArchiveID{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.Sign(&e, archivetest.Key(1)); err != nil {
		t.Fatal(err)
	}
	read := 0
	_, err = archive.Check(archivetest.Key(1).Community(), &e, bytes.NewReader(raw), func(got *message.Message) error {
		read = len(got.Payload)
		return nil
	})
	if err != nil || read != len(m.Payload) {
		t.Errorf("%d bytes, %v", read, err)
	}
}

func TestEncodeDoesNotAllocate(t *testing.T) {
	enc, err := archive.NewEncoder(io.Discard, week, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := benchMessage()
	if n := testing.AllocsPerRun(10_000, func() {
		if err := enc.Encode(&m); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations a message", n)
	}
}

func benchMessage() message.Message {
	return message.Message{
		Timestamp: week.From + 5, Topic: "abcd", Payload: bytes.Repeat([]byte("x"), 500),
		Sig: bytes.Repeat([]byte{4}, 65), Hash: bytes.Repeat([]byte{7}, 32),
	}
}

func BenchmarkEncode(b *testing.B) {
	m := benchMessage()
	b.SetBytes(int64(archive.EncodedSize(m.WireSize())))
	var enc *archive.Encoder
	for i := range b.N {
		if i%100_000 == 0 {
			var err error
			if enc, err = archive.NewEncoder(io.Discard, week, nil); err != nil {
				b.Fatal(err)
			}
		}
		if err := enc.Encode(&m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	m := benchMessage()
	list := slices.Repeat([]message.Message{m}, 10_000)
	raw, sum := encode(b, week, []message.Topic{"abcd"}, list)
	e := archive.Entry{Span: week, Topics: []message.Topic{"abcd"}}
	e.Size, e.Padding = archive.Place(0, sum.Raw)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := archive.CheckContent(message.CommunityID{}, &e, bytes.NewReader(raw), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

func FuzzDecoder(f *testing.F) {
	for _, folder := range []string{"hostile", "accepted"} {
		for _, v := range archivetest.Load(f, "../testdata", folder) {
			for _, raw := range v.Archives {
				if len(raw) < 4096 {
					f.Add(raw)
				}
			}
		}
	}
	v := loadVector(f, "small")
	f.Add(v.data[v.Archives[1].Offset:][:v.Archives[1].RawSize])
	f.Fuzz(func(t *testing.T, b []byte) {
		d := archive.NewDecoder(bytes.NewReader(b))
		h, err := d.Header()
		var got []message.Message
		for err == nil {
			var m *message.Message
			if m, err = d.Next(); err == nil {
				got = append(got, m.Clone())
			}
		}
		if err != io.EOF { //nolint:errorlint // documented as it is
			if !archive.Refused(err) {
				t.Fatal(err)
			}
			return
		}
		var want pb.WakuMessageArchive
		if err := proto.Unmarshal(b, &want); err != nil {
			t.Fatalf("generated code refuses it: %v", err)
		}
		if want.GetMetadata().GetFrom() != h.Span.From || want.GetMetadata().GetTo() != h.Span.To ||
			len(want.GetMetadata().GetContentTopic()) != len(h.Topics) || len(want.GetMessages()) != len(got) {
			t.Fatalf("%+v with %d messages, generated code %v", h, len(got), &want)
		}
		for i, m := range want.GetMessages() {
			if m.GetTimestamp() != got[i].Timestamp || !bytes.Equal(m.GetPayload(), got[i].Payload) ||
				!bytes.Equal(m.GetHash(), got[i].Hash) || string(m.GetTopic()) != string(got[i].Topic) {
				t.Fatalf("message %d differs", i)
			}
		}
	})
}
