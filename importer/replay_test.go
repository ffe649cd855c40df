package importer_test

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"testing"

	"seeder/importer"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// folder is a world whose archives are files.
type folder struct {
	*world
	files     *swarm.Files
	discarded []message.ArchiveID
}

func newFolder(t *testing.T) *folder {
	t.Helper()
	return &folder{world: newWorld(t, importer.Options{}), files: swarm.NewFiles(t.TempDir())}
}

func (f *folder) auditor() *importer.Auditor {
	return &importer.Auditor{
		Replayer: importer.Replayer{
			DB: f.db, Importer: f.importer, Files: f.files, Clock: clock.NewFixed(now),
			Discard: func(c message.CommunityID, id message.ArchiveID) error {
				f.discarded = append(f.discarded, id)
				return f.files.Remove(c, id)
			},
		},
		Import: true,
	}
}

// take puts an archive into folder and database.
func (f *folder) take(t *testing.T, d *draft) store.Archive {
	t.Helper()
	row, b := d.build(t)
	file, err := f.files.Create(f.us)
	if err == nil {
		_, err = file.Write(b)
	}
	if err = errors.Join(err, file.Commit(row.ID)); err != nil {
		t.Fatal(err)
	}
	f.put(t, row)
	_, err = f.importer.Import(t.Context(), row, func() (io.ReadCloser, error) { return f.files.Open(f.us, row.ID) })
	if err != nil {
		t.Fatal(err)
	}
	return f.row(t, row.ID)
}

func (f *folder) row(t *testing.T, id message.ArchiveID) (row store.Archive) {
	t.Helper()
	f.view(t, func(tx store.Tx) (err error) {
		row, err = tx.Archive(f.us, id)
		return err
	})
	return row
}

