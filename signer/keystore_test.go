package signer_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seeder/message"
	"seeder/signer"
)

func TestKeystore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	store := signer.OpenKeystore(dir)
	if list, err := store.List(); err != nil || list != nil {
		t.Fatalf("before the first key: %v, %v", list, err)
	}
	keys := []*signer.Key{key(t, one), key(t, strings.Repeat("02", 32)), key(t, strings.Repeat("03", 32))}
	for _, k := range keys {
		if err := store.Add(k, "first name"); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Add(keys[0], `a "quoted" name`); err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		got, err := store.Load(k.Community())
		if err != nil {
			t.Fatal(err)
		}
		if got.Hex() != k.Hex() || got.Community() != k.Community() {
			t.Errorf("%s reads back as %s", k.Hex(), got.Hex())
		}
	}
	list, err := store.List()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || !slices.IsSortedFunc(list, func(a, b signer.Stored) int {
		return strings.Compare(a.Community.String(), b.Community.String())
	}) {
		t.Errorf("list %v", list)
	}
	for _, s := range list {
		want := "first name"
		if s.Community == keys[0].Community() {
			want = `a "quoted" name`
		}
		if s.Name != want {
			t.Errorf("%s is named %q", s.Community, s.Name)
		}
	}
}

func TestKeystoreIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := key(t, one)
	if err := signer.OpenKeystore(dir).Add(k, "name"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, k.Community().String()+".json")
	for file, want := range map[string]os.FileMode{dir: 0o700, path: 0o600} {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", file, info.Mode().Perm(), want)
		}
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := signer.OpenKeystore(dir).Load(k.Community()); !errors.Is(err, signer.ErrExposed) {
		t.Errorf("a file that the group can read: %v", err)
	}
}

func TestKeystoreRefuses(t *testing.T) {
	k, other := key(t, one), key(t, strings.Repeat("02", 32))
	c := k.Community().String()
	good := `{"version":1,"community":"` + c + `","name":"x","key":"` + one + `"}`
	tests := []struct {
		name, content string
		want          error
	}{
		{"good", good, nil},
		{"empty", "", signer.ErrKeyFile},
		{"not JSON", "key=" + one, signer.ErrKeyFile},
		{"later version", strings.Replace(good, `"version":1`, `"version":2`, 1), signer.ErrKeyFile},
		{"no key", strings.Replace(good, one, "", 1), signer.ErrKeyFile},
		{"key of another", strings.Replace(good, one, other.Hex(), 1), signer.ErrKeyFile},
		{"says another community", strings.Replace(good, c, other.Community().String(), 1), signer.ErrKeyFile},
		{"huge", good + strings.Repeat(" ", 1<<17), signer.ErrKeyFile},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, c+".json"), []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			store := signer.OpenKeystore(dir)
			_, err := store.Load(k.Community())
			if !errors.Is(err, tt.want) {
				t.Errorf("load: %v, want %v", err, tt.want)
			}
			if err != nil && (strings.Contains(err.Error(), one) || !strings.Contains(err.Error(), c)) {
				t.Errorf("the error gives the key away or does not name the file: %v", err)
			}
			if _, err := store.List(); !errors.Is(err, tt.want) {
				t.Errorf("list: %v, want %v", err, tt.want)
			}
			if _, err := store.Load(other.Community()); !errors.Is(err, signer.ErrNoKey) {
				t.Errorf("load of what is not there: %v", err)
			}
		})
	}
}

func TestKeystoreIgnoresOtherFiles(t *testing.T) {
	dir := t.TempDir()
	store := signer.OpenKeystore(dir)
	k := key(t, one)
	if err := store.Add(k, ""); err != nil {
		t.Fatal(err)
	}
	write := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("123.tmp") // left by a process that died
	write("README")
	if list, err := store.List(); err != nil || len(list) != 1 || list[0].Community != k.Community() {
		t.Errorf("list %v, %v", list, err)
	}
	write("notes.json")
	if _, err := store.List(); !errors.Is(err, signer.ErrKeyFile) || !strings.Contains(err.Error(), "notes.json") {
		t.Errorf("a JSON file that is no key: %v", err)
	}
}

func TestKeystoreOfZeroCommunity(t *testing.T) {
	if _, err := signer.OpenKeystore(t.TempDir()).Load(message.CommunityID{}); !errors.Is(err, signer.ErrNoKey) {
		t.Error(err)
	}
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := signer.OpenKeystore(blocked).Add(key(t, one), ""); err == nil {
		t.Error("a file took a key")
	}
}

// TestKeystoreLeavesOutWhatItMayNotRead has a key file of another user.
func TestKeystoreLeavesOutWhatItMayNotRead(t *testing.T) {
	if os.Geteuid() <= 0 {
		t.Skip("this user may read everything")
	}
	dir := t.TempDir()
	k, err := signer.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys := signer.OpenKeystore(dir)
	if err := keys.Add(k, ""); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, k.Community().String()+".json"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.List(); !errors.Is(err, signer.ErrUnreadable) {
		t.Errorf("got %v, want %v", err, signer.ErrUnreadable)
	}
}

// A mark is of one key, says when it was last set, and is no key.
func TestKeystoreKnowsWhichKeysHaveACopy(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	store := signer.OpenKeystore(dir)
	k, other := key(t, one), key(t, strings.Repeat("02", 32))
	if err := store.Add(k, "name"); err != nil {
		t.Fatal(err)
	}
	if at := store.BackedUp(k.Community()); !at.IsZero() {
		t.Errorf("before: %v", at)
	}
	first := time.UnixMilli(1_700_000_000_123)
	for _, at := range []time.Time{first, first.Add(time.Hour)} {
		if err := store.MarkBackedUp(k.Community(), at); err != nil {
			t.Fatal(err)
		}
		if got := signer.OpenKeystore(dir).BackedUp(k.Community()); !got.Equal(at) {
			t.Errorf("marked at %v, reads %v", at, got)
		}
	}
	if at := store.BackedUp(other.Community()); !at.IsZero() {
		t.Errorf("another key: %v", at)
	}
	if list, err := store.List(); err != nil || len(list) != 1 {
		t.Errorf("list %v, %v", list, err)
	}
	lent := signer.OpenKeystore(filepath.Join(dir, "none"))
	if err := lent.MarkBackedUp(other.Community(), first); err != nil || !lent.BackedUp(other.Community()).Equal(first) {
		t.Errorf("a key that is not of this folder: %v (%v)", lent.BackedUp(other.Community()), err)
	}
}
