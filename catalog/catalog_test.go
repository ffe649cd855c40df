package catalog_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seeder/archive"
	"seeder/catalog"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/signer"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
)

func key(t *testing.T) *signer.Key {
	t.Helper()
	k, err := signer.ParseKey("00000000000000000000000000000000000000000000000000000000000000dd")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// sealed makes n entries in a row, of raw bytes each.
func sealed(t *testing.T, k *signer.Key, n int, raw uint64) []archive.Entry {
	t.Helper()
	var out []archive.Entry
	var offset uint64
	var previous message.ArchiveID
	for i := range n {
		span := message.PartitionOf(uint64(i+1) * message.PartitionSeconds)
		sum := archive.Summary{Raw: raw, Messages: uint64(i + 1), SHA256: [32]byte{byte(i)}}
		e, err := archive.NewEntry(span, []message.Topic{"abcd"}, offset, sum, previous, uint32(i%2))
		if err == nil {
			err = archive.Sign(&e, k)
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
		offset, previous = e.End(), e.ID
	}
	return out
}

func TestRowHoldsTheWholeEntry(t *testing.T) {
	k := key(t)
	entries := sealed(t, k, 3, 1000)
	var rows []store.Archive
	for i := range entries {
		row := catalog.Row(k.Community(), &entries[i], store.Listed)
		want := store.Archive{Community: k.Community(), ID: entries[i].ID, Span: entries[i].Span, Offset: entries[i].Offset,
			Size: entries[i].Size, Padding: entries[i].Padding, Entry: entries[i].Encode(), Sealed: true,
			SHA256: [32]byte{byte(i)}, Messages: uint64(i + 1), Amends: uint32(i % 2), State: store.Listed}
		if diff := cmp.Diff(want, row); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", i, diff)
		}
		rows = append(rows, row)
	}
	back, err := catalog.Entries(rows)
	if err != nil {
		t.Fatal(err)
	}
	for i := range back {
		if !back[i].Equal(entries[i]) {
			t.Errorf("entry %d came back as %+v, want %+v", i, back[i], entries[i])
		}
	}
	rows[1].Entry = rows[1].Entry[1:]
	if _, err := catalog.Entries(rows); !archive.Refused(err) {
		t.Errorf("damaged entry: %v, want it refused", err)
	}
}

func TestFilesFollowTheIndex(t *testing.T) {
	entries := sealed(t, key(t), 3, swarm.PieceLength+1) // two pieces each
	want := []swarm.File{
		{ID: entries[0].ID, Offset: 0, Size: 2 * swarm.PieceLength, Padding: swarm.PieceLength - 1},
		{ID: entries[1].ID, Offset: 2 * swarm.PieceLength, Size: 2 * swarm.PieceLength, Padding: swarm.PieceLength - 1},
		{ID: entries[2].ID, Offset: 4 * swarm.PieceLength, Size: 2 * swarm.PieceLength, Padding: swarm.PieceLength - 1},
	}
	got, err := catalog.ParseIndex(archive.EncodeIndex(entries))
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("files %v (%v), want %v", got, err, want)
	}
	if size := catalog.DataSize(entries); size != 6*swarm.PieceLength {
		t.Errorf("data size %d, want %d", size, 6*swarm.PieceLength)
	}
	if catalog.DataSize(nil) != 0 {
		t.Error("no archives have a size")
	}
	if _, err := catalog.ParseIndex([]byte("no index")); !archive.Refused(err) {
		t.Errorf("garbage: %v, want it refused", err)
	}
}

