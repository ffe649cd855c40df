package swarm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// keep makes a generation of archives and keeps it.
func keep(t *testing.T, files *swarm.Files, archives ...swarmtest.Archive) swarm.Kept {
	t.Helper()
	swarmtest.Put(t, files, c1, archives...)
	g := swarmtest.Generation(c1, archives...)
	var hashes []byte
	for _, a := range archives {
		p, err := files.Pieces(c1, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, p.Hashes...)
	}
	m, err := swarm.NewMetainfo(c1, hashes, g.Index)
	if err != nil {
		t.Fatal(err)
	}
	m.Trackers = []string{"udp://tracker.example:1"}
	k := swarm.Kept{Meta: m, Index: g.Index, Files: g.Files}
	if err := files.Keep(k); err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeep(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	k := keep(t, files, swarmtest.NewArchives(1, 10, 3*pl)...)
	got, err := files.Kept(c1, k.Meta.InfoHash)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(k, got); diff != "" {
		t.Errorf("(-kept +read)\n%s", diff)
	}
	if hashes, err := files.Generations(c1); err != nil || len(hashes) != 1 || hashes[0] != k.Meta.InfoHash {
		t.Errorf("generations %x, %v", hashes, err)
	}
	if _, err := files.Kept(swarmtest.Community(2), k.Meta.InfoHash); !errors.Is(err, swarm.ErrMissing) {
		t.Errorf("another community: %v", err)
	}
	if err := os.Remove(files.TorrentPath(c1, k.Meta.InfoHash)); err != nil {
		t.Fatal(err)
	}
	if hashes, err := files.Generations(c1); err != nil || len(hashes) != 1 || hashes[0] != k.Meta.InfoHash {
		t.Errorf("generations without the torrent: %x, %v", hashes, err)
	}
	for range 2 {
		if err := files.Forget(c1, k.Meta.InfoHash); err != nil {
			t.Error(err)
		}
	}
	if _, err := files.Kept(c1, k.Meta.InfoHash); !errors.Is(err, swarm.ErrMissing) {
		t.Errorf("forgotten: %v", err)
	}
	if hashes, err := files.Generations(c1); err != nil || len(hashes) != 0 {
		t.Errorf("generations after all: %x, %v", hashes, err)
	}
	if hashes, err := files.Generations(swarmtest.Community(2)); err != nil || len(hashes) != 0 {
		t.Errorf("generations without a folder: %x, %v", hashes, err)
	}
}

// TestKeptIsVerified damages each file of a kept generation.
func TestKeptIsVerified(t *testing.T) {
	write := func(path string, b []byte) error { return os.WriteFile(path, b, 0o600) }
	layout := func(f *swarm.Files, k swarm.Kept) string {
		return filepath.Join(filepath.Dir(f.IndexPath(c1, k.Meta.InfoHash)), "layout.json")
	}
	for name, damage := range map[string]func(f *swarm.Files, k swarm.Kept) error{
		"torrent gone":   func(f *swarm.Files, k swarm.Kept) error { return os.Remove(f.TorrentPath(c1, k.Meta.InfoHash)) },
		"torrent cut":    func(f *swarm.Files, k swarm.Kept) error { return os.Truncate(f.TorrentPath(c1, k.Meta.InfoHash), 99) },
		"torrent bit":    func(f *swarm.Files, k swarm.Kept) error { return flip(f.TorrentPath(c1, k.Meta.InfoHash), 300) },
		"index gone":     func(f *swarm.Files, k swarm.Kept) error { return os.Remove(f.IndexPath(c1, k.Meta.InfoHash)) },
		"index bit":      func(f *swarm.Files, k swarm.Kept) error { return flip(f.IndexPath(c1, k.Meta.InfoHash), 3) },
		"layout gone":    func(f *swarm.Files, k swarm.Kept) error { return os.Remove(layout(f, k)) },
		"layout garbage": func(f *swarm.Files, k swarm.Kept) error { return write(layout(f, k), []byte("{")) },
		"layout empty":   func(f *swarm.Files, k swarm.Kept) error { return write(layout(f, k), []byte("[]")) },
		"layout short": func(f *swarm.Files, k swarm.Kept) error {
			b, err := json.Marshal(k.Files[:1])
			return errors.Join(err, write(layout(f, k), b))
		},
	} {
		files := swarm.NewFiles(t.TempDir())
		k := keep(t, files, swarmtest.NewArchives(1, 10, 3*pl)...)
		if err := damage(files, k); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Kept(c1, k.Meta.InfoHash); !errors.Is(err, swarm.ErrMissing) {
			t.Errorf("%s: %v, want ErrMissing", name, err)
		}
	}
}

func TestWriteData(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	archives := swarmtest.NewArchives(1, 0, 1, pl, 2*pl, pl+7)
	swarmtest.Put(t, files, c1, archives...)
	g := swarmtest.Generation(c1, archives...)
	var want []byte
	for _, a := range archives {
		want = append(want, a.Content...)
		_, padding := swarm.Place(uint64(len(a.Content)))
		want = append(want, make([]byte, padding)...)
	}
	var got bytes.Buffer
	if err := files.WriteData(t.Context(), &got, c1, g.Files); err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%d bytes, want %d: %v", got.Len(), len(want), err)
	}
	full := &limited{left: 3 * pl}
	if err := files.WriteData(t.Context(), full, c1, g.Files); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := files.WriteData(ctx, &got, c1, g.Files); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := files.WriteData(t.Context(), &got, c1, g.Files[1:]); !errors.Is(err, swarm.ErrLayout) {
		t.Errorf("gap: %v", err)
	}
	if err := os.Truncate(files.Path(c1, archives[2].ID), 5); err != nil {
		t.Fatal(err)
	}
	if err := files.WriteData(t.Context(), &got, c1, g.Files); !errors.Is(err, swarm.ErrLayout) {
		t.Errorf("short archive: %v", err)
	}
	if err := files.Remove(c1, archives[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := files.WriteData(t.Context(), &got, c1, g.Files); !errors.Is(err, swarm.ErrMissing) {
		t.Errorf("missing archive: %v", err)
	}
}

var errFull = errors.New("no space left")

type limited struct{ left int }

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		return 0, errFull
	}
	l.left -= len(p)
	return len(p), nil
}

