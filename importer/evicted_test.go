package importer_test

import (
	"errors"
	"io"
	"os"
	"testing"

	"seeder/importer"
	"seeder/message"
	"seeder/store"
)

// evict does to an archive what a storage cap does; the file goes last.
func (f *folder) evict(t *testing.T, row store.Archive) {
	t.Helper()
	row.State, row.Reason = store.Evicted, store.OverCap
	f.put(t, row)
}

// An evicted archive is neither missing nor damaged, whether its file is gone
// yet or not.
func TestEvictedArchivesAreMeantToBeGone(t *testing.T) {
	f := newFolder(t)
	row := f.take(t, f.draft(history(20)))
	f.evict(t, row)
	for _, step := range []string{"file is there yet", "file is gone"} {
		if got := f.audit(t, f.auditor()); got.Mended() || got.Replayed != 0 {
			t.Errorf("%s: audited %+v", step, got)
		}
		if got := f.replay(t, message.Span{}); got != (importer.Replayed{}) {
			t.Errorf("%s: replayed %+v", step, got)
		}
		if now := f.row(t, row.ID); now.State != store.Evicted || now.Reason != store.OverCap {
			t.Errorf("%s: row is %s (%s)", step, now.State, now.Reason)
		}
		if err := f.files.Remove(f.us, row.ID); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.discarded) != 0 || len(f.messages(t, store.Canonical)) != 20 {
		t.Errorf("%d files discarded, %d messages left", len(f.discarded), len(f.messages(t, store.Canonical)))
	}
}

// What was evicted after its row was read is neither imported nor listed again.
func TestEvictedMeanwhile(t *testing.T) {
	f := newFolder(t)
	row := f.take(t, f.draft(history(20)))
	f.evict(t, row)
	open := func() (io.ReadCloser, error) { return f.files.Open(f.us, row.ID) }
	if _, err := f.importer.Import(t.Context(), row, open); !errors.Is(err, store.ErrChanged) || importer.Refused(err) {
		t.Errorf("imported: %v", err)
	}
	if _, err := f.importer.Replay(t.Context(), row, open, nil); !errors.Is(err, store.ErrChanged) {
		t.Errorf("replayed: %v", err)
	}
	called := false
	r := f.auditor().Replayer
	err := r.Relist(t.Context(), row, "file was missing", func(store.Tx) error { called = true; return nil })
	if err != nil || !called || len(f.discarded) != 0 {
		t.Errorf("listed again: %v, called %v, discarded %v", err, called, f.discarded)
	}
	if now := f.row(t, row.ID); now.State != store.Evicted {
		t.Errorf("row is %s (%s)", now.State, now.Reason)
	}
	if _, err := os.Stat(f.files.Path(f.us, row.ID)); err != nil {
		t.Errorf("its file was removed by somebody else: %v", err)
	}
	listed, downloading := row, row
	listed.State, downloading.State = store.Listed, store.Downloading
	f.put(t, listed) // an eviction of a download
	if _, err := f.importer.Import(t.Context(), downloading, open); !errors.Is(err, store.ErrChanged) {
		t.Errorf("imported a download that was given up: %v", err)
	}
	f.evict(t, row)
	row.State = store.Evicted // who fetches it again knows
	if _, err := f.importer.Import(t.Context(), row, open); err != nil {
		t.Error(err)
	}
}
