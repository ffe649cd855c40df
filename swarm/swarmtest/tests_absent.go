package swarmtest

import (
	"errors"
	"testing"

	"seeder/message"
	"seeder/swarm"
)

// testSeedWithoutAbsent seeds the next generation without an archive that was
// evicted: its torrent is what it would be with it.
func testSeedWithoutAbsent(t *testing.T, b *bench) {
	t.Helper()
	owner, whole, member, third := b.node(), b.node(), b.node(), b.node()
	archives := NewArchives(1, 3*pl, 5*pl+1, 2*pl)
	_, old := b.seed(owner, archives[:2]...)
	b.fetch(member, b.ref(old, owner), archives[:2]...)
	if err := owner.Evict(b.ctx, b.c, archives[1].ID); err != nil {
		t.Fatalf("evict: %v", err)
	}
	Put(t, owner.files, b.c, archives[2])
	next := Generation(b.c, archives...)
	if _, err := owner.Seed(b.ctx, next); !errors.Is(err, swarm.ErrMissing) {
		t.Errorf("seed an archive that is gone and may not be: %v", err)
	}
	next.Absent = []message.ArchiveID{archives[1].ID, {9}}
	if _, err := owner.Seed(b.ctx, next); !errors.Is(err, swarm.ErrMissing) {
		t.Errorf("seed without an archive that nobody ever had: %v", err)
	}
	next.Absent = next.Absent[:1]
	tor, err := owner.Seed(b.ctx, next)
	if err != nil {
		t.Fatalf("seed: %v", err)
	}
	if _, want := b.seed(whole, archives...); tor.InfoHash != want.InfoHash {
		t.Errorf("torrent %x, with every archive %x", tor.InfoHash, want.InfoHash)
	}
	if again, err := owner.Seed(b.ctx, next); err != nil || again.InfoHash != tor.InfoHash {
		t.Errorf("seeded again as %x: %v", again.InfoHash, err)
	}
	if err := member.Fetch(b.ctx, b.ref(tor, owner), &Receiver{}); err != nil {
		t.Fatalf("fetch what is new: %v", err)
	}
	b.fetch(third, b.ref(tor, owner, member), archives...)
}
