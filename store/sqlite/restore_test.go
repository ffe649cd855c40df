package sqlite

import (
	"context"
	"path/filepath"
	"testing"

	"seeder/message"
	"seeder/store"
)

// TestRestoreHealsTampering changes rows behind the package's back; replaying
// the archive makes the history what it was.
func TestRestoreHealsTampering(t *testing.T) {
	const all = 200
	c := message.CommunityID{2}
	for name, tamper := range map[string]string{
		"rows deleted":                 "DELETE FROM message WHERE timestamp % 3 = 0",
		"payloads cut":                 "UPDATE message SET payload = substr(payload, 1, 9) WHERE timestamp % 3 = 0",
		"seconds moved":                "UPDATE message SET timestamp = timestamp + 7 WHERE timestamp % 3 = 0",
		"called late":                  "INSERT INTO late SELECT community_no, timestamp, key FROM message WHERE timestamp % 3 = 0",
		"called late and then deleted": "INSERT INTO late SELECT community_no, timestamp, key FROM message; DELETE FROM message",
		"called late and then moved": `INSERT INTO late SELECT community_no, timestamp, key FROM message;
			UPDATE message SET timestamp = timestamp + 7`,
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t, filepath.Join(t.TempDir(), "file.db"))
			defer closeDB(t, db)
			replay := func() {
				t.Helper()
				err := db.Update(context.Background(), func(tx store.Tx) error {
					if err := tx.PutCommunity(store.Community{ID: c}); err != nil {
						return err
					}
					if err := tx.Cover(c, message.Span{To: 1000}); err != nil {
						return err
					}
					_, err := tx.RestoreMessages(c, numbered(0, all))
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			digest := func() (d store.Digest) {
				t.Helper()
				err := db.View(context.Background(), func(tx store.Tx) (err error) {
					d, err = store.DigestOf(tx, c)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return d
			}
			replay()
			before := digest()
			if _, err := db.writer.Exec(tamper); err != nil {
				t.Fatal(err)
			}
			replay()
			if after := digest(); before.Messages != all || after != before {
				t.Errorf("digest %+v, before %+v", after, before)
			}
		})
	}
}
