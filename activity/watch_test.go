package activity_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seeder/activity"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/store/storetest"
)

// A database that is watched does what it did.
func TestConformance(t *testing.T) {
	folders := make(map[string]string)
	storetest.Run(t, func(t *testing.T, name string) store.DB {
		t.Helper()
		if folders[t.Name()] == "" {
			folders[t.Name()] = t.TempDir()
		}
		return activity.Watch(database(t, filepath.Join(folders[t.Name()], name+".db")), memory(t))
	})
}

func database(t *testing.T, path string) store.DB {
	t.Helper()
	db, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func memory(t *testing.T) *activity.Log {
	t.Helper()
	l := activity.Open(activity.Options{Clock: clock.NewFixed(begin), Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// world is a watched database with one community.
type world struct {
	*testing.T
	db  store.DB
	log *activity.Log
	c   message.CommunityID
	// from is the id of the last event that was looked at.
	from string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, log: memory(t), c: storetest.Community(1)}
	w.db = activity.Watch(database(t, filepath.Join(t.TempDir(), "seeder.db")), w.log)
	t.Cleanup(func() { _ = w.db.Close() })
	w.update(func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: w.c, Role: store.RoleMember, Name: "Alpha"})
	})
	w.told("community||added|This node follows the community \"Alpha\" now")
	return w
}

func (w *world) update(fn func(store.Tx) error) {
	w.Helper()
	if err := w.db.Update(w.Context(), fn); err != nil {
		w.Fatal(err)
	}
}

// told compares what was told since the last time with lines of kind, subject,
// state and text.
func (w *world) told(want ...string) {
	w.Helper()
	got := []string{}
	for _, e := range w.log.List("", activity.Size) {
		if e.ID <= w.from {
			break
		}
		if e.Community != w.c.String() && (e.Kind != activity.KindSetting || e.Community != "") {
			w.Errorf("told of community %q: %s", e.Community, e.Text)
		}
		got = append([]string{fmt.Sprintf("%s|%s|%s|%s", e.Kind, e.Subject, e.State, e.Text)}, got...)
	}
	if last := w.log.List("", 1); len(last) > 0 {
		w.from = last[0].ID
	}
	if want == nil {
		want = []string{}
	}
	equal(w.T, "told", want, got)
}

func week(n int) message.Span {
	from := uint64(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix()) + uint64(n)*message.PartitionSeconds
	return message.Span{From: from, To: from + message.PartitionSeconds}
}

func (w *world) archive(n byte, state store.ArchiveState) store.Archive {
	return store.Archive{
		Community: w.c, ID: message.ArchiveID{n}, Span: week(int(n)), Size: 1, Entry: []byte{1}, Sealed: true, Messages: 12, State: state,
	}
}

func (w *world) put(rows ...store.Archive) {
	w.Helper()
	w.update(func(tx store.Tx) error {
		for _, row := range rows {
			if err := tx.PutArchive(row); err != nil {
				return err
			}
		}
		return nil
	})
}

func id(n byte) string { return message.ArchiveID{n}.String() }

