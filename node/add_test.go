package node_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"seeder/config"
	"seeder/internal/clock"
	"seeder/node"
	"seeder/signer"
	"seeder/store/sqlite"
	"seeder/swarm"
)

// A process that died between key and community leaves a key that the next try takes,
// once; a key that was there for itself, or of a community that was left, is never taken.
func TestCreateAfterAnInterruption(t *testing.T) {
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	keys := signer.OpenKeystore(filepath.Join(dir, "keys"))
	n := node.New(node.Options{
		Loaded: func() config.Loaded { return config.Loaded{} }, DB: db, Files: swarm.NewFiles(dir), Keys: keys,
		Clock: clock.NewFixed(time.Unix(1_700_000_000, 0)), Rand: rand.Reader, Process: func() (node.Process, error) { return node.Process{}, nil },
	})
	key, err := signer.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.AddNew(key, "Harbour"); err != nil {
		t.Fatal(err)
	}
	made, err := n.Create(t.Context(), "Harbour")
	if err != nil || made.ID != key.Community() || keys.IsNew(made.ID) {
		t.Fatalf("the key that was left: %+v (%v), want %s", made, err, key.Community())
	}
	if _, err := n.Create(t.Context(), "Harbour"); codeOf(err) != node.Conflict {
		t.Errorf("again: %v", err)
	}
	// As if it had died after the community was stored.
	if err := keys.AddNew(key, "Harbour"); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Create(t.Context(), "Harbour"); codeOf(err) != node.Conflict {
		t.Errorf("a key in use was taken: %v", err)
	}
	if _, err := n.Leave(t.Context(), made.ID, node.LeaveOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Create(t.Context(), "Harbour"); codeOf(err) != node.Conflict {
		t.Errorf("the key of a community that was left was taken: %v", err)
	}
	if _, err := n.NewKey("Garden"); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Create(t.Context(), "Garden"); codeOf(err) != node.Conflict {
		t.Errorf("a key that was made for itself was taken: %v", err)
	}
	if list, err := keys.List(); err != nil || len(list) != 2 {
		t.Errorf("%v (%v)", list, err)
	}
}
