package importer_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"seeder/archive"
	"seeder/importer"
	"seeder/message"
	"seeder/signer"
	"seeder/store"
)

func TestImport(t *testing.T) {
	for name, sealed := range map[string]bool{"sealed": true, "unsealed": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, importer.Options{})
			ms := history(500)
			d := w.draft(ms)
			d.sealed = sealed
			d.seal = func(s *archive.Seal) { s.Amends = 3 }
			row, b := d.build(t)
			w.put(t, row)
			res, err := w.importer.Import(context.Background(), row, reader(b))
			if err != nil {
				t.Fatal(err)
			}
			want := importer.Result{Added: store.Added{New: 500}, Messages: 500, SHA256: sha256.Sum256(b)}
			if res != want {
				t.Errorf("result %+v, want %+v", res, want)
			}
			if diff := cmp.Diff(ms, w.messages(t, store.Canonical)); diff != "" {
				t.Errorf("messages differ (-want +got):\n%s", diff)
			}
			wantRow := row
			wantRow.State, wantRow.Reason, wantRow.Attempts, wantRow.NextTry = store.Imported, "", 0, 0
			wantRow.Messages, wantRow.SHA256, wantRow.Sealed, wantRow.UpdatedAt = 500, res.SHA256, sealed, now.UnixMilli()
			if sealed {
				wantRow.Amends = 3
			}
			w.view(t, func(tx store.Tx) error {
				got, err := tx.Archive(w.us, row.ID)
				if diff := cmp.Diff(wantRow, got); diff != "" {
					t.Errorf("row differs (-want +got):\n%s", diff)
				}
				covered, err2 := tx.Covered(w.us)
				if !slices.Equal(covered, []message.Span{span}) {
					t.Errorf("covered %v", covered)
				}
				return errors.Join(err, err2)
			})
		})
	}
}

func TestImportTwiceChangesNothing(t *testing.T) {
	w := newWorld(t, importer.Options{})
	row, b := w.draft(history(100)).build(t)
	digest := func() (d store.Digest) {
		w.view(t, func(tx store.Tx) (err error) {
			d, err = store.DigestOf(tx, w.us)
			return err
		})
		return d
	}
	if _, err := w.importer.Import(context.Background(), row, reader(b)); err != nil {
		t.Fatal(err)
	}
	before := digest()
	res, err := w.importer.Import(context.Background(), row, reader(b))
	if err != nil {
		t.Fatal(err)
	}
	if want := (store.Added{Known: 100}); res.Added != want {
		t.Errorf("added %+v, want %+v", res.Added, want)
	}
	if after := digest(); after != before {
		t.Errorf("digest %+v, before %+v", after, before)
	}
}

func TestImportMeetsLiveMessages(t *testing.T) {
	w := newWorld(t, importer.Options{})
	ms := history(10)
	stranger := message.Message{Timestamp: 1500, Topic: topicA, Payload: []byte("in no archive")}
	future := message.Message{Timestamp: 2000, Topic: topicA, Payload: []byte("not archived yet")}
	w.update(t, func(tx store.Tx) error {
		_, err := tx.AddMessages(w.us, func(yield func(message.Message, error) bool) {
			for _, m := range []message.Message{ms[3], stranger, ms[7], future} {
				if !yield(m, nil) {
					return
				}
			}
		})
		return err
	})
	row, b := w.draft(ms).build(t)
	res, err := w.importer.Import(context.Background(), row, reader(b))
	if err != nil {
		t.Fatal(err)
	}
	if want := (store.Added{New: 8, Promoted: 2}); res.Added != want {
		t.Errorf("added %+v, want %+v", res.Added, want)
	}
	for class, want := range map[store.Class][]message.Message{
		store.Canonical: ms, store.Late: {stranger}, store.Pending: {future},
	} {
		if diff := cmp.Diff(want, w.messages(t, class)); diff != "" {
			t.Errorf("class %d (-want +got):\n%s", class, diff)
		}
	}
}

func TestUnsealedTakesTheFirstOfTwo(t *testing.T) {
	w := newWorld(t, importer.Options{})
	ms := history(4)
	ms[0].Hash = bytes.Repeat([]byte{1}, 32)
	ms[2].Hash = ms[0].Hash
	d := w.draft([]message.Message{ms[3], ms[0], ms[2], ms[1], ms[0]}) // Status archives come in any order
	d.sealed = false
	row, b := d.build(t)
	res, err := w.importer.Import(context.Background(), row, reader(b))
	if err != nil {
		t.Fatal(err)
	}
	if want := (store.Added{New: 3, Known: 2}); res.Added != want || res.Messages != 5 {
		t.Errorf("result %+v, want %+v of 5", res, want)
	}
	if diff := cmp.Diff([]message.Message{ms[0], ms[1], ms[3]}, w.messages(t, store.All)); diff != "" {
		t.Errorf("messages differ (-want +got):\n%s", diff)
	}
}

