package operation_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seeder/internal/clock"
	"seeder/internal/leaktest"
	"seeder/message"
	"seeder/operation"
	"seeder/store"
	"seeder/store/sqlite"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

var (
	ours   = message.CommunityID{2, 1}
	theirs = message.CommunityID{2, 2}
	start  = time.UnixMilli(1_700_000_000_000)
)

// counter is a source of bits in which no two ids are equal.
type counter struct{ n uint16 }

func (c *counter) Read(b []byte) (int, error) {
	clear(b)
	c.n++
	binary.BigEndian.PutUint16(b, c.n)
	return len(b), nil
}

// world is a database of two communities, a desk and a runner of the first.
type world struct {
	t        testing.TB
	db       store.DB
	clock    *clock.Fixed
	desk     *operation.Desk
	handlers map[string]operation.Handler
}

func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "seeder.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{t: t, db: db, clock: clock.NewFixed(start), handlers: map[string]operation.Handler{}}
	w.desk = operation.NewDesk(operation.Options{DB: db, Clock: w.clock, Rand: &counter{}})
	w.update(func(tx store.Tx) error {
		return errors.Join(tx.PutCommunity(store.Community{ID: ours}), tx.PutCommunity(store.Community{ID: theirs}))
	})
	return w
}

func (w *world) update(fn func(store.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) create(kind string) store.Operation {
	w.t.Helper()
	op, err := w.desk.Create(context.Background(), operation.Request{Community: ours, Kind: kind})
	if err != nil {
		w.t.Fatal(err)
	}
	return op
}

func (w *world) get(id store.OperationID) store.Operation {
	w.t.Helper()
	op, err := w.desk.Get(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return op
}

func (w *world) due() bool {
	w.t.Helper()
	var due bool
	err := w.db.View(context.Background(), func(tx store.Tx) (err error) {
		due, _, err = operation.Due(tx, ours, w.clock.Now())
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return due
}

func (w *world) runner(budget time.Duration) *operation.Runner {
	return operation.NewRunner(operation.RunnerOptions{
		Community: ours, DB: w.db, Clock: w.clock, Logger: slog.New(slog.DiscardHandler), Handlers: w.handlers,
		RetryMin: time.Second, RetryMax: time.Minute, Budget: budget,
	})
}

func (w *world) work(kinds ...string) int64 {
	w.t.Helper()
	next, err := w.runner(time.Minute).Work(context.Background(), kinds...)
	if err != nil {
		w.t.Fatal(err)
	}
	return next
}

// countTo is an operation of n steps, each of which renames the community in
// the transaction of its cursor.
func (w *world) countTo(n int) operation.Handler {
	return func(ctx context.Context, s *operation.Step) (operation.Verdict, error) {
		if len(s.Op.Cursor) == n {
			return operation.Done(), nil
		}
		s.Op.Cursor = append(bytes.Clone(s.Op.Cursor), 'x')
		s.Op.Done, s.Op.Total = uint64(len(s.Op.Cursor)), uint64(n)
		return operation.Again(), w.db.Update(ctx, func(tx store.Tx) error {
			if err := tx.PutCommunity(store.Community{ID: ours, Name: string(s.Op.Cursor)}); err != nil {
				return err
			}
			return s.Save(tx)
		})
	}
}

func (w *world) name() (name string) {
	w.t.Helper()
	w.update(func(tx store.Tx) error {
		c, err := tx.Community(ours)
		name = c.Name
		return err
	})
	return name
}

func TestOperationRunsToItsEnd(t *testing.T) {
	w := newWorld(t)
	w.handlers["count"] = w.countTo(5)
	op := w.create("count")
	if op.State != store.OperationPending || op.CreatedAt != start.UnixMilli() || !w.due() {
		t.Errorf("created as %+v", op)
	}
	if next := w.work(); next != 0 {
		t.Errorf("next at %d", next)
	}
	got := w.get(op.ID)
	if got.State != store.OperationDone || got.Done != 5 || got.Total != 5 || got.EndedAt != start.UnixMilli() || w.name() != "xxxxx" {
		t.Errorf("ended as %+v, %q", got, w.name())
	}
	if w.due() {
		t.Error("an operation that has ended is due")
	}
	if err := w.db.View(t.Context(), func(tx store.Tx) error {
		_, _, err := operation.Due(tx, theirs, w.clock.Now())
		return err
	}); err != nil {
		t.Error(err)
	}
}

func TestOldestGoesFirstAndNoneHoldsUpAnother(t *testing.T) {
	w := newWorld(t)
	var order []string
	w.handlers["fails"] = func(context.Context, *operation.Step) (operation.Verdict, error) {
		order = append(order, "fails")
		return operation.Again(), errors.New("no disk")
	}
	w.handlers["waits"] = func(context.Context, *operation.Step) (operation.Verdict, error) {
		order = append(order, "waits")
		return operation.WaitFor("somebody"), nil
	}
	w.handlers["ends"] = func(context.Context, *operation.Step) (operation.Verdict, error) {
		order = append(order, "ends")
		return operation.Done(), nil
	}
	for _, kind := range []string{"waits", "fails", "ends"} {
		w.create(kind)
		w.clock.Advance(time.Millisecond)
	}
	w.work()
	if got := strings.Join(order, " "); got != "waits fails ends" {
		t.Errorf("worked in the order %s", got)
	}
	order = nil
	w.work("waits", "ends")
	if got := strings.Join(order, " "); got != "waits" {
		t.Errorf("worked on %s", got)
	}
}

func TestFailuresAreTriedAgainWithGrowingPauses(t *testing.T) {
	w := newWorld(t)
	fail := true
	w.handlers["x"] = func(context.Context, *operation.Step) (operation.Verdict, error) {
		if fail {
			return operation.Again(), errors.New("no disk")
		}
		return operation.Done(), nil
	}
	op := w.create("x")
	for n := 1; n <= 12; n++ {
		next := w.work()
		got := w.get(op.ID)
		pause := time.Duration(got.NextTry-w.clock.Now().UnixMilli()) * time.Millisecond
		want := min(time.Second<<(n-1), time.Minute)
		if got.State != store.OperationRunning || got.Attempts != n || got.Reason != "no disk" || got.NextTry != next {
			t.Fatalf("after failure %d: %+v, next %d", n, got, next)
		}
		if pause < want/2-time.Millisecond || pause > want*3/2 {
			t.Fatalf("pause %v after failure %d", pause, n)
		}
		w.clock.Advance(pause - time.Millisecond)
		if w.due() || w.work() != next || w.get(op.ID).Attempts != n {
			t.Fatal("tried again too early")
		}
		w.clock.Advance(time.Millisecond)
		if !w.due() {
			t.Fatal("not due at its time")
		}
	}
	fail = false
	w.work()
	if got := w.get(op.ID); got.State != store.OperationDone || got.Attempts != 0 || got.Reason != "" || got.NextTry != 0 {
		t.Errorf("ended as %+v", got)
	}
}

func TestRefusalEndsIt(t *testing.T) {
	w := newWorld(t)
	w.handlers["x"] = func(context.Context, *operation.Step) (operation.Verdict, error) {
		return operation.Again(), errors.Join(operation.ErrRefused, errors.New("no key"))
	}
	refused, unknown := w.create("x"), w.create("y")
	w.work()
	for _, id := range []store.OperationID{refused.ID, unknown.ID} {
		got := w.get(id)
		if got.State != store.OperationFailed || got.EndedAt == 0 || got.NextTry != 0 || !strings.Contains(got.Reason, operation.ErrRefused.Error()) {
			t.Errorf("ended as %+v", got)
		}
	}
	if w.due() {
		t.Error("still due")
	}
}

func TestWaitingIsNotDueAndWritesOnce(t *testing.T) {
	w := newWorld(t)
	steps := 0
	w.handlers["x"] = func(context.Context, *operation.Step) (operation.Verdict, error) {
		steps++
		return operation.WaitFor("a peer"), nil
	}
	op := w.create("x")
	for range 3 {
		w.work()
	}
	if got := w.get(op.ID); steps != 3 || got.Reason != "a peer" || got.State != store.OperationRunning || w.due() {
		t.Errorf("after %d steps %+v, due %v", steps, got, w.due())
	}
}

func TestBudgetYieldsBetweenSteps(t *testing.T) {
	w := newWorld(t)
	count := w.countTo(10)
	w.handlers["count"] = func(ctx context.Context, s *operation.Step) (operation.Verdict, error) {
		w.clock.Advance(time.Second)
		return count(ctx, s)
	}
	op := w.create("count")
	r := w.runner(2500 * time.Millisecond)
	next, err := r.Work(t.Context())
	if err != nil || next != w.clock.Now().UnixMilli() || w.get(op.ID).Done != 3 || !w.due() {
		t.Errorf("yielded at step %d, next %d, %v", w.get(op.ID).Done, next, err)
	}
}

// dying is a context that ends, for those who look at it, when a flag is set.
type dying struct {
	context.Context
	died *bool
}

func (d dying) Err() error {
	if *d.died {
		return context.Canceled
	}
	return nil
}

// A step that dies anywhere leaves effect and cursor as one.
func TestEffectAndCursorAreOne(t *testing.T) {
	w := newWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		w.update(func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: ours}) }) // no effect yet
		steps := rapid.IntRange(1, 6).Draw(rt, "steps")
		count := w.countTo(steps)
		var die context.CancelFunc
		w.handlers["count"] = func(c context.Context, s *operation.Step) (operation.Verdict, error) {
			when := rapid.IntRange(0, 4).Draw(rt, "death")
			if when == 0 {
				die()
			}
			v, err := count(c, s)
			if when == 1 {
				die()
			}
			if when == 2 {
				return v, errors.New("failed after the effect")
			}
			return v, err
		}
		op := w.create("count")
		for tries := 0; w.get(op.ID).EndedAt == 0; tries++ {
			if tries > 1000 {
				rt.Fatal("no end")
			}
			died := false
			die = func() { died = true }
			_, err := w.runner(time.Hour).Work(dying{context.Background(), &died})
			if err != nil && !died {
				rt.Fatal(err)
			}
			if got := w.get(op.ID); string(got.Cursor) != w.name() {
				rt.Fatalf("cursor %q, effect %q", got.Cursor, w.name())
			}
			w.clock.Advance(2 * time.Minute)
		}
		if len(w.name()) != steps {
			rt.Fatalf("%q after %d steps", w.name(), steps)
		}
	})
}