func TestArchives(t *testing.T) {
	w := newWorld(t)
	a := w.archive(1, store.Listed)
	line := func(state store.ArchiveState, text string) string {
		return "archive|" + id(1) + "|" + string(state) + "|The archive of 2026-01-08 to 2026-01-15 " + text
	}
	next := time.Date(2026, 11, 20, 12, 5, 0, 0, time.UTC).UnixMilli()
	for _, step := range []struct {
		state    store.ArchiveState
		reason   string
		attempts int
		next     int64
		text     string // empty: nothing is told
	}{
		{store.Listed, "", 0, 0, "is to be fetched"},
		{store.Listed, "", 0, 0, ""},
		{store.Listed, store.BeyondCap, 0, 0, "is not fetched: beyond the storage cap"},
		{store.Downloading, "", 0, 0, ""},
		{store.Quarantined, "bad\nseal", 1, next, "was refused: bad; seal; tried again at 2026-11-20 12:05 UTC"},
		{store.Quarantined, "bad\nseal", 1, next, ""},
		{store.Quarantined, "bad seal", 2, 0, "was refused: bad seal"},
		{store.Downloading, "", 2, 0, "is tried again"},
		{store.Stored, "", 0, 0, "is here and verified"},
		{store.Imported, "", 0, 0, "is here, verified and imported, 12 messages"},
		{store.Imported, "", 0, 0, ""},
		{store.Evicted, store.OverCap, 0, 0, "was removed from the disk: over the storage cap"},
		{store.Downloading, "", 0, 0, "is tried again"},
		{store.Imported, "", 0, 0, "is here, verified and imported, 12 messages"},
		{store.Listed, "", 0, 0, "is gone from the disk and will be fetched again"},
	} {
		a.State, a.Reason, a.Attempts, a.NextTry = step.state, step.reason, step.attempts, step.next
		w.put(a)
		if step.text == "" {
			w.told()
		} else {
			w.told(line(step.state, step.text))
		}
	}
	sealed := w.archive(2, store.Imported)
	sealed.Messages = 1
	w.put(sealed)
	w.told("archive|" + id(2) + "|imported|1 message of 2026-01-15 to 2026-01-22 is archived")
	sealed.ID, sealed.Messages = message.ArchiveID{9}, 2
	w.put(sealed)
	w.told("archive|" + id(9) + "|imported|2 messages of 2026-01-15 to 2026-01-22 are archived")
	amendment := w.archive(3, store.Listed)
	amendment.Amends = 1
	w.put(amendment)
	w.told("archive|" + id(3) + "|listed|The amendment of 2026-01-22 to 2026-01-29 is to be fetched")
}

// What is told does not depend on whether the archives were listed first.
func TestListedFirst(t *testing.T) {
	plain, listed := newWorld(t), newWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		var rows []store.Archive
		for range rapid.IntRange(1, 8).Draw(rt, "writes") {
			row := plain.archive(byte(rapid.IntRange(1, 5).Draw(rt, "archive")), rapid.SampledFrom([]store.ArchiveState{
				store.Listed, store.Downloading, store.Stored, store.Imported, store.Evicted, store.Quarantined,
			}).Draw(rt, "state"))
			row.Reason = rapid.SampledFrom([]string{"", "a", "b"}).Draw(rt, "reason")
			row.Attempts = rapid.IntRange(0, 2).Draw(rt, "attempts")
			rows = append(rows, row)
		}
		told := make(map[*world][]string)
		for _, w := range []*world{plain, listed} {
			w.update(func(tx store.Tx) error {
				if w == listed {
					if _, err := tx.Archives(w.c); err != nil {
						return err
					}
				}
				for _, row := range rows {
					if err := tx.PutArchive(row); err != nil {
						return err
					}
				}
				return nil
			})
			told[w] = texts(w.log.List("", activity.Size))
		}
		if diff := cmp.Diff(told[plain], told[listed]); diff != "" {
			rt.Fatalf("told (-plain +listed first):\n%s", diff)
		}
	})
}

// Many archives with one outcome are one event, a few are told of one by one.
func TestManyArchives(t *testing.T) {
	w := newWorld(t)
	var rows []store.Archive
	for n := byte(1); n <= activity.Several; n++ {
		rows = append(rows, w.archive(n, store.Stored))
	}
	var want []string
	for n := byte(1); n <= activity.Several; n++ {
		want = append(want, "archive|"+id(n)+"|stored|The archive of "+days(week(int(n)))+" is here and verified")
	}
	w.put(rows...)
	w.told(want...)
	rows = nil
	for n := byte(10); n < 30; n++ {
		rows = append(rows, w.archive(n, store.Listed))
	}
	over := w.archive(30, store.Listed)
	over.Reason = store.BeyondCap
	w.put(append(rows, over)...)
	w.told("archive||listed|20 archives are to be fetched", "archive|"+id(30)+"|listed|The archive of "+days(week(30))+" is to be fetched: beyond the storage cap")
	for i := range rows {
		rows[i].State, rows[i].Reason = store.Evicted, store.OverCap
	}
	w.put(rows...)
	w.told("archive||evicted|20 archives were removed from the disk: over the storage cap")
}

