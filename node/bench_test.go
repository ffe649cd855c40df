package node_test

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"seeder/config"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/node"
	"seeder/signer"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
)

// BenchmarkStatus looks at a node with 100 communities of 100 archives and many messages in
// each way there is; "messages" are of each community.
func BenchmarkStatus(b *testing.B) {
	for _, messages := range []int{100, 10_000} {
		n := large(b, 100, 100, messages)
		for name, look := range map[string]func(context.Context) error{
			"status":      func(ctx context.Context) error { _, err := n.Status(ctx); return err },
			"standing":    func(ctx context.Context) error { _, err := n.Standing(ctx); return err },
			"now":         func(ctx context.Context) error { _, err := n.Now(ctx); return err },
			"communities": func(ctx context.Context) error { _, err := n.Communities(ctx); return err },
		} {
			b.Run(name+map[bool]string{true: "/few", false: "/many"}[messages == 100], func(b *testing.B) {
				for b.Loop() {
					if err := look(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// large is a node with communities whose messages are all in covered spans.
func large(b *testing.B, communities, archives, messages int) *node.Node {
	b.Helper()
	dir := b.TempDir()
	db, err := sqlite.Open(b.Context(), filepath.Join(dir, "db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	for c := range communities {
		id := message.CommunityID{0: 2, 1: byte(c)}
		err := db.Update(b.Context(), func(tx store.Tx) error {
			err := tx.PutCommunity(store.Community{ID: id, Role: store.RoleMember})
			for a := range archives {
				row := store.Archive{Community: id, Entry: make([]byte, 300), Sealed: true, State: store.Imported, Span: message.PartitionOf(uint64(a) * 7 * 86400)}
				binary.BigEndian.PutUint32(row.ID[:], uint32(a))
				err = errors.Join(err, tx.PutArchive(row))
			}
			err = errors.Join(err, tx.Cover(id, message.Span{From: 0, To: uint64(archives) * 7 * 86400}))
			_, err2 := tx.ImportMessages(id, func(yield func(message.Message, error) bool) {
				for m := range messages {
					one := message.Message{Timestamp: uint64(m), Topic: "abcd", Payload: []byte("p"), Hash: make([]byte, 32)}
					binary.BigEndian.PutUint32(one.Hash, uint32(m))
					if !yield(one, nil) {
						return
					}
				}
			})
			return errors.Join(err, err2)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return node.New(node.Options{
		Loaded: func() config.Loaded { return config.Loaded{} }, DB: db, Files: swarm.NewFiles(dir), Keys: signer.OpenKeystore(dir),
		Clock: clock.NewFixed(time.Unix(1_700_000_000, 0)), Rand: rand.Reader, Process: func() (node.Process, error) { return node.Process{}, nil },
	})
}
