package sqlite

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
)

// These tests start this test binary again as other processes: with
// roleVariable set, TestHelperProcess plays the role it names.
const (
	roleVariable = "SQLITE_TEST_ROLE"
	pathVariable = "SQLITE_TEST_PATH"
	nameVariable = "SQLITE_TEST_NAME"
)

const perProcess = 30 // transactions of each counting process

func start(t *testing.T, role, path string, name int) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestHelperProcess$")
	cmd.Env = append(os.Environ(), roleVariable+"="+role, pathVariable+"="+path, fmt.Sprintf("%s=%d", nameVariable, name))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

func TestHelperProcess(t *testing.T) {
	path := os.Getenv(pathVariable)
	switch os.Getenv(roleVariable) {
	case "":
		t.Skip("plays its role in other tests")
	case "count":
		countRole(t, path)
	case "dangle":
		dangleRole(t, path)
	}
}

// countRole adds messages whose timestamps are the count so far.
func countRole(t *testing.T, path string) {
	db := open(t, path)
	defer closeDB(t, db)
	c := message.CommunityID{2}
	for range perProcess {
		err := db.Update(context.Background(), func(tx store.Tx) error {
			if err := tx.PutCommunity(store.Community{ID: c}); err != nil {
				return err
			}
			n, err := tx.CountMessages(c, message.Forever(), store.All)
			if err != nil {
				return err
			}
			_, err = tx.AddMessages(c, numbered(int(n), int(n)+1))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// dangleRole commits one transaction and never ends the next.
func dangleRole(t *testing.T, path string) {
	db := open(t, path)
	c := message.CommunityID{2}
	err := db.Update(context.Background(), func(tx store.Tx) error {
		if err := tx.PutCommunity(store.Community{ID: c}); err != nil {
			return err
		}
		_, err := tx.AddMessages(c, numbered(0, 1000))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = db.Update(context.Background(), func(tx store.Tx) error {
		// More than the page cache holds, so that part of it is in the log.
		if _, err := tx.AddMessages(c, sized(1000, 3000, writerCacheKiB<<10/1000)); err != nil {
			return err
		}
		_, _ = os.Stdout.WriteString("dangling\n")
		select {}
	})
}

// numbered yields messages of 400 bytes with the timestamps [from, to).
func numbered(from, to int) iter.Seq2[message.Message, error] { return sized(from, to, 400) }

func sized(from, to, size int) iter.Seq2[message.Message, error] {
	return func(yield func(message.Message, error) bool) {
		for n := from; n < to; n++ {
			payload := binary.BigEndian.AppendUint64(make([]byte, size-8, size), uint64(n))
			if !yield(message.Message{Timestamp: uint64(n), Payload: payload}, nil) {
				return
			}
		}
	}
}

// TestProcessesTakeTurns opens one new file from several processes at once,
// which also race for the migrations.
func TestProcessesTakeTurns(t *testing.T) {
	const processes = 4
	path := filepath.Join(t.TempDir(), "file.db")
	var wg sync.WaitGroup
	for i := range processes {
		cmd, out := start(t, "count", path, i)
		wg.Go(func() {
			for out.Scan() {
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("process %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	db := open(t, path)
	defer closeDB(t, db)
	next := uint64(0)
	err := db.View(context.Background(), func(tx store.Tx) error {
		return tx.ScanMessages(message.CommunityID{2}, message.Forever(), store.All, func(m *message.Message) error {
			if m.Timestamp != next {
				return fmt.Errorf("timestamp %d where %d belongs", m.Timestamp, next)
			}
			next++
			return nil
		})
	})
	if err != nil || next != processes*perProcess {
		t.Errorf("%d messages, want %d: %v", next, processes*perProcess, err)
	}
}

// TestKilledProcess kills a process in the middle of a transaction: what it
// had committed stays, the rest is gone, and nobody is kept waiting.
func TestKilledProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.db")
	cmd, out := start(t, "dangle", path, 0)
	if !out.Scan() || out.Text() != "dangling" {
		t.Fatalf("the process said %q: %v", out.Text(), out.Err())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) {
		t.Fatalf("wait: %v", err)
	}
	db := open(t, path)
	defer closeDB(t, db)
	err := db.Update(context.Background(), func(tx store.Tx) error {
		n, err := tx.CountMessages(message.CommunityID{2}, message.Forever(), store.All)
		if n != 1000 {
			t.Errorf("%d messages, want the 1000 committed", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var verdict string
	if err := db.writer.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity check: %q, %v", verdict, err)
	}
}
