package daemon_test

import (
	"errors"
	"testing"

	"seeder/daemon"
	"seeder/message"
	"seeder/store"
)

// A process that dies between the row of an evicted archive and its file leaves
// a file that nothing counts: the next start removes it, however new it is.
func TestFilesOfEvictedArchivesAreRemovedAtStart(t *testing.T) {
	opts := options(t)
	c := newKey(t, "e1").Community()
	files := daemon.OpenFiles(opts.Config)
	kept, evicted := message.ArchiveID{1}, message.ArchiveID{2}
	join(t, opts.Config, c, store.RoleMember)
	for id, state := range map[message.ArchiveID]store.ArchiveState{kept: store.Imported, evicted: store.Evicted} {
		draft, err := files.Create(c)
		if err == nil {
			_, err = draft.Write([]byte("archive"))
		}
		if err = errors.Join(err, draft.Commit(id)); err != nil {
			t.Fatal(err)
		}
		update(t, opts.Config, func(tx store.Tx) error {
			return tx.PutArchive(store.Archive{Community: c, ID: id, Entry: []byte{1}, State: state, Reason: store.OverCap,
				Size: 102400, Padding: 102393})
		})
	}
	d := start(t, opts)
	defer closeDaemon(t, d)
	u, err := files.Usage(c)
	if err != nil || len(u.Archives) != 1 || !u.Archives[kept].Whole {
		t.Errorf("in the folder: %+v (%v), want archive 1 alone", u.Archives, err)
	}
}
