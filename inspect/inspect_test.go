package inspect_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/inspect"
	"seeder/message"
	"seeder/swarm"
)

const vectorRoot = "../testdata/status-go"

var vectorNames = []string{"small", "append/first", "append/second"}

// expected is what the Status client's vectors say.
type expected struct {
	CommunityID message.CommunityID `json:"community_id"`
	InfoHash    string              `json:"infohash"`
	Archives    []struct {
		From, To, Offset, Size, Padding uint64
		ID                              message.ArchiveID
		MessageCount                    uint64 `json:"message_count"`
		RawSize                         uint64 `json:"raw_size"`
		RawSHA256                       string `json:"raw_sha256"`
		Messages                        []struct {
			Hash, Payload, Topic string
			Timestamp            uint64
		}
	} `json:"archives_by_offset"`
}

func load(t *testing.T, name string) expected {
	t.Helper()
	var e expected
	if err := json.Unmarshal(readFile(t, filepath.Join(vectorRoot, name, "expected.json")), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStatusFolders(t *testing.T) {
	for _, name := range vectorNames {
		t.Run(name, func(t *testing.T) {
			want := load(t, name)
			report, err := inspect.Path(t.Context(), filepath.Join(vectorRoot, name), inspect.Options{Messages: true})
			if err != nil {
				t.Fatal(err)
			}
			if report.Kind != inspect.KindTorrent || report.InfoHash != want.InfoHash || *report.Community != want.CommunityID {
				t.Errorf("report %s %s %v", report.Kind, report.InfoHash, report.Community)
			}
			if len(report.Archives) != len(want.Archives) {
				t.Fatalf("%d archives", len(report.Archives))
			}
			for i, w := range want.Archives {
				expect := inspect.Archive{
					ID: &w.ID, From: w.From, To: w.To, Offset: &w.Offset, Size: w.Size, Padding: w.Padding,
					MessageCount: w.MessageCount, SHA256: w.RawSHA256, Reencodes: true,
				}
				got := report.Archives[i]
				for j, m := range got.Messages {
					payload, err := hex.DecodeString(w.Messages[j].Payload)
					if err != nil {
						t.Fatal(err)
					}
					if m.Timestamp != w.Messages[j].Timestamp || m.Topic != w.Messages[j].Topic ||
						m.Hash != w.Messages[j].Hash || m.PayloadLength != len(payload) {
						t.Errorf("message %d of archive %d is %+v", j, i, m)
					}
				}
				if uint64(len(got.Messages)) != w.MessageCount {
					t.Errorf("%d messages", len(got.Messages))
				}
				got.Messages = nil
				if diff := cmp.Diff(expect, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestKeys pins the JSON that users script against.
func TestKeys(t *testing.T) {
	report, err := inspect.Path(t.Context(), filepath.Join(vectorRoot, "small"), inspect.Options{Messages: true})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var top map[string]any
	if err := json.Unmarshal(b, &top); err != nil {
		t.Fatal(err)
	}
	first := top["archives"].([]any)[0].(map[string]any)
	msg := first["messages"].([]any)[0].(map[string]any)
	check := func(got map[string]any, want string) {
		t.Helper()
		for _, key := range strings.Fields(want) {
			if _, ok := got[key]; !ok {
				t.Errorf("no key %s", key)
			}
		}
		if len(got) != len(strings.Fields(want)) {
			t.Errorf("%d keys, want %s", len(got), want)
		}
	}
	check(top, "path kind community infohash archives")
	check(first, "id from to offset size padding message_count sha256 sealed signer reencodes messages")
	check(msg, "timestamp topic hash payload_length payload_sha256")
	if first["id"] != "0x0333923bbead8b2a83c36909941b17725f72adf7cdac7e82d96f8b0506a7a6bb" || first["signer"] != nil {
		t.Errorf("id %v, signer %v", first["id"], first["signer"])
	}
}

func TestArchiveFiles(t *testing.T) {
	for _, name := range vectorNames {
		want := load(t, name)
		data := readFile(t, filepath.Join(vectorRoot, name, "data"))
		for i, w := range want.Archives {
			for _, size := range []uint64{w.RawSize, w.RawSize + 7, w.Size} { // without, with some, with all padding
				path := filepath.Join(t.TempDir(), "archive")
				write(t, path, data[w.Offset:][:size])
				report, err := inspect.Path(t.Context(), path, inspect.Options{})
				if err != nil {
					t.Fatal(err)
				}
				expect := inspect.Report{Path: path, Kind: inspect.KindArchive, Archives: []inspect.Archive{{
					From: w.From, To: w.To, Size: size, Padding: size - w.RawSize,
					MessageCount: w.MessageCount, SHA256: w.RawSHA256, Reencodes: true,
				}}}
				if diff := cmp.Diff(expect, report); diff != "" {
					t.Errorf("%s, archive %d: %s", name, i, diff)
				}
			}
		}
	}
}

var sentinels = map[string]error{
	"ErrArchive": archive.ErrArchive, "ErrAuthor": archive.ErrAuthor, "ErrCanonical": archive.ErrCanonical,
	"ErrChain": archive.ErrChain, "ErrContent": archive.ErrContent, "ErrCount": archive.ErrCount,
	"ErrEncoding": archive.ErrEncoding, "ErrForeign": archive.ErrForeign, "ErrGap": archive.ErrGap,
	"ErrHeader": archive.ErrHeader, "ErrID": archive.ErrID, "ErrIndex": archive.ErrIndex,
	"ErrNoMetadata": archive.ErrNoMetadata, "ErrOffset": archive.ErrOffset, "ErrOrder": archive.ErrOrder,
	"ErrOutside": archive.ErrOutside, "ErrOverlap": archive.ErrOverlap, "ErrPadding": archive.ErrPadding,
	"ErrSeal": archive.ErrSeal, "ErrSize": archive.ErrSize, "ErrSpan": archive.ErrSpan, "ErrTime": archive.ErrTime,
	"ErrTooLarge": archive.ErrTooLarge, "ErrTooMany": archive.ErrTooMany, "ErrTopic": message.ErrTopic,
	"ErrUnlisted": archive.ErrUnlisted, "ErrVersion": archive.ErrVersion, "ErrWire": message.ErrWire,
}

// folderOf writes a vector as a torrent folder named after its community.
func folderOf(t *testing.T, v *archivetest.Vector, torrent bool) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), v.Community.String())
	write(t, filepath.Join(dir, "data"), v.Data)
	write(t, filepath.Join(dir, "index"), v.Index)
	if torrent {
		var out bytes.Buffer
		meta, err := swarm.NewMetainfo(v.Community, swarm.IndexPieces(v.Data), v.Index)
		if err != nil {
			t.Fatal(err)
		}
		if err := meta.WriteTorrent(&out); err != nil {
			t.Fatal(err)
		}
		write(t, dir+".torrent", out.Bytes())
	}
	return dir
}

func TestHostileFolders(t *testing.T) {
	for _, v := range archivetest.Load(t, "../testdata", "hostile") {
		t.Run(v.Name, func(t *testing.T) {
			for _, torrent := range []bool{false, true} {
				if torrent && len(v.Index) == 0 {
					continue // no torrent has an empty file
				}
				report, err := inspect.Path(t.Context(), folderOf(t, v, torrent), inspect.Options{})
				if !errors.Is(err, sentinels[v.Error]) || sentinels[v.Error] == nil {
					t.Fatalf("%v, want %s", err, v.Error)
				}
				var refusal *inspect.Refusal
				if !errors.As(err, &refusal) {
					t.Fatalf("%v is no refusal", err)
				}
				if refused := refusal.Archive != nil; refused != (v.Reader == "archive") {
					t.Errorf("refusal names archive %v", refusal.Archive)
				}
				if len(report.Archives) != 0 {
					t.Error("a report came with the error")
				}
			}
			for i, raw := range v.Archives { // must end somehow, with nothing but a refusal
				path := filepath.Join(t.TempDir(), "archive")
				write(t, path, raw)
				var refusal *inspect.Refusal
				if _, err := inspect.Path(t.Context(), path, inspect.Options{}); err != nil && !errors.As(err, &refusal) {
					t.Errorf("archive %d: %v", i, err)
				}
			}
		})
	}
}

func TestRefusalNamesTheMessage(t *testing.T) {
	for _, v := range archivetest.Load(t, "../testdata", "hostile") {
		if v.Name != "sealed-out-of-order" {
			continue
		}
		_, err := inspect.Path(t.Context(), folderOf(t, v, false), inspect.Options{})
		var refusal *inspect.Refusal
		if !errors.As(err, &refusal) || refusal.Message != 2 || refusal.Offset != 0 {
			t.Fatalf("%+v", err)
		}
		if !strings.Contains(err.Error(), refusal.Archive.String()) || !strings.Contains(err.Error(), "message 2") {
			t.Errorf("the error does not say where: %v", err)
		}
		return
	}
	t.Fatal("no such vector")
}

func TestAcceptedFolders(t *testing.T) {
	for _, v := range archivetest.Load(t, "../testdata", "accepted") {
		t.Run(v.Name, func(t *testing.T) {
			report, err := inspect.Path(t.Context(), folderOf(t, v, true), inspect.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Archives) != len(v.Archives) || report.InfoHash == "" {
				t.Errorf("%d archives, infohash %q", len(report.Archives), report.InfoHash)
			}
			for _, a := range report.Archives {
				if a.Sealed != (a.Signer != nil) || a.Sealed && *a.Signer != v.Community {
					t.Errorf("sealed %v, signer %v", a.Sealed, a.Signer)
				}
				if a.Reencodes != !strings.HasPrefix(v.Name, "unknown-field-in-archive") {
					t.Errorf("reencodes: %v", a.Reencodes)
				}
			}
		})
	}
}

func vectorNamed(t *testing.T, name string) *archivetest.Vector {
	t.Helper()
	for _, v := range archivetest.Load(t, "../testdata", "accepted") {
		if v.Name == name {
			return v
		}
	}
	t.Fatalf("no vector %s", name)
	return nil
}

func TestTorrentIsChecked(t *testing.T) {
	edit := func(name string, at int) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			b := readFile(t, filepath.Join(dir, name))
			b[at] ^= 1
			write(t, filepath.Join(dir, name), b)
		}
	}
	tests := []struct {
		name   string
		change func(t *testing.T, dir string)
		want   error
	}{
		{"padding changed", edit("data", 102399), inspect.ErrPiece},
		{"content changed", edit("data", 102400+36), inspect.ErrPiece},
		{"index changed", edit("index", 3), swarm.ErrTorrent},
		{"data longer", func(t *testing.T, dir string) {
			t.Helper()
			path := filepath.Join(dir, "data")
			write(t, path, append(readFile(t, path), 0))
		}, swarm.ErrTorrent},
		{"index longer", func(t *testing.T, dir string) {
			t.Helper()
			path := filepath.Join(dir, "index")
			write(t, path, append(readFile(t, path), 0))
		}, swarm.ErrTorrent},
		{"no torrent at all", func(t *testing.T, dir string) {
			t.Helper()
			write(t, dir+".torrent", []byte("d4:infod4:name3:fooee"))
		}, swarm.ErrTorrent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folderOf(t, vectorNamed(t, "sealed-chain"), true)
			tt.change(t, dir)
			_, err := inspect.Path(t.Context(), dir, inspect.Options{})
			var refusal *inspect.Refusal
			if !errors.Is(err, tt.want) || !errors.As(err, &refusal) {
				t.Fatalf("%v, want a refusal with %v", err, tt.want)
			}
		})
	}
}

func TestCommunityMustAgree(t *testing.T) {
	v := vectorNamed(t, "sealed")
	dir := folderOf(t, v, true)
	other := archivetest.Key(2).Community()
	if _, err := inspect.Path(t.Context(), dir, inspect.Options{Community: other}); !errors.Is(err, inspect.ErrCommunity) {
		t.Errorf("asked for another community: %v", err)
	}
	renamed := filepath.Join(t.TempDir(), other.String())
	if err := os.Rename(dir, renamed); err != nil {
		t.Fatal(err)
	}
	if _, err := inspect.Path(t.Context(), renamed, inspect.Options{}); !errors.Is(err, archive.ErrForeign) {
		t.Errorf("folder renamed, no torrent: %v", err)
	}
	if err := os.Rename(dir+".torrent", filepath.Join(renamed, "x.torrent")); err != nil {
		t.Fatal(err)
	}
	if _, err := inspect.Path(t.Context(), renamed, inspect.Options{}); !errors.Is(err, inspect.ErrCommunity) {
		t.Errorf("folder renamed, torrent inside: %v", err)
	}
}

// TestUnknownCommunity expects a sealed archive of nobody known to be checked
// but for its signature.
func TestUnknownCommunity(t *testing.T) {
	dir := folderOf(t, vectorNamed(t, "sealed"), false)
	plain := filepath.Join(t.TempDir(), "a [strange] folder*")
	if err := os.Rename(dir, plain); err != nil {
		t.Fatal(err)
	}
	report, err := inspect.Path(t.Context(), plain, inspect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Community != nil || !report.Archives[0].Sealed || report.Archives[0].Signer != nil {
		t.Errorf("%+v", report)
	}
	if err := os.Rename(filepath.Join(plain, "index"), filepath.Join(plain, "x")); err != nil {
		t.Fatal(err)
	}
	if _, err := inspect.Path(t.Context(), plain, inspect.Options{}); !errors.Is(err, inspect.ErrPath) {
		t.Errorf("no index: %v", err)
	}
}

func TestPaddingWithoutTorrent(t *testing.T) {
	dir := folderOf(t, vectorNamed(t, "sealed"), false)
	data := readFile(t, filepath.Join(dir, "data"))
	data[len(data)-1] = 1
	write(t, filepath.Join(dir, "data"), data)
	if _, err := inspect.Path(t.Context(), dir, inspect.Options{}); !errors.Is(err, archive.ErrPadding) {
		t.Error(err)
	}
	write(t, filepath.Join(dir, "single"), data)
	if _, err := inspect.Path(t.Context(), filepath.Join(dir, "single"), inspect.Options{}); !errors.Is(err, archive.ErrPadding) {
		t.Error(err)
	}
}

func TestPaths(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "empty"), nil)
	write(t, filepath.Join(dir, "text"), []byte("not an archive\n"))
	write(t, filepath.Join(dir, "two", "index"), nil)
	write(t, filepath.Join(dir, "two", "data"), nil)
	write(t, filepath.Join(dir, "two", "a.torrent"), nil)
	write(t, filepath.Join(dir, "two", "b.torrent"), nil)
	write(t, filepath.Join(dir, "data-is-a-folder", "index"), nil)
	write(t, filepath.Join(dir, "data-is-a-folder", "data", "x"), nil)
	for path, want := range map[string]error{
		"nowhere": fs.ErrNotExist, "empty": archive.ErrArchive, "text": archive.ErrArchive,
		"": inspect.ErrPath, "two": inspect.ErrPath, "data-is-a-folder": inspect.ErrPath,
	} {
		if _, err := inspect.Path(t.Context(), filepath.Join(dir, path), inspect.Options{}); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", path, err, want)
		}
	}
	if _, err := inspect.Path(t.Context(), os.DevNull, inspect.Options{}); !errors.Is(err, inspect.ErrPath) {
		t.Errorf("a device: %v", err)
	}
}

func TestEach(t *testing.T) {
	path := filepath.Join(vectorRoot, "small")
	var messages int
	opts := inspect.Options{Messages: true, Each: func(a *inspect.Archive) error {
		messages += len(a.Messages)
		return nil
	}}
	report, err := inspect.Path(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	if messages != 121 || report.Archives[0].Messages != nil {
		t.Errorf("%d messages, %d kept", messages, len(report.Archives[0].Messages))
	}
	stop := errors.New("enough")
	opts.Each = func(*inspect.Archive) error { return stop }
	if _, err := inspect.Path(t.Context(), path, opts); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, path := range []string{vectorRoot + "/small", vectorRoot + "/small/data"} {
		_, err := inspect.Path(ctx, path, inspect.Options{})
		var refusal *inspect.Refusal
		if !errors.Is(err, context.Canceled) || errors.As(err, &refusal) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
