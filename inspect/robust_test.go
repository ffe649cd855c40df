package inspect_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/inspect"
	"seeder/message"
)

// TestMemoryIsBounded verifies a folder of 60 MB and expects it to be read as a
// stream: all that is allocated on the way is a fraction of it.
func TestMemoryIsBounded(t *testing.T) {
	const archives, messages, length = 20, 1000, 3000
	var (
		data     bytes.Buffer
		entries  []archive.Entry
		previous message.ArchiveID
		key      = archivetest.Key(1)
		topics   = []message.Topic{"abcd"}
		payload  = bytes.Repeat([]byte("x"), length)
	)
	for week := range uint64(archives) {
		span := message.PartitionOf(week * message.PartitionSeconds)
		offset := uint64(data.Len())
		enc, err := archive.NewEncoder(&data, span, topics)
		if err != nil {
			t.Fatal(err)
		}
		for i := range uint64(messages) {
			if err := enc.Encode(&message.Message{Timestamp: span.From + i, Topic: "abcd", Payload: payload}); err != nil {
				t.Fatal(err)
			}
		}
		sum, err := enc.Close()
		if err != nil {
			t.Fatal(err)
		}
		e, err := archive.NewEntry(span, topics, offset, sum, previous, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := archive.Sign(&e, key); err != nil {
			t.Fatal(err)
		}
		data.Write(make([]byte, e.Padding))
		entries, previous = append(entries, e), e.ID
	}
	size := data.Len()
	dir := folderOf(t, &archivetest.Vector{Community: key.Community(), Data: data.Bytes(), Index: archive.EncodeIndex(entries)}, true)
	data = bytes.Buffer{}

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	report, err := inspect.Path(t.Context(), dir, inspect.Options{})
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Archives) != archives || report.Archives[3].MessageCount != messages || *report.Archives[3].Signer != key.Community() {
		t.Errorf("%d archives, the fourth is %+v", len(report.Archives), report.Archives[3])
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > uint64(size)/2 {
		t.Errorf("%d bytes were allocated for %d", used, size)
	}
}

// FuzzPath gives verify any three files and expects a report or an error, and
// no report of what does not fill the data.
func FuzzPath(f *testing.F) {
	for _, folder := range []string{"hostile", "accepted"} {
		for _, v := range archivetest.Load(f, "../testdata", folder) {
			for _, a := range v.Archives {
				if len(v.Archives) == 1 && len(v.Index) < 4096 {
					f.Add(a, v.Index, uint16(0), []byte(nil))
				}
			}
		}
	}
	torrents, err := filepath.Glob(vectorRoot + "/small/*.torrent")
	if err != nil || len(torrents) != 1 {
		f.Fatal("no torrent", err)
	}
	torrent, err := os.ReadFile(torrents[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("data"), []byte("index"), uint16(3), torrent)
	f.Fuzz(func(t *testing.T, data, index []byte, pieces uint16, torrent []byte) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{"data": data, "index": index, "x.torrent": torrent} {
			if name == "x.torrent" && len(b) == 0 {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		length := max(int64(len(data)), (1+int64(pieces%4))*archive.PieceLength)
		if err := os.Truncate(filepath.Join(dir, "data"), length); err != nil { // adds zeros, which need no writing
			t.Fatal(err)
		}
		report, err := inspect.Path(t.Context(), dir, inspect.Options{Messages: true})
		var refusal *inspect.Refusal
		if err != nil && !errors.As(err, &refusal) {
			t.Fatalf("neither accepted nor refused: %v", err)
		}
		var size uint64
		for _, a := range report.Archives {
			size += a.Size
		}
		if err == nil && size != uint64(length) {
			t.Fatalf("accepted %d of %d bytes", size, length)
		}
		if _, err := inspect.Path(t.Context(), filepath.Join(dir, "data"), inspect.Options{}); err != nil && !errors.As(err, &refusal) {
			t.Fatalf("data as an archive: %v", err)
		}
	})
}
