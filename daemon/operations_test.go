package daemon_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"seeder/daemon"
	"seeder/importer"
	"seeder/message"
	"seeder/operation"
	"seeder/owner"
	"seeder/store"
)

// ownHistory makes a folder the owner's of a history of three weeks, one
// message each.
func ownHistory(t *testing.T, opts daemon.Options, payloads ...string) message.CommunityID {
	t.Helper()
	key := newKey(t, "4e")
	if err := daemon.Keystore(opts.Config).Add(key, "Garden"); err != nil {
		t.Fatal(err)
	}
	c := key.Community()
	update(t, opts.Config, func(tx store.Tx) error {
		if err := tx.PutCommunity(store.Community{ID: c, Role: store.RoleOwner}); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, func(yield func(message.Message, error) bool) {
			for i, p := range payloads {
				m := message.Message{Timestamp: 1_704_067_200 + uint64(i)*message.PartitionSeconds, Topic: "abcd", Payload: []byte(p)}
				if !yield(m, nil) {
					return
				}
			}
		})
		return err
	})
	return c
}

func read[T any](t *testing.T, opts daemon.Options, fn func(store.Tx) (T, error)) (v T) {
	t.Helper()
	db, err := daemon.OpenStore(t.Context(), opts.Config)
	if err == nil {
		err = errors.Join(db.View(t.Context(), func(tx store.Tx) (err error) {
			v, err = fn(tx)
			return err
		}), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// An application that embeds a node refuses an archive inside the transaction
// of its import; the others are not held up.
func TestValidatorOfAnApplication(t *testing.T) {
	t.Parallel()
	own := options(t)
	c := ownHistory(t, own, "good", "forbidden", "fine")
	defer run(t, start(t, own))()
	node, err := daemon.ReadNodeFile(own.Config)
	if err != nil {
		t.Fatal(err)
	}
	opts := options(t)
	opts.Config.Waku.Peers, opts.Config.Swarm.Peers = node.Waku, node.Swarm
	refusal := errors.New("not in this house")
	opts.Validator = func(_ context.Context, _ message.CommunityID, m *message.Message) error {
		if bytes.Equal(m.Payload, []byte("forbidden")) {
			return refusal
		}
		return nil
	}
	update(t, opts.Config, func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: c, Role: store.RoleMember}) })
	defer run(t, start(t, opts))()
	var rows []store.Archive
	eventually(t, "every archive is imported or refused", func() bool {
		rows = read(t, opts, func(tx store.Tx) ([]store.Archive, error) { return tx.Archives(c) })
		n := 0
		for _, r := range rows {
			if r.State == store.Imported || r.State == store.Quarantined {
				n++
			}
		}
		return n == 3
	})
	want := []store.ArchiveState{store.Imported, store.Quarantined, store.Imported}
	for i, r := range rows {
		if r.State != want[i] {
			t.Errorf("archive %d is %s: %s", i, r.State, r.Reason)
		}
	}
	if !strings.Contains(rows[1].Reason, refusal.Error()) || !strings.Contains(rows[1].Reason, importer.ErrRejected.Error()) {
		t.Errorf("reason %q", rows[1].Reason)
	}
	count := read(t, opts, func(tx store.Tx) (uint64, error) { return tx.CountMessages(c, message.Forever(), store.All) })
	if count != 2 {
		t.Errorf("%d messages, want 2", count)
	}
}

// However short the time is to wait for a peer, what there is to archive is archived.
func TestAskWithoutADaemonDoesTheWork(t *testing.T) {
	opts := options(t)
	c := ownHistory(t, opts, "one", "two", "three")
	request := operation.Request{Community: c, Kind: operation.Archive}
	op, err := daemon.Ask(t.Context(), opts, daemon.Asking{Request: request, Wait: time.Millisecond})
	if !errors.Is(err, context.DeadlineExceeded) || op.ID == "" || op.Ended() || !strings.Contains(op.Reason, "no peer") {
		t.Errorf("with nobody to take the announcement: %+v, %v", op, err)
	}
	got, err := owner.ParseArchived(op.Cursor)
	if err != nil || got.Report.Archives != 3 || got.Report.Messages != 3 {
		t.Errorf("report %+v, %v", got.Report, err)
	}
	op, err = daemon.Ask(t.Context(), opts, daemon.Asking{Request: operation.Request{Community: c, Kind: operation.Replay}})
	if err != nil || op.State != store.OperationDone || op.Done != 3 {
		t.Errorf("replay: %+v, %v", op, err)
	}
	_, err = daemon.Ask(t.Context(), opts, daemon.Asking{Request: operation.Request{Community: c, Kind: "dance"}})
	if !errors.Is(err, daemon.ErrOperation) {
		t.Errorf("an unknown kind: %v", err)
	}
}

// Whoever waits for a daemon is told when it has ended, instead of waiting for
// ever.
func TestAskSaysThatTheDaemonHasStopped(t *testing.T) {
	t.Parallel()
	opts := options(t)
	c := ownHistory(t, opts, "one")
	end := run(t, start(t, opts))
	asked := make(chan error, 1)
	shown := make(chan store.Operation, 64)
	go func() {
		_, err := daemon.Ask(context.Background(), opts, daemon.Asking{
			Request: operation.Request{Community: c, Kind: operation.Archive},
			Show:    func(op store.Operation) { shown <- op },
		})
		asked <- err
	}()
	for op := range shown {
		if strings.Contains(op.Reason, "no peer") {
			break
		}
	}
	end()
	select {
	case err := <-asked:
		if !errors.Is(err, daemon.ErrStopped) {
			t.Errorf("got %v, want %v", err, daemon.ErrStopped)
		}
	case <-time.After(patience):
		t.Error("still waiting")
	}
}

func TestRebuildIsForTheOneWhoHasTheFolder(t *testing.T) {
	opts := options(t)
	d := start(t, opts)
	if _, _, err := daemon.Rebuild(t.Context(), opts, true, nil); !errors.Is(err, daemon.ErrRunning) {
		t.Errorf("beside a daemon: %v", err)
	}
	closeDaemon(t, d)
}