// TestRefused spoils one thing at a time; the seal is right about the spoiled
// bytes wherever it can be, so that no other rule refuses first.
func TestRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(*world, *draft)
		after func(*store.Archive, []byte) []byte
		want  error
	}{
		"outside the span":     {spoil: func(_ *world, d *draft) { d.messages[29].Timestamp = span.To }, want: archive.ErrTime},
		"before the span":      {spoil: func(_ *world, d *draft) { d.messages[0].Timestamp = span.From - 1 }, want: archive.ErrTime},
		"topic not listed":     {spoil: func(_ *world, d *draft) { d.messages[20].Topic = "\x09\x09\x09\x09" }, want: archive.ErrUnlisted},
		"malformed topic":      {spoil: func(_ *world, d *draft) { d.sealed, d.messages[20].Topic = false, "odd" }, want: message.ErrTopic},
		"out of order":         {spoil: func(_ *world, d *draft) { slices.Reverse(d.messages) }, want: archive.ErrOrder},
		"one message twice":    {spoil: func(_ *world, d *draft) { d.messages[6] = d.messages[5] }, want: archive.ErrOrder},
		"another key's seal":   {spoil: func(_ *world, d *draft) { d.key, _ = signer.GenerateKey(rand.Reader) }, want: archive.ErrForeign},
		"another community":    {spoil: func(w *world, d *draft) { d.community = w.them }, want: archive.ErrForeign},
		"other header":         {spoil: func(_ *world, d *draft) { d.header.To++ }, want: archive.ErrHeader},
		"other count":          {spoil: func(_ *world, d *draft) { d.seal = func(s *archive.Seal) { s.MessageCount++ } }, want: archive.ErrCount},
		"other hash":           {spoil: func(_ *world, d *draft) { d.seal = func(s *archive.Seal) { s.SHA256[0]++ } }, want: archive.ErrContent},
		"unknown encoding":     {spoil: func(_ *world, d *draft) { d.seal = func(s *archive.Seal) { s.Encoding = 9 } }, want: archive.ErrEncoding},
		"last byte changed":    {after: func(_ *store.Archive, b []byte) []byte { b[len(b)-1]++; return b }, want: archive.ErrContent},
		"cut short":            {after: func(_ *store.Archive, b []byte) []byte { return b[:len(b)-1] }, want: archive.ErrLength},
		"empty":                {after: func(_ *store.Archive, b []byte) []byte { return nil }, want: archive.ErrArchive},
		"bytes behind":         {after: func(_ *store.Archive, b []byte) []byte { return append(b, 0) }, want: archive.ErrLength},
		"row of another id":    {after: func(r *store.Archive, b []byte) []byte { r.ID[0]++; return b }, want: importer.ErrRow},
		"row of another span":  {after: func(r *store.Archive, b []byte) []byte { r.Span.To++; return b }, want: importer.ErrRow},
		"entry is not one":     {after: func(r *store.Archive, b []byte) []byte { r.Entry = []byte("x"); return b }, want: archive.ErrIndex},
		"entry is not minimal": {after: func(r *store.Archive, b []byte) []byte { r.Entry = append(r.Entry, 8, 0); return b }, want: archive.ErrCanonical},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, importer.Options{})
			d := w.draft(history(30))
			if tc.spoil != nil {
				tc.spoil(w, d)
			}
			row, b := d.build(t)
			if tc.after != nil {
				b = tc.after(&row, b)
			}
			res, err := w.importer.Import(context.Background(), row, reader(b))
			if !errors.Is(err, tc.want) {
				t.Fatalf("got error %v, want %v", err, tc.want)
			}
			if !importer.Refused(err) {
				t.Errorf("%v does not count as refused", err)
			}
			if res != (importer.Result{}) {
				t.Errorf("a result came with the error: %+v", res)
			}
			w.wantNothing(t)
		})
	}
}

