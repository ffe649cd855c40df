package member_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"seeder/catalog"
	"seeder/importer"
	"seeder/member"
	"seeder/message"
	"seeder/operation"
	"seeder/store"
	"seeder/swarm"
)

// sql changes the database behind the node's back.
func (n *node) sql(text string, args ...any) {
	n.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(n.dir, "seeder.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		n.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(n.t.Context(), text, args...); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) desk() *operation.Desk {
	return operation.NewDesk(operation.Options{DB: n.db, Clock: n.clock, Rand: rand.Reader})
}

// ask asks for an operation as the daemon does: it stores it and wakes the
// member.
func (n *node) ask(m *member.Member, kind string, span message.Span) store.OperationID {
	n.t.Helper()
	op, err := n.desk().Create(n.t.Context(), operation.Request{Community: n.community, Kind: kind, Span: span})
	if err != nil {
		n.t.Fatal(err)
	}
	m.Wake()
	return op.ID
}

func (n *node) operation(id store.OperationID) store.Operation {
	n.t.Helper()
	op, err := n.desk().Get(n.t.Context(), id)
	if err != nil {
		n.t.Fatal(err)
	}
	return op
}

func (n *node) ended(id store.OperationID) func() bool {
	return func() bool { op := n.operation(id); return op.Ended() }
}

// following is a member that has everything.
func following(w *world) (o, n *node, m *member.Member) {
	w.t.Helper()
	o = ownedHistory(w)
	n = w.newNode(store.RoleMember)
	m = member.New(n.member)
	n.run(m)
	n.eventually("the member has all", n.sameAs(o))
	return o, n, m
}

// damage deletes at random what a running member relies on.
func damage(n *node, rng *mathrand.Rand) (did []string) {
	rows := n.archives()
	some := func() store.Archive { return rows[rng.IntN(len(rows))] }
	for range 1 + rng.IntN(4) {
		row := some()
		what := rng.IntN(7)
		did = append(did, fmt.Sprintf("%d of %s", what, row.Span))
		switch what {
		case 0:
			n.sql("DELETE FROM archive WHERE id = ?", row.ID[:])
		case 1:
			n.sql("DELETE FROM message WHERE timestamp >= ? AND timestamp < ?", int64(row.Span.From), int64(row.Span.To))
		case 2:
			n.sql("DELETE FROM message WHERE no % ? = 0", 2+rng.IntN(5))
		case 3:
			if err := n.files.Remove(n.community, row.ID); err != nil {
				n.t.Fatal(err)
			}
		case 4:
			if err := os.Truncate(n.files.Path(n.community, row.ID), int64(rng.IntN(50))); err != nil && !os.IsNotExist(err) {
				n.t.Fatal(err)
			}
		case 5:
			n.sql("DELETE FROM coverage WHERE start <= ?", int64(row.Span.From))
		case 6:
			n.sql("DELETE FROM generation")
		}
	}
	return did
}

// whole reports whether a node holds what another one has, in rows and files.
func (n *node) whole(o *node) bool {
	rows := n.archives()
	for _, row := range rows {
		info, err := os.Stat(n.files.Path(n.community, row.ID))
		if err != nil || row.State != store.Imported || uint64(info.Size()) != row.Size-row.Padding {
			return false
		}
	}
	return len(rows) == len(o.archives()) && n.digest() == o.digest()
}

// What is deleted at random behind a running member's back comes back without
// a restart.
func TestRandomGapsHeal(t *testing.T) {
	o, n, m := following(newWorld(t))
	for seed := range uint64(25) {
		rng := mathrand.New(mathrand.NewPCG(seed, 5))
		did := damage(n, rng)
		n.ask(m, operation.Audit, message.Span{})
		n.eventually(fmt.Sprintf("seed %d: %s is mended", seed, strings.Join(did, ", ")), func() bool { return n.whole(o) })
	}
}

// The same of an owner, whose members have what its database has lost.
func TestRandomGapsOfAnOwnerHeal(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	n := w.newNode(store.RoleMember)
	n.follow()
	n.eventually("the member has all", n.sameAs(o))
	o.swarm.AddPeers(w.community, n.swarm.Addrs()...)
	magnet := o.generations()[0].Magnet
	for seed := range uint64(25) {
		did := damage(o, mathrand.New(mathrand.NewPCG(seed, 6)))
		op, err := o.desk().Create(t.Context(), operation.Request{Community: w.community, Kind: operation.Audit})
		if err != nil {
			t.Fatal(err)
		}
		// The next damage is not done in the middle of a round, between its look at what
		// is lost and its seal.
		o.eventually(fmt.Sprintf("seed %d: %s is mended", seed, strings.Join(did, ", ")), func() bool {
			return o.ended(op.ID)() && o.archivingIsIdle() && o.whole(n)
		})
	}
	for _, g := range o.generations() {
		if g.Magnet != magnet {
			t.Errorf("another history was announced: %+v", g)
		}
	}
}

// archivingIsIdle reports whether an owner waits for its next round.
func (n *node) archivingIsIdle() bool {
	return slices.ContainsFunc(n.works(), func(w store.Work) bool { return w.Part == catalog.PartArchive && w.State == store.Idle })
}

func TestGapsHealWhileNobodyElseIsThere(t *testing.T) {
	o, n, m := following(newWorld(t))
	digest := o.digest()
	o.stop()
	n.sql("DELETE FROM message WHERE no % 2 = 0")
	n.sql("DELETE FROM archive")
	id := n.ask(m, operation.Audit, message.Span{})
	n.eventually("rows and messages are back", func() bool { return n.digest() == digest && n.count(store.Imported) == 3 })
	n.eventually("the audit is done", n.ended(id))
	got, err := importer.ParseAudited(n.operation(id).Cursor)
	if err != nil || got.Rows != 3 || got.Files != 0 || got.Replayed != 3 || got.Added.New == 0 || !got.Mended() {
		t.Errorf("audit %+v, %v", got, err)
	}
	id = n.ask(m, operation.Audit, message.Span{})
	n.eventually("a second audit is done", n.ended(id))
	if got, err = importer.ParseAudited(n.operation(id).Cursor); err != nil || got.Mended() || got.Replayed != 0 {
		t.Errorf("a second audit found %+v, %v", got, err)
	}
}

func TestReplayRestoresDamagedMessages(t *testing.T) {
	o, n, m := following(newWorld(t))
	n.sql("UPDATE message SET payload = x'66616b65'")
	week := message.Span{From: week0 + 3*week, To: week0 + 4*week}
	id := n.ask(m, operation.Replay, week)
	n.eventually("the replay of a week is done", n.ended(id))
	got, err := importer.ParseReplayed(n.operation(id).Cursor)
	if err != nil || got.Archives != 1 || got.Added.Restored != 25 || got.Total != 1 {
		t.Errorf("replayed %+v, %v", got, err)
	}
	id = n.ask(m, operation.Replay, message.Span{})
	n.eventually("the replay is done", n.ended(id))
	if got, err = importer.ParseReplayed(n.operation(id).Cursor); err != nil || got.Archives != 3 || got.Added.Restored != 50 {
		t.Errorf("replayed %+v, %v", got, err)
	}
	if n.digest() != o.digest() {
		t.Error("the digest is another one")
	}
	if op := n.operation(id); op.State != store.OperationDone || op.Done != 3 || op.Total != 3 {
		t.Errorf("ended as %+v", op)
	}
}

func TestReplayFetchesDamagedFilesAgain(t *testing.T) {
	o, n, m := following(newWorld(t))
	row := n.archives()[1]
	path := n.files.Path(n.community, row.ID)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-3] ^= 4
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	id := n.ask(m, operation.Replay, message.Span{})
	n.eventually("the replay is done", n.ended(id))
	if got, err := importer.ParseReplayed(n.operation(id).Cursor); err != nil || got.Damaged != 1 || got.Archives != 2 {
		t.Errorf("replayed %+v, %v", got, err)
	}
	n.eventually("the file is fetched again", func() bool { return n.whole(o) })
}