func TestCreateReturnsWhatHasNotBegun(t *testing.T) {
	w := newWorld(t)
	first := w.create("x")
	if again := w.create("x"); again.ID != first.ID {
		t.Error("the same was asked for twice")
	}
	other, err := w.desk.Create(t.Context(), operation.Request{Community: ours, Kind: "x", Span: message.Span{From: 1, To: 2}})
	if err != nil || other.ID == first.ID {
		t.Errorf("another span: %v, %v", other.ID, err)
	}
	w.handlers["x"] = func(context.Context, *operation.Step) (operation.Verdict, error) { return operation.WaitFor("z"), nil }
	w.work()
	if again := w.create("x"); again.ID == first.ID {
		t.Error("one that has begun does not do what is asked for now")
	}
}

// What is asked for while the first step runs is not done by that step.
func TestCreateDuringTheFirstStep(t *testing.T) {
	w := newWorld(t)
	var during store.Operation
	w.handlers["x"] = func(context.Context, *operation.Step) (operation.Verdict, error) {
		if during.ID == "" {
			during = w.create("x")
		}
		return operation.Done(), nil
	}
	first := w.create("x")
	w.work()
	if during.ID == first.ID || w.get(during.ID).State != store.OperationPending {
		t.Errorf("asked for %s during %s", during.ID, first.ID)
	}
}

