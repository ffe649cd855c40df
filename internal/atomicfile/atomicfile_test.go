package atomicfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seeder/internal/atomicfile"
)

func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestWriteReplacesAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	for _, content := range []string{"a long first content", "short", ""} {
		if err := atomicfile.Write(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != content {
			t.Errorf("file holds %q (%v), want %q", got, err, content)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v), want 0600", info.Mode(), err)
	}
	if n := names(t, dir); len(n) != 1 {
		t.Errorf("folder holds %q, want the file alone", n)
	}
}

func TestNothingIsSeenBeforeCommit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := atomicfile.Create(dir, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("half of the n"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("before the commit the file holds %q (%v)", got, err)
	}
	if !strings.HasSuffix(f.Name(), atomicfile.TempSuffix) {
		t.Errorf("temporary file %s has no %s", f.Name(), atomicfile.TempSuffix)
	}
	f.Abort()
	f.Abort() // harmless
	if n := names(t, dir); len(n) != 1 {
		t.Errorf("after the abort the folder holds %q", n)
	}
}

func TestFailedCommitLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	occupied := filepath.Join(dir, "occupied")
	if err := os.MkdirAll(filepath.Join(occupied, "child"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(occupied, []byte("x"), 0o600); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if n := names(t, dir); len(n) != 1 {
		t.Errorf("after a failed commit the folder holds %q", n)
	}
	if err := atomicfile.Write(filepath.Join(dir, "none", "file"), nil, 0o600); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v, want ErrNotExist", err)
	}
}

func TestAbortAfterCommitKeepsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	f, err := atomicfile.Create(filepath.Dir(path), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	if err := f.Commit(path); err != nil {
		t.Fatal(err)
	}
	f.Abort()
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