func days(s message.Span) string {
	day := func(ts uint64) string { return time.Unix(int64(ts), 0).UTC().Format(time.DateOnly) }
	return day(s.From) + " to " + day(s.To)
}

func TestCommunities(t *testing.T) {
	w := newWorld(t)
	put := func(role store.Role, name string) {
		w.update(func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: w.c, Role: role, Name: name}) })
	}
	put(store.RoleMember, "Alpha")
	w.told()
	put(store.RoleMember, "")
	w.told(`community||renamed|The community "Alpha" is called ` + w.c.String()[:10] + " now")
	put(store.RoleOwner, "")
	w.told("community||added|This node is owner of the community " + w.c.String()[:10] + " now")
	leave := func(messages bool) {
		w.update(func(tx store.Tx) error { return tx.LeaveCommunity(w.c, messages) })
	}
	leave(false)
	w.told("community||left|This node has left the community " + w.c.String()[:10])
	leave(true)
	w.told()
	put(store.RoleMember, "Beta")
	w.told(`community||added|This node follows the community "Beta" now`)
	leave(true)
	w.told(`community||left|This node has left the community "Beta", and deletes its messages`)
}

func TestAnnouncements(t *testing.T) {
	w := newWorld(t)
	magnet := "magnet:?xt=urn:btih:" + strings.Repeat("ab", 20)
	a := store.Announcement{Community: w.c, Clock: 5, Signed: []byte{1}, Magnet: magnet}
	put := func() { w.update(func(tx store.Tx) error { return tx.PutAnnouncement(a) }) }
	put()
	w.told("announcement|" + strings.Repeat("ab", 20) + "|received|A newer announcement of the owner came")
	put()
	w.told()
	a.Clock, a.Own, a.Magnet = 6, true, "no link"
	put()
	w.told("announcement||made|The archives are ready and will be announced")
	sent := func(clock uint64, peers int) {
		w.update(func(tx store.Tx) error { return tx.MarkSent(w.c, clock, 1, peers, nil) })
	}
	sent(6, 2)
	w.told("announcement||sent|The announcement was sent, 2 peers took it")
	sent(6, 0)
	sent(5, 1)
	w.told()
}

func TestOperations(t *testing.T) {
	w := newWorld(t)
	op := store.Operation{ID: "0123456789abcdef0123456789abcdef", Community: w.c, Kind: "replay", State: store.OperationPending}
	step := func(change func(), want ...string) {
		w.Helper()
		change()
		w.update(func(tx store.Tx) error { return tx.PutOperation(op) })
		for i := range want {
			want[i] = "operation|" + string(op.ID) + "|" + string(op.State) + "|Reading the archives again " + want[i]
		}
		w.told(want...)
	}
	step(func() {}, "was asked for")
	step(func() { op.State = store.OperationRunning }, "has begun")
	step(func() { op.Done = 7 })
	step(func() { op.Attempts, op.Reason = 1, "no room" }, "has failed: no room")
	step(func() { op.Attempts = 2 }, "has failed 2 times: no room")
	step(func() { op.Attempts = 3 })
	step(func() { op.Attempts, op.Reason = 0, "" })
	step(func() { op.State = store.OperationFailed; op.Reason = "it is gone" }, "has failed: it is gone")
	op = store.Operation{ID: "f123456789abcdef0123456789abcdef", Community: w.c, Kind: "replay", State: store.OperationRunning}
	op.Span = week(0)
	step(func() {}, "(2026-01-01 to 2026-01-08) has begun")
	step(func() { op.State = store.OperationDone }, "(2026-01-01 to 2026-01-08) is done")
}

