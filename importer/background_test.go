package importer_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"seeder/archive"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/quota"
	"seeder/store"
)

// watched is a database that says whether it is being written.
type watched struct {
	store.DB
	writing bool
}

func (w *watched) Update(ctx context.Context, fn func(store.Tx) error) error {
	return w.DB.Update(ctx, func(tx store.Tx) error {
		w.writing = true
		defer func() { w.writing = false }()
		return fn(tx)
	})
}

// backgroundWorld has an importer in the background.
func backgroundWorld(t *testing.T) (*world, *importer.Pace) {
	t.Helper()
	p := importer.NewPace(importer.PaceOptions{Clock: clock.System{}})
	p.Set(quota.PaceBackground)
	return newWorld(t, importer.Options{Pace: p}), p
}

// In the background an archive is checked before anybody has to wait for the
// database, and then imported as at any other pace.
func TestBackgroundImportIsAnImport(t *testing.T) {
	w, p := backgroundWorld(t)
	ms := history(500)
	row, data := w.draft(ms).build(t)
	db := &watched{DB: w.db}
	var writing []bool
	open := func() (io.ReadCloser, error) {
		writing = append(writing, db.writing)
		return io.NopCloser(bytes.NewReader(data)), nil
	}
	im := importer.New(db, clock.NewFixed(now), importer.Options{Pace: p})
	got, err := im.Import(t.Context(), row, open)
	if err != nil || got.Messages != 500 || got.Added.New != 500 || got.SHA256 != row.SHA256 {
		t.Errorf("imported %+v: %v", got, err)
	}
	if len(writing) != 2 || writing[0] || !writing[1] {
		t.Errorf("read while the database was being written: %v, want [false true]", writing)
	}
	if n := len(w.messages(t, store.All)); n != 500 {
		t.Errorf("%d messages are there", n)
	}
}

// What an import refuses is refused in the background, and leaves nothing.
func TestBackgroundImportRefuses(t *testing.T) {
	w, _ := backgroundWorld(t)
	ms := history(50)
	foreign := w.draft(ms)
	foreign.community = w.them // whose seal it is not
	forged := w.draft(history(50))
	author, content := newKey(t).Community(), []byte("content")
	sig, err := newKey(t).Sign(content) // another key
	if err != nil {
		t.Fatal(err)
	}
	forged.messages[40].Sig = author[:]
	forged.messages[40].Payload = append(protowire.AppendBytes([]byte{1<<3 | 2}, sig), protowire.AppendBytes([]byte{2<<3 | 2}, content)...)
	late := w.draft(history(50))
	late.messages[49].Timestamp = span.To
	for want, d := range map[error]*draft{archive.ErrForeign: foreign, archive.ErrAuthor: forged, archive.ErrTime: late} {
		row, data := d.build(t)
		if _, err := w.importer.Import(t.Context(), row, reader(data)); !errors.Is(err, want) || !importer.Refused(err) {
			t.Errorf("import ended with %v, want %v", err, want)
		}
		if _, err := w.importer.Check(t.Context(), row, reader(data)); !errors.Is(err, want) || !importer.Refused(err) {
			t.Errorf("check ended with %v, want %v", err, want)
		}
		w.wantNothing(t)
	}
}

// Bytes that are not those that were checked are not imported.
func TestBackgroundImportOfAFileThatChanges(t *testing.T) {
	w, _ := backgroundWorld(t)
	for _, sealed := range []bool{true, false} {
		d := w.draft(history(50))
		d.sealed = sealed
		row, data := d.build(t)
		other := bytes.Clone(data)
		i := bytes.LastIndex(other, []byte("payload "))
		other[i] = 'P' // a message that is as good as the one before
		reads := [][]byte{data, other}
		_, err := w.importer.Import(t.Context(), row, func() (io.ReadCloser, error) {
			b := reads[0]
			reads = reads[1:]
			return io.NopCloser(bytes.NewReader(b)), nil
		})
		want := archive.ErrContent
		if !sealed {
			want = archive.ErrChanged
		}
		if !errors.Is(err, want) || importer.Refused(err) != sealed {
			t.Errorf("sealed %v: ended with %v, want %v", sealed, err, want)
		}
		w.wantNothing(t)
	}
}

// An import that pauses goes on at once when the pace changes.
func TestBackgroundImportHurries(t *testing.T) {
	w, p := backgroundWorld(t)
	row, data := w.draft(history(500)).build(t)
	work := time.Duration(0)
	p.SetSpent(func() time.Duration { // each message takes an hour
		work += time.Hour
		return work
	})
	pausing := make(chan struct{})
	opened := 0
	done := make(chan error)
	go func() {
		_, err := w.importer.Import(t.Context(), row, func() (io.ReadCloser, error) {
			if opened++; opened == 1 {
				close(pausing)
			}
			return io.NopCloser(bytes.NewReader(data)), nil
		})
		done <- err
	}()
	<-pausing
	p.Set(quota.PaceFast)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := len(w.messages(t, store.All)); n != 500 {
		t.Errorf("%d messages are there", n)
	}
}

// Ending the context ends an import that pauses, or that waits for its turn.
func TestBackgroundImportEndsWithItsContext(t *testing.T) {
	w, p := backgroundWorld(t)
	row, data := w.draft(history(500)).build(t)
	work := time.Duration(0)
	p.SetSpent(func() time.Duration {
		work += time.Hour
		return work
	})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := w.importer.Import(ctx, row, func() (io.ReadCloser, error) {
		cancel()
		return io.NopCloser(bytes.NewReader(data)), nil
	})
	if !errors.Is(err, context.Canceled) || importer.Refused(err) {
		t.Errorf("import ended with %v", err)
	}
	if _, err := w.importer.Import(ctx, row, reader(data)); !errors.Is(err, context.Canceled) {
		t.Errorf("import that had to wait ended with %v", err)
	}
	w.wantNothing(t)
}

// Check is Import without the database.
func TestCheckStoresNothing(t *testing.T) {
	for _, pace := range []string{quota.PaceBackground, quota.PaceNormal, quota.PaceFast} {
		w, p := backgroundWorld(t)
		p.Set(pace)
		row, data := w.draft(history(50)).build(t)
		sum, err := w.importer.Check(t.Context(), row, reader(data))
		if err != nil || sum.Messages != 50 || sum.SHA256 != row.SHA256 {
			t.Errorf("%s: found %+v: %v", pace, sum, err)
		}
		w.wantNothing(t)
	}
}
