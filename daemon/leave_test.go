package daemon_test

import (
	"errors"
	"os"
	"testing"

	"seeder/daemon"
	"seeder/message"
	"seeder/node"
	"seeder/store"
)

// traces returns what of a community is in the database.
func traces(t *testing.T, opts daemon.Options, c message.CommunityID) (there bool, left []store.Left) {
	t.Helper()
	left = read(t, opts, func(tx store.Tx) ([]store.Left, error) { return tx.Left() })
	for _, r := range read(t, opts, func(tx store.Tx) ([]store.Community, error) { return tx.Communities() }) {
		there = there || r.ID == c
	}
	return there, left
}

func gone(t *testing.T, dir string) bool {
	t.Helper()
	_, err := os.Lstat(dir)
	return errors.Is(err, os.ErrNotExist)
}

// One joins and leaves through a running daemon, in the middle of transfers and
// imports, and comes back.
func TestJoinAndLeaveWhileItRuns(t *testing.T) {
	t.Parallel()
	const weeks = 20 // at the limit of the member the last comes long after the first
	own := options(t)
	c := ownHistory(t, own, noise(weeks, 300_000)...)
	defer run(t, start(t, own))()
	opts, peers := slowMember(t, own.Config)
	d := start(t, opts)
	defer run(t, d)()
	n, dir := d.Node(), daemon.OpenFiles(opts.Config).Dir(c)

	for round, leave := range []node.LeaveOptions{{}, {DeleteMessages: true}} {
		joined, err := n.Join(t.Context(), c, "Harbour")
		if err == nil {
			err = n.AddPeers(t.Context(), c, peers)
		}
		if err != nil || joined.Operation == "" {
			t.Fatalf("join: %+v, %v", joined, err)
		}
		eventually(t, "a part of the history has come", func() bool {
			here := stored(t, opts.Config, c)
			return here > 0 && here < weeks && digestOf(t, opts.Config, c).Messages > 0
		})
		left, err := n.Leave(t.Context(), c, leave)
		if err != nil || left.Name != "Harbour" || left.FreedBytes < 300_000 || (left.DeletedMessages > 0) != leave.DeleteMessages {
			t.Errorf("round %d: left %+v, %v", round, left, err)
		}
		if there, rest := traces(t, opts, c); there || !gone(t, dir) || (len(rest) == 1) == leave.DeleteMessages {
			t.Errorf("round %d: after leaving %v, %v, folder gone: %v", round, there, rest, gone(t, dir))
		}
		eventually(t, "nothing is counted of it", func() bool {
			l, err := n.Limits(t.Context())
			return err == nil && len(l.Communities) == 0 && l.Node.Storage.Used == 0 && l.Node.Storage.Reserved == 0
		})
	}
	if _, err := n.Leave(t.Context(), c, node.LeaveOptions{}); node.CodeOf(err) != node.NotFound {
		t.Errorf("leave again: %v", err)
	}
	if _, err := n.SetLimits(t.Context(), map[string]string{"down": "unlimited"}); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Join(t.Context(), c, ""); err != nil {
		t.Fatal(err)
	}
	if err := n.AddPeers(t.Context(), c, peers); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all has come at the return", func() bool { return stored(t, opts.Config, c) == weeks })
}

// What another process leaves is ended and removed by the daemon that runs, and what
// a process that died has left of it by the next one. A folder that the database
// merely does not know stays.
func TestLeftWithoutTheDaemon(t *testing.T) {
	t.Parallel()
	opts := options(t)
	c := ownHistory(t, opts, noise(2, 100_000)...)
	dir := daemon.OpenFiles(opts.Config).Dir(c)
	stranger := daemon.OpenFiles(opts.Config).Dir(newKey(t, "5e").Community())
	if err := os.MkdirAll(stranger, 0o700); err != nil {
		t.Fatal(err)
	}
	leave := func() {
		update(t, opts.Config, func(tx store.Tx) error { return tx.LeaveCommunity(c, true) })
	}
	end := run(t, start(t, opts))
	eventually(t, "it is archived", func() bool { return stored(t, opts.Config, c) == 2 && !gone(t, dir) })
	leave()
	eventually(t, "nothing is left of it", func() bool {
		there, left := traces(t, opts, c)
		return !there && len(left) == 0 && gone(t, dir)
	})
	end()

	update(t, opts.Config, func(tx store.Tx) error {
		return tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember})
	})
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	leave()
	end = run(t, start(t, opts))
	eventually(t, "nothing is left of it after a start", func() bool {
		there, left := traces(t, opts, c)
		return !there && len(left) == 0 && gone(t, dir)
	})
	end()
	if gone(t, stranger) {
		t.Error("a folder that nobody left was removed")
	}
}
