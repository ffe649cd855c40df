package bittorrent

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// TestContentReadDuringFinish reads an archive from several goroutines while
// its padding is cut off and it is put in place: nobody sees a difference.
func TestContentReadDuringFinish(t *testing.T) {
	for round := range 20 {
		f := newFixture(t, (round%3+1)*pl+round%2)
		a := f.content(t)
		n := len(f.padded) / pl
		for i := range n {
			f.take(t, a, i)
		}
		var readers sync.WaitGroup
		stop := make(chan struct{})
		for g := range 3 {
			readers.Go(func() {
				r := rand.New(rand.NewPCG(uint64(round), uint64(g)))
				b := make([]byte, 1<<14)
				for {
					select {
					case <-stop:
						return
					default:
					}
					off := r.IntN(len(f.padded) - len(b) + 1)
					if k, err := a.readAt(b, int64(off)); err != nil || k != len(b) || !bytes.Equal(b, f.padded[off:off+k]) {
						t.Errorf("read at %d: %d, %v", off, k, err)
						return
					}
				}
			})
		}
		if err := a.finish(); err != nil {
			t.Errorf("finish: %v", err)
		}
		f.read(t, a, 0, len(f.padded))
		close(stop)
		readers.Wait()
	}
}

// TestContentsThatShareAnID keep their unfinished bytes apart.
func TestContentsThatShareAnID(t *testing.T) {
	f := newFixture(t, 2*pl)
	a := f.content(t)
	b := newContent(f.files, f.open, c1, f.file, make([]byte, len(f.hashes)))
	if _, err := b.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.take(t, a, 0)
	if _, err := b.writeAt(bytes.Repeat([]byte{7}, pl), 0); err != nil {
		t.Fatal(err)
	}
	f.read(t, a, 0, pl)
	f.take(t, a, 1)
	f.take(t, a, 2)
	if err := a.finish(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := b.state(); st.stored || !st.conflict {
		t.Errorf("the other content is %+v, want a conflict", st)
	}
	if b.has(0) {
		t.Error("the other content serves pieces")
	}
}

// TestContentDiscarded leaves no file of a refused download.
func TestContentDiscarded(t *testing.T) {
	f := newFixture(t, pl+1)
	f.padded[len(f.padded)-1] = 1 // padding that is not zero
	a := f.content(t)
	f.take(t, a, 0)
	f.take(t, a, 1)
	mustSave(t, a)
	if err := a.finish(); err == nil {
		t.Fatal("padding that is not zero was taken")
	}
	if err := a.discard(); err != nil {
		t.Fatal(err)
	}
	if a.begun() {
		t.Error("pieces of a discarded download count")
	}
	if ids, err := f.files.List(c1); err != nil || len(ids) != 0 {
		t.Errorf("stored %v, %v", ids, err)
	}
	if b := f.content(t); b.begun() {
		t.Error("a discarded download came back")
	}
}

func TestTrackersOfLinks(t *testing.T) {
	s := &Swarm{lists: lists{trackers: []string{"https://ours.example/announce", "udp://both.example:1"}}}
	got := s.trackersOf(swarm.Ref{Trackers: []string{
		"udp://both.example:1", "https://theirs.example/announce", "udp://theirs.example:2", "%",
	}})
	want := []string{"https://ours.example/announce", "udp://both.example:1", "udp://theirs.example:2"}
	if !slices.Equal(got, want) {
		t.Errorf("trackers %v, want %v", got, want)
	}
}

// TestCommunityForgetsContents drops generations: a content goes with the last
// that shows it.
func TestCommunityForgetsContents(t *testing.T) {
	s, err := New(Options{Files: swarm.NewFiles(t.TempDir()), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	archives := swarmtest.NewArchives(1, 10, 20)
	swarmtest.Put(t, s.files, c1, archives...)
	first, err := s.Seed(t.Context(), swarmtest.Generation(c1, archives[0]))
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Seed(t.Context(), swarmtest.Generation(c1, archives...))
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.community(c1)
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		drop swarm.InfoHash
		left int
	}{{swarm.InfoHash{}, 2}, {second.InfoHash, 1}, {first.InfoHash, 0}} {
		if err := s.Drop(c1, step.drop); err != nil {
			t.Fatal(err)
		}
		if n := len(c.contents); n != step.left {
			t.Errorf("%d contents after step %d, want %d", n, i, step.left)
		}
	}
}

// TestCloseTwice closes a node that is being closed: the second call does not return
// before the first is done with the folder.
func TestCloseTwice(t *testing.T) {
	p := newPair(t, Options{}, 10)
	c, err := p.owner.community(c1)
	if err != nil {
		t.Fatal(err)
	}
	c.book.saving.Lock()
	time.AfterFunc(50*time.Millisecond, c.book.saving.Unlock)
	first := make(chan error, 1)
	go func() { first <- p.owner.Close() }()
	<-p.owner.ctx.Done()
	if err := p.owner.Close(); err != nil {
		t.Error(err)
	}
	if _, err := p.owner.open.acquire(p.owner.files.Path(c1, p.archives[0].ID), false); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the node that was closed opens files: %v", err)
	}
	if err := <-first; err != nil {
		t.Error(err)
	}
}