// replay runs a replay to its end and returns what it did.
func (f *folder) replay(t *testing.T, span message.Span) importer.Replayed {
	t.Helper()
	r := f.auditor().Replayer
	cursor, steps := []byte(nil), uint64(0)
	for more := true; more; {
		var err error
		more, err = r.Next(t.Context(), f.us, span, cursor, func(_ store.Tx, next []byte, done, total uint64) error {
			if done != steps+1 || total < done {
				t.Errorf("step %d of %d after %d", done, total, steps)
			}
			cursor, steps = next, done
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := importer.ParseReplayed(cursor)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// audit runs an audit to its end.
func (f *folder) audit(t *testing.T, a *importer.Auditor) importer.Audited {
	t.Helper()
	var cursor []byte
	for more := true; more; {
		var err error
		more, err = a.Next(t.Context(), f.us, cursor, func(_ store.Tx, next []byte, _, _ uint64) error {
			cursor = next
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := importer.ParseAudited(cursor)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestReplayOfWhatIsWholeChangesNothing(t *testing.T) {
	f := newFolder(t)
	f.take(t, f.draft(history(40)))
	before := f.messages(t, store.Canonical)
	got := f.replay(t, message.Span{})
	if got.Archives != 1 || got.Messages != 40 || got.Added != (store.Added{Known: 40}) {
		t.Errorf("replayed %+v", got)
	}
	if after := f.messages(t, store.Canonical); !slices.EqualFunc(before, after, same) {
		t.Error("the messages have changed")
	}
}

func same(a, b message.Message) bool { return message.Compare(&a, &b) == 0 }

func TestReplayLooksAtTheSpan(t *testing.T) {
	f := newFolder(t)
	f.take(t, f.draft(history(10)))
	for _, tc := range []struct {
		span message.Span
		want uint64
	}{
		{message.Span{From: span.To, To: span.To + 1}, 0},
		{message.Span{To: span.From}, 0},
		{message.Span{From: span.To - 1, To: span.To + 1}, 1},
		{message.Span{To: span.From + 1}, 1},
	} {
		if got := f.replay(t, tc.span); got.Archives != tc.want {
			t.Errorf("%v: %d archives, want %d", tc.span, got.Archives, tc.want)
		}
	}
}

func TestReplayListsDamagedAndMissingFiles(t *testing.T) {
	f := newFolder(t)
	row := f.take(t, f.draft(history(10)))
	path := f.files.Path(f.us, row.ID)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func() error{
		"changed":   func() error { return os.WriteFile(path, append(slices.Clone(b[:len(b)-1]), b[len(b)-1]^1), 0o600) },
		"too short": func() error { return os.WriteFile(path, b[:len(b)-1], 0o600) },
		"too long":  func() error { return os.WriteFile(path, append(slices.Clone(b), 0), 0o600) },
		"gone":      func() error { return os.Remove(path) },
	} {
		t.Run(name, func(t *testing.T) {
			f.put(t, row)
			if err := errors.Join(os.WriteFile(path, b, 0o600), spoil()); err != nil {
				t.Fatal(err)
			}
			got := f.replay(t, message.Span{})
			if got.Archives != 0 || got.Damaged+got.Missing != 1 || (got.Missing == 1) != (name == "gone") {
				t.Errorf("replayed %+v", got)
			}
			now := f.row(t, row.ID)
			if now.State != store.Listed || now.Reason == "" {
				t.Errorf("row %+v", now)
			}
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the file stayed: %v", err)
			}
			if n := len(f.messages(t, store.Canonical)); n != 10 {
				t.Errorf("%d messages, want all 10", n)
			}
		})
	}
}

func TestReplayIsOneWithItsCursor(t *testing.T) {
	f := newFolder(t)
	row := f.take(t, f.draft(history(10)))
	listed := row
	listed.Messages = 0
	f.put(t, listed) // what the replay would write anew
	broken := errors.New("no room for the cursor")
	r := f.auditor().Replayer
	_, err := r.Next(t.Context(), f.us, message.Span{}, nil, func(store.Tx, []byte, uint64, uint64) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if got := f.row(t, row.ID); got.Messages != 0 {
		t.Error("the effect stayed without its cursor")
	}
	if _, err := r.Next(t.Context(), f.us, message.Span{}, []byte("{"), nil); !errors.Is(err, importer.ErrCursor) {
		t.Errorf("malformed cursor: %v", err)
	}
	if _, err := f.auditor().Next(t.Context(), f.us, []byte("{"), nil); !errors.Is(err, importer.ErrCursor) {
		t.Errorf("malformed cursor: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Next(ctx, f.us, message.Span{}, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// An unsealed archive may hold a message twice: then fewer messages than it
// says are all there are, and it is not replayed for ever.
func TestAuditDoesNotRepeatWhatMendsNothing(t *testing.T) {
	f := newFolder(t)
	ms := history(10)
	d := f.draft(append(ms, ms[3]))
	d.sealed = false
	row := f.take(t, d)
	if row.Messages != 11 {
		t.Fatalf("the archive holds %d messages", row.Messages)
	}
	a := f.auditor()
	if got := f.audit(t, a); got.Replayed != 1 || got.Mended() {
		t.Errorf("first audit %+v", got)
	}
	if got := f.audit(t, a); got.Replayed != 0 {
		t.Errorf("second audit %+v", got)
	}
	f.forget(t, ms[5])
	if got := f.audit(t, a); got.Replayed != 1 || got.Added.New != 1 {
		t.Errorf("after a message was deleted: %+v", got)
	}
}

func TestAuditSeesWhatIsNotCovered(t *testing.T) {
	f := newFolder(t)
	f.take(t, f.draft(history(10)))
	f.sql(t, "DELETE FROM coverage")
	if n := len(f.messages(t, store.Canonical)); n != 0 {
		t.Fatalf("%d messages are canonical", n)
	}
	if got := f.audit(t, f.auditor()); got.Replayed != 1 || got.Added.Promoted != 10 {
		t.Errorf("audit %+v", got)
	}
	if n := len(f.messages(t, store.Canonical)); n != 10 {
		t.Errorf("%d messages are canonical", n)
	}
}

func TestAuditOfANodeThatOnlyServes(t *testing.T) {
	f := newFolder(t)
	row := f.take(t, f.draft(history(10)))
	f.sql(t, "DELETE FROM message")
	a := f.auditor()
	a.Import = false
	if got := f.audit(t, a); got.Replayed != 0 || got.Mended() {
		t.Errorf("audit %+v", got)
	}
	if err := os.Truncate(f.files.Path(f.us, row.ID), 5); err != nil {
		t.Fatal(err)
	}
	if got := f.audit(t, a); got.Files != 1 || len(f.discarded) != 1 {
		t.Errorf("audit %+v, discarded %v", got, f.discarded)
	}
}

func (f *folder) forget(t *testing.T, m message.Message) {
	t.Helper()
	key := m.Key()
	f.sql(t, "DELETE FROM message WHERE key = ?", key[:])
}
