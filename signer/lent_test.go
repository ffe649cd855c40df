package signer_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seeder/signer"
)

// lend writes files of a directory as a service manager lends them.
func lend(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLentKeys(t *testing.T) {
	var keys []*signer.Key
	for n := range 5 {
		keys = append(keys, key(t, fmt.Sprintf("%064x", n+1)))
	}
	json := fmt.Sprintf(`{"version":1,"community":%q,"name":"Harbour","key":%q}`, keys[2].Community(), keys[2].Hex())
	stored := signer.OpenKeystore(filepath.Join(t.TempDir(), "keys"))
	if err := stored.Add(keys[3], "stored"); err != nil {
		t.Fatal(err)
	}
	store := stored.WithLent(lend(t, map[string]string{
		signer.LentKey:                         keys[0].Hex() + "\n",
		keys[1].Community().String():           keys[1].Hex(),
		"keys_harbour.json":                    json,
		"keys_" + keys[3].Community().String(): keys[3].Hex(),
		"database":                             "a password",
	}))
	list, err := store.List()
	if err != nil || len(list) != 4 {
		t.Errorf("%d keys, %v", len(list), err)
	}
	names := make(map[string]string)
	for i, s := range list {
		names[s.Community.String()] = s.Name
		if i > 0 && s.Community.String() < list[i-1].Community.String() {
			t.Error("the list is not in order")
		}
	}
	for i, want := range []string{"", "", "Harbour", "stored"} {
		c := keys[i].Community()
		got, err := store.Load(c)
		if err != nil || got.Hex() != keys[i].Hex() || names[c.String()] != want {
			t.Errorf("key %d, named %q: %v", i, names[c.String()], err)
		}
	}
	if _, err := store.Load(keys[4].Community()); !errors.Is(err, signer.ErrNoKey) {
		t.Errorf("a key that nobody has: %v", err)
	}
	if _, err := stored.WithLent("").Load(keys[0].Community()); !errors.Is(err, signer.ErrNoKey) {
		t.Errorf("without a directory: %v", err)
	}
	if _, err := stored.WithLent(filepath.Join(t.TempDir(), "none")).List(); err != nil {
		t.Errorf("without the directory: %v", err)
	}
}

func TestLentKeysAreRefused(t *testing.T) {
	good, other := key(t, one), key(t, strings.Repeat("02", 32))
	for name, text := range map[string]string{
		signer.LentKey:            "no key",
		good.Community().String(): other.Hex(),
		"keys_x":                  `{"version":1,"key":"` + good.Hex() + `"}`,
	} {
		store := signer.OpenKeystore(t.TempDir()).WithLent(lend(t, map[string]string{name: text}))
		list, err := store.List()
		if !errors.Is(err, signer.ErrKeyFile) || len(list) != 0 || strings.Contains(err.Error(), good.Hex()) {
			t.Errorf("%s: %v, %v", name, list, err)
		}
		if _, err := store.Load(good.Community()); !errors.Is(err, signer.ErrNoKey) || !errors.Is(err, signer.ErrKeyFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := lend(t, map[string]string{signer.LentKey: good.Hex()})
	path := filepath.Join(dir, signer.LentKey)
	for mode, want := range map[os.FileMode]error{0o440: nil, 0o404: signer.ErrExposed, 0o460: signer.ErrExposed} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := signer.OpenKeystore(t.TempDir()).WithLent(dir).Load(good.Community()); !errors.Is(err, want) {
			t.Errorf("mode %#o: %v", mode, err)
		}
	}
}
