package swarm_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seeder/internal/atomicfile"
	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

const pl = swarm.PieceLength

var c1 = swarmtest.Community(1)

func TestPlace(t *testing.T) {
	for _, tt := range []struct{ raw, size, padding uint64 }{
		{0, pl, pl},
		{1, pl, pl - 1},
		{pl - 1, pl, 1},
		{pl, pl, 0},
		{pl + 1, 2 * pl, pl - 1},
		{2*pl - 1, 2 * pl, 1},
		{2 * pl, 3 * pl, pl},
		{2*pl + 1, 3 * pl, pl - 1},
		{30_000_000, 293 * pl, 3200},
	} {
		if size, padding := swarm.Place(tt.raw); size != tt.size || padding != tt.padding {
			t.Errorf("Place(%d) = %d, %d, want %d, %d", tt.raw, size, padding, tt.size, tt.padding)
		}
	}
}

// naivePieces hashes the padded content in one go.
func naivePieces(content []byte) []byte {
	size, _ := swarm.Place(uint64(len(content)))
	padded := make([]byte, size)
	copy(padded, content)
	var hashes []byte
	for len(padded) > 0 {
		sum := sha1.Sum(padded[:pl])
		hashes = append(hashes, sum[:]...)
		padded = padded[pl:]
	}
	return hashes
}

// TestDraftHashesPieces writes archives in odd portions: the hashes kept are
// those of the padded pieces, and those of hashing the file anew.
func TestDraftHashesPieces(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		files := swarm.NewFiles(root)
		size := rapid.OneOf(rapid.SampledFrom([]int{0, 1, pl, 2 * pl, 3 * pl}), rapid.IntRange(0, 4*pl)).Draw(r, "size")
		a := swarmtest.NewArchive(rapid.Uint64().Draw(r, "seed"), size)
		d, err := files.Create(c1)
		if err != nil {
			r.Fatal(err)
		}
		defer d.Abort()
		for rest := a.Content; len(rest) > 0; {
			n := min(len(rest), rapid.IntRange(1, 2*pl).Draw(r, "portion"))
			if _, err := d.Write(rest[:n]); err != nil {
				r.Fatal(err)
			}
			rest = rest[n:]
		}
		if d.Size() != uint64(size) {
			r.Errorf("size %d, want %d", d.Size(), size)
		}
		if err := d.Commit(a.ID); err != nil {
			r.Fatal(err)
		}
		kept, err := files.Pieces(c1, a.ID)
		if err != nil || !bytes.Equal(kept.Hashes, naivePieces(a.Content)) || kept.Raw != uint64(size) {
			r.Errorf("kept %d bytes of hashes for %d bytes: %v", len(kept.Hashes), kept.Raw, err)
		}
		again, err := files.HashPieces(t.Context(), c1, a.ID)
		if err != nil || !bytes.Equal(again.Hashes, kept.Hashes) {
			r.Errorf("hashed anew: %v", err)
		}
		if err := files.Remove(c1, a.ID); err != nil {
			r.Fatal(err)
		}
	})
}

