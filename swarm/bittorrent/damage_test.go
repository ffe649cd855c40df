package bittorrent_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/bittorrent"
	"seeder/swarm/swarmtest"
)

// watched is a node that says what it found damaged.
type watched struct {
	node
	damaged chan message.ArchiveID
}

func startWatched(t *testing.T, files *swarm.Files) watched {
	t.Helper()
	w := watched{damaged: make(chan message.ArchiveID, 10)}
	s, err := bittorrent.New(bittorrent.Options{
		Files: files, Listen: "127.0.0.1:0", RedialMin: 50 * time.Millisecond, RedialMax: 500 * time.Millisecond,
		Damaged: func(_ message.CommunityID, id message.ArchiveID) { w.damaged <- id },
	})
	if err != nil {
		t.Fatalf("start node: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close node: %v", err)
		}
	})
	w.node = node{s, files}
	return w
}

// flip changes a byte of a file, and leaves length and time as they were.
func flip(t *testing.T, path string, at int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	touch(t, path, at)
	if err := os.Chtimes(path, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

// touch changes a byte of a file, and its time even where that is kept coarsely.
func touch(t *testing.T, path string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 0xff
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, info.ModTime().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
}

func cut(t *testing.T, path string, size int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Truncate(path, size), os.Chtimes(path, time.Time{}, info.ModTime())); err != nil {
		t.Fatal(err)
	}
}

// TestDamageIsNotServed damages an archive of a node and restarts it: whoever
// asks it gets all that is sound and nothing else, the owner of the archive is
// told, and only what is damaged is fetched again.
func TestDamageIsNotServed(t *testing.T) {
	t.Parallel()
	const last = 9*pl + 300
	for name, tt := range map[string]struct {
		damage func(t *testing.T, path string)
		pieces int64
	}{
		"flipped":             {func(t *testing.T, p string) { t.Helper(); flip(t, p, 4*pl+17) }, 1},
		"two pieces":          {func(t *testing.T, p string) { t.Helper(); flip(t, p, 0); flip(t, p, 6*pl) }, 2},
		"last byte":           {func(t *testing.T, p string) { t.Helper(); flip(t, p, last-1) }, 1},
		"touched and flipped": {func(t *testing.T, p string) { t.Helper(); touch(t, p, 2*pl) }, 1},
		"cut":                 {func(t *testing.T, p string) { t.Helper(); cut(t, p, 7*pl+1) }, 3},
		"emptied":             {func(t *testing.T, p string) { t.Helper(); cut(t, p, 0) }, 10},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := within(t, 30*time.Second)
			owner, holder := start(t), start(t)
			archives := swarmtest.NewArchives(1, last, 5*pl)
			ref := owner.seed(ctx, t, archives...)
			holder.fetch(ctx, t, ref, archives...)
			if err := holder.Close(); err != nil {
				t.Fatal(err)
			}
			tt.damage(t, holder.files.Path(c1, archives[0].ID))
			again := startWatched(t, holder.files)
			serveKept(ctx, t, again.node, ref)

			// A member that only knows the damaged node.
			member := start(t)
			from := ref
			from.Peers = again.Addrs()
			fetched := make(chan error, 1)
			go func() { fetched <- member.Fetch(ctx, from, &swarmtest.Receiver{}) }()
			eventually(ctx, t, "the damage to be reported", func() bool { return len(again.damaged) > 0 })
			if id := <-again.damaged; id != archives[0].ID {
				t.Errorf("%s is reported", id)
			}
			if _, err := again.files.Open(c1, archives[0].ID); !errors.Is(err, swarm.ErrMissing) {
				t.Errorf("the damaged archive: %v, want it set aside", err)
			}
			eventually(ctx, t, "all that is sound to come", func() bool {
				return pieces(member) == 10+6+1-int(tt.pieces)
			})
			if got := again.Stats(c1).DamagedPieces; got != tt.pieces {
				t.Errorf("%d damaged pieces counted, want %d", got, tt.pieces)
			}

			before := again.Stats(c1).DownloadedBytes
			again.fetch(ctx, t, ref, archives...)
			if got := again.Stats(c1).DownloadedBytes - before; got != tt.pieces*pl {
				t.Errorf("%d bytes were fetched to mend it, want %d", got, tt.pieces*pl)
			}
			if err := <-fetched; err != nil {
				t.Errorf("fetch from the node that was damaged: %v", err)
			}
			swarmtest.CheckFiles(t, member.files, c1, archives...)
			noDownloads(t, again.files)
			if n := len(again.damaged); n != 0 {
				t.Errorf("reported %d times more", n)
			}
		})
	}
}

