package bittorrent

import (
	"errors"
	"testing"

	"seeder/internal/clock"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// TestReadOfADroppedTorrentIsNoError reads for a peer what is not there: an
// error while the torrent is served, and none after it was dropped, because the
// library would panic over it.
func TestReadOfADroppedTorrentIsNoError(t *testing.T) {
	files, c := swarm.NewFiles(t.TempDir()), swarmtest.Community(1)
	archives := swarmtest.NewArchives(1, 2*pl)
	swarmtest.Put(t, files, c, archives...)
	s, err := New(Options{Files: files, Listen: "127.0.0.1:0", Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	tor, err := s.Seed(t.Context(), swarmtest.Generation(c, archives...))
	if err == nil {
		err = files.Remove(c, archives[0].ID)
	}
	if err != nil {
		t.Fatal(errors.Join(err, s.Close()))
	}
	shared, err := s.community(c)
	if err != nil {
		t.Fatal(errors.Join(err, s.Close()))
	}
	view := shared.generations()[0].view
	first := piece{v: view}
	b := make([]byte, 100)
	view.open.forget(files.Path(c, archives[0].ID))
	if _, err := first.ReadAt(b, 0); err == nil {
		t.Error("a missing archive was read")
	}
	if err := s.Drop(c, tor.InfoHash); err != nil {
		t.Error(err)
	}
	if n, err := first.ReadAt(b, 0); n != len(b) || err != nil {
		t.Errorf("after the drop: %d bytes, %v", n, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
