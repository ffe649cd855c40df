package daemon_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"seeder/message"
	"seeder/node"
	"seeder/operation"
	"seeder/signer"
	"seeder/store"
)

// An owner archives with a key that the service manager lends it, and keeps no copy.
func TestOwnerWithALentKey(t *testing.T) {
	key := newKey(t, "6e")
	lent := t.TempDir()
	if err := os.WriteFile(filepath.Join(lent, signer.LentKey), []byte(key.Hex()+"\n"), 0o400); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", lent)
	opts := options(t)
	d := start(t, opts)
	defer run(t, d)()
	c := key.Community()
	if _, err := d.Node().Own(t.Context(), newKey(t, "7e").Community(), ""); node.CodeOf(err) != node.NotFound {
		t.Errorf("own without the key: %v", err)
	}
	if _, err := d.Node().Own(t.Context(), c, "Garden"); err != nil {
		t.Fatal(err)
	}
	update(t, opts.Config, func(tx store.Tx) error {
		_, err := tx.AddMessages(c, func(yield func(message.Message, error) bool) {
			yield(message.Message{Timestamp: 1_704_067_200, Topic: "abcd", Payload: []byte("hello")}, nil)
		})
		return err
	})
	if _, err := d.Node().Begin(t.Context(), operation.Request{Community: c, Kind: operation.Archive}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is archived", func() bool { return stored(t, opts.Config, c) == 1 })
	if _, err := os.Lstat(opts.Config.KeysDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a copy of the key was made: %v", err)
	}
}
