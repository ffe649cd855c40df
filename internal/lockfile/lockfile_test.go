package lockfile_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"seeder/internal/lockfile"
)

// heldFile names the file that a child of this test locks and holds.
const heldFile = "SEEDER_TEST_LOCK"

func TestMain(m *testing.M) {
	path := os.Getenv(heldFile)
	if path == "" {
		os.Exit(m.Run())
	}
	if _, err := lockfile.Acquire(path); err != nil {
		os.Exit(1)
	}
	os.Stdout.WriteString("held\n")
	select {} // until it is killed
}

func TestOneHolderAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := lockfile.Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lockfile.Acquire(path); !errors.Is(err, lockfile.ErrHeld) {
		t.Fatalf("second lock: %v, want ErrHeld", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := lockfile.Acquire(path)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}

func TestLockEndsWithItsProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), heldFile+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("child says %q (%v)", line, err)
	}
	if _, err := lockfile.Acquire(path); !errors.Is(err, lockfile.ErrHeld) {
		t.Errorf("while another process holds it: %v, want ErrHeld", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	l, err := lockfile.Acquire(path)
	if err != nil {
		t.Fatalf("after the holder was killed: %v", err)
	}
	if err := l.Release(); err != nil {
		t.Error(err)
	}
}

func TestMissingFolder(t *testing.T) {
	_, err := lockfile.Acquire(filepath.Join(t.TempDir(), "none", "lock"))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want ErrNotExist", err)
	}
}
