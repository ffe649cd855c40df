package owner_test

import (
	"crypto/sha1"
	"errors"
	"testing"

	"seeder/owner"
	"seeder/store"
	"seeder/swarm/swarmtest"
)

// An owner that lost its database and archives anew would announce a short
// history with a higher clock over the long one.
func TestLostDatabaseIsNotArchivedFrom(t *testing.T) {
	r := newRig(t)
	network := swarmtest.NewNetwork()
	mem := swarmtest.NewMemory(network, r.files)
	t.Cleanup(func() {
		if err := mem.Close(); err != nil {
			t.Error(err)
		}
	})
	r.opts.Swarm = mem
	r.add(history(5, 0, 1)...)
	r.atWeek(4)
	r.round()
	lost := newRig(t)
	lost.files, lost.opts.Files, lost.opts.Swarm = r.files, r.files, mem
	lost.add(history(5, 2)...)
	lost.atWeek(5)
	if _, err := lost.owner().Round(t.Context()); !errors.Is(err, owner.ErrBehind) {
		t.Fatalf("error %v, want ErrBehind", err)
	}
	if rows := lost.archives(); len(rows) != 0 {
		t.Errorf("%d archives sealed all the same", len(rows))
	}
	// With the rows back it goes on.
	rows := r.archives()
	lost.update(func(tx store.Tx) error {
		for _, row := range rows {
			if err := tx.PutArchive(row); err != nil {
				return err
			}
		}
		return nil
	})
	if report := lost.round(); report.Archives != 1 {
		t.Errorf("report %+v after the rows came back, want one new archive", report)
	}
}

// A torrent whose files were written half says nothing.
func TestDamagedTorrentDoesNotStopTheOwner(t *testing.T) {
	r := newRig(t)
	c := r.key.Community()
	if err := r.files.Prepare(c); err != nil {
		t.Fatal(err)
	}
	writeFile(t, r.files.TorrentPath(c, sha1.Sum(nil)), "half a torr")
	r.add(history(5, 0)...)
	r.atWeek(3)
	if report := r.round(); report.Archives != 1 {
		t.Errorf("report %+v, want one archive", report)
	}
}
