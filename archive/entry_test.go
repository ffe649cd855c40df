package archive_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/internal/pb"
	"seeder/message"
	"seeder/signer"
)

var week = message.PartitionOf(1704067200)

func TestPlace(t *testing.T) {
	const p = archive.PieceLength
	for _, tt := range []struct{ raw, size uint64 }{
		{1, p}, {p - 1, p}, {p, p}, {p + 1, 2 * p}, {2*p - 1, 2 * p},
		{2 * p, 3 * p}, {2*p + 1, 3 * p}, {3 * p, 4 * p}, {138681, 204800}, {10770, 102400},
	} {
		size, padding := archive.Place(0, tt.raw)
		if size != tt.size || padding != tt.size-tt.raw {
			t.Errorf("%d: size %d, padding %d", tt.raw, size, padding)
		}
	}
}

// drawEntry makes any sealed and signed entry.
func drawEntry(t *rapid.T, offset uint64, previous message.ArchiveID) archive.Entry {
	from := rapid.Uint64Range(0, archive.MaxTime-1).Draw(t, "from")
	span := message.Span{From: from, To: rapid.Uint64Range(from+1, archive.MaxTime).Draw(t, "to")}
	var topics []message.Topic
	for range rapid.IntRange(0, 5).Draw(t, "topics") {
		topics = append(topics, message.Topic(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "topic")))
	}
	sum := archive.Summary{
		Raw: rapid.Uint64Range(1, archive.MaxArchiveBytes).Draw(t, "raw"), Messages: rapid.Uint64().Draw(t, "messages"),
		SHA256: sha256.Sum256(rapid.SliceOf(rapid.Byte()).Draw(t, "content")),
	}
	e, err := archive.NewEntry(span, topics, offset, sum, previous, rapid.Uint32().Draw(t, "amends"))
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.Sign(&e, archivetest.Key(1)); err != nil {
		t.Fatal(err)
	}
	return e
}

// generated is the entry as the code that protoc makes has it.
func generated(e *archive.Entry) *pb.WakuMessageArchiveIndexMetadata {
	m := &pb.WakuMessageArchiveIndexMetadata{
		Metadata: &pb.WakuMessageArchiveMetadata{From: e.Span.From, To: e.Span.To},
		Offset:   e.Offset, Size: e.Size, Padding: e.Padding, Signature: e.Signature,
	}
	for _, topic := range e.Topics {
		m.Metadata.ContentTopic = append(m.Metadata.ContentTopic, []byte(topic))
	}
	if s := e.Seal; s != nil {
		m.Seal = &pb.ArchiveSeal{Sha256: s.SHA256[:], MessageCount: s.MessageCount, Amends: s.Amends, Encoding: s.Encoding}
		if !s.Previous.IsZero() {
			m.Seal.Previous = s.Previous[:]
		}
	}
	return m
}

func marshal(t fataler, m proto.Message) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type fataler interface{ Fatal(...any) }

func TestIndexAgreesWithGeneratedCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var entries []archive.Entry
		var offset uint64
		var previous message.ArchiveID
		want := &pb.WakuMessageArchiveIndex{Archives: map[string]*pb.WakuMessageArchiveIndexMetadata{}}
		for range rapid.IntRange(1, 6).Draw(t, "entries") {
			e := drawEntry(t, offset, previous)
			entries = append(entries, e)
			offset, previous = e.End(), e.ID
			want.Archives[e.ID.String()] = generated(&e)
			if got := marshal(t, generated(&e)); !bytes.Equal(e.Encode(), got) {
				t.Fatalf("entry %x, generated code %x", e.Encode(), got)
			}
		}
		shuffled := rapid.Permutation(entries).Draw(t, "shuffled")
		encoded := archive.EncodeIndex(shuffled)
		var back pb.WakuMessageArchiveIndex
		if err := proto.Unmarshal(encoded, &back); err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(&back, want) {
			t.Fatal("generated code reads another index")
		}
		if !bytes.Equal(encoded, archive.EncodeIndex(entries)) {
			t.Fatal("the order of entries changes the index")
		}
		for _, b := range [][]byte{encoded, marshal(t, want)} { // in order of offset, and of id
			got, err := archive.DecodeIndex(b, offset)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(entries, got); diff != "" {
				t.Fatal(diff)
			}
		}
		for i := range entries {
			if err := archive.VerifySeal(archivetest.Key(1).Community(), &entries[i]); err != nil {
				t.Fatal(err)
			}
		}
		cut := rapid.IntRange(1, len(encoded)-1).Draw(t, "cut")
		if _, err := archive.DecodeIndex(encoded[:cut], offset); !archive.Refused(err) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		at, bit := rapid.IntRange(0, len(encoded)-1).Draw(t, "at"), rapid.IntRange(0, 7).Draw(t, "bit")
		encoded[at] ^= 1 << bit
		if changed, err := archive.DecodeIndex(encoded, offset); err == nil {
			// Only a signature can change without the id being wrong.
			for i := range changed {
				if err := archive.VerifySeal(archivetest.Key(1).Community(), &changed[i]); err != nil {
					return
				}
			}
			t.Fatalf("a change of byte %d goes unnoticed", at)
		}
	})
}

