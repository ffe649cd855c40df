package bittorrent

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"seeder/internal/fault"
	"seeder/swarm/swarmtest"
)

// spoil puts the archive in place and damages one of its pieces.
func (f *fixture) spoil(t *testing.T, piece int) {
	t.Helper()
	swarmtest.Put(t, f.files, c1, f.a)
	path := f.files.Path(c1, f.a.ID)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[piece*pl+5] ^= 1
	if err := errors.Join(os.WriteFile(path, b, 0o600), os.Chtimes(path, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
}

// servedSound reads every piece as a peer does: each is sound or refused.
func (f *fixture) servedSound(t *testing.T, a *content) (served int) {
	t.Helper()
	for i := range len(f.padded) / pl {
		b := make([]byte, pl)
		if _, err := a.serve(b, i, 0); err == nil {
			served++
			if !bytes.Equal(b, f.padded[i*pl:(i+1)*pl]) {
				t.Errorf("piece %d is served damaged", i)
			}
		}
	}
	return served
}

// TestSetAsideSurvivesEachStep lets setting a damaged archive aside fail at
// each step, or die there and begin anew in another process: nothing damaged is
// ever served, and in the end only the damaged piece is missing.
func TestSetAsideSurvivesEachStep(t *testing.T) {
	for _, point := range []string{
		fault.FileWrite, fault.FileRenameBefore, fault.FileDirSyncAfter, fault.ArchiveAsideBefore, fault.ArchiveAsideAfter,
	} {
		for _, dies := range []bool{false, true} {
			f := newFixture(t, 4*pl+5)
			f.spoil(t, 2)
			a := f.content(t)
			if got := f.servedSound(t, a); got != 4 {
				t.Errorf("%s: %d pieces served before, want 4", point, got)
			}
			stop := follow(t, point+":error#1")
			if _, err := a.setAside(t.Context()); err != nil && !errors.Is(err, fault.ErrInjected) {
				t.Errorf("%s: %v", point, err)
			}
			stop()
			if dies {
				f.open.close()
				f.open = newOpenFiles(4)
				t.Cleanup(f.open.close)
				if err := f.files.Sweep(); err != nil {
					t.Fatal(err)
				}
				a = f.content(t)
			}
			f.servedSound(t, a)
			if _, err := a.setAside(t.Context()); err != nil {
				t.Errorf("%s: second time: %v", point, err)
			}
			want := 4
			if point == fault.FileWrite || point == fault.FileRenameBefore {
				want = 0 // the list of good pieces was lost with the process, once
			}
			if got := f.servedSound(t, a); got < want || got > 4 || a.state().stored {
				t.Errorf("%s, dies %t: %d pieces served, state %+v", point, dies, got, a.state())
			}
			for i := range 5 {
				if !a.has(i) {
					f.take(t, a, i)
				}
			}
			if err := a.finish(); err != nil {
				t.Errorf("%s: %v", point, err)
			}
			swarmtest.CheckFiles(t, f.files, c1, f.a)
		}
	}
}

// TestSetAsideOfTheSound leaves an archive in place that is whole after all.
func TestSetAsideOfTheSound(t *testing.T) {
	f := newFixture(t, 2*pl+5)
	swarmtest.Put(t, f.files, c1, f.a)
	a := f.content(t)
	a.damage(1) // a disk that could not be read for a moment
	if a.has(1) || !a.has(0) {
		t.Error("the piece that could not be read counts, or another does not")
	}
	if n, err := a.setAside(t.Context()); n != 0 || err != nil {
		t.Errorf("%d pieces damaged: %v", n, err)
	}
	if got := f.servedSound(t, a); got != 3 {
		t.Errorf("%d pieces served", got)
	}
	swarmtest.CheckFiles(t, f.files, c1, f.a)
}

// TestSetAsideOfTheRemoved finds that somebody else was faster.
func TestSetAsideOfTheRemoved(t *testing.T) {
	f := newFixture(t, 2*pl+5)
	f.spoil(t, 0)
	a := f.content(t)
	if err := f.files.Remove(c1, f.a.ID); err != nil {
		t.Fatal(err)
	}
	if n, err := a.setAside(t.Context()); n != 0 || err != nil {
		t.Errorf("%d pieces damaged: %v", n, err)
	}
	if n := f.servedSound(t, a); n != 0 || a.state().stored {
		t.Errorf("%d pieces of nothing are served, state %+v", n, a.state())
	}
}
