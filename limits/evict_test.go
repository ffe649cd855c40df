package limits_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"seeder/internal/clock"
	"seeder/internal/fault"
	"seeder/internal/spans"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// remover removes files at once: it has no peers to tell.
type remover struct {
	files *swarm.Files
	err   error
	calls int
}

func (r *remover) Evict(_ context.Context, c message.CommunityID, id message.ArchiveID) error {
	r.calls++
	if r.err != nil {
		return r.err
	}
	return r.files.Remove(c, id)
}

// node is a database and a folder with archives of one community.
type node struct {
	db    store.DB
	swarm *remover
	us    message.CommunityID
}

func openNode(t *testing.T, dir string) *node {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	n := &node{db: db, swarm: &remover{files: swarm.NewFiles(dir)}, us: swarmtest.Community(1)}
	n.update(t, func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: n.us, Role: store.RoleMember}) })
	return n
}

func (n *node) update(t *testing.T, fn func(store.Tx) error) {
	t.Helper()
	if err := n.db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (n *node) evictor(drop bool) *limits.Evictor {
	return &limits.Evictor{
		DB: n.db, Swarm: n.swarm, Policy: func(message.CommunityID) bool { return drop },
		Clock: clock.NewFixed(time.UnixMilli(5000)), Logger: slog.New(slog.DiscardHandler),
	}
}

// weeks before this one; an archive a week, of three messages.
func (n *node) row(no byte, state store.ArchiveState) store.Archive {
	from := uint64(no) * message.PartitionSeconds
	return store.Archive{
		Community: n.us, ID: message.ArchiveID{no}, Span: message.Span{From: from, To: from + message.PartitionSeconds},
		Offset: uint64(no) * swarm.PieceLength, Size: swarm.PieceLength, Padding: 100, State: state, Attempts: 2, NextTry: 9,
	}
}

// put makes an archive with a file, and messages when it is imported.
func (n *node) put(t *testing.T, row store.Archive) {
	t.Helper()
	if err := n.swarm.files.Prepare(n.us); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(n.swarm.files.Path(n.us, row.ID), []byte("archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	n.update(t, func(tx store.Tx) error {
		if err := tx.PutArchive(row); err != nil || row.State != store.Imported {
			return err
		}
		if err := tx.Cover(n.us, row.Span); err != nil {
			return err
		}
		_, err := tx.ImportMessages(n.us, func(yield func(message.Message, error) bool) {
			for i := range uint64(3) {
				if !yield(message.Message{Timestamp: row.Span.From + i, Topic: message.Topic("abcd")}, nil) {
					return
				}
			}
		})
		return err
	})
}

// read returns the row, how many of its messages are here, whether its span is covered and
// whether its file is there.
func (n *node) read(t *testing.T, id message.ArchiveID) (row store.Archive, messages uint64, covered, file bool) {
	t.Helper()
	err := n.db.View(t.Context(), func(tx store.Tx) (err error) {
		if row, err = tx.Archive(n.us, id); err != nil {
			return err
		}
		list, err := tx.Covered(n.us)
		if err != nil {
			return err
		}
		covered = spans.Covers(list, row.Span.From)
		messages, err = tx.CountMessages(n.us, row.Span, store.All)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = os.Stat(n.swarm.files.Path(n.us, id))
	return row, messages, covered, err == nil
}

func TestEvict(t *testing.T) {
	for _, tt := range []struct {
		was, want store.ArchiveState
		reason    string
		drop      bool
		messages  uint64
	}{
		{store.Imported, store.Evicted, store.OverCap, false, 3},
		{store.Imported, store.Evicted, store.OverCap, true, 0},
		{store.Stored, store.Evicted, store.OverCap, true, 0},
		{store.Downloading, store.Listed, store.BeyondCap, true, 0},
		{store.Listed, store.Listed, "", false, 0},
		{store.Evicted, store.Evicted, "", false, 0},
		{store.Quarantined, store.Quarantined, "", false, 0},
	} {
		n := openNode(t, t.TempDir())
		n.put(t, n.row(1, tt.was))
		n.put(t, n.row(2, store.Imported))
		e := n.evictor(tt.drop)
		for range 2 { // the second time nothing is left to do
			if err := e.Evict(t.Context(), limits.Item(n.row(1, tt.was), store.RoleMember)); err != nil {
				t.Fatal(err)
			}
			row, messages, covered, file := n.read(t, message.ArchiveID{1})
			if row.State != tt.want || row.Reason != tt.reason || messages != tt.messages || file || covered != (messages > 0) {
				t.Errorf("%s: now %s (%s), %d messages, covered %v, file %v", tt.was, row.State, row.Reason, messages, covered, file)
			}
			if tt.want != tt.was && (row.Attempts != 0 || row.NextTry != 0 || row.UpdatedAt != 5000) {
				t.Errorf("%s: %+v", tt.was, row)
			}
		}
		if row, messages, covered, file := n.read(t, message.ArchiveID{2}); row.State != store.Imported || messages != 3 || !covered || !file {
			t.Errorf("%s: the archive beside it: %s, %d messages, covered %v, file %v", tt.was, row.State, messages, covered, file)
		}
	}
}

// An owner's messages are where the archive came from.
func TestEvictOriginal(t *testing.T) {
	n := openNode(t, t.TempDir())
	n.put(t, n.row(1, store.Imported))
	if err := n.evictor(true).Evict(t.Context(), limits.Item(n.row(1, store.Imported), store.RoleOwner)); err != nil {
		t.Fatal(err)
	}
	row, messages, covered, file := n.read(t, message.ArchiveID{1})
	if row.State != store.Evicted || messages != 3 || !covered || file {
		t.Errorf("%s, %d messages, covered %v, file %v", row.State, messages, covered, file)
	}
}

func TestEvictWithoutRow(t *testing.T) {
	n := openNode(t, t.TempDir())
	n.put(t, n.row(1, store.Imported))
	e := n.evictor(true)
	for _, cause := range []quota.Cause{quota.CauseNode, quota.CauseLowered, quota.CauseNode} {
		if err := e.Evict(t.Context(), quota.Item{Community: n.us, ID: message.ArchiveID{7}, Cause: cause}); err != nil {
			t.Fatal(err)
		}
	}
	if got := e.Evictions(); len(got) != 2 || got[quota.CauseNode] != 2 || got[quota.CauseLowered] != 1 {
		t.Errorf("%v", got)
	}
}

// What the swarm does not remove is evicted already, and removed the next time.
func TestEvictFails(t *testing.T) {
	n := openNode(t, t.TempDir())
	n.put(t, n.row(1, store.Imported))
	e, item := n.evictor(true), limits.Item(n.row(1, store.Imported), store.RoleMember)
	n.swarm.err = errors.New("busy")
	if err := e.Evict(t.Context(), item); !errors.Is(err, n.swarm.err) || len(e.Evictions()) != 0 {
		t.Errorf("%v, counted %v", err, e.Evictions())
	}
	if row, messages, _, file := n.read(t, item.ID); row.State != store.Evicted || messages != 0 || !file {
		t.Errorf("%s, %d messages, file %v", row.State, messages, file)
	}
	n.swarm.err = nil
	if err := e.Evict(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	if _, _, _, file := n.read(t, item.ID); file {
		t.Error("the file is still there")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	n.put(t, n.row(2, store.Imported))
	calls := n.swarm.calls
	if err := e.Evict(ended, limits.Item(n.row(2, store.Imported), store.RoleMember)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if row, _, _, file := n.read(t, message.ArchiveID{2}); row.State != store.Imported || !file || n.swarm.calls != calls {
		t.Errorf("after an eviction that did not begin: %s, file %v", row.State, file)
	}
}

// TestEvictKilled kills a process that evicts, before its commit and after it.
func TestEvictKilled(t *testing.T) {
	const variable = "SEEDER_TEST_EVICT_DIR"
	if dir := os.Getenv(variable); dir != "" {
		n := openNode(t, dir)
		t.Fatal("not killed: ", n.evictor(true).Evict(t.Context(), limits.Item(n.row(1, store.Imported), store.RoleMember)))
	}
	for point, want := range map[string]struct {
		state    store.ArchiveState
		messages uint64
	}{
		fault.EvictStateBefore: {store.Imported, 3},
		fault.EvictFileBefore:  {store.Evicted, 0},
	} {
		dir := t.TempDir()
		n := openNode(t, dir)
		n.put(t, n.row(1, store.Imported))
		cmd := exec.Command(os.Args[0], "-test.run=^TestEvictKilled$")
		cmd.Env = append(os.Environ(), variable+"="+dir, fault.Variable+"="+point+":kill")
		if out, err := cmd.CombinedOutput(); err == nil || !bytes.Contains(out, []byte("fault: kill at "+point)) {
			t.Fatalf("%v\n%s", err, out)
		}
		row, messages, covered, file := n.read(t, message.ArchiveID{1})
		if row.State != want.state || messages != want.messages || covered != (messages > 0) || !file {
			t.Errorf("%s: %s, %d messages, covered %v, file %v", point, row.State, messages, covered, file)
		}
		if err := n.evictor(true).Evict(t.Context(), limits.Item(n.row(1, store.Imported), store.RoleMember)); err != nil {
			t.Fatal(err)
		}
		row, messages, covered, file = n.read(t, message.ArchiveID{1})
		if row.State != store.Evicted || messages != 0 || covered || file {
			t.Errorf("%s, once more: %s, %d messages, covered %v, file %v", point, row.State, messages, covered, file)
		}
	}
}

func TestHeld(t *testing.T) {
	n := openNode(t, t.TempDir())
	rows := []store.Archive{n.row(1, store.Imported), n.row(2, store.Downloading), n.row(3, store.Listed), n.row(4, store.Evicted)}
	rows[3].Reason = store.OverCap
	got := limits.Held(n.us, rows, swarm.Usage{Archives: map[message.ArchiveID]swarm.ArchiveUsage{
		{1}: {Bytes: 8192, Whole: true}, {2}: {Bytes: 4096}, {9}: {Bytes: 12288, Whole: true},
	}}, store.RoleOwner)
	slices.SortFunc(got, func(a, b quota.Item) int { return int(a.ID[0]) - int(b.ID[0]) })
	_, peak := swarm.Takes(swarm.File{Size: swarm.PieceLength, Padding: 100})
	want := []quota.Item{
		{Community: n.us, ID: rows[0].ID, Span: rows[0].Span, Offset: rows[0].Offset, Bytes: 8192, Peak: peak, Original: true},
		{Community: n.us, ID: rows[1].ID, Span: rows[1].Span, Offset: rows[1].Offset, Bytes: 4096, Peak: peak, Original: true, Unfinished: true},
		{Community: n.us, ID: message.ArchiveID{9}, Bytes: 12288},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if i := limits.Item(rows[3], store.RoleMember); !i.Evicted || i.Original || i.Peak != peak || i.Bytes == 0 {
		t.Errorf("%+v", i)
	}
	rows[3].Reason = store.Unlisted
	if limits.Item(rows[3], store.RoleMember).Evicted {
		t.Error("evicted for another reason")
	}
}