func names(t *testing.T, files *swarm.Files) (list []string) {
	t.Helper()
	err := filepath.WalkDir(files.Root(), func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			list = append(list, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestDraftAborted(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	d, err := files.Create(c1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	d.Abort()
	d.Abort()
	if left := names(t, files); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := d.Commit(message.ArchiveID{1}); err == nil {
		t.Error("an aborted archive was committed")
	}
}

func TestDraftIsCommittedOnce(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	d, err := files.Create(c1)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Commit(message.ArchiveID{1}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Write([]byte("more")); err == nil {
		t.Error("written to after the commit")
	}
	if err := d.Commit(message.ArchiveID{2}); err == nil {
		t.Error("committed twice")
	}
}

func TestFiles(t *testing.T) {
	// A name that would be a pattern.
	files := swarm.NewFiles(filepath.Join(t.TempDir(), "my [data]*"))
	if ids, err := files.List(c1); err != nil || len(ids) != 0 {
		t.Errorf("empty folder: %v, %v", ids, err)
	}
	if cs, err := files.Communities(); err != nil || len(cs) != 0 {
		t.Errorf("empty folder: %v, %v", cs, err)
	}
	archives := swarmtest.NewArchives(1, 10, 20)
	swarmtest.Put(t, files, c1, archives...)
	swarmtest.Put(t, files, swarmtest.Community(2), archives[0])
	if cs, err := files.Communities(); err != nil || len(cs) != 2 {
		t.Errorf("communities: %v, %v", cs, err)
	}
	swarmtest.CheckFiles(t, files, c1, archives...)
	if ids, err := files.List(c1); err != nil || len(ids) != 2 {
		t.Errorf("list: %v, %v", ids, err)
	}
	if err := files.Remove(c1, archives[0].ID); err != nil {
		t.Error(err)
	}
	if err := files.Remove(c1, archives[0].ID); err != nil {
		t.Errorf("remove again: %v", err)
	}
	if err := files.Remove(swarmtest.Community(3), archives[0].ID); err != nil {
		t.Errorf("remove without a folder: %v", err)
	}
	if _, err := files.Open(c1, archives[0].ID); !errors.Is(err, swarm.ErrMissing) {
		t.Errorf("open: %v, want ErrMissing", err)
	}
	if _, err := files.Pieces(c1, archives[0].ID); !errors.Is(err, swarm.ErrMissing) {
		t.Errorf("pieces: %v, want ErrMissing", err)
	}
	swarmtest.CheckFiles(t, files, c1, archives[1])
	swarmtest.CheckFiles(t, files, swarmtest.Community(2), archives[0])
}

// TestStalePieces changes an archive, or its kept piece hashes, behind the
// folder's back: each is noticed, and hashing anew mends it.
func TestStalePieces(t *testing.T) {
	path := func(f *swarm.Files, a swarmtest.Archive) string { return f.Path(c1, a.ID) }
	for name, damage := range map[string]func(f *swarm.Files, a swarmtest.Archive) error{
		"removed": func(f *swarm.Files, a swarmtest.Archive) error { return os.Remove(path(f, a) + ".pieces") },
		"longer": func(f *swarm.Files, a swarmtest.Archive) error {
			return os.WriteFile(path(f, a), make([]byte, 50), 0o600)
		},
		"touched": func(f *swarm.Files, a swarmtest.Archive) error {
			return os.Chtimes(path(f, a), time.Time{}, time.Unix(1, 0))
		},
		"cut":          func(f *swarm.Files, a swarmtest.Archive) error { return os.Truncate(path(f, a)+".pieces", 70) },
		"emptied":      func(f *swarm.Files, a swarmtest.Archive) error { return os.Truncate(path(f, a)+".pieces", 0) },
		"bit flipped":  func(f *swarm.Files, a swarmtest.Archive) error { return flip(path(f, a)+".pieces", 30) },
		"other format": func(f *swarm.Files, a swarmtest.Archive) error { return flip(path(f, a)+".pieces", 7) },
	} {
		files := swarm.NewFiles(t.TempDir())
		a := swarmtest.NewArchive(1, 3*pl)
		swarmtest.Put(t, files, c1, a)
		if _, hashed, err := files.ReadPieces(t.Context(), c1, a.ID); err != nil || hashed != 0 {
			t.Errorf("%s: hashed %d before: %v", name, hashed, err)
		}
		if err := damage(files, a); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Pieces(c1, a.ID); !errors.Is(err, swarm.ErrStale) {
			t.Errorf("%s: %v, want ErrStale", name, err)
		}
		p, hashed, err := files.ReadPieces(t.Context(), c1, a.ID)
		if err != nil || hashed == 0 || uint64(hashed) != p.Raw {
			t.Errorf("%s: hashed %d of %d: %v", name, hashed, p.Raw, err)
		}
		if _, err := files.Pieces(c1, a.ID); err != nil {
			t.Errorf("%s: not mended: %v", name, err)
		}
	}
}

func flip(path string, at int) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b[at] ^= 1
	return os.WriteFile(path, b, 0o600)
}

func TestHashPiecesEndsWithItsContext(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	a := swarmtest.NewArchive(1, 3*pl)
	swarmtest.Put(t, files, c1, a)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := files.HashPieces(ctx, c1, a.ID); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want it cancelled", err)
	}
	if _, err := files.HashPieces(t.Context(), c1, message.ArchiveID{9}); !errors.Is(err, swarm.ErrMissing) {
		t.Errorf("%v, want ErrMissing", err)
	}
}

func TestPublish(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	if err := files.Prepare(c1); err != nil {
		t.Fatal(err)
	}
	a := swarmtest.NewArchive(1, pl+1)
	part := files.PartPath(c1, a.ID, "tag")
	if err := os.WriteFile(part, a.Content, 0o600); err != nil {
		t.Fatal(err)
	}
	p := swarm.Pieces{Raw: pl, Hashes: naivePieces(a.Content)}
	if err := files.Publish(c1, a.ID, part, p); !errors.Is(err, swarm.ErrLayout) {
		t.Errorf("wrong length: %v, want ErrLayout", err)
	}
	p.Raw = pl + 1
	if err := files.Publish(c1, a.ID, part, p); err != nil {
		t.Fatal(err)
	}
	swarmtest.CheckFiles(t, files, c1, a)
	if err := files.Publish(c1, a.ID, part, p); err == nil {
		t.Error("published what is not there")
	}
}

func TestSweep(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	if err := files.Sweep(); err != nil {
		t.Errorf("empty folder: %v", err)
	}
	a := swarmtest.NewArchive(1, 10)
	swarmtest.Put(t, files, c1, a)
	dir := filepath.Dir(files.Path(c1, a.ID))
	part := filepath.Base(files.PartPath(c1, a.ID, "tag"))
	for _, name := range []string{"x" + atomicfile.TempSuffix, message.ArchiveID{7}.String() + ".pieces", part} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := files.Sweep(); err != nil {
		t.Fatal(err)
	}
	want := []string{a.ID.String(), a.ID.String() + ".pieces", part}
	if got := names(t, files); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("after the sweep:\n%v\nwant\n%v", got, want)
	}
	if ids, err := files.List(c1); err != nil || len(ids) != 1 {
		t.Errorf("list: %v, %v", ids, err)
	}
	if err := files.Remove(c1, a.ID); err != nil {
		t.Fatal(err)
	}
	if got := names(t, files); len(got) != 0 {
		t.Errorf("after the removal: %v", got)
	}
}
