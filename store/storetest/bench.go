package storetest

import (
	"errors"
	"testing"

	"seeder/message"
	"seeder/store"
)

// BenchmarkSettings reads the settings of 100 communities from an empty database
// that it fills, and the number that says whether they have changed.
func BenchmarkSettings(b *testing.B, db store.DB) {
	b.Helper()
	update := func(tx store.Tx) error {
		for n := range byte(100) {
			c := message.CommunityID{2, n}
			err := tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember})
			for _, key := range []string{"up", "down", "cap", "schedule"} {
				err = errors.Join(err, tx.PutSetting(store.Setting{Community: c, Key: key, Value: "08:00-18:00 mon-fri up=256KiB/s"}))
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := db.Update(b.Context(), update); err != nil {
		b.Fatal(err)
	}
	for name, read := range map[string]func(store.Tx) error{
		"all":      func(tx store.Tx) error { _, err := tx.Settings(); return err },
		"revision": func(tx store.Tx) error { _, err := tx.SettingsRevision(); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := db.View(b.Context(), read); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
