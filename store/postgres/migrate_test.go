package postgres

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"

	"seeder/message"
	"seeder/store"
	"seeder/store/postgres/pgtest"
)

// TestMigrateKeepsEverything opens a database of each version there ever was.
// testdata/vNNNNN.sql fills it the way that version did.
func TestMigrateKeepsEverything(t *testing.T) {
	for v := int64(1); v <= newestVersion; v++ {
		t.Run(fmt.Sprintf("from version %d", v), func(t *testing.T) {
			address := pgtest.URL(t)
			must(t, upTo(t.Context(), address, v))
			fill, err := os.ReadFile(fmt.Sprintf("testdata/v%05d.sql", v))
			if err != nil {
				t.Fatalf("every version needs the data it wrote: %v", err)
			}
			must(t, pgtest.Exec(t.Context(), address, string(fill)))
			db := open(t, address)
			defer closeDB(t, db)
			must(t, db.View(t.Context(), func(tx store.Tx) error { return compareOld(t, tx, v) }))
			// What is new goes on beside what was there.
			must(t, add(db, 0, 10))
		})
	}
}

func upTo(ctx context.Context, address string, version int64) error {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return err
	}
	return withMigrations(cfg, func(p *goose.Provider) error {
		_, err := p.UpTo(ctx, version)
		return err
	})
}

func compareOld(t *testing.T, tx store.Tx, version int64) error {
	t.Helper()
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
	compareWork(tx, c, span, compare)
	if version >= 2 {
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
