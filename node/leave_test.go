package node_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"seeder/config"
	"seeder/internal/clock"
	"seeder/internal/fault"
	"seeder/message"
	"seeder/node"
	"seeder/signer"
	"seeder/store"
	"seeder/store/sqlite"
	"seeder/swarm"
)

var left = message.CommunityID{0: 2, 32: 7}

// stay makes a node that follows a community: it has a message, a row of an archive
// and its file, and a torrent.
func stay(t *testing.T) (*node.Node, store.DB, *swarm.Files) {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	files := swarm.NewFiles(dir)
	if err := files.Prepare(left); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{files.Path(left, message.ArchiveID{1}), files.TorrentPath(left, swarm.InfoHash{1})} {
		if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err = db.Update(t.Context(), func(tx store.Tx) error {
		err := tx.PutCommunity(store.Community{ID: left, Role: store.RoleMember, Name: "Harbour"})
		_, err2 := tx.AddMessages(left, func(yield func(message.Message, error) bool) {
			yield(message.Message{Timestamp: 1, Topic: "abcd", Payload: []byte("p"), Hash: make([]byte, 32)}, nil)
		})
		return errors.Join(err, err2, tx.PutArchive(store.Archive{Community: left, ID: message.ArchiveID{1}, Entry: []byte{1}, State: store.Stored}))
	})
	if err != nil {
		t.Fatal(err)
	}
	n := node.New(node.Options{
		Loaded: func() config.Loaded { return config.Loaded{Config: config.Default()} },
		DB:     db, Files: files, Keys: signer.OpenKeystore(filepath.Join(dir, "keys")),
		Clock: clock.NewFixed(time.Unix(1_700_000_000, 0)), Rand: rand.Reader,
		Process: func() (node.Process, error) { return node.Process{}, nil },
	})
	return n, db, files
}

// standing returns whether the community is in the list, what was left, and whether it
// has its whole folder, or any.
func standing(t *testing.T, db store.DB, files *swarm.Files) (there bool, rest []store.Left, whole, some bool) {
	t.Helper()
	err := db.View(t.Context(), func(tx store.Tx) (err error) {
		if _, err = tx.Community(left); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		there = err == nil
		rest, err = tx.Left()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, noArchive := os.Stat(files.Path(left, message.ArchiveID{1}))
	_, noTorrent := os.Stat(files.TorrentPath(left, swarm.InfoHash{1}))
	_, noFolder := os.Stat(files.Dir(left))
	return there, rest, noArchive == nil && noTorrent == nil, noFolder == nil
}

// Wherever leaving is interrupted, either nothing has happened, or what follows removes
// the rest.
func TestLeavingIsInterrupted(t *testing.T) {
	for _, messages := range []bool{false, true} {
		for _, point := range []string{fault.StoreCommitBefore, fault.StoreCommitAfter, fault.FolderRemoveBefore} {
			for pass := 1; pass <= 3; pass++ {
				t.Run(fmt.Sprintf("messages=%t/%s#%d", messages, point, pass), func(t *testing.T) {
					n, db, files := stay(t)
					restore, err := fault.Follow(fmt.Sprintf("%s:error#%d", point, pass))
					if err != nil {
						t.Fatal(err)
					}
					_, err = n.Leave(t.Context(), left, node.LeaveOptions{DeleteMessages: messages})
					restore()
					interrupted(t, db, files, err, messages)
				})
			}
		}
	}
}

func interrupted(t *testing.T, db store.DB, files *swarm.Files, left error, messages bool) {
	t.Helper()
	there, rest, whole, some := standing(t, db, files)
	switch {
	case left != nil && !errors.Is(left, fault.ErrInjected):
		t.Fatal(left)
	case left == nil && (there || some || messages && len(rest) > 0):
		t.Errorf("it was left without an error, and there are %t, %v, folder %t", there, rest, some)
	case there && (!whole || len(rest) > 0):
		t.Errorf("it is here, its folder whole: %t, left: %v", whole, rest)
	case !there && some && len(rest) != 1:
		t.Errorf("nobody knows that the folder is to be removed: %v", rest)
	}
	if there {
		return
	}
	for _, l := range rest {
		if _, err := node.FinishLeaving(t.Context(), db, files, l); err != nil {
			t.Fatal(err)
		}
	}
	if _, rest, _, some := standing(t, db, files); some || len(rest) > 0 == messages {
		t.Errorf("in the end: %v, folder %t", rest, some)
	}
}

// Who comes back finds nothing of the earlier stay but the messages that were kept.
func TestReturnAfterAnInterruption(t *testing.T) {
	for _, messages := range []bool{false, true} {
		n, db, files := stay(t)
		restore, err := fault.Follow(fault.FolderRemoveBefore + ":error")
		if err != nil {
			t.Fatal(err)
		}
		_, err = n.Leave(t.Context(), left, node.LeaveOptions{DeleteMessages: messages})
		restore()
		if !errors.Is(err, fault.ErrInjected) {
			t.Fatal(err)
		}
		if _, err := n.Join(t.Context(), left, ""); err != nil {
			t.Fatal(err)
		}
		there, rest, _, some := standing(t, db, files)
		d, err := n.Community(t.Context(), left)
		if !there || len(rest) > 0 || some || err != nil || len(d.Archives) > 0 || (d.Messages.Pending == 0) != messages {
			t.Errorf("messages=%t: there %t, %v, folder %t, %+v, %v", messages, there, rest, some, d.Messages, err)
		}
	}
}

// No two communities get the same name by another one.
func TestRenameToATakenName(t *testing.T) {
	n, db, _ := stay(t)
	other := message.CommunityID{0: 2, 32: 8}
	err := db.Update(t.Context(), func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: other, Role: store.RoleMember, Name: "Garden"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Rename(t.Context(), other, "Harbour"); codeOf(err) != node.Conflict {
		t.Errorf("a taken name: %v", err)
	}
	for _, name := range []string{"Garden", "Pond", ""} {
		if err := n.Rename(t.Context(), other, name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}