func TestNodeThatOnlyServesRefusesToReplay(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	n := w.newNode(store.RoleMember)
	n.member.Import = false
	m := member.New(n.member)
	n.run(m)
	n.eventually("the archives are stored", func() bool { return n.count(store.Stored) == 3 })
	id := n.ask(m, operation.Replay, message.Span{})
	n.eventually("the replay is refused", n.ended(id))
	if op := n.operation(id); op.State != store.OperationFailed || !strings.Contains(op.Reason, "member.import") {
		t.Errorf("ended as %+v", op)
	}
	if err := n.files.Remove(n.community, o.archives()[0].ID); err != nil {
		t.Fatal(err)
	}
	n.ask(m, operation.Audit, message.Span{})
	n.eventually("the file is back", func() bool {
		_, err := os.Stat(n.files.Path(n.community, o.archives()[0].ID))
		return err == nil && n.count(store.Stored) == 3
	})
}

func TestJoinSaysWhatItWaitsFor(t *testing.T) {
	w := newWorld(t)
	o := w.newNode(store.RoleOwner)
	n := w.newNode(store.RoleMember)
	m := member.New(n.member)
	n.run(m)
	id := n.ask(m, operation.Join, message.Span{})
	n.eventually("it waits for an announcement", func() bool {
		return strings.Contains(n.operation(id).Reason, "no announcement")
	})
	o.add(history(25, 0, 1, 3)...)
	o.run(o.owner())
	o.eventually("the owner has announced", func() bool { return len(o.generations()) == 1 })
	n.eventually("the announcement has come", func() bool {
		return strings.Contains(n.operation(id).Reason, "no peer has sent the index") || n.operation(id).Done > 0
	})
	n.swarm.AddPeers(n.community, o.swarm.Addrs()...)
	n.eventually("it is done", n.ended(id))
	if op := n.operation(id); op.State != store.OperationDone || op.Done != 3 || op.Total != 3 {
		t.Errorf("ended as %+v", op)
	}
	if n.digest() != o.digest() {
		t.Error("done before everything is here")
	}
}

