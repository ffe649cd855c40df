package swarm_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"seeder/message"
	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// put writes a file of so many bytes.
func put(t *testing.T, path string, size int) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, make([]byte, size), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestUsage(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	if u, err := files.Usage(c1); err != nil || len(u.Archives) != 0 || u.Overhead != 0 || u.Next != 0 {
		t.Errorf("nothing is there: %+v, %v", u, err)
	}
	whole, part := message.ArchiveID{1}, message.ArchiveID{2}
	hash := swarm.InfoHash{3}
	put(t, files.Path(c1, whole), 5000)
	put(t, files.Path(c1, whole)+".pieces", 76)
	put(t, files.PartPath(c1, part, "12345678"), 8192)
	put(t, files.PartPath(c1, part, "12345678")+".have", 100)
	put(t, filepath.Join(files.Dir(c1), "archives", "123.tmp"), 1<<20)
	put(t, files.TorrentPath(c1, hash), 1000)
	put(t, files.IndexPath(c1, hash), 40_000)
	put(t, filepath.Join(files.Dir(c1), "peers.json"), 10)
	u, err := files.Usage(c1)
	if err != nil {
		t.Fatal(err)
	}
	want := map[message.ArchiveID]swarm.ArchiveUsage{whole: {Bytes: 12288, Whole: true}, part: {Bytes: 12288}}
	for id, a := range want {
		if u.Archives[id] != a {
			t.Errorf("archive %s takes %+v, want %+v", id, u.Archives[id], a)
		}
		if one, err := files.ArchiveUsage(c1, id); err != nil || one != a {
			t.Errorf("archive %s by itself: %+v, %v", id, one, err)
		}
	}
	if one, err := files.ArchiveUsage(c1, message.ArchiveID{9}); err != nil || one != (swarm.ArchiveUsage{}) {
		t.Errorf("an archive that is not here: %+v, %v", one, err)
	}
	var all int64
	err = filepath.WalkDir(files.Dir(c1), func(path string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) == ".tmp" {
			return err
		}
		info, err := e.Info()
		all += quota.OnDisk(info.Size())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := u.Overhead + 2*12288; got != all || len(u.Archives) != 2 {
		t.Errorf("counted %d bytes of %d in %d archives", got, all, len(u.Archives))
	}
	if u.Next < 45056 || u.Next > 2*45056+8*4096 {
		t.Errorf("room for one more generation of 44 KiB: %d", u.Next)
	}
}

// A download that has only begun takes little, however long its file is.
func TestWritten(t *testing.T) {
	files := swarm.NewFiles(t.TempDir())
	id := message.ArchiveID{1}
	if n := files.Written(c1, id); n != 0 {
		t.Errorf("nothing is there: %d", n)
	}
	path := files.PartPath(c1, id, "12345678")
	put(t, path, 10_000)
	before := files.Written(c1, id)
	if before > 12288 || before < 0 {
		t.Errorf("of 10000 bytes %d are written", before)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte{1}, 100<<20); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "linux" {
		if n := files.Written(c1, id); n > 1<<20 {
			t.Errorf("with a hole %d bytes are written", n)
		}
	}
}

// TestTakes publishes archives: they take what was said before.
func TestTakes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		files := swarm.NewFiles(t.TempDir())
		raw := rapid.OneOf(rapid.SampledFrom([]int{0, 1, 4096, pl, pl + 1, 2 * pl}), rapid.IntRange(0, 4*pl)).Draw(r, "raw")
		a := swarmtest.NewArchive(rapid.Uint64().Draw(r, "seed"), raw)
		d, err := files.Create(c1)
		if err != nil {
			r.Fatal(err)
		}
		defer d.Abort()
		if _, err := d.Write(a.Content); err != nil {
			r.Fatal(err)
		}
		if err := d.Commit(a.ID); err != nil {
			r.Fatal(err)
		}
		size, padding := swarm.Place(uint64(raw))
		whole, peak := swarm.Takes(swarm.File{ID: a.ID, Size: size, Padding: padding})
		u, err := files.ArchiveUsage(c1, a.ID)
		if err != nil || u.Bytes != whole || !u.Whole {
			r.Errorf("takes %+v, want %d: %v", u, whole, err)
		}
		list := quota.OnDisk(int64(len(`{"size":18446744073709551615,"pieces":"","have":[]}`) + 64 + len("false,")*int(size/pl)))
		if least := quota.OnDisk(int64(size)) + 2*list; peak < whole+list || peak < least {
			r.Errorf("at most %d, below %d", peak, least)
		}
	})
}

func TestTakesOfNonsense(t *testing.T) {
	for _, f := range []swarm.File{
		{}, {Size: 1 << 63, Padding: 1}, {Size: ^uint64(0)}, {Size: 1, Padding: ^uint64(0)},
	} {
		if whole, peak := swarm.Takes(f); whole < 0 || peak < whole {
			t.Errorf("%+v: %d, %d", f, whole, peak)
		}
	}
}