func TestOldOnesAreForgotten(t *testing.T) {
	w := newWorld(t)
	w.handlers["x"] = func(context.Context, *operation.Step) (operation.Verdict, error) { return operation.Done(), nil }
	old := w.create("x")
	w.work()
	w.clock.Advance(operation.Keep + time.Millisecond)
	w.create("y")
	if _, err := w.desk.Get(t.Context(), old.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	ops, err := w.desk.List(t.Context(), false)
	if err != nil || len(ops) != 1 || ops[0].Kind != "y" {
		t.Errorf("list %v, %v", ops, err)
	}
	if ops, err = w.desk.List(t.Context(), true, theirs); err != nil || len(ops) != 0 {
		t.Errorf("list %v, %v", ops, err)
	}
}

func TestWaitShowsEachChange(t *testing.T) {
	w := newWorld(t)
	w.handlers["count"] = w.countTo(3)
	op := w.create("count")
	shown := make(chan store.Operation, 8)
	done := make(chan error, 1)
	go func() {
		_, err := w.desk.Wait(context.Background(), op.ID, func(o store.Operation) { shown <- o })
		done <- err
	}()
	if o := <-shown; o.State != store.OperationPending {
		t.Errorf("shown at first: %+v", o)
	}
	w.work()
	var last store.Operation
	for !last.Ended() {
		select {
		case last = <-shown:
		case <-time.After(time.Minute):
			t.Fatal("the end is not shown")
		}
	}
	if err := <-done; err != nil || last.Done != 3 {
		t.Errorf("ended as %+v, %v", last, err)
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	op := w.create("x")
	ctx, cancel := context.WithCancel(t.Context())
	last, err := w.desk.Wait(ctx, op.ID, func(store.Operation) { cancel() })
	if !errors.Is(err, context.Canceled) || last.ID != op.ID {
		t.Errorf("got %+v, %v", last, err)
	}
	if _, err := w.desk.Wait(t.Context(), "00000000000000000000000000000000", nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
}

func TestNoIDWithoutRandomness(t *testing.T) {
	w := newWorld(t)
	desk := operation.NewDesk(operation.Options{DB: w.db, Clock: w.clock, Rand: strings.NewReader("short")})
	if _, err := desk.Create(t.Context(), operation.Request{Community: ours, Kind: "x"}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
	if _, err := w.desk.Create(t.Context(), operation.Request{Community: message.CommunityID{9}, Kind: "x"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown community: %v", err)
	}
}

func TestParseID(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef"
	if got, err := operation.ParseID(id); err != nil || string(got) != id {
		t.Errorf("got %q, %v", got, err)
	}
	for _, bad := range []string{"", id[1:], id + "0", strings.ToUpper(id), strings.Replace(id, "0", "g", 1)} {
		if _, err := operation.ParseID(bad); !errors.Is(err, operation.ErrID) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestDatabaseFailureIsNotTheOperations(t *testing.T) {
	w := newWorld(t)
	w.create("x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.runner(time.Minute).Work(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := w.create("x"); got.Attempts != 0 {
		t.Errorf("counted as a failure: %+v", got)
	}
}