// indexed is a swarm that says when a fetch has its index, and what it wants then.
type indexed struct {
	member.Fetcher
	after func(want []message.ArchiveID)
}

func (i indexed) Fetch(ctx context.Context, ref swarm.Ref, r swarm.Receiver) error {
	return i.Fetcher.Fetch(ctx, ref, indexing{r, i.after})
}

type indexing struct {
	swarm.Receiver
	after func(want []message.ArchiveID)
}

func (i indexing) Index(data []byte) ([]swarm.File, []message.ArchiveID, error) {
	files, want, err := i.Receiver.Index(data)
	if err == nil {
		i.after(want)
	}
	return files, want, err
}

// TestJoinCountsBeforeTheFirstArchive looks at the operation when the index has come.
func TestJoinCountsBeforeTheFirstArchive(t *testing.T) {
	w := newWorld(t)
	o := w.newNode(store.RoleOwner)
	n := w.newNode(store.RoleMember)
	var stood atomic.Pointer[store.Operation]
	var id store.OperationID
	n.member.Swarm = indexed{n.swarm, func(want []message.ArchiveID) {
		if len(want) == 3 { // nothing has come; the last time counts, as news end a fetch
			op := n.operation(id)
			stood.Store(&op)
		}
	}}
	m := member.New(n.member)
	id = n.ask(m, operation.Join, message.Span{})
	n.run(m)
	o.add(history(25, 0, 1, 3)...)
	o.run(o.owner())
	n.eventually("it is done", n.ended(id))
	if op := stood.Load(); op == nil || op.Total != 3 || op.Done != 0 || !strings.HasPrefix(op.Reason, "archives still to be fetched") {
		t.Errorf("with the index it stood as %+v", op)
	}
}
