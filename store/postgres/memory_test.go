package postgres

import (
	"context"
	"encoding/binary"
	"iter"
	"testing"

	"seeder/internal/liveheap"
	"seeder/message"
	"seeder/store"
	"seeder/store/postgres/pgtest"
)

// TestMemoryIsBounded stores and reads messages of 1 MiB: neither side of it
// may hold many of them, though they fit into one batch by their number.
func TestMemoryIsBounded(t *testing.T) {
	const all, bound = 100, 16 << 20
	db := open(t, pgtest.URL(t))
	defer closeDB(t, db)
	base := liveheap.Bytes()
	most := base
	watch := func(n uint64) {
		if n%10 == 0 {
			most = max(most, liveheap.Bytes())
		}
	}
	var large iter.Seq2[message.Message, error] = func(yield func(message.Message, error) bool) {
		for n := range uint64(all) {
			watch(n)
			if !yield(message.Message{Timestamp: n, Payload: binary.BigEndian.AppendUint64(make([]byte, 1<<20), n)}, nil) {
				return
			}
		}
	}
	must(t, db.Update(context.Background(), func(tx store.Tx) error {
		if err := tx.PutCommunity(store.Community{ID: community}); err != nil {
			return err
		}
		_, err := tx.AddMessages(community, large)
		return err
	}))
	seen := uint64(0)
	must(t, db.View(context.Background(), func(tx store.Tx) error {
		return tx.ScanMessages(community, message.Forever(), store.All, func(m *message.Message) error {
			watch(m.Timestamp)
			seen++
			return nil
		})
	}))
	if seen != all || most > base+bound {
		t.Errorf("%d messages, %d MiB at most, want %d and %d", seen, (most-base)>>20, all, bound>>20)
	}
	t.Logf("%d KiB at most", (most-base)>>10)
}
