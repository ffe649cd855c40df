package member_test

import (
	"slices"
	"testing"
	"time"

	"seeder/message"
	"seeder/store"
)

func (n *node) forks() (forks []store.Fork) {
	n.t.Helper()
	n.view(func(tx store.Tx) (err error) {
		forks, err = tx.Forks(n.key.Community())
		return err
	})
	return forks
}

// current returns the generation that the node follows or made.
func (n *node) current() (g store.Generation) {
	n.t.Helper()
	for _, gen := range n.generations() {
		if gen.RetireAt == 0 {
			g = gen
		}
	}
	return g
}

// other makes messages for a week that history does not make.
func other(week, n int) []message.Message {
	messages := history(n, week)
	for i := range messages {
		messages[i].Payload = append(messages[i].Payload, " as others tell it"...)
	}
	return messages
}

// Two owners with one key hold different messages: members converge to the one
// with the higher clock, and everybody but the winner shows the fork.
func TestForkIsRecordedAndTheHigherClockFollowed(t *testing.T) {
	w := newWorld(t)
	first := ownedHistory(w) // weeks 0, 1 and 3
	early := w.newNode(store.RoleMember)
	early.follow()
	early.eventually("the first member follows the first owner", early.sameAs(first))
	lost := first.current()

	w.clock.Advance(time.Minute)
	second := w.newNode(store.RoleOwner)
	second.add(slices.Concat(history(25, 0, 1), other(3, 25))...)
	second.run(second.owner())
	second.eventually("the second owner has archived", func() bool { return len(second.generations()) == 1 })
	won := second.current()
	early.swarm.AddPeers(w.key.Community(), second.swarm.Addrs()...)

	early.eventually("the first member has the second owner's history", func() bool {
		return early.current().InfoHash == won.InfoHash && early.digest() == second.digest()
	})
	if early.count(store.Imported) != 3 || early.count(store.Evicted) != 1 {
		t.Errorf("archives: %s", describe(early.archives()))
	}
	early.view(func(tx store.Tx) error {
		n, err := tx.CountMessages(w.key.Community(), message.Forever(), store.Late)
		if n != 25 {
			t.Errorf("%d messages of the side that lost are kept, want 25", n)
		}
		return err
	})
	archives := first.archives()
	want := store.Fork{
		Community: w.key.Community(), InfoHash: lost.InfoHash, Clock: lost.Clock,
		WinnerInfoHash: won.InfoHash, WinnerClock: won.Clock, FirstDiffering: archives[2].ID,
		SeenAt: w.clock.Now().UnixMilli(),
	}
	if forks := early.forks(); len(forks) != 1 || forks[0] != want {
		t.Errorf("the member has %+v, want %+v", forks, want)
	}
	want.FirstDiffering = message.ArchiveID{} // the owner does not fetch the other index
	first.eventually("the owner that lost has the fork", func() bool { return len(first.forks()) == 1 })
	if forks := first.forks(); forks[0] != want {
		t.Errorf("the owner that lost has %+v, want %+v", forks, want)
	}

	late := w.newNode(store.RoleMember)
	late.follow()
	late.eventually("a later member has the winner's history", func() bool { return late.digest() == second.digest() })
	if late.current().InfoHash != won.InfoHash || len(late.forks()) != 0 {
		t.Errorf("a later member follows %s and has forks %+v", late.current().InfoHash, late.forks())
	}
	if first.current().InfoHash != lost.InfoHash {
		t.Error("the owner that lost does not seed its own generation any more")
	}
}

// The fork is the same after a restart, and is recorded once.
func TestForkIsRecordedOnce(t *testing.T) {
	w := newWorld(t)
	first := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	m.eventually("the member follows the first owner", m.sameAs(first))
	w.clock.Advance(time.Minute)
	second := w.newNode(store.RoleOwner)
	second.add(other(0, 25)...)
	second.run(second.owner())
	m.swarm.AddPeers(w.key.Community(), second.swarm.Addrs()...)
	m.eventually("the fork is recorded", func() bool { return len(m.forks()) == 1 && m.digest() == second.digest() })
	before := m.forks()
	if before[0].FirstDiffering != first.archives()[0].ID {
		t.Errorf("first archive that differs is %s, want %s", before[0].FirstDiffering, first.archives()[0].ID)
	}
	m.stop()
	w.clock.Advance(time.Hour)
	m = w.openNode(m.dir, store.RoleMember)
	m.follow()
	m.eventually("it goes on", func() bool { return len(m.swarm.Stats(w.key.Community()).Torrents) == 2 })
	if !slices.Equal(m.forks(), before) {
		t.Errorf("after a restart %+v, before %+v", m.forks(), before)
	}
}

// The side that lost announces again and wins: members go back, and end with its
// messages, the archive that was evicted among them.
func TestForkThatTurnsRound(t *testing.T) {
	w := newWorld(t)
	first := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	m.eventually("the member follows the first owner", m.sameAs(first))
	w.clock.Advance(time.Minute)
	second := w.newNode(store.RoleOwner)
	second.add(slices.Concat(history(25, 0, 1), other(3, 25))...)
	second.run(second.owner())
	m.swarm.AddPeers(w.key.Community(), second.swarm.Addrs()...)
	m.eventually("the member follows the second owner", func() bool { return len(m.forks()) == 1 && m.digest() == second.digest() })
	w.clock.Advance(time.Minute)
	first.eventually("the first owner has heard the second", func() bool { return len(first.forks()) == 1 })
	first.add(history(10, 4)...)
	first.archive()
	m.eventually("the member follows the first owner again", func() bool { return len(m.forks()) == 2 && m.digest() == first.digest() })
	if m.digest().Messages != 85 {
		t.Errorf("%d messages, want 85", m.digest().Messages)
	}
}

// Two owners with one key hold the same messages: there is one infohash, and
// nobody sees a fork, not even while one is ahead of the other.
func TestEqualOwnersDoNotFork(t *testing.T) {
	w := newWorld(t)
	first := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	second := w.newNode(store.RoleOwner)
	second.add(history(25, 0, 1, 3)...)
	w.clock.Advance(time.Minute)
	second.run(second.owner())
	second.eventually("the second owner has archived", func() bool { return len(second.generations()) == 1 })
	m.swarm.AddPeers(w.key.Community(), second.swarm.Addrs()...)
	for round, week := range []int{4, 5} {
		if a, b := first.current().InfoHash, second.current().InfoHash; a != b {
			t.Fatalf("round %d: the owners seed %s and %s", round, a, b)
		}
		w.clock.Advance(time.Minute)
		ahead, behind := first, second
		if round == 1 {
			ahead, behind = second, first
		}
		ahead.add(history(10, week)...)
		ahead.archive()
		m.eventually("the member follows who is ahead", func() bool { return m.current().InfoHash == ahead.current().InfoHash })
		w.clock.Advance(time.Minute)
		behind.add(history(10, week)...)
		behind.archive()
		m.eventually("the member has all", func() bool {
			return m.digest() == behind.digest() && m.digest() == ahead.digest() && m.current().InfoHash == behind.current().InfoHash
		})
	}
	for name, n := range map[string]*node{"first owner": first, "second owner": second, "member": m} {
		if forks := n.forks(); len(forks) != 0 {
			t.Errorf("the %s sees forks: %+v", name, forks)
		}
	}
}
