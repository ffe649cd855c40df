package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seeder/config"
	"seeder/daemon"
	"seeder/internal/clock"
	"seeder/internal/lockfile"
	"seeder/message"
	"seeder/store"
)

func TestFoldersOfDeadDemonstrationsAreRemoved(t *testing.T) {
	tmp := isolated(t)
	var errs bytes.Buffer
	a := &app{err: &errs, clock: clock.System{}}
	folder := func(name string, files ...string) string {
		path := filepath.Join(tmp, name)
		for _, f := range files {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(path, f)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(path, f), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	hold := func(path string) {
		lock, err := lockfile.Acquire(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = lock.Release() })
	}
	dead := folder("seeder-demo-dead", demoLock, "owner/data/lock", "owner/data/seeder.db")
	kept := folder("seeder-demo-kept", "owner/config.yaml")
	other := folder("other", demoLock)
	nodeRuns := folder("seeder-demo-node", demoLock, "member-1/data/lock")
	hold(filepath.Join(nodeRuns, "member-1", "data", "lock"))
	link := filepath.Join(tmp, "seeder-demo-link")
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	runs, err := a.openDemoFolder(false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dead); !errors.Is(err, os.ErrNotExist) || !strings.Contains(errs.String(), dead) {
		t.Errorf("the dead one is left: %v, told %q", err, &errs)
	}
	second, err := a.openDemoFolder(true)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{kept, other, nodeRuns, link, runs.path, second.path, filepath.Join(other, demoLock)} {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s is gone: %v", path, err)
		}
	}
	if err := errors.Join(runs.remove(), second.remove()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(runs.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder stays: %v", err)
	}
	if _, err := os.Stat(second.path); err != nil {
		t.Errorf("the folder to be kept is gone: %v", err)
	}
}

func TestDemoIgnoresTheEnvironment(t *testing.T) {
	isolated(t)
	mine := filepath.Join(t.TempDir(), "mine")
	for name, value := range map[string]string{
		"SEEDER_DATA_DIR": mine, "SEEDER_DATABASE_URL": "sqlite:" + mine + ".db", "SEEDER_WAKU_LISTEN": "bad", "SEEDER_CONFIG": mine + ".yaml",
	} {
		t.Setenv(name, value)
	}
	s := &stage{app: &app{err: &bytes.Buffer{}, clock: clock.System{}}, opts: demoOptions{messages: 100, weeks: 3}, dir: t.TempDir(), begin: time.Now()}
	if err := s.prepareOwner(t.Context()); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(mine + "*")
	if err != nil || len(left) > 0 {
		t.Errorf("made in the user's folder: %v, %v", left, err)
	}
	loaded, err := config.LoadFile(s.configPath("owner"))
	if err != nil {
		t.Fatal(err)
	}
	if list, err := daemon.Keystore(loaded.Config).List(); err != nil || len(list) != 1 {
		t.Errorf("%d keys in the folder of the demonstration: %v", len(list), err)
	}
}

// TestDemoWithoutProgressEnds lets a member wait for an archive that nobody has.
func TestDemoWithoutProgressEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	isolated(t)
	id, err := message.ParseCommunityID("0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{app: &app{err: &bytes.Buffer{}, clock: clock.System{}}, dir: t.TempDir(), begin: time.Now(), community: id}
	defer func() {
		if err := s.stopAll(); err != nil {
			t.Error(err)
		}
	}()
	n, err := s.start(t.Context(), "member 1", store.RoleMember, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.patience = time.Second
	_, err = s.awaitHistory(t.Context(), n, demoResult{Archives: 3, Messages: 9})
	if !errors.Is(err, errNoProgress) || exitCode(err) != exitFailed || hintOf(err) == "" {
		t.Fatalf("%v, want errNoProgress", err)
	}
	if !strings.Contains(err.Error(), "no progress for 1s: member 1 has 0 of 3 archives, 0 messages") {
		t.Errorf("%q does not say what is waited for", err)
	}
}
