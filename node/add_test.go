package node_test

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"seeder/config"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/node"
	"seeder/signer"
	"seeder/store/sqlite"
	"seeder/swarm"
)

// empty is a node that has nothing yet.
func empty(tb testing.TB, live node.Live) (*node.Node, *signer.Keystore) {
	tb.Helper()
	dir := tb.TempDir()
	db, err := sqlite.Open(tb.Context(), filepath.Join(dir, "db"), sqlite.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	keys := signer.OpenKeystore(filepath.Join(dir, "keys"))
	return node.New(node.Options{
		Loaded: func() config.Loaded { return config.Loaded{} }, DB: db, Files: swarm.NewFiles(dir), Keys: keys, Live: live,
		Clock: clock.NewFixed(time.Unix(1_700_000_000, 0)), Rand: rand.Reader, Process: func() (node.Process, error) { return node.Process{}, nil },
	}), keys
}

// A process that died between key and community leaves a key that the next try takes,
// once; a key that was there for itself, or of a community that was left, is never taken.
func TestCreateAfterAnInterruption(t *testing.T) {
	n, keys := empty(t, nil)
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

// A name leads to one community, however it came here, and what is refused leaves no key.
func TestTwoCommunitiesOfOneName(t *testing.T) {
	n, keys := empty(t, nil)
	ctx := t.Context()
	garden, pond := message.CommunityID{0: 2, 32: 1}, message.CommunityID{0: 2, 32: 2}
	if _, err := n.Join(ctx, garden, "Garden"); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Join(ctx, pond, "Garden"); codeOf(err) != node.Conflict || hintOf(err) == "" {
		t.Errorf("joining another of that name: %v", err)
	}
	if _, err := n.Create(ctx, "Garden"); codeOf(err) != node.Conflict {
		t.Errorf("creating one of that name: %v", err)
	}
	if list, err := keys.List(); err != nil || len(list) != 0 {
		t.Errorf("keys of nothing: %v (%v)", list, err)
	}
	for _, name := range []string{"Garden", ""} { // again, and without a name
		if again, err := n.Join(ctx, garden, name); err != nil || again.Name != "Garden" {
			t.Errorf("joining again as %q: %+v (%v)", name, again, err)
		}
	}
	if all, err := n.Communities(ctx); err != nil || len(all) != 1 {
		t.Errorf("%v (%v)", all, err)
	}
}

// deaf is a daemon that cannot be told anything.
type deaf struct{ node.Live }

func (deaf) Refresh(context.Context) error { return errors.New("not now") }

// What was stored is there, though the daemon has to find it by itself.
func TestWhatIsStoredIsNoFailure(t *testing.T) {
	n, _ := empty(t, deaf{})
	made, err := n.Create(t.Context(), "Harbour")
	if err != nil || made.Name != "Harbour" {
		t.Errorf("%+v (%v)", made, err)
	}
}
