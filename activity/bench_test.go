package activity_test

import (
	"encoding/binary"
	"path/filepath"
	"testing"

	"seeder/activity"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/store/storetest"

	"log/slog"
)

// BenchmarkListing lists ten thousand archives of a new index in one transaction,
// and then changes them all.
func BenchmarkListing(b *testing.B) {
	const archives = 10_000
	for _, watched := range []bool{false, true} {
		b.Run(map[bool]string{false: "plain", true: "watched"}[watched], func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				var db store.DB
				db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "seeder.db"), sqlite.Options{})
				if err != nil {
					b.Fatal(err)
				}
				log := activity.Open(activity.Options{Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler)})
				if watched {
					db = activity.Watch(db, log)
				}
				c := storetest.Community(1)
				b.StartTimer()
				err = db.Update(b.Context(), func(tx store.Tx) error {
					if err := tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember}); err != nil {
						return err
					}
					if _, err := tx.Archives(c); err != nil {
						return err
					}
					for n := range uint32(2 * archives) {
						a := store.Archive{Community: c, Entry: []byte{1}, Sealed: true, State: store.Listed, Span: message.PartitionOf(uint64(n))}
						binary.BigEndian.PutUint32(a.ID[:], n%archives)
						if n >= archives {
							a.State = store.Stored
						}
						if err := tx.PutArchive(a); err != nil {
							return err
						}
					}
					return nil
				})
				b.StopTimer()
				if err != nil {
					b.Fatal(err)
				}
				_, _ = db.Close(), log.Close()
				b.StartTimer()
			}
		})
	}
}