// serveKept serves a generation that is kept, asking for nothing.
func serveKept(ctx context.Context, t *testing.T, n node, ref swarm.Ref) {
	t.Helper()
	ref.Peers = nil
	if err := n.Fetch(ctx, ref, &swarmtest.Receiver{Want: swarmtest.Only()}); err != nil {
		t.Fatalf("serve: %v", err)
	}
}

// hold gives a folder the pieces first to end of an archive, and returns the
// file.
func hold(t *testing.T, files, from *swarm.Files, ref swarm.Ref, a swarmtest.Archive, first, end int) string {
	t.Helper()
	return bittorrent.Hold(t, files, from, ref, a, func(i int) bool { return i >= first && i < end })
}

// pieces counts what a node has of its newest generation.
func pieces(n node) int {
	st := n.Stats(c1)
	if len(st.Torrents) == 0 {
		return 0
	}
	return st.Torrents[0].PiecesComplete
}

// noDownloads fails when a download left something behind.
func noDownloads(t *testing.T, files *swarm.Files) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(files.Dir(c1), "archives", "*.part*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestEachPieceIsCheckedOnce restarts a node: nothing is read before somebody
// asks, then each piece is checked once, and again when its file was touched.
func TestEachPieceIsCheckedOnce(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner, holder := start(t), start(t)
	archives := swarmtest.NewArchives(1, 20*pl+5, 5*pl)
	ref := owner.seed(ctx, t, archives...)
	const size = (21 + 6) * pl
	holder.fetch(ctx, t, ref, archives...)
	ref.Peers = holder.Addrs()
	first := start(t)
	first.fetch(ctx, t, ref, archives...)
	if st := holder.Stats(c1); st.CheckedBytes != 0 {
		t.Errorf("%d bytes that came in this run were checked again", st.CheckedBytes)
	}
	if err := errors.Join(holder.Close(), owner.Close(), first.Close()); err != nil {
		t.Fatal(err)
	}
	again := startWatched(t, holder.files)
	serveKept(ctx, t, again.node, ref)
	if st := again.Stats(c1); st.CheckedBytes != 0 || st.HashedBytes == 0 || st.HashedBytes != st.HashedIndexBytes {
		t.Errorf("a restart checked %d and hashed %d bytes, %d of them of indexes", st.CheckedBytes, st.HashedBytes, st.HashedIndexBytes)
	}
	ref.Peers = again.Addrs()
	for range 2 {
		member := start(t)
		member.fetch(ctx, t, ref, archives...)
		if err := member.Close(); err != nil {
			t.Fatal(err)
		}
		if st := again.Stats(c1); st.CheckedBytes != size {
			t.Errorf("%d bytes checked, want %d", st.CheckedBytes, size)
		}
	}
	// Somebody writes to the file while it is served, and does no harm.
	path := again.files.Path(c1, archives[0].ID)
	touch(t, path, 100)
	touch(t, path, 100)
	member := start(t)
	member.fetch(ctx, t, ref, archives...)
	if st := again.Stats(c1); st.CheckedBytes != size+21*pl || st.DamagedPieces != 0 {
		t.Errorf("%d bytes checked and %d pieces damaged, want %d and none", st.CheckedBytes, st.DamagedPieces, size+21*pl)
	}
}

// TestDamageWhileServed damages an archive that was served before in this run.
func TestDamageWhileServed(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner := startWatched(t, swarm.NewFiles(t.TempDir()))
	archives := swarmtest.NewArchives(1, 6*pl+5)
	ref := owner.seed(ctx, t, archives...)
	first := start(t)
	first.fetch(ctx, t, ref, archives...)
	touch(t, owner.files.Path(c1, archives[0].ID), 3*pl)
	second := start(t)
	fetched := make(chan error, 1)
	go func() { fetched <- second.Fetch(ctx, ref, &swarmtest.Receiver{}) }()
	eventually(ctx, t, "the damage to be reported", func() bool { return len(owner.damaged) > 0 })
	// The owner puts it in place anew; what was set aside is removed.
	swarmtest.Put(t, owner.files, c1, archives...)
	if _, err := owner.Seed(ctx, swarmtest.Generation(c1, archives...)); err != nil {
		t.Fatalf("seed again: %v", err)
	}
	if err := <-fetched; err != nil {
		t.Errorf("fetch: %v", err)
	}
	swarmtest.CheckFiles(t, second.files, c1, archives...)
	noDownloads(t, owner.files)
}

// TestSeedRefusesDamage makes no torrent of an archive that was touched and is
// no longer what it was; what is only touched is fine.
func TestSeedRefusesDamage(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner := startWatched(t, swarm.NewFiles(t.TempDir()))
	archives := swarmtest.NewArchives(1, 6*pl+5, 3*pl)
	swarmtest.Put(t, owner.files, c1, archives...)
	g := swarmtest.Generation(c1, archives...)
	path := owner.files.Path(c1, archives[0].ID)
	touch(t, path, 10)
	for range 2 { // the second time it is gone
		if _, err := owner.Seed(ctx, g); !errors.Is(err, swarm.ErrMissing) {
			t.Fatalf("seed: %v, want ErrMissing", err)
		}
	}
	eventually(ctx, t, "the damage to be reported", func() bool { return len(owner.damaged) > 0 })
	if st := owner.Stats(c1); st.DamagedPieces != 1 || len(st.Torrents) != 0 {
		t.Errorf("%d pieces damaged, %d torrents", st.DamagedPieces, len(st.Torrents))
	}
	swarmtest.Put(t, owner.files, c1, archives[0])
	touch(t, path, 10)
	touch(t, path, 10)
	if _, err := owner.Seed(ctx, g); err != nil {
		t.Fatalf("seed what is whole again: %v", err)
	}
	noDownloads(t, owner.files)
}

// TestDamagedDownload damages what a cancelled download saved: the next run
// fetches that again, when somebody asks for it at the latest.
func TestDamagedDownload(t *testing.T) {
	ctx := within(t, 40*time.Second)
	owner := start(t)
	archives := swarmtest.NewArchives(1, 10*pl)
	ref := owner.seed(ctx, t, archives...)
	files := swarm.NewFiles(t.TempDir())
	part := hold(t, files, owner.files, ref, archives[0], 0, 5)
	flip(t, part, 2*pl)
	again := startWatched(t, files)
	serveKept(ctx, t, again.node, ref)
	asking := start(t)
	from := ref
	from.Peers = again.Addrs()
	fetched := make(chan error, 1)
	go func() { fetched <- asking.Fetch(ctx, from, &swarmtest.Receiver{}) }()
	eventually(ctx, t, "the damage to be found", func() bool { return again.Stats(c1).DamagedPieces == 1 })
	if n := len(again.damaged); n != 0 {
		t.Errorf("an archive that is not in place was reported")
	}
	// A fetch that ran into it says so; the next one mends it.
	err := again.Fetch(ctx, ref, &swarmtest.Receiver{})
	if errors.Is(err, swarm.ErrDamaged) {
		err = again.Fetch(ctx, ref, &swarmtest.Receiver{})
	}
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if err := <-fetched; err != nil {
		t.Errorf("fetch of what was damaged: %v", err)
	}
	swarmtest.CheckFiles(t, again.files, c1, archives...)
	swarmtest.CheckFiles(t, asking.files, c1, archives...)
}
