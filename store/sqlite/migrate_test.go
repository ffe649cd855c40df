package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"seeder/message"
	"seeder/store"
)

// versions returns the numbers of the migrations.
func versions(t *testing.T) []int64 {
	t.Helper()
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var out []int64
	for i, name := range names {
		v, err := goose.NumericComponent(filepath.Base(name))
		if err != nil {
			t.Fatal(err)
		}
		if v != int64(i+1) {
			t.Fatalf("%s: want number %d, without gaps", name, i+1)
		}
		out = append(out, v)
	}
	return out
}

// TestMigrateKeepsEverything opens a database of each version there ever was.
// testdata/vNNNNN.sql fills it the way that version did.
func TestMigrateKeepsEverything(t *testing.T) {
	for _, v := range versions(t) {
		t.Run(fmt.Sprintf("from version %d", v), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "old.db")
			makeVersion(t, path, v)
			db := open(t, path)
			defer closeDB(t, db)
			if err := db.View(context.Background(), func(tx store.Tx) error { return compareOld(t, tx, v) }); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func makeVersion(t *testing.T, path string, version int64) {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := raw.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := raw.Exec(fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, raw, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(context.Background(), version); err != nil {
		t.Fatal(err)
	}
	fill, err := os.ReadFile(fmt.Sprintf("testdata/v%05d.sql", version))
	if err != nil {
		t.Fatalf("every version needs the data it wrote: %v", err)
	}
	if _, err := raw.Exec(string(fill)); err != nil {
		t.Fatal(err)
	}
}

func compareOld(t *testing.T, tx store.Tx, version int64) error {
	c := message.CommunityID{0: 2, 32: 1}
	span := message.Span{From: 100, To: 200}
	compare := func(what string, want, got any, err error) {
		t.Helper()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", what, err, diff)
		}
	}
	community, err := tx.Community(c)
	compare("community", store.Community{ID: c, Role: store.RoleOwner, Name: "Harbour", CreatedAt: 1700000000123}, community, err)
	covered, err := tx.Covered(c)
	compare("coverage", []message.Span{span, {From: 300, To: 400}}, covered, err)
	for class, want := range map[store.Class]message.Message{
		store.Canonical: {Timestamp: 150, Topic: "\x01\x02\x03\x04", Payload: []byte("canonical"), Hash: bytes.Repeat([]byte{0x11}, 32)},
		store.Late: {Timestamp: 160, Topic: "\x01\x02\x03\x04", Payload: []byte("late"), Sig: []byte{4}, Padding: []byte{5},
			Hash: []byte{6}, ThirdPartyID: "bridge-1"},
		store.Pending: {Timestamp: 250, Hash: bytes.Repeat([]byte{0x33}, 32)},
	} {
		var got []message.Message
		err := tx.ScanMessages(c, message.Forever(), class, func(m *message.Message) error {
			got = append(got, m.Clone())
			return nil
		})
		compare(fmt.Sprintf("messages of class %d", class), []message.Message{want}, got, err)
	}
	archives, err := tx.Archives(c)
	compare("archives", []store.Archive{{Community: c, ID: message.ArchiveID{0xaa}, Span: span, Offset: 102400, Size: 204800, Padding: 5,
		Entry: []byte{1, 2}, Sealed: true, SHA256: [32]byte{0xbb}, Messages: 1, Amends: 2, State: store.Imported, Reason: "none",
		Attempts: 3, NextTry: 4, UpdatedAt: 5}}, archives, err)
	generations, err := tx.Generations(c)
	compare("generations", []store.Generation{{Community: c, InfoHash: store.InfoHash{0xcc}, Clock: 9, Index: []byte{3},
		Magnet: "magnet:?g", RetireAt: 10}}, generations, err)
	announcements, err := tx.Announcements(c, 0)
	compare("announcements", []store.Announcement{{Community: c, Clock: 9, Signed: []byte{7}, Magnet: "magnet:?a", Envelope: []byte{8},
		ReceivedAt: 11, Own: true, SentAt: 12, SentPeers: 13}}, announcements, err)
	if version >= 2 {
		compareWork(tx, c, span, compare)
	}
	if version >= 3 {
		compareSettings(tx, c, compare)
	}
	return nil
}

func compareWork(tx store.Tx, c message.CommunityID, span message.Span, compare func(what string, want, got any, err error)) {
	works, err := tx.Works(c)
	compare("work", []store.Work{{Community: c, Part: "seal", State: store.Waiting, Reason: "no space", Attempts: 1, NextTry: 2,
		Since: 3, UpdatedAt: 4}}, works, err)
	operations, err := tx.Operations(c, false)
	compare("operations", []store.Operation{{ID: "aa", Community: c, Kind: "replay", Span: span, State: store.OperationFailed,
		Cursor: []byte{5}, Done: 6, Total: 7, Reason: "cannot", Attempts: 8, NextTry: 9, CreatedAt: 10, EndedAt: 11}}, operations, err)
	forks, err := tx.Forks(c)
	compare("forks", []store.Fork{{Community: c, InfoHash: store.InfoHash{0xdd}, Clock: 12, WinnerInfoHash: store.InfoHash{0xee},
		WinnerClock: 13, FirstDiffering: message.ArchiveID{0xff}, SeenAt: 14}}, forks, err)
}

func compareSettings(tx store.Tx, c message.CommunityID, compare func(what string, want, got any, err error)) {
	settings, err := tx.Settings()
	compare("settings", []store.Setting{{Key: "cap", Value: "2GiB"}, {Community: c, Key: "up", Value: "1MiB/s"}}, settings, err)
}
