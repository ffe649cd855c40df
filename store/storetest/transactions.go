package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
)

func (s suite) transactions(t *testing.T) {
	t.Run("rollback leaves nothing", s.rollback)
	t.Run("a panic leaves nothing", s.panics)
	t.Run("a write in View is refused", s.readOnly)
	t.Run("a finished context is obeyed", s.canceled)
	t.Run("contexts may end at any moment", s.interrupted)
	t.Run("what is committed stays", s.reopen)
	t.Run("closed", s.closed)
}

// everything makes one write of each kind.
func everything(c message.CommunityID) func(store.Tx) error {
	return func(tx store.Tx) error {
		span := message.Span{From: 10, To: 20}
		for _, write := range []func() error{
			func() error { return tx.PutCommunity(store.Community{ID: c, Role: store.RoleOwner}) },
			func() error { _, err := tx.AddMessages(c, each(msg(11, 'a'))); return err },
			func() error { return tx.Seal(c, span, false, 1) },
			func() error { return tx.Cover(c, message.Span{From: 20, To: 30}) },
			func() error { _, err := tx.ImportMessages(c, each(msg(21, 'b'))); return err },
			func() error { _, err := tx.AddMessages(c, each(msg(22, 'c'))); return err },
			func() error { return tx.PutArchive(archive(c, 1)) },
			func() error {
				return tx.PutGeneration(store.Generation{Community: c, InfoHash: store.InfoHash{1}, Clock: 1})
			},
			func() error { return tx.PutAnnouncement(announcement(c, 1)) },
			func() error { return tx.MarkSent(c, 1, 2, 3, nil) },
			func() error { return tx.PutWork(store.Work{Community: c, Part: "seal", State: store.Idle}) },
			func() error { return tx.PutOperation(operation(c, "aa")) },
			func() error { return tx.PutFork(fork(c, 1, 1)) },
			func() error { return tx.PutSetting(store.Setting{Community: c, Key: "up", Value: "1"}) },
			func() error { return tx.PutSetting(store.Setting{Key: "up", Value: "2"}) },
		} {
			if err := write(); err != nil {
				return err
			}
		}
		return nil
	}
}

// holds reports how much of everything a database holds.
func holds(t *testing.T, db store.DB, c message.CommunityID) (rows int) {
	t.Helper()
	view(t, db, func(tx store.Tx) error {
		communities, err := tx.Communities()
		messages, err2 := tx.CountMessages(c, message.Forever(), store.All)
		late, err3 := tx.CountMessages(c, message.Forever(), store.Late)
		spans, err4 := tx.Covered(c)
		archives, err5 := tx.Archives(c)
		generations, err6 := tx.Generations(c)
		announcements, err7 := tx.Announcements(c, 0)
		works, err8 := tx.Works(c)
		operations, err9 := tx.Operations(c, false)
		forks, err10 := tx.Forks(c)
		settings, err11 := tx.Settings()
		rows = len(communities) + int(messages) + int(late) + len(spans) + len(archives) + len(generations) + len(announcements) +
			len(works) + len(operations) + len(forks) + len(settings)
		return errors.Join(err, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11)
	})
	return rows
}

// allRows is what holds reports after everything.
const allRows = 1 + 3 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 2

func (s suite) rollback(t *testing.T) {
	db := s.db(t, "main")
	boom := errors.New("boom")
	err := db.Update(limited(t), func(tx store.Tx) error {
		if err := everything(Community(1))(tx); err != nil {
			return err
		}
		return boom
	})
	wantError(t, err, boom)
	if n := holds(t, db, Community(1)); n != 0 {
		t.Errorf("%d rows after a rollback", n)
	}
	update(t, db, everything(Community(1)))
	if n := holds(t, db, Community(1)); n != allRows {
		t.Errorf("%d rows after a commit, want %d", n, allRows)
	}
}

func (s suite) panics(t *testing.T) {
	db := s.db(t, "main")
	func() {
		defer func() {
			if recover() != "boom" {
				t.Error("the panic did not come through")
			}
		}()
		_ = db.Update(limited(t), func(tx store.Tx) error {
			if err := everything(Community(1))(tx); err != nil {
				return err
			}
			panic("boom")
		})
	}()
	if n := holds(t, db, Community(1)); n != 0 {
		t.Errorf("%d rows after a panic", n)
	}
	update(t, db, everything(Community(1)))
}

