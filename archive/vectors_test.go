package archive_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/archive"
	"seeder/message"
)

const vectorRoot = "../testdata/status-go"

// vectorNames are the torrents written by a Status client.
var vectorNames = []string{"small", "append/first", "append/second"}

// sameBytes keeps cmp from comparing long payloads byte by byte.
var sameBytes = cmp.Comparer(bytes.Equal)

// hexBytes is hex in JSON.
type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

type vectorMessage struct {
	Hash, Padding, Payload, Sig hexBytes
	ThirdPartyID                string `json:"thirdPartyId"`
	Timestamp                   uint64
	Topic                       hexBytes
}

func (v vectorMessage) message() message.Message {
	return message.Message{
		Timestamp: v.Timestamp, Topic: message.Topic(v.Topic), Payload: none(v.Payload), Sig: none(v.Sig),
		Padding: none(v.Padding), Hash: none(v.Hash), ThirdPartyID: v.ThirdPartyID,
	}
}

func none(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

type vectorArchive struct {
	From, To, Offset, Size, Padding uint64
	ID                              message.ArchiveID
	IndexMetadataBytes              hexBytes `json:"index_metadata_bytes"`
	Topics                          []hexBytes
	RawSize                         uint64   `json:"raw_size"`
	RawSHA256                       hexBytes `json:"raw_sha256"`
	Messages                        []vectorMessage
}

func (v *vectorArchive) topics() []message.Topic {
	var topics []message.Topic
	for _, t := range v.Topics {
		topics = append(topics, message.Topic(t))
	}
	return topics
}

func (v *vectorArchive) messages() []message.Message {
	var list []message.Message
	for _, m := range v.Messages {
		list = append(list, m.message())
	}
	return list
}

type vector struct {
	CommunityID message.CommunityID `json:"community_id"`
	Archives    []vectorArchive     `json:"archives_by_offset"`
	Start, End  uint64
	Partition   uint64 `json:"partition_seconds"`

	data, index []byte
	input       []message.Message
}

func loadVector(t testing.TB, name string) *vector {
	t.Helper()
	var v vector
	readJSON(t, filepath.Join(vectorRoot, name, "expected.json"), &v)
	v.data = readFile(t, filepath.Join(vectorRoot, name, "data"))
	v.index = readFile(t, filepath.Join(vectorRoot, name, "index"))
	input := filepath.Join(vectorRoot, name, "input.json")
	if _, err := os.Stat(input); err != nil { // one input for both calls
		input = filepath.Join(vectorRoot, filepath.Dir(name), "input.json")
	}
	var in struct{ Messages []vectorMessage }
	readJSON(t, input, &in)
	for _, m := range in.Messages {
		v.input = append(v.input, m.message())
	}
	return &v
}

func readJSON(t testing.TB, path string, into any) {
	t.Helper()
	if err := json.Unmarshal(readFile(t, path), into); err != nil {
		t.Fatal(path, err)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// encode returns one archive and its summary.
func encode(t testing.TB, span message.Span, topics []message.Topic, messages []message.Message) ([]byte, archive.Summary) {
	t.Helper()
	var out bytes.Buffer
	enc, err := archive.NewEncoder(&out, span, topics)
	if err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		if err := enc.Encode(&messages[i]); err != nil {
			t.Fatal(err)
		}
	}
	sum, err := enc.Close()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), sum
}

// decode returns everything in an encoded archive.
func decode(t testing.TB, b []byte) (archive.Header, []message.Message) {
	t.Helper()
	d := archive.NewDecoder(bytes.NewReader(b))
	h, err := d.Header()
	if err != nil {
		t.Fatal(err)
	}
	var list []message.Message
	for {
		m, err := d.Next()
		if errors.Is(err, io.EOF) {
			return h, list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m.Clone())
	}
}

func TestStatusIndexDecodes(t *testing.T) {
	for _, name := range vectorNames {
		t.Run(name, func(t *testing.T) {
			v := loadVector(t, name)
			for _, size := range []uint64{uint64(len(v.data)), 0} {
				entries, err := archive.DecodeIndex(v.index, size)
				if err != nil {
					t.Fatal(err)
				}
				if len(entries) != len(v.Archives) {
					t.Fatalf("%d entries, want %d", len(entries), len(v.Archives))
				}
				for i, want := range v.Archives {
					checkVectorEntry(t, &entries[i], &want)
				}
			}
		})
	}
}

func checkVectorEntry(t *testing.T, e *archive.Entry, want *vectorArchive) {
	t.Helper()
	expect := archive.Entry{
		ID: want.ID, Span: message.Span{From: want.From, To: want.To}, Topics: want.topics(),
		Offset: want.Offset, Size: want.Size, Padding: want.Padding,
	}
	if diff := cmp.Diff(expect, *e); diff != "" {
		t.Error(diff)
	}
	if !bytes.Equal(e.Encode(), want.IndexMetadataBytes) {
		t.Errorf("entry encodes to %x, want %x", e.Encode(), want.IndexMetadataBytes)
	}
	if e.Sealed() {
		t.Error("a Status entry is sealed")
	}
	if e.Raw() != want.RawSize || e.End() != want.Offset+want.Size {
		t.Errorf("raw %d, end %d", e.Raw(), e.End())
	}
}

func TestStatusArchivesDecodeAndCheck(t *testing.T) {
	for _, name := range vectorNames {
		t.Run(name, func(t *testing.T) {
			v := loadVector(t, name)
			entries, err := archive.DecodeIndex(v.index, uint64(len(v.data)))
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range v.Archives {
				raw := v.data[want.Offset:][:want.RawSize]
				header, got := decode(t, raw)
				if header.Span != entries[i].Span {
					t.Errorf("header span %v", header.Span)
				}
				if diff := cmp.Diff(want.topics(), header.Topics); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(want.messages(), got, sameBytes); diff != "" {
					t.Error(diff)
				}
				var checked []message.Message
				sum, err := archive.Check(v.CommunityID, &entries[i], bytes.NewReader(raw), func(m *message.Message) error {
					checked = append(checked, m.Clone())
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(sum.SHA256[:], want.RawSHA256) || sum.Raw != want.RawSize || sum.Messages != uint64(len(got)) {
					t.Errorf("summary %+v", sum)
				}
				if diff := cmp.Diff(got, checked, sameBytes); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestStatusDataIsReproduced encodes the messages in the order in which the
// Status client was given them, partition by partition, and expects its bytes.
func TestStatusDataIsReproduced(t *testing.T) {
	for _, name := range vectorNames {
		t.Run(name, func(t *testing.T) {
			v := loadVector(t, name)
			var data []byte
			var entries []archive.Entry
			topics := v.Archives[0].topics()
			for from := v.Archives[0].From; from < v.End; from += v.Partition {
				span := message.Span{From: from, To: from + v.Partition}
				var inside []message.Message
				for _, m := range v.input {
					if span.Contains(m.Timestamp) {
						inside = append(inside, m)
					}
				}
				if len(inside) == 0 {
					continue
				}
				raw, sum := encode(t, span, topics, inside)
				e := archive.Entry{Span: span, Topics: topics, Offset: uint64(len(data))}
				e.Size, e.Padding = archive.Place(e.Offset, sum.Raw)
				e.ID = e.ComputeID()
				entries = append(entries, e)
				data = append(append(data, raw...), make([]byte, e.Padding)...)
			}
			if !bytes.Equal(data, v.data) {
				t.Errorf("data differs: SHA-256 %x, want %x", sha256.Sum256(data), sha256.Sum256(v.data))
			}
			want, err := archive.DecodeIndex(v.index, 0)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, entries); diff != "" {
				t.Error(diff)
			}
			again, err := archive.DecodeIndex(archive.EncodeIndex(entries), uint64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, again); diff != "" {
				t.Error(diff)
			}
			if len(archive.EncodeIndex(entries)) != len(v.index) {
				t.Error("index has another length than the client's")
			}
		})
	}
}
