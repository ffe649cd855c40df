package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// underPermissions runs fn without what lets root read every file.
func underPermissions(t *testing.T, fn func()) {
	t.Helper()
	runtime.LockOSThread() // capabilities are those of a thread
	defer runtime.UnlockOSThread()
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var before [2]unix.CapUserData
	if err := unix.Capget(&header, &before[0]); err != nil {
		t.Fatal(err)
	}
	less := before
	less[0].Effective &^= 1<<unix.CAP_DAC_OVERRIDE | 1<<unix.CAP_DAC_READ_SEARCH
	if err := unix.Capset(&header, &less[0]); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.Capset(&header, &before[0]); err != nil {
			t.Error(err)
		}
	}()
	fn()
}

// TestDatabaseInAFolderThatCannotBeWritten says what has to be done about it.
func TestDatabaseInAFolderThatCannotBeWritten(t *testing.T) {
	isolated(t)
	dir := t.TempDir()
	var out, errs buffer
	if code := <-command(t.Context(), &out, &errs, "community", "create", "--name=Garden", "--data-dir", dir); code != exitDone {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) }) // so that it can be removed
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	var refused buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &refused, clock: fixedClock}
	underPermissions(t, func() {
		if code := a.execute(t.Context(), []string{"community", "list", "--data-dir", dir}); code != exitFailed {
			t.Errorf("exit code %d", code)
		}
	})
	if !strings.Contains(refused.String(), "\nhint: this user has to be able to write the database, ") {
		t.Errorf("%s", &refused)
	}
}

// TestKeysOutOfReach has a folder of keys that this user may not read, as root leaves it
// behind: nobody is told that there are none.
func TestKeysOutOfReach(t *testing.T) {
	isolated(t)
	dir := t.TempDir()
	var out, errs buffer
	if code := <-command(t.Context(), &out, &errs, "key", "new", "--name=Garden", "--data-dir", dir); code != exitDone {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	keys := filepath.Join(dir, "keys")
	t.Cleanup(func() { _ = os.Chmod(keys, 0o700) }) // so that it can be removed
	for _, mode := range []os.FileMode{0, 0o400} {
		if err := os.Chmod(keys, mode); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"key", "list"}, {"key", "list", "--output=json"}, {"key", "show", "Garden"}, {"community", "create", "Garden"}} {
			var out, errs buffer
			a := &app{in: strings.NewReader(""), out: &out, err: &errs, clock: fixedClock}
			underPermissions(t, func() {
				if code := a.execute(t.Context(), append(args, "--data-dir", dir)); code != exitFailed {
					t.Errorf("%v of a folder with mode %#o: exit code %d", args, mode, code)
				}
			})
			if got := errs.String(); out.String() != "" || !strings.Contains(got, "out of reach of this user") || !strings.Contains(got, "\nhint: run this as the user") {
				t.Errorf("%v of a folder with mode %#o: %s%s", args, mode, &out, got)
			}
		}
	}
}