// TestCheckLayout takes every layout that follows the rule, and none of these
// after any one field was changed.
func TestCheckLayout(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Uint64Range(0, 5*pl), 1, 8).Draw(r, "sizes")
		var files []swarm.File
		var end uint64
		for i, raw := range sizes {
			size, padding := swarm.Place(raw)
			files = append(files, swarm.File{ID: message.ArchiveID{byte(i)}, Offset: end, Size: size, Padding: padding})
			end += size
		}
		if err := swarm.CheckLayout(files, end); err != nil {
			r.Fatalf("refused: %v", err)
		}
		if err := swarm.CheckLayout(files, end+pl); !errors.Is(err, swarm.ErrLayout) {
			r.Errorf("longer data: %v", err)
		}
		f := &files[rapid.IntRange(0, len(files)-1).Draw(r, "at")]
		by := rapid.OneOf(rapid.Uint64Range(1, 3*pl), rapid.Uint64Min(1<<63)).Draw(r, "by")
		switch rapid.IntRange(0, 1).Draw(r, "field") {
		case 0:
			f.Offset += by
		case 1:
			f.Size += by
		}
		if err := swarm.CheckLayout(files, end); !errors.Is(err, swarm.ErrLayout) {
			r.Errorf("changed by %d: %v", by, err)
		}
	})
}

func TestSelect(t *testing.T) {
	a, b, c := message.ArchiveID{1}, message.ArchiveID{2}, message.ArchiveID{3}
	files := []swarm.File{{ID: a}, {ID: b}}
	if got, err := swarm.Select(files, []message.ArchiveID{b, a}); err != nil || got[0] != 1 || got[1] != 0 {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := swarm.Select(files, nil); err != nil || len(got) != 0 {
		t.Errorf("nothing: %v, %v", got, err)
	}
	for _, want := range [][]message.ArchiveID{{c}, {a, a}} {
		if _, err := swarm.Select(files, want); !errors.Is(err, swarm.ErrLayout) {
			t.Errorf("%v: %v", want, err)
		}
	}
}