func (s suite) readOnly(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	update(t, db, func(tx store.Tx) error { return tx.PutAnnouncement(announcement(c, 1)) })
	for name, write := range map[string]func(store.Tx) error{
		"PutCommunity":     func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: Community(2)}) },
		"AddMessages":      func(tx store.Tx) error { _, err := tx.AddMessages(c, each(msg(1, 'a'))); return err },
		"ImportMessages":   func(tx store.Tx) error { _, err := tx.ImportMessages(c, each(msg(1, 'a'))); return err },
		"Seal":             func(tx store.Tx) error { return tx.Seal(c, message.Span{From: 1, To: 2}, true, 0) },
		"Cover":            func(tx store.Tx) error { return tx.Cover(c, message.Span{From: 1, To: 2}) },
		"PutArchive":       func(tx store.Tx) error { return tx.PutArchive(archive(c, 1)) },
		"PutGeneration":    func(tx store.Tx) error { return tx.PutGeneration(store.Generation{Community: c}) },
		"DeleteGeneration": func(tx store.Tx) error { return tx.DeleteGeneration(c, store.InfoHash{}) },
		"PutAnnouncement":  func(tx store.Tx) error { return tx.PutAnnouncement(announcement(c, 2)) },
		"MarkSent":         func(tx store.Tx) error { return tx.MarkSent(c, 1, 1, 1, nil) },

		"RestoreMessages":     func(tx store.Tx) error { _, err := tx.RestoreMessages(c, each(msg(1, 'a'))); return err },
		"DeleteAnnouncements": func(tx store.Tx) error { return tx.DeleteAnnouncements(c, 1) },
		"PutWork":             func(tx store.Tx) error { return tx.PutWork(store.Work{Community: c}) },
		"PutOperation":        func(tx store.Tx) error { return tx.PutOperation(operation(c, "aa")) },
		"DeleteOperations":    func(tx store.Tx) error { return tx.DeleteOperations(c, 1) },
		"PutFork":             func(tx store.Tx) error { return tx.PutFork(fork(c, 1, 1)) },
		"LeaveCommunity":      func(tx store.Tx) error { return tx.LeaveCommunity(c, true) },
		"PurgeMessages":       func(tx store.Tx) error { _, err := tx.PurgeMessages(c, 1); return err },
		"ForgetCommunity":     func(tx store.Tx) error { return tx.ForgetCommunity(c) },
		"PutSetting":          func(tx store.Tx) error { return tx.PutSetting(store.Setting{Key: "up", Value: "1"}) },
	} {
		if err := db.View(limited(t), write); !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("%s: got %v, want %v", name, err, store.ErrReadOnly)
		}
	}
}

func (s suite) canceled(t *testing.T) {
	db := s.with(t, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	nothing := func(store.Tx) error { t.Error("fn ran"); return nil }
	wantError(t, db.View(ctx, nothing), context.Canceled)
	wantError(t, db.Update(ctx, nothing), context.Canceled)

	ctx, cancel = context.WithCancel(context.Background())
	err := db.Update(ctx, func(tx store.Tx) error {
		_, err := tx.AddMessages(Community(1), each(msg(1, 'a')))
		cancel()
		return err
	})
	wantError(t, err, context.Canceled)
	if got := firsts(t, db, Community(1), message.Forever(), store.All); got != "" {
		t.Errorf("%q was stored", got)
	}

	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	wantError(t, db.Update(ctx, func(tx store.Tx) error {
		_, err := tx.AddMessages(Community(1), func(yield func(message.Message, error) bool) {
			for n := uint64(0); ; n++ { // ends only because the context does
				if n == 1000 {
					cancel()
				}
				m := message.Message{Timestamp: n}
				if !yield(m, nil) {
					return
				}
			}
		})
		return err
	}), context.Canceled)
}

// ending is a context that ends when it is looked at for the n-th time.
type ending struct {
	context.Context
	end  context.CancelFunc
	left atomic.Int32
}

func endAfter(n int) *ending {
	e := new(ending)
	e.Context, e.end = context.WithCancel(context.Background())
	e.left.Store(int32(n))
	return e
}

func (e *ending) look() {
	if e.left.Add(-1) < 0 {
		e.end()
	}
}

func (e *ending) Err() error { e.look(); return e.Context.Err() }

func (e *ending) Done() <-chan struct{} { e.look(); return e.Context.Done() }

// interrupted ends contexts while transactions begin, run and end; each
// connection has to be as good as new for the next one.
func (s suite) interrupted(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	stored := uint64(0)
	check := func(what string, looks int, err error) {
		t.Helper()
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatalf("%s after %d looks: %v", what, looks, err)
		}
	}
	for looks := range 60 {
		ctx := endAfter(looks)
		check("view", looks, db.View(ctx, func(tx store.Tx) error {
			_, err := tx.Topics(c, message.Forever(), store.All)
			return err
		}))
		ctx.end()
		ctx = endAfter(looks)
		err := db.Update(ctx, func(tx store.Tx) error {
			_, err := tx.AddMessages(c, each(message.Message{Timestamp: uint64(looks)}))
			return err
		})
		check("update", looks, err)
		ctx.end()
		if err == nil {
			stored++
		}
		view(t, db, func(tx store.Tx) error {
			n, err := tx.CountMessages(c, message.Forever(), store.All)
			if n != stored {
				t.Fatalf("after %d looks: %d messages, want %d", looks, n, stored)
			}
			return err
		})
	}
	if stored == 0 || stored == 60 {
		t.Errorf("%d of 60 updates came through: the contexts end too early or too late", stored)
	}
}

