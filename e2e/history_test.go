package e2e

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/synth"
	"seeder/message"
	"seeder/signer"
	"seeder/store"
)

const (
	historyMessages = 400
	historyWeeks    = 5
)

// communityKey is that of the community in all tests.
var communityKey = sync.OnceValue(func() *signer.Key {
	key, err := signer.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{0x5e}, 64)))
	if err != nil {
		panic(err)
	}
	return key
})

func community() message.CommunityID { return communityKey().Community() }

// history is the same in every test of a run, and ended so long ago that all
// of it is due to be archived.
var history = sync.OnceValue(func() []message.Message {
	return synthetic(historyMessages, historyWeeks, 1, longAgo())
})

// longAgo is the end of the last week that was due to be archived a week ago.
var longAgo = sync.OnceValue(func() uint64 {
	return message.PartitionOf(uint64(time.Now().Add(-14 * 24 * time.Hour).Unix())).From
})

// synthetic makes up messages with small images, so that archives have several
// pieces.
func synthetic(messages, weeks int, seed, end uint64) []message.Message {
	o := synth.Default(community(), seed, end)
	o.Messages, o.Weeks, o.ImageBytes = messages, weeks, 60_000
	var out []message.Message
	for m, err := range synth.Messages(o) {
		if err != nil {
			panic(err)
		}
		out = append(out, m)
	}
	return out
}

// dataFolder makes the data folder of a node that has not run yet, for the time
// of all tests.
func dataFolder(t testing.TB, role store.Role, messages []message.Message) string {
	t.Helper()
	dir, err := os.MkdirTemp(scratch, "") //nolint:usetesting // stages are shared by tests
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.DataDir = filepath.Join(dir, "data")
	withStore(t, cfg, func(db store.DB) error {
		return db.Update(t.Context(), func(tx store.Tx) error {
			err := tx.PutCommunity(store.Community{ID: community(), Role: role, Name: "test"})
			if err != nil || len(messages) == 0 {
				return err
			}
			_, err = tx.AddMessages(community(), sequence(messages))
			return err
		})
	})
	if role == store.RoleOwner {
		if err := daemon.Keystore(cfg).Add(communityKey(), "test"); err != nil {
			t.Fatal(err)
		}
	}
	return cfg.DataDir
}

// copyFolder copies a data folder as it stands: the times of files count,
// because piece hashes are kept for a file of that time, and the modes of keys.
func copyFolder(t testing.TB, to, from string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), info.Mode().Perm())
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, rel), b, info.Mode().Perm()); err != nil {
			return err
		}
		return os.Chtimes(filepath.Join(to, rel), info.ModTime(), info.ModTime())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ingest stores messages in the database of a node, beside its process.
func (n *node) ingest(messages []message.Message) {
	n.t.Helper()
	withStore(n.t, n.cfg, func(db store.DB) error {
		return db.Update(n.t.Context(), func(tx store.Tx) error {
			_, err := tx.AddMessages(community(), sequence(messages))
			return err
		})
	})
}

func withStore(t testing.TB, cfg config.Config, fn func(store.DB) error) {
	t.Helper()
	db, err := daemon.OpenStore(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := fn(db); err != nil {
		t.Fatal(err)
	}
}

func sequence(list []message.Message) func(yield func(message.Message, error) bool) {
	return func(yield func(message.Message, error) bool) {
		for i := range list {
			if !yield(list[i], nil) {
				return
			}
		}
	}
}