func openDB(t *testing.T, c message.CommunityID) store.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "seeder.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	err = db.Update(t.Context(), func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember})
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestGenerationsRetireAfterTheGraceTime(t *testing.T) {
	c := key(t).Community()
	db := openDB(t, c)
	const grace = 10 * time.Second
	for i, now := range []int64{1000, 2000, 5000} {
		err := db.Update(t.Context(), func(tx store.Tx) error {
			g := store.Generation{Community: c, InfoHash: store.InfoHash{byte(i)}, Clock: uint64(i + 1), RetireAt: 7}
			return catalog.MakeCurrent(tx, g, now, grace)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	retireAt := func() (out []int64) {
		gens, err := catalog.Generations(t.Context(), db, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range gens {
			out = append(out, g.RetireAt)
		}
		return out
	}
	if got, want := retireAt(), []int64{0, 15000, 12000}; !cmp.Equal(got, want) {
		t.Fatalf("retire at %v, want %v: the newest never, each other a grace time after it was replaced", got, want)
	}
	var dropped []store.InfoHash
	drop := func(h store.InfoHash) error { dropped = append(dropped, h); return nil }
	if err := catalog.Retire(t.Context(), db, c, 11999, drop); err != nil || dropped != nil {
		t.Fatalf("dropped %v (%v) before the time", dropped, err)
	}
	busy := errors.New("busy")
	if err := catalog.Retire(t.Context(), db, c, 12000, func(store.InfoHash) error { return busy }); !errors.Is(err, busy) {
		t.Fatalf("error %v, want the swarm's", err)
	}
	if got := retireAt(); len(got) != 3 {
		t.Fatalf("forgotten though it is still served: %v", got)
	}
	if err := catalog.Retire(t.Context(), db, c, 12000, drop); err != nil || !cmp.Equal(dropped, []store.InfoHash{{0}}) {
		t.Fatalf("dropped %v (%v), want the first", dropped, err)
	}
	if got, want := retireAt(), []int64{0, 15000}; !cmp.Equal(got, want) {
		t.Errorf("left %v, want %v", got, want)
	}
}

func TestMakingTheSameGenerationCurrentAgain(t *testing.T) {
	c := key(t).Community()
	db := openDB(t, c)
	for range 2 {
		err := db.Update(t.Context(), func(tx store.Tx) error {
			return catalog.MakeCurrent(tx, store.Generation{Community: c, InfoHash: store.InfoHash{1}, Clock: 1}, 1000, time.Hour)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	gens, err := catalog.Generations(t.Context(), db, c)
	if err != nil || len(gens) != 1 || gens[0].RetireAt != 0 {
		t.Errorf("generations %+v (%v), want the one, current", gens, err)
	}
}

// counting counts the write transactions.
type counting struct {
	store.DB
	updates int
	fail    error
}

func (d *counting) Update(ctx context.Context, fn func(store.Tx) error) error {
	d.updates++
	if d.fail != nil {
		return d.fail
	}
	return d.DB.Update(ctx, fn)
}

func TestBoardTellsWhatIsWaitedFor(t *testing.T) {
	c := key(t).Community()
	db := &counting{DB: openDB(t, c)}
	clk := clock.NewFixed(time.UnixMilli(1_000_000))
	b := catalog.NewBoard(db, c, clk, slog.New(slog.DiscardHandler))
	read := func() store.Work {
		var works []store.Work
		err := db.View(t.Context(), func(tx store.Tx) (err error) {
			works, err = tx.Works(c)
			return err
		})
		if err != nil || len(works) != 1 {
			t.Fatalf("rows %v (%v), want one", works, err)
		}
		return works[0]
	}
	want := store.Work{Community: c, Part: catalog.PartFetch, State: store.Working, Reason: "looking", Since: 1_000_000, UpdatedAt: 1_000_000}
	b.Working(t.Context(), catalog.PartFetch, "looking")
	if got := read(); got != want {
		t.Fatalf("row %+v, want %+v", got, want)
	}
	for i := 1; i <= 2; i++ {
		clk.Advance(time.Second)
		b.Failed(t.Context(), catalog.PartFetch, errors.New("nobody there"), 5*time.Second)
		got := read()
		if got.State != store.Waiting || got.Reason != "nobody there" || got.Attempts != i ||
			got.NextTry != clk.Now().UnixMilli()+5000 || got.Since != 1_001_000 {
			t.Errorf("after failure %d: %+v", i, got)
		}
	}
	b.Resting(t.Context(), catalog.PartFetch, "paused")
	if got := read(); got.State != store.Waiting || got.Reason != "paused" || got.Attempts != 0 || got.NextTry != 0 {
		t.Errorf("when it is to do nothing: %+v", got)
	}
	b.Failed(t.Context(), catalog.PartFetch, errors.New("nobody there"), 5*time.Second)
	b.Idle(t.Context(), catalog.PartFetch, "all here")
	if got := read(); got.State != store.Idle || got.Attempts != 0 || got.NextTry != 0 {
		t.Errorf("after success: %+v", got)
	}
	before := db.updates
	clk.Advance(time.Second)
	b.Idle(t.Context(), catalog.PartFetch, "all here")
	if db.updates != before {
		t.Error("written again though nothing changed")
	}
	db.fail = errors.New("disk gone")
	b.Waiting(t.Context(), catalog.PartFetch, "room", time.Time{}) // only logged
	db.fail = nil
	b.Waiting(t.Context(), catalog.PartFetch, "room", time.Time{})
	if got := read(); got.Reason != "room" || got.NextTry != 0 {
		t.Errorf("after the database came back: %+v", got)
	}
}
