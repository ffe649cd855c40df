package bittorrent

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/anacrolix/torrent/metainfo"

	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

const pl = swarm.PieceLength

var c1 = swarmtest.Community(1)

// fixture is an archive of size bytes whose padded pieces are known.
type fixture struct {
	files  *swarm.Files
	open   *openFiles
	a      swarmtest.Archive
	file   swarm.File
	hashes []byte
	padded []byte
}

func newFixture(t *testing.T, size int) *fixture {
	t.Helper()
	f := &fixture{files: swarm.NewFiles(t.TempDir()), open: newOpenFiles(4), a: swarmtest.NewArchive(1, size)}
	t.Cleanup(f.open.close)
	f.file = swarmtest.Generation(c1, f.a).Files[0]
	elsewhere := swarm.NewFiles(t.TempDir())
	swarmtest.Put(t, elsewhere, c1, f.a)
	p, err := elsewhere.Pieces(c1, f.a.ID)
	if err != nil {
		t.Fatal(err)
	}
	f.hashes = p.Hashes
	f.padded = make([]byte, f.file.Size)
	copy(f.padded, f.a.Content)
	if err := f.files.Prepare(c1); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) content(t *testing.T) *content {
	t.Helper()
	a := newContent(f.files, f.open, c1, f.file, f.hashes)
	if _, err := a.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// take writes piece i as the library does, and marks it.
func (f *fixture) take(t *testing.T, a *content, i int) {
	t.Helper()
	for off := i * pl; off < (i+1)*pl; off += pl / 4 {
		if _, err := a.writeAt(f.padded[off:off+pl/4], int64(off)); err != nil {
			t.Fatal(err)
		}
	}
	a.mark(i, true)
}

func (f *fixture) read(t *testing.T, a *content, off, n int) {
	t.Helper()
	b := make([]byte, n)
	if k, err := a.readAt(b, int64(off)); err != nil || k != n || !bytes.Equal(b, f.padded[off:off+n]) {
		t.Errorf("read %d bytes at %d: %d, %v", n, off, k, err)
	}
}

func TestContentFromPiecesToArchive(t *testing.T) {
	for _, size := range []int{0, 1, pl, 2 * pl, 2*pl + 5} {
		f := newFixture(t, size)
		a := f.content(t)
		n := len(f.padded) / pl
		for i := n - 1; i >= 0; i-- {
			if a.has(i) {
				t.Fatalf("size %d: has piece %d before it came", size, i)
			}
			f.take(t, a, i)
			f.read(t, a, i*pl, pl)
		}
		if st := a.state(); !st.whole || st.stored {
			t.Fatalf("size %d: state %+v", size, st)
		}
		if err := a.finish(); err != nil {
			t.Fatalf("size %d: %v", size, err)
		}
		for i := range n {
			f.read(t, a, i*pl, pl)
			f.read(t, a, i*pl+pl/2, 100)
		}
		swarmtest.CheckFiles(t, f.files, c1, f.a)
		left, err := filepath.Glob(f.files.Path(c1, f.a.ID) + ".*")
		if err != nil || len(left) != 1 || !strings.HasSuffix(left[0], ".pieces") {
			t.Errorf("size %d: left %v, %v", size, left, err)
		}
	}
}

// TestContentSurvivesEachStep stops after each step that a download of two
// pieces takes on disk; the next process goes on from there.
func TestContentSurvivesEachStep(t *testing.T) {
	steps := []struct {
		name string
		do   func(t *testing.T, f *fixture, a *content)
		have int
	}{
		{"one piece, not saved", func(t *testing.T, f *fixture, a *content) { t.Helper(); f.take(t, a, 0) }, 0},
		{"saved", func(t *testing.T, _ *fixture, a *content) { t.Helper(); mustSave(t, a) }, 1},
		{"whole, not saved", func(t *testing.T, f *fixture, a *content) { t.Helper(); f.take(t, a, 1); f.take(t, a, 2) }, 1},
		{"whole, saved", func(t *testing.T, _ *fixture, a *content) { t.Helper(); mustSave(t, a) }, 3},
		{"padding cut off", func(t *testing.T, _ *fixture, a *content) { t.Helper(); mustTruncate(t, a) }, 3},
	}
	for stop := range steps {
		t.Run(steps[stop].name, func(t *testing.T) {
			f := newFixture(t, 2*pl+5)
			a := f.content(t)
			for _, s := range steps[:stop+1] {
				s.do(t, f, a)
			}
			f.open.close() // the process ends here
			f.open = newOpenFiles(4)
			t.Cleanup(f.open.close)
			b := f.content(t)
			have := 0
			for i := range 3 {
				if b.has(i) {
					have++
					f.read(t, b, i*pl, pl)
				}
			}
			if have != steps[stop].have {
				t.Errorf("%s: %d pieces, want %d", steps[stop].name, have, steps[stop].have)
			}
			for i := range 3 {
				if !b.has(i) {
					f.take(t, b, i)
				}
			}
			if err := b.finish(); err != nil {
				t.Errorf("%s: %v", steps[stop].name, err)
			}
			swarmtest.CheckFiles(t, f.files, c1, f.a)
		})
	}
}

func mustSave(t *testing.T, a *content) {
	t.Helper()
	if err := a.save(); err != nil {
		t.Fatal(err)
	}
}

func mustTruncate(t *testing.T, a *content) {
	t.Helper()
	if err := os.Truncate(a.part(), a.raw); err != nil {
		t.Fatal(err)
	}
}

// TestContentDistrustsCutFile cuts the padding off while a piece is missing:
// pieces that reach beyond the end of the file are not counted.
func TestContentDistrustsCutFile(t *testing.T) {
	f := newFixture(t, 2*pl)
	a := f.content(t)
	f.take(t, a, 0)
	f.take(t, a, 2)
	mustSave(t, a)
	mustTruncate(t, a)
	b := f.content(t)
	if !b.has(0) || b.has(1) || b.has(2) {
		t.Errorf("has %v %v %v, want the first only", b.has(0), b.has(1), b.has(2))
	}
}

func TestContentDistrustsProgressOfOthers(t *testing.T) {
	f := newFixture(t, 2*pl)
	a := f.content(t)
	f.take(t, a, 0)
	mustSave(t, a)
	for name, text := range map[string]string{
		"garbage":    "{",
		"other size": `{"size":1,"pieces":"00","have":[true,true,true]}`,
		"too many":   `{"size":307200,"have":[true,true,true,true]}`,
	} {
		if err := os.WriteFile(a.havePath(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if b := f.content(t); b.begun() {
			t.Errorf("%s: believed", name)
		}
	}
}

func TestContentLateChunksAreDropped(t *testing.T) {
	f := newFixture(t, 2*pl)
	a := f.content(t)
	f.take(t, a, 0)
	wrong := bytes.Repeat([]byte{1}, 100)
	if n, err := a.writeAt(wrong, 50); n != 100 || err != nil {
		t.Errorf("late chunk: %d, %v", n, err)
	}
	f.read(t, a, 0, pl)
	f.take(t, a, 1)
	f.take(t, a, 2)
	if err := a.finish(); err != nil {
		t.Fatal(err)
	}
	if n, err := a.writeAt(wrong, pl); n != 100 || err != nil {
		t.Errorf("late chunk of an archive in place: %d, %v", n, err)
	}
	swarmtest.CheckFiles(t, f.files, c1, f.a)
}

func TestContentOfFailedPiece(t *testing.T) {
	f := newFixture(t, 2*pl)
	a := f.content(t)
	f.take(t, a, 0)
	a.mark(0, false)
	if a.has(0) || a.begun() {
		t.Error("a piece that failed its hash counts")
	}
}

func TestContentRemovedBehindOurBack(t *testing.T) {
	f := newFixture(t, 2*pl)
	swarmtest.Put(t, f.files, c1, f.a)
	a := f.content(t)
	f.read(t, a, 0, 100)
	if err := f.files.Remove(c1, f.a.ID); err != nil {
		t.Fatal(err)
	}
	f.open.forget(a.path())
	if _, err := a.readAt(make([]byte, 10), 0); !errors.Is(err, swarm.ErrMissing) || errors.Is(err, io.EOF) {
		t.Errorf("read: %v, want ErrMissing", err)
	}
	if a.has(0) {
		t.Error("still counts as here")
	}
	swarmtest.Put(t, f.files, c1, f.a)
	if _, err := a.refresh(t.Context()); err != nil || !a.has(0) {
		t.Errorf("put back: %v, here %v", err, a.has(0))
	}
	if err := f.files.Remove(c1, f.a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := a.refresh(t.Context()); err != nil || a.has(0) {
		t.Errorf("removed again: %v, here %v", err, a.has(0))
	}
}

func TestContentCancelled(t *testing.T) {
	f := newFixture(t, 2*pl)
	swarmtest.Put(t, f.files, c1, f.a)
	if err := os.Remove(f.files.Path(c1, f.a.ID) + ".pieces"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := newContent(f.files, f.open, c1, f.file, f.hashes)
	if _, err := a.load(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("load: %v", err)
	}
}

// TestView reads and writes through a view without a client.
func TestView(t *testing.T) {
	f := newFixture(t, 2*pl+5)
	m, err := swarm.NewMetainfo(c1, f.hashes, []byte("index"))
	if err != nil {
		t.Fatal(err)
	}
	v := newView(c1, m.InfoHash, f.open)
	v.setMeta(m)
	data, index := piece{v, 1}, piece{v, 3}
	buf := make([]byte, 16)
	if _, err := data.WriteAt(buf, 0); !errors.Is(err, errNoLayout) {
		t.Errorf("write before the layout: %v", err)
	}
	if _, err := data.ReadAt(buf, 0); !errors.Is(err, errNoLayout) {
		t.Errorf("read before the layout: %v", err)
	}
	if err := data.MarkComplete(); !errors.Is(err, errNoLayout) {
		t.Errorf("complete before the layout: %v", err)
	}
	if c := data.Completion(); !c.Ok || c.Complete {
		t.Errorf("completion before the layout: %+v", c)
	}
	if _, err := index.WriteAt([]byte("index"), 0); err != nil {
		t.Errorf("write index: %v", err)
	}
	if _, err := index.WriteAt([]byte("beyond"), 0); err == nil {
		t.Error("written beyond the index")
	}
	if err := errors.Join(index.MarkNotComplete(), index.MarkComplete()); err != nil || !index.Completion().Complete {
		t.Errorf("index complete: %v", err)
	}
	if b, ok := v.indexBytes(); !ok || string(b) != "index" {
		t.Errorf("index %q, %v", b, ok)
	}
	a := f.content(t)
	slots := []slot{{file: f.file, first: 0, content: a}}
	v.slots.Store(&slots)
	if _, err := data.WriteAt(buf, 0); !errors.Is(err, errNotWritable) {
		t.Errorf("write into an old generation: %v", err)
	}
	v.writable.Store(true)
	if _, err := data.WriteAt(f.padded[pl:2*pl], 0); err != nil {
		t.Errorf("write: %v", err)
	}
	var whole bytes.Buffer
	if n, err := data.WriteTo(&whole); n != pl || err != nil || !bytes.Equal(whole.Bytes(), f.padded[pl:2*pl]) {
		t.Errorf("piece of %d bytes: %v", n, err)
	}
	if err := data.MarkComplete(); err != nil || !data.Completion().Complete {
		t.Errorf("complete: %v", err)
	}
	if _, err := (piece{v, 2}).ReadAt(make([]byte, 5), 5); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("read of what never came: %v", err)
	}
}

// TestViewRefuses hands the library's view of an info dictionary to the
// storage as the library does.
func TestViewRefuses(t *testing.T) {
	good := metainfo.Info{
		Name: c1.String(), PieceLength: pl, Pieces: make([]byte, 40),
		Files: []metainfo.FileInfo{{Path: []string{"data"}, Length: pl}, {Path: []string{"index"}, Length: 5}},
	}
	bad := good
	bad.MetaVersion = 2
	for name, tt := range map[string]struct {
		info metainfo.Info
		c    message.CommunityID
		ok   bool
	}{
		"good":              {good, c1, true},
		"another community": {good, swarmtest.Community(2), false},
		"hybrid":            {bad, c1, false},
	} {
		v := newView(tt.c, swarm.InfoHash{}, newOpenFiles(1))
		_, err := v.OpenTorrent(t.Context(), &tt.info, metainfo.Hash{})
		if tt.ok != (err == nil) || tt.ok != (v.refusal() == nil) || (err != nil && !errors.Is(err, swarm.ErrTorrent)) {
			t.Errorf("%s: %v, refusal %v", name, err, v.refusal())
		}
		select {
		case <-v.refusing:
			if tt.ok {
				t.Errorf("%s: refused", name)
			}
		default:
			if !tt.ok {
				t.Errorf("%s: nobody is told", name)
			}
		}
	}
}

// BenchmarkServe reads an archive of 30 MB in blocks of 16 KiB as the library
// does for peers: with every piece checked in this run, and with none.
func BenchmarkServe(b *testing.B) {
	files, open := swarm.NewFiles(b.TempDir()), newOpenFiles(4)
	defer open.close()
	archive := swarmtest.NewArchive(1, 30_000_000)
	swarmtest.Put(b, files, c1, archive)
	p, err := files.Pieces(c1, archive.ID)
	if err != nil {
		b.Fatal(err)
	}
	a := newContent(files, open, c1, swarmtest.Generation(c1, archive).Files[0], p.Hashes)
	if _, err := a.load(b.Context()); err != nil {
		b.Fatal(err)
	}
	block := make([]byte, 16<<10)
	for _, checked := range []bool{true, false} {
		b.Run(map[bool]string{true: "Checked", false: "Unchecked"}[checked], func(b *testing.B) {
			b.SetBytes(a.size)
			for b.Loop() {
				for i := range a.checked {
					a.checked[i] = checked
					for off := 0; off < pl; off += len(block) {
						if _, err := a.serve(block[:min(len(block), pl-off)], i, int64(off)); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
		})
	}
}
