//go:build unix

package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/google/go-cmp/cmp"
)

// refusedInTime loads a file that must be refused, not waited for.
func refusedInTime(t *testing.T, path string) *Error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := Load(path, nil)
		done <- err
	}()
	select {
	case err := <-done:
		var fault *Error
		if !errors.Is(err, ErrFile) || !errors.As(err, &fault) {
			t.Fatalf("%s: %v, want ErrFile", path, err)
		}
		return fault
	case <-time.After(time.Minute):
		t.Fatalf("%s is waited for", path)
		return nil
	}
}

func TestOnlySmallRegularFilesAreRead(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, pipe, "/dev/zero"} {
		fault := refusedInTime(t, path)
		if !strings.Contains(fault.Error(), "not a regular file") || !strings.Contains(fault.Hint(), "name a file") {
			t.Errorf("%s: %q, hint %q", path, fault, fault.Hint())
		}
	}
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, []byte("# "+strings.Repeat("x", MaxFileBytes)), 0o600); err != nil {
		t.Fatal(err)
	}
	if fault := refusedInTime(t, large); !strings.Contains(fault.Error(), "larger than 1048576 bytes") {
		t.Errorf("large file: %q", fault)
	}
	if err := os.Truncate(large, MaxFileBytes); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(large, nil); err != nil {
		t.Errorf("file of the largest size: %v", err)
	}
	if _, err := Load(os.DevNull, nil); err != nil {
		t.Errorf("the null device is no empty file: %v", err)
	}
}

func TestLoadFileIgnoresTheRest(t *testing.T) {
	clean(t)
	path := write(t, "waku: {cluster: 77}\n")
	for name, value := range map[string]string{
		"SEEDER_CONFIG": "/nowhere", "SEEDER_DATA_DIR": "/other", "SEEDER_DATABASE_URL": "sqlite:/other.db",
		"SEEDER_WAKU_LISTEN": "bad", "SEEDER_SWARM_PEERS": "a:1", "SEEDER_WAKU_LISTN": "misspelt",
	} {
		t.Setenv(name, value)
	}
	got, err := LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Waku.Cluster = 77
	if diff := cmp.Diff(want, got.Config); diff != "" {
		t.Errorf("something else than the file counts (-want +got):\n%s", diff)
	}
	if _, err := LoadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, ErrFile) {
		t.Errorf("missing file: %v", err)
	}
}

func TestHintsAtUnknownKeysAreNear(t *testing.T) {
	clean(t)
	for text, want := range map[string]string{
		"nokey: 1": "`seeder config print` shows every setting", "data_dri: /x": "did you mean data_dir?",
		"log: {levl: info}": "did you mean log.level?",
	} {
		_, err := Load(write(t, text), nil)
		var fault *Error
		if !errors.As(err, &fault) || fault.Hint() != want {
			t.Errorf("%s: %v, want the hint %q", text, err, want)
		}
	}
}
