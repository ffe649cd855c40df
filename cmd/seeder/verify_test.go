package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/inspect"
	"seeder/internal/clock"
	"seeder/internal/liveheap"
	"seeder/message"
)

const vectors = "../../testdata/status-go"

// runTo runs a command in this process that writes its result to out.
func runTo(t *testing.T, out io.Writer, args ...string) (int, string) {
	t.Helper()
	var errs bytes.Buffer
	a := &app{in: strings.NewReader(""), out: out, err: &errs, clock: clock.System{}, version: "test"}
	return a.execute(t.Context(), args), errs.String()
}

// TestStreamedReportIsTheReport compares what is written as it is found with
// the report as a whole.
func TestStreamedReportIsTheReport(t *testing.T) {
	isolated(t)
	single := filepath.Join(t.TempDir(), "archive")
	data, err := os.ReadFile(filepath.Join(vectors, "small", "data"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(single, data[:204800], 0o600); err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir()
	for _, name := range []string{"data", "index"} {
		if err := os.WriteFile(filepath.Join(empty, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{vectors + "/small", vectors + "/append/second", single, empty} {
		want, err := inspect.Path(t.Context(), path, inspect.Options{Messages: true})
		if err != nil {
			t.Fatal(err)
		}
		var indented bytes.Buffer
		enc := json.NewEncoder(&indented)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(want); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code, errs := runTo(t, &out, "verify", "--messages", "-o", "json", path); code != exitDone {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		if diff := cmp.Diff(indented.String(), out.String()); diff != "" {
			t.Errorf("%s (-whole +streamed):\n%s", path, diff)
		}
	}
}

// damagedSecond returns a folder whose first archive is sound and whose second
// is not.
func damagedSecond(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"data", "index"} {
		b, err := os.ReadFile(filepath.Join(vectors, "small", name))
		if err != nil {
			t.Fatal(err)
		}
		if name == "data" {
			b[len(b)-1] = 1
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRefusalInTheMiddleLeavesJSON(t *testing.T) {
	isolated(t)
	dir := damagedSecond(t)
	var out bytes.Buffer
	code, errs := runTo(t, &out, "verify", "--messages", "-o", "json", dir)
	if code != exitRefused || !strings.Contains(errs, "seeder: refused: ") {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var got struct {
		Path     string
		Refused  string
		File     string
		Archive  *message.ArchiveID
		Offset   uint64
		Archives []inspect.Archive
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v:\n%s", err, &out)
	}
	if got.Path != dir || len(got.Archives) == 0 || len(got.Archives[0].Messages) != 40 {
		t.Errorf("path %s, %d archives before the refused one", got.Path, len(got.Archives))
	}
	if !strings.Contains(got.Refused, "not zero") || got.Archive == nil || got.Offset == 0 || got.File != filepath.Join(dir, "data") {
		t.Errorf("refusal %q of %s at %d in %s", got.Refused, got.Archive, got.Offset, got.File)
	}
	if strings.Count(out.String(), "\n{") != 0 {
		t.Errorf("more than one JSON value:\n%s", &out)
	}
}

// failing fails once it was given some bytes.
type failing struct{ left int }

var errFull = errors.New("full")

func (f *failing) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestVerifyThatCannotWrite(t *testing.T) {
	isolated(t)
	for _, args := range [][]string{{"-o", "json"}, {"-o", "text"}} {
		for _, room := range []int{0, 1000} {
			code, errs := runTo(t, &failing{left: room}, append(args, "verify", "--messages", vectors+"/small")...)
			if code != exitFailed || !strings.Contains(errs, "full") {
				t.Errorf("%v with room for %d: exit code %d: %s", args, room, code, errs)
			}
		}
	}
}

// tinyMessages writes an archive of n small messages.
func tinyMessages(t *testing.T, n uint64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tiny")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	span := message.PartitionOf(2800 * message.PartitionSeconds)
	enc, err := archive.NewEncoder(f, span, []message.Topic{"abcd"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := enc.Encode(&message.Message{Timestamp: span.From + i*message.PartitionSeconds/n, Topic: "abcd"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// heapWatch counts what is written and remembers the most that was held meanwhile.
type heapWatch struct {
	written, looked int
	peak            uint64
}

func (w *heapWatch) Write(b []byte) (int, error) {
	if w.written += len(b); w.written-w.looked > 4<<20 {
		w.looked = w.written
		w.peak = max(w.peak, liveheap.Bytes())
	}
	return len(b), nil
}

// TestMessagesTakeNoMemory lists many messages, which would take 60 MB as
// values and more as text.
func TestMessagesTakeNoMemory(t *testing.T) {
	isolated(t)
	path := tinyMessages(t, 200_000)
	before := liveheap.Bytes()
	for _, form := range []string{"json", "text"} {
		w := &heapWatch{}
		if code, errs := runTo(t, w, "verify", "--messages", "-o", form, path); code != exitDone {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		if w.looked == 0 || w.written < 20<<20 {
			t.Errorf("only %d bytes of %s were written", w.written, form)
		}
		if limit := before + 4<<20; w.peak > limit {
			t.Errorf("%s took %d bytes of heap, limit %d", form, w.peak, limit)
		}
	}
}

// sealedFolder writes a torrent folder of a sealed archive, without a torrent
// and without the community in its name.
func sealedFolder(t *testing.T) (dir string, v *archivetest.Vector) {
	t.Helper()
	for _, v := range archivetest.Load(t, "../../testdata", "accepted") {
		if v.Name != "sealed" {
			continue
		}
		dir := t.TempDir()
		for name, b := range map[string][]byte{"data": v.Data, "index": v.Index} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir, v
	}
	t.Fatal("no such vector")
	return "", nil
}

func TestSignerIsFoundAmongKnownCommunities(t *testing.T) {
	isolated(t)
	dir, v := sealedFolder(t)
	id := v.Community.String()
	verify := func(args ...string) string {
		var out bytes.Buffer
		if code, errs := runTo(t, &out, append([]string{"verify", dir}, args...)...); code != exitDone {
			t.Fatalf("%v: exit code %d: %s", args, code, errs)
		}
		return out.String()
	}
	for _, args := range [][]string{nil, {"--messages"}} {
		if out := verify(args...); strings.Contains(out, id) || !strings.Contains(out, "Name one with --community") {
			t.Errorf("nobody knows the community, but %v shows:\n%s", args, out)
		}
	}
	if out := verify("--community", id); !strings.Contains(out, id) {
		t.Errorf("named, but not the signer:\n%s", out)
	}
	if code, errs := runTo(t, io.Discard, "community", "join", id); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	for _, args := range [][]string{nil, {"--messages"}, {"-o", "json"}} {
		if out := verify(args...); !strings.Contains(out, id) || strings.Contains(out, "Name one") {
			t.Errorf("the community is followed here, but %v shows:\n%s", args, out)
		}
	}
}
