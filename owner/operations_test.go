package owner_test

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"seeder/message"
	"seeder/operation"
	"seeder/owner"
	"seeder/store"
)

func (r *rig) desk() *operation.Desk {
	return operation.NewDesk(operation.Options{DB: r.db, Clock: r.clock, Rand: rand.Reader})
}

// ask creates an operation.
func (r *rig) ask(kind string) store.OperationID {
	r.t.Helper()
	op, err := r.desk().Create(r.t.Context(), operation.Request{Community: r.key.Community(), Kind: kind})
	if err != nil {
		r.t.Fatal(err)
	}
	return op.ID
}

func (r *rig) operation(id store.OperationID) store.Operation {
	r.t.Helper()
	op, err := r.desk().Get(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return op
}

func (r *rig) operate(o *owner.Owner) {
	r.t.Helper()
	if _, err := o.Operate(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// mustRun is operate until the operation is done.
func (r *rig) mustRun(kind string) store.Operation {
	r.t.Helper()
	id := r.ask(kind)
	r.operate(r.owner())
	op := r.operation(id)
	if op.State != store.OperationDone {
		r.t.Fatalf("%s ended as %+v", kind, op)
	}
	return op
}

func (r *rig) archived(op store.Operation) owner.Archived {
	r.t.Helper()
	a, err := owner.ParseArchived(op.Cursor)
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

func (r *rig) markSent() {
	r.t.Helper()
	latest := r.latest()
	r.update(func(tx store.Tx) error {
		return tx.MarkSent(latest.Community, latest.Clock, r.clock.Now().UnixMilli(), 1, []byte("envelope"))
	})
}

func TestArchiveOperationEndsWhenAPeerTookIt(t *testing.T) {
	r := newRig(t)
	r.add(history(20, 0, 1)...)
	r.atWeek(4)
	id, o := r.ask(operation.Archive), r.owner()
	r.operate(o)
	op := r.operation(id)
	got := r.archived(op)
	if op.Ended() || !strings.Contains(op.Reason, "no peer") || got.Report.Archives != 2 || got.Report.Messages != 40 || op.Done != 2 {
		t.Fatalf("before it was sent: %+v, %+v", op, got)
	}
	r.operate(o)
	if op = r.operation(id); op.Ended() {
		t.Fatal("ended before a peer took the announcement")
	}
	r.markSent()
	r.operate(o)
	op = r.operation(id)
	if got = r.archived(op); op.State != store.OperationDone || got.Report.Sent == 0 || got.Report.InfoHash == "" {
		t.Errorf("ended as %+v, %+v", op, got)
	}
	// Once more: nothing new, and the announcement was taken already.
	id = r.ask(operation.Archive)
	r.operate(o)
	if op = r.operation(id); op.State != store.OperationDone || r.archived(op).Report.Archives != 0 {
		t.Errorf("a second one ended as %+v", op)
	}
}

func TestArchiveOperationWithoutHistoryIsDone(t *testing.T) {
	r := newRig(t)
	r.atWeek(4)
	if op := r.mustRun(operation.Archive); r.archived(op).Report.InfoHash != "" {
		t.Errorf("ended as %+v", op)
	}
}

// The report survives a round that was cut short: each span is counted with
// the transaction that seals it.
func TestArchiveOperationGoesOnFromItsCursor(t *testing.T) {
	r := newRig(t)
	r.add(history(20, 0, 1, 2)...)
	r.atWeek(5)
	id := r.ask(operation.Archive)
	broken, writes := errors.New("the database is gone"), 0
	r.db.before = func() error {
		if writes++; writes == 3 { // after it has begun, and after the first span
			return broken
		}
		return nil
	}
	r.operate(r.owner())
	op := r.operation(id)
	if op.Attempts != 1 || !strings.Contains(op.Reason, broken.Error()) || r.archived(op).Report.Archives != 1 {
		t.Fatalf("after the failure: %+v, %+v", op, r.archived(op))
	}
	r.clock.Advance(r.opts.RetryMax * 2)
	r.operate(r.owner())
	if got := r.archived(r.operation(id)); got.Report.Archives != 3 || got.Report.Messages != 60 {
		t.Errorf("report %+v", got)
	}
}

// sealed is a rig with three weeks archived, one of them in parts and amended.
func sealed(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	r.opts.MaxArchiveBytes = 2000
	r.add(history(60, 0)...)
	r.opts.MaxArchiveBytes = 600
	r.add(history(30, 1)...)
	r.atWeek(5)
	r.round()
	r.add(message.Message{Timestamp: week0 + week + 5, Topic: "\xaa\x00\x00\x00", Payload: []byte("late")})
	r.add(history(10, 2)...)
	r.round()
	if n := len(r.archives()); n < 5 {
		t.Fatalf("%d archives", n)
	}
	return r
}

func (r *rig) remove(id message.ArchiveID) {
	r.t.Helper()
	if err := r.files.Remove(r.key.Community(), id); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) content(id message.ArchiveID) []byte {
	r.t.Helper()
	b, err := os.ReadFile(r.files.Path(r.key.Community(), id))
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

func TestLostFilesAreWrittenAnew(t *testing.T) {
	r := sealed(t)
	for _, row := range r.archives() {
		before, infohash := r.content(row.ID), r.latest().Magnet
		r.remove(row.ID)
		r.round()
		if !slices.Equal(r.content(row.ID), before) || r.latest().Magnet != infohash {
			t.Errorf("archive %s of %s, amends %d, is not what it was", row.ID, row.Span, row.Amends)
		}
		for _, now := range r.archives() {
			if now.State != store.Imported || now.Reason != "" {
				t.Errorf("archive %s is %s: %s", now.ID, now.State, now.Reason)
			}
		}
	}
}

func TestLostFilesComeFromMembersWhenMessagesAreLostToo(t *testing.T) {
	r := sealed(t)
	digest, magnet := r.digest(), r.latest().Magnet
	row := r.archives()[0]
	content := r.content(row.ID)
	r.deleteMessages(row.Span)
	r.remove(row.ID)

	_, err := r.owner().Round(t.Context())
	if !errors.Is(err, owner.ErrLost) || !strings.Contains(err.Error(), row.ID.String()) {
		t.Fatalf("with nobody to ask: %v", err)
	}
	if got := r.archives()[0]; got.State != store.Listed || got.Reason == "" {
		t.Errorf("row %+v", got)
	}
	if r.latest().Magnet != magnet {
		t.Error("announced a history with a hole")
	}
	r.seeds.members = map[message.ArchiveID][]byte{row.ID: content}
	r.round()
	r.mustRun(operation.Audit) // the other parts of the span
	if r.digest() != digest || r.latest().Magnet != magnet {
		t.Error("not what it was")
	}
}

// deleteMessages deletes rows behind the owner's back.
func (r *rig) deleteMessages(span message.Span) {
	r.t.Helper()
	r.sql("DELETE FROM message WHERE timestamp >= ? AND timestamp < ?", int64(span.From), int64(span.To))
}

func TestLostRowsComeFromTheIndex(t *testing.T) {
	r := sealed(t)
	digest, magnet, rows := r.digest(), r.latest().Magnet, r.archives()
	last := rows[len(rows)-1].ID
	r.sql("DELETE FROM archive WHERE id IN (?, ?)", rows[1].ID[:], last[:])
	r.round()
	if got := r.archives(); len(got) != len(rows) || r.latest().Magnet != magnet || r.digest() != digest {
		t.Errorf("%d rows of %d, digest equal: %v", len(got), len(rows), r.digest() == digest)
	}
	for _, now := range r.archives() {
		if now.State != store.Imported {
			t.Errorf("archive %s is %s: %s", now.ID, now.State, now.Reason)
		}
	}
}

func TestAuditRestoresMessages(t *testing.T) {
	r := sealed(t)
	digest := r.digest()
	r.sql("DELETE FROM message WHERE no % 3 = 0")
	if r.digest() == digest {
		t.Fatal("nothing was deleted")
	}
	r.mustRun(operation.Audit)
	if r.digest() != digest {
		t.Error("the digest is another one")
	}
}

func TestReplayHealsDamagedRows(t *testing.T) {
	r := sealed(t)
	digest := r.digest()
	r.sql("UPDATE message SET payload = x'00' WHERE no % 2 = 0")
	r.mustRun(operation.Replay)
	n := 0
	r.view(func(tx store.Tx) error {
		return tx.ScanMessages(r.key.Community(), message.Forever(), store.All, func(m *message.Message) error {
			if len(m.Payload) == 1 {
				n++
			}
			return nil
		})
	})
	if n > 0 || r.digest() != digest {
		t.Errorf("%d rows are still damaged", n)
	}
}

func TestResumeServesWhatIsThere(t *testing.T) {
	r := sealed(t)
	r.seeds.strict = true
	r.remove(r.archives()[0].ID)
	if err := r.owner().Resume(t.Context()); err != nil {
		t.Errorf("resume: %v", err)
	}
	if r.seeds.fetched == 0 {
		t.Error("nothing is served")
	}
}

func TestAuditEndsWithItsContext(t *testing.T) {
	r := sealed(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.ask(operation.Audit)
	if _, err := r.owner().Operate(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