func TestWork(t *testing.T) {
	w := newWorld(t)
	work := store.Work{Community: w.c, Part: "fetch", State: store.Waiting, Reason: "no peers"}
	put := func(attempts int, state store.WorkState) {
		work.Attempts, work.State = attempts, state
		w.update(func(tx store.Tx) error { return tx.PutWork(work) })
	}
	put(0, store.Waiting)
	w.told()
	for n := 1; n <= 9; n++ {
		put(n, store.Waiting)
	}
	w.told(
		"work|fetch|waiting|Fetching has failed: no peers", "work|fetch|waiting|Fetching has failed 2 times: no peers",
		"work|fetch|waiting|Fetching has failed 4 times: no peers", "work|fetch|waiting|Fetching has failed 8 times: no peers",
	)
	put(9, store.Working)
	w.told()
	put(0, store.Idle)
	w.told("work|fetch|idle|Fetching works again after 9 failures")
}

func TestSettings(t *testing.T) {
	w := newWorld(t)
	set := func(c message.CommunityID, key, value string) {
		w.update(func(tx store.Tx) error { return tx.PutSetting(store.Setting{Community: c, Key: key, Value: value}) })
	}
	set(w.c, "up", "1 MiB/s")
	set(w.c, "up", "1 MiB/s")
	set(message.CommunityID{}, "up", "2 MiB/s")
	set(w.c, "up", "")
	set(w.c, "up", "")
	w.told("setting|up|set|The limit up of the community is 1 MiB/s now", "setting|up|set|The limit up of the node is 2 MiB/s now",
		"setting|up|taken_back|The limit up of the community is as configured again")
}

func TestForks(t *testing.T) {
	w := newWorld(t)
	f := store.Fork{Community: w.c, InfoHash: store.InfoHash{1}, Clock: 1, WinnerClock: 2}
	for range 2 {
		w.update(func(tx store.Tx) error { return tx.PutFork(f) })
	}
	w.told("fork|" + f.InfoHash.String() + "|seen|Owners with the same key announced different histories; the newer one is followed")
}

// Nothing is told of what was not committed, and nothing twice of what runs twice.
func TestOnlyCommitsAreTold(t *testing.T) {
	w := newWorld(t)
	sorry := errors.New("sorry")
	err := w.db.Update(t.Context(), func(tx store.Tx) error {
		return errors.Join(tx.PutArchive(w.archive(1, store.Stored)), sorry)
	})
	if !errors.Is(err, sorry) {
		t.Fatal(err)
	}
	w.told()
	w.update(func(tx store.Tx) error {
		if err := tx.PutArchive(store.Archive{}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an archive of nobody: %v", err)
		}
		return nil
	})
	w.told()
	heard := w.log.Subscribe("")
	defer heard.Close()
	w.update(func(tx store.Tx) error {
		err := tx.PutArchive(w.archive(1, store.Stored))
		if len(heard.Events()) > 0 {
			t.Error("told before the commit")
		}
		return err
	})
	w.told("archive|" + id(1) + "|stored|The archive of 2026-01-08 to 2026-01-15 is here and verified")
	twice := activity.Watch(again{w.db}, w.log)
	if err := twice.Update(t.Context(), func(tx store.Tx) error { return tx.PutSetting(store.Setting{Key: "up", Value: "1"}) }); err != nil {
		t.Fatal(err)
	}
	var settings int
	for _, e := range w.log.List("", 3) {
		if e.Kind == activity.KindSetting {
			settings++
		}
	}
	if settings != 2 { // once by each of the two watchers
		t.Errorf("told %d times, want 2", settings)
	}
}

// again runs the function of each transaction twice, the first time in vain.
type again struct{ store.DB }

func (a again) Update(ctx context.Context, fn func(store.Tx) error) error {
	vain := errors.New("in vain")
	if err := a.DB.Update(ctx, func(tx store.Tx) error { return errors.Join(fn(tx), vain) }); !errors.Is(err, vain) {
		return err
	}
	return a.DB.Update(ctx, fn)
}