func (s suite) reopen(t *testing.T) {
	db := s.open(t, "main")
	update(t, db, everything(Community(1)))
	before, err := digest(db, Community(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	db = s.db(t, "main")
	if n := holds(t, db, Community(1)); n != allRows {
		t.Errorf("%d rows after opening again, want %d", n, allRows)
	}
	if after, err := digest(db, Community(1)); err != nil || after != before {
		t.Errorf("digest %v %+v, before %+v", err, after, before)
	}
}

func digest(db store.DB, c message.CommunityID) (d store.Digest, err error) {
	err = db.View(context.Background(), func(tx store.Tx) error {
		d, err = store.DigestOf(tx, c)
		return err
	})
	return d, err
}

func (s suite) closed(t *testing.T) {
	db := s.open(t, "main")
	started, goOn := make(chan struct{}), make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		err := db.Update(context.Background(), func(tx store.Tx) error {
			close(started)
			<-goOn
			return tx.PutCommunity(store.Community{ID: Community(1)})
		})
		if err != nil {
			t.Errorf("the running transaction: %v", err)
		}
	})
	<-started
	closed := make(chan error, 1)
	running.Go(func() { closed <- db.Close() })
	nothing := func(store.Tx) error { return nil }
	for ctx := limited(t); !errors.Is(db.View(ctx, nothing), store.ErrClosed); {
		if ctx.Err() != nil {
			t.Fatal("Close did not begin")
		}
	}
	select {
	case err := <-closed:
		t.Errorf("Close returned %v before the running transaction had", err)
		closed <- err
	case <-time.After(50 * time.Millisecond): // long enough for one that does not wait
	}
	close(goOn)
	if err := <-closed; err != nil {
		t.Errorf("close: %v", err)
	}
	running.Wait()
	wantError(t, db.View(context.Background(), nothing), store.ErrClosed)
	wantError(t, db.Update(context.Background(), nothing), store.ErrClosed)
	if err := db.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if n := holds(t, s.db(t, "main"), Community(1)); n != 1 {
		t.Errorf("%d communities", n)
	}
}

func (s suite) concurrency(t *testing.T) {
	t.Run("a reader sees one snapshot", s.snapshot)
	t.Run("writers take turns", s.writers)
	t.Run("two handles of one database", s.handles)
	t.Run("importers of several communities", s.importers)
}

func (s suite) snapshot(t *testing.T) {
	db := s.with(t, 1)
	c := Community(1)
	add := func(m message.Message) {
		update(t, db, func(tx store.Tx) error { _, err := tx.AddMessages(c, each(m)); return err })
	}
	add(msg(1, 'a'))
	view(t, db, func(tx store.Tx) error {
		add(msg(2, 'b'))
		n, err := tx.CountMessages(c, message.Forever(), store.All)
		add(msg(3, 'c'))
		m, err2 := tx.CountMessages(c, message.Forever(), store.All)
		if n != 1 || m != 1 {
			t.Errorf("the reader saw %d, then %d messages", n, m)
		}
		return errors.Join(err, err2)
	})
	if got := firsts(t, db, c, message.Forever(), store.All); got != "abc" {
		t.Errorf("afterwards %q", got)
	}
}

// increments adds rounds messages, each at the timestamp that the count of
// messages gives: lost updates would show as equal timestamps.
func increments(ctx context.Context, db store.DB, c message.CommunityID, who byte, rounds int) error {
	for round := range rounds {
		err := db.Update(ctx, func(tx store.Tx) error {
			n, err := tx.CountMessages(c, message.Forever(), store.All)
			if err != nil {
				return err
			}
			_, err = tx.AddMessages(c, each(message.Message{Timestamp: n, Payload: []byte{who, byte(round)}}))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s suite) writers(t *testing.T) {
	db := s.with(t, 1)
	s.race(t, db, db)
}

func (s suite) handles(t *testing.T) {
	db := s.with(t, 1)
	s.race(t, db, s.db(t, "main"))
}

func (s suite) race(t *testing.T, dbs ...store.DB) {
	const perHandle, rounds = 3, 20
	ctx := limited(t)
	var wg sync.WaitGroup
	for i := range perHandle * len(dbs) {
		wg.Go(func() {
			if err := increments(ctx, dbs[i%len(dbs)], Community(1), byte(i), rounds); err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	for i := range dbs {
		wg.Go(func() {
			for last := uint64(0); last < uint64(perHandle*rounds*len(dbs)); {
				err := dbs[i].View(ctx, func(tx store.Tx) error {
					n, err := tx.CountMessages(Community(1), message.Forever(), store.All)
					if n < last {
						t.Errorf("the count went down from %d to %d", last, n)
					}
					last = n
					return err
				})
				if err != nil {
					t.Errorf("reader %d: %v", i, err)
					return
				}
			}
		})
	}
	wg.Wait()
	view(t, dbs[0], func(tx store.Tx) error {
		var next uint64
		return tx.ScanMessages(Community(1), message.Forever(), store.All, func(m *message.Message) error {
			if m.Timestamp != next {
				t.Errorf("timestamp %d where %d belongs: an update was lost", m.Timestamp, next)
			}
			next++
			return nil
		})
	})
}
