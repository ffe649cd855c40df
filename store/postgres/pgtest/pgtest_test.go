package pgtest

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"seeder/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

func count(t *testing.T, address string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM thing").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestClusterStopsCrashesAndLeavesNothing(t *testing.T) {
	c, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := Exec(t.Context(), c.URL(), "CREATE TABLE thing AS SELECT 1"); err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func() error{"stop": c.Stop, "crash": c.Crash} {
		if err := end(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := Exec(t.Context(), c.URL(), "SELECT 1"); err == nil {
			t.Errorf("%s: the server still answers", name)
		}
		if err := c.Run(t.Context()); err != nil {
			t.Fatalf("after %s: %v", name, err)
		}
		if n := count(t, c.URL()); n != 1 {
			t.Errorf("after %s: %d rows", name, n)
		}
	}
	process := c.cmd.Process
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is left: %v", err)
	}
	if err := process.Signal(os.Interrupt); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("the server is left: %v", err)
	}
}

func TestDatabasesAreApartAndGoneInTheEnd(t *testing.T) {
	defer func() {
		if err := Shutdown(); err != nil {
			t.Error(err)
		}
	}()
	var first string
	t.Run("test", func(t *testing.T) {
		first = URL(t)
		for _, address := range []string{first, URL(t)} {
			if err := Exec(t.Context(), address, "CREATE TABLE thing AS SELECT 1"); err != nil {
				t.Fatal(err)
			}
			if n := count(t, address); n != 1 {
				t.Errorf("%d rows", n)
			}
		}
	})
	if err := Exec(context.Background(), first, "SELECT * FROM thing"); err == nil {
		t.Error("the table is left after the test")
	}
}

// TestThreadsEndWhileStarting has threads end while a server is made: the system ends
// a program with the thread that started it.
func TestThreadsEndWhileStarting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var threads sync.WaitGroup
	for range 4 {
		threads.Go(func() {
			for ctx.Err() == nil {
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					runtime.LockOSThread() // and never unlocked: the thread ends
				}()
				<-ended
				runtime.Gosched()
			}
		})
	}
	c, err := Start(t.Context())
	cancel()
	threads.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestBrokenStartLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx); err == nil {
		t.Error("started though the context had ended")
	}
}
