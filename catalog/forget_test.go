package catalog_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"seeder/catalog"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// TestForgetKeepsWhatHasARow leaves generations in the folder that have a row,
// and removes others, were they kept whole or in part, after they are dropped.
func TestForgetKeepsWhatHasARow(t *testing.T) {
	c, dir := swarmtest.Community(1), t.TempDir()
	files := swarm.NewFiles(dir)
	if err := files.Prepare(c); err != nil {
		t.Fatal(err)
	}
	keep := func(hash swarm.InfoHash, torrent, folder bool) {
		t.Helper()
		var errs []error
		if torrent {
			errs = append(errs, os.WriteFile(files.TorrentPath(c, hash), []byte("torrent"), 0o600))
		}
		if folder {
			path := files.IndexPath(c, hash)
			errs = append(errs, os.Mkdir(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("index"), 0o600))
		}
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	current, whole, noFolder, noTorrent := swarm.InfoHash{1}, swarm.InfoHash{2}, swarm.InfoHash{3}, swarm.InfoHash{4}
	keep(current, true, true)
	keep(whole, true, true)
	keep(noFolder, true, false)
	keep(noTorrent, false, true)
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(t.Context(), func(tx store.Tx) error {
		return errors.Join(tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember}),
			tx.PutGeneration(store.Generation{Community: c, InfoHash: current, Clock: 1}))
	})
	if err != nil {
		t.Fatal(err)
	}

	busy := errors.New("busy")
	err = catalog.Forget(t.Context(), db, files, c, func(store.InfoHash) error { return busy })
	if kept, listErr := files.Generations(c); !errors.Is(err, busy) || listErr != nil || len(kept) != 4 {
		t.Errorf("without being dropped: %v; %d are kept, %v", err, len(kept), listErr)
	}
	dropped := make(map[swarm.InfoHash]bool)
	for range 2 {
		err := catalog.Forget(t.Context(), db, files, c, func(hash store.InfoHash) error {
			dropped[hash] = true
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(dropped) != 3 || dropped[current] {
		t.Errorf("dropped %v", dropped)
	}
	if kept, err := files.Generations(c); err != nil || len(kept) != 1 || kept[0] != current {
		t.Errorf("kept %x, %v", kept, err)
	}
	if _, err := os.Stat(files.IndexPath(c, current)); err != nil {
		t.Error(err)
	}
}