func TestNewEntryRefuses(t *testing.T) {
	sum := archive.Summary{Raw: 100, Messages: 1}
	many := make([]message.Topic, archive.MaxTopics+1)
	for i := range many {
		many[i] = "abcd"
	}
	for _, tt := range []struct {
		name   string
		span   message.Span
		topics []message.Topic
		offset uint64
		raw    uint64
		want   error
	}{
		{"empty span", message.Span{From: 5, To: 5}, nil, 0, 1, archive.ErrSpan},
		{"span without end", message.Forever(), nil, 0, 1, archive.ErrSpan},
		{"odd offset", week, nil, 7, 1, archive.ErrOffset},
		{"malformed topic", week, []message.Topic{"abc"}, 0, 1, message.ErrTopic},
		{"too many topics", week, many, 0, 1, archive.ErrTooMany},
		{"no bytes", week, nil, 0, 0, archive.ErrPadding},
		{"too large", week, nil, 0, archive.MaxArchiveBytes + 1, archive.ErrTooLarge},
		{"as large as can be", week, many[1:], 0, archive.MaxArchiveBytes, nil},
	} {
		sum.Raw = tt.raw
		if _, err := archive.NewEntry(tt.span, tt.topics, tt.offset, sum, message.ArchiveID{}, 0); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestIndexLimits(t *testing.T) {
	if _, err := archive.DecodeIndex(make([]byte, archive.MaxIndexBytes+1), 0); !errors.Is(err, archive.ErrTooLarge) {
		t.Errorf("large index: %v", err)
	}
	e := archive.Entry{Span: message.Span{From: 1, To: 2}, Size: archive.PieceLength}
	entries := make([]archive.Entry, archive.MaxEntries+1)
	for i := range entries {
		entries[i] = e
		entries[i].Offset = uint64(i) * archive.PieceLength
		entries[i].ID = entries[i].ComputeID()
	}
	if _, err := archive.DecodeIndex(archive.EncodeIndex(entries), 0); !errors.Is(err, archive.ErrTooMany) {
		t.Errorf("one entry too many: %v", err)
	}
	if _, err := archive.DecodeIndex(archive.EncodeIndex(entries[1:]), 0); !errors.Is(err, archive.ErrGap) {
		t.Errorf("without the first: %v", err)
	}
	got, err := archive.DecodeIndex(archive.EncodeIndex(entries[:archive.MaxEntries]), 0)
	if err != nil || len(got) != archive.MaxEntries {
		t.Errorf("as many as can be: %d, %v", len(got), err)
	}
}

func TestSeal(t *testing.T) {
	sum := archive.Summary{Raw: 100, Messages: 1}
	e, err := archive.NewEntry(week, nil, 0, sum, message.ArchiveID{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := archivetest.Key(1), archivetest.Key(2)
	if err := archive.VerifySeal(ours.Community(), &e); !errors.Is(err, archive.ErrSeal) {
		t.Errorf("not signed yet: %v", err)
	}
	if err := archive.Sign(&e, ours); err != nil {
		t.Fatal(err)
	}
	if !e.Sealed() {
		t.Error("signed, and not sealed")
	}
	if err := archive.VerifySeal(ours.Community(), &e); err != nil {
		t.Error(err)
	}
	if err := archive.VerifySeal(theirs.Community(), &e); !errors.Is(err, archive.ErrForeign) || !errors.Is(err, signer.ErrSignature) {
		t.Errorf("another community: %v", err)
	}
	moved := e
	moved.Offset += archive.PieceLength
	if err := archive.VerifySeal(ours.Community(), &moved); !errors.Is(err, archive.ErrID) {
		t.Errorf("moved: %v", err)
	}
	same := e
	if moved.Equal(e) || !same.Equal(e) {
		t.Error("Equal")
	}
	plain := archive.Entry{Span: week, Size: archive.PieceLength}
	if err := archive.VerifySeal(ours.Community(), &plain); err != nil {
		t.Errorf("a plain Status entry: %v", err)
	}
	if err := archive.Sign(&plain, ours); !errors.Is(err, archive.ErrSeal) {
		t.Errorf("signing without a seal: %v", err)
	}
	if !strings.Contains(archive.VerifySeal(theirs.Community(), &e).Error(), e.ID.String()) {
		t.Error("the error does not name the archive")
	}
}

// TestSameHistorySameBytes stands for two machines: nothing but the messages
// and the key goes into the bytes.
func TestSameHistorySameBytes(t *testing.T) {
	build := func() []byte {
		var entries []archive.Entry
		var offset uint64
		var previous message.ArchiveID
		for i := range 3 {
			r := rand.New(rand.NewPCG(uint64(i), 7))
			m := message.Message{Timestamp: week.From + r.Uint64N(1000), Topic: "abcd", Payload: fmt.Append(nil, r.Uint64())}
			_, sum := encode(t, week, []message.Topic{"abcd"}, []message.Message{m})
			e, err := archive.NewEntry(week, []message.Topic{"abcd"}, offset, sum, previous, uint32(i))
			if err != nil {
				t.Fatal(err)
			}
			if err := archive.Sign(&e, archivetest.Key(1)); err != nil {
				t.Fatal(err)
			}
			entries, offset, previous = append(entries, e), e.End(), e.ID
		}
		return archive.EncodeIndex(entries)
	}
	first := build()
	if !bytes.Equal(first, build()) {
		t.Error("the index differs")
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(first)); got != pinnedIndex {
		t.Errorf("the index has SHA-256 %s", got)
	}
}

// pinnedIndex is what the first version made.
const pinnedIndex = "7ae82c7fcaef88c264e95b9c21b449d681134b35f562e2e20c7c6e94798f12fd"

func FuzzParseEntry(f *testing.F) {
	seedEntries(f, func(b []byte) { f.Add(b) })
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := archive.ParseEntry(b)
		if err != nil {
			if !archive.Refused(err) {
				t.Fatal(err)
			}
			return
		}
		if !bytes.Equal(e.Encode(), b) || e.ID != e.ComputeID() {
			t.Fatal("accepted what does not encode to the same")
		}
		var m pb.WakuMessageArchiveIndexMetadata
		if err := proto.Unmarshal(b, &m); err != nil {
			t.Fatalf("generated code refuses it: %v", err)
		}
		m.ProtoReflect().SetUnknown(nil)
		if !proto.Equal(&m, generated(&e)) {
			t.Fatalf("%+v, generated code %v", e, &m)
		}
	})
}

// seedEntries calls fn for every entry of the vectors.
func seedEntries(tb testing.TB, fn func([]byte)) {
	tb.Helper()
	for _, folder := range []string{"hostile", "accepted"} {
		for _, v := range archivetest.Load(tb, "../testdata", folder) {
			for _, e := range v.Entries {
				if len(e) < 4096 {
					fn(e)
				}
			}
		}
	}
	for _, name := range vectorNames {
		for _, a := range loadVector(tb, name).Archives {
			fn(a.IndexMetadataBytes)
		}
	}
}

func FuzzDecodeIndex(f *testing.F) {
	for _, folder := range []string{"hostile", "accepted"} {
		for _, v := range archivetest.Load(f, "../testdata", folder) {
			if len(v.Index) < 4096 {
				f.Add(v.Index, uint64(len(v.Data)))
			}
		}
	}
	for _, name := range vectorNames {
		v := loadVector(f, name)
		f.Add(v.index, uint64(len(v.data)))
	}
	f.Fuzz(func(t *testing.T, b []byte, size uint64) {
		entries, err := archive.DecodeIndex(b, size)
		if err != nil {
			if !archive.Refused(err) {
				t.Fatal(err)
			}
			return
		}
		var end uint64
		for i := range entries {
			if entries[i].Offset != end || entries[i].Raw() == 0 || entries[i].Raw() > archive.MaxArchiveBytes {
				t.Fatalf("accepted %+v behind %d", entries[i], end)
			}
			end = entries[i].End()
		}
		if size != 0 && end != size {
			t.Fatalf("accepted %d bytes of %d", end, size)
		}
		again, err := archive.DecodeIndex(archive.EncodeIndex(entries), size)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(entries, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