func TestValidator(t *testing.T) {
	bad := errors.New("not in my house")
	var seen int
	w := newWorld(t, importer.Options{Validator: func(_ context.Context, _ message.CommunityID, m *message.Message) error {
		if seen++; bytes.HasSuffix(m.Payload, []byte{25}) {
			return bad
		}
		return nil
	}})
	row, b := w.draft(history(20)).build(t)
	if _, err := w.importer.Import(context.Background(), row, reader(b)); err != nil || seen != 20 {
		t.Fatalf("%d messages were shown: %v", seen, err)
	}
	row, b = w.draft(history(30)).build(t)
	_, err := w.importer.Import(context.Background(), row, reader(b))
	if !errors.Is(err, importer.ErrRejected) || !errors.Is(err, bad) || !importer.Refused(err) {
		t.Errorf("got %v", err)
	}
	if got := w.messages(t, store.All); len(got) != 20 {
		t.Errorf("%d messages, want the 20 imported before", len(got))
	}
}

func TestClaimedArchive(t *testing.T) {
	w := newWorld(t, importer.Options{})
	d := w.draft(history(30))
	d.sealed = false
	row, b := d.build(t)
	if _, err := w.importer.Import(context.Background(), row, reader(b)); err != nil {
		t.Fatal(err)
	}
	row.Community = w.them
	_, err := w.importer.Import(context.Background(), row, reader(b))
	if !errors.Is(err, store.ErrClaimed) || !importer.Refused(err) {
		t.Fatalf("got %v, want %v", err, store.ErrClaimed)
	}
	w.view(t, func(tx store.Tx) error {
		n, err := tx.CountMessages(w.them, message.Forever(), store.All)
		if n != 0 {
			t.Errorf("%d messages of another community came in", n)
		}
		return err
	})
}

func TestFailuresAreNotRefusals(t *testing.T) {
	broken := errors.New("broken disk")
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, tc := range map[string]struct {
		ctx  context.Context
		open func([]byte) (io.ReadCloser, error)
		row  func(*store.Archive)
		want error
	}{
		"open fails": {open: func([]byte) (io.ReadCloser, error) { return nil, broken }, want: broken},
		"read fails": {open: func(b []byte) (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(bytes.NewReader(b[:len(b)/2]), iotest.ErrReader(broken))), nil
		}, want: broken},
		"close fails": {open: func(b []byte) (io.ReadCloser, error) {
			return &closeRecorder{Reader: bytes.NewReader(b), err: broken}, nil
		}, want: broken},
		"canceled": {ctx: canceled, want: context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, importer.Options{})
			row, b := w.draft(history(30)).build(t)
			open := reader(b)
			if tc.open != nil {
				open = func() (io.ReadCloser, error) { return tc.open(b) }
			}
			ctx := context.Background()
			if tc.ctx != nil {
				ctx = tc.ctx
			}
			_, err := w.importer.Import(ctx, row, open)
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			if importer.Refused(err) {
				t.Errorf("%v counts as a refusal", err)
			}
			w.wantNothing(t)
		})
	}
	t.Run("unknown community", func(t *testing.T) {
		w := newWorld(t, importer.Options{})
		d := w.draft(history(30))
		d.key = newKey(t)
		d.community = d.key.Community()
		row, b := d.build(t)
		if _, err := w.importer.Import(context.Background(), row, reader(b)); !errors.Is(err, store.ErrNotFound) || importer.Refused(err) {
			t.Errorf("got %v, want %v", err, store.ErrNotFound)
		}
	})
}

// TestImportStreams shows that messages arrive while the archive is read, and
// that the reader is closed after success and after failure.
func TestImportStreams(t *testing.T) {
	const bound = 256 << 10
	file := &closeRecorder{}
	delivered := 0 // bytes of payload shown to the validator
	stop := errors.New("stop")
	fail := false
	w := newWorld(t, importer.Options{Validator: func(_ context.Context, _ message.CommunityID, m *message.Message) error {
		delivered += len(m.Payload)
		if ahead := int(file.read.Load()) - delivered; ahead > bound {
			t.Fatalf("%d bytes were read ahead", ahead)
		}
		if fail {
			return stop
		}
		return nil
	}})
	ms := history(400)
	for i := range ms {
		ms[i].Payload = append(bytes.Repeat([]byte{'x'}, 10_000), ms[i].Payload...)
		ms[i].Hash = nil
	}
	slices.SortFunc(ms, func(a, b message.Message) int { return message.Compare(&a, &b) })
	row, b := w.draft(ms).build(t)
	for _, fail = range []bool{false, true} {
		*file, delivered = closeRecorder{Reader: bytes.NewReader(b), read: new(atomic.Int64)}, 0
		_, err := w.importer.Import(context.Background(), row, func() (io.ReadCloser, error) { return file, nil })
		if fail != errors.Is(err, stop) {
			t.Errorf("import: %v", err)
		}
		if !file.closed {
			t.Error("the reader was not closed")
		}
	}
}
