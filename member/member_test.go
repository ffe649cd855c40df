package member_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seeder/announce"
	"seeder/member"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// ownedHistory starts an owner with three archived weeks.
func ownedHistory(w *world) *node {
	w.t.Helper()
	o := w.newNode(store.RoleOwner)
	o.add(history(25, 0, 1, 3)...)
	o.run(o.owner())
	o.eventually("the owner has archived", func() bool { return len(o.generations()) == 1 })
	return o
}

func (n *node) sameAs(o *node) func() bool {
	return func() bool { return n.digest() == o.digest() }
}

func TestMemberHearsALiveAnnouncement(t *testing.T) {
	w := newWorld(t)
	o := w.newNode(store.RoleOwner)
	m := w.newNode(store.RoleMember)
	m.swarm.AddPeers(w.community, o.swarm.Addrs()...)
	m.follow()
	o.add(history(25, 0, 1, 3)...)
	o.run(o.owner())
	o.eventually("the owner has archived", func() bool { return o.digest().Messages == 75 })
	m.eventually("the member has the owner's history", m.sameAs(o))
	if got := m.count(store.Imported); got != 3 {
		t.Errorf("%d archives imported, want 3", got)
	}
}

func TestMemberAsksForWhatItMissed(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember) // hears the announcement only by a store query
	o.eventually("the announcement is on the shelf", func() bool {
		envelopes, err := shelf{o.db}.Envelopes(t.Context(), w.community, time.Unix(0, 0))
		return err == nil && len(envelopes) == 1
	})
	m.follow()
	m.eventually("the member has the owner's history", m.sameAs(o))
}

func TestMembersServeWithoutTheOwner(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	first := w.newNode(store.RoleMember)
	first.follow()
	first.eventually("the first member has all", first.sameAs(o))
	want := o.digest()
	o.stop()
	second := w.newNode(store.RoleMember)
	second.follow()
	second.eventually("the second member has all", func() bool { return second.digest() == want })
}

// ordered notes the order in which archives are asked for and delivered.
type ordered struct {
	swarm.Swarm
	mu   sync.Mutex
	want [][]message.ArchiveID
}

type orderedReceiver struct {
	swarm.Receiver
	o *ordered
}

func (o *ordered) Fetch(ctx context.Context, ref swarm.Ref, r swarm.Receiver) error {
	return o.Swarm.Fetch(ctx, ref, orderedReceiver{r, o})
}

func (r orderedReceiver) Index(b []byte) ([]swarm.File, []message.ArchiveID, error) {
	files, want, err := r.Receiver.Index(b)
	r.o.mu.Lock()
	defer r.o.mu.Unlock()
	if err == nil { // otherwise news ended the fetch
		r.o.want = append(r.o.want, want)
	}
	return files, want, err
}

func TestNewestArchiveIsFetchedFirst(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	rec := &ordered{Swarm: m.swarm}
	m.member.Swarm = rec
	m.follow()
	m.eventually("the member has all", m.sameAs(o))
	var newestFirst []message.ArchiveID
	for _, row := range o.archives() {
		newestFirst = append(newestFirst, row.ID)
	}
	slices.Reverse(newestFirst)
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if !cmp.Equal(rec.want[0], newestFirst) {
		t.Errorf("asked for %v, want %v", rec.want[0], newestFirst)
	}
}

func TestMemberMovesToTheNextGeneration(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	m.eventually("the member has the first generation", m.sameAs(o))
	before := m.swarm.Stats(w.community).DownloadedBytes
	o.add(history(10, 4)...)
	o.archive()
	m.eventually("the member has the second generation", func() bool {
		return m.digest() == o.digest() && m.digest().Messages == 85
	})
	m.eventually("the first generation is in its grace time", func() bool {
		gens := m.generations()
		return len(gens) == 2 && gens[0].RetireAt == 0 && gens[1].RetireAt != 0
	})
	archives := o.archives()
	added := archives[len(archives)-1].Size + uint64(len(m.generations()[0].Index)) + swarm.PieceLength
	if got := m.swarm.Stats(w.community).DownloadedBytes - before; uint64(got) > added {
		t.Errorf("downloaded %d bytes for an append of at most %d", got, added)
	}
	m.clock.Advance(15 * 24 * time.Hour)
	m.stop()
	m = w.openNode(m.dir, store.RoleMember)
	m.follow()
	m.eventually("the first generation is retired", func() bool { return len(m.generations()) == 1 })
	if m.digest() != o.digest() {
		t.Error("retiring a generation changed the history")
	}
}

func TestMemberStoppedAnywhereGoesOn(t *testing.T) {
	w := newWorld(t)
	o := w.newNode(store.RoleOwner)
	o.add(history(40, 0, 1, 2, 3, 4, 5)...)
	o.run(o.owner())
	o.eventually("the owner has archived", func() bool { return len(o.generations()) == 1 })
	m := w.newNode(store.RoleMember)
	for i := 0; m.digest() != o.digest() && i < 1000; i++ {
		end := m.follow()
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Millisecond)
		<-ctx.Done() // the time of the stop is what varies
		cancel()
		end()
	}
	if m.digest() != o.digest() {
		t.Fatalf("not complete after many starts: %s", describe(m.archives()))
	}
}

func TestMissingFileIsFetchedAgainAtStart(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	m.eventually("the member has all", m.sameAs(o))
	lost := m.archives()[1].ID
	m.stop()
	if err := m.files.Remove(w.community, lost); err != nil {
		t.Fatal(err)
	}
	m = w.openNode(m.dir, store.RoleMember)
	m.follow()
	m.eventually("the file is back", func() bool {
		_, err := os.Stat(m.files.Path(w.community, lost))
		return err == nil && m.count(store.Imported) == 3
	})
	if m.digest() != o.digest() {
		t.Error("the history changed")
	}
}

func TestNodeThatOnlyServesImportsLater(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.member.Import = false
	m.follow()
	m.eventually("all archives are stored", func() bool { return m.count(store.Stored) == 3 })
	if d := m.digest(); d.Messages != 0 {
		t.Errorf("%d messages imported on a node that only serves", d.Messages)
	}
	m.stop()
	m = w.openNode(m.dir, store.RoleMember)
	m.follow()
	m.eventually("all archives are imported", m.sameAs(o))
}

func TestOwnerAsksNotToServe(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	m.follow()
	m.eventually("the member has all", m.sameAs(o))
	gen := m.generations()[0]
	o.announceRaw(announce.Announcement{Clock: gen.Clock + 1000, MagnetURI: gen.Magnet,
		Policy: announce.Policy{ServingDisabled: true}})
	m.eventually("nothing is served any more", func() bool {
		return len(m.swarm.Stats(w.community).Torrents) == 0
	})
	if m.digest() != o.digest() {
		t.Error("messages were lost")
	}
}

// Between an announcement and the moment somebody has its torrent, a node that
// restarts goes on serving what it has.
func TestRestartServesWhatIsThereWhileTheNewestIsNot(t *testing.T) {
	w := newWorld(t)
	o := ownedHistory(w)
	m := w.newNode(store.RoleMember)
	end := m.follow()
	m.eventually("the member has all", m.sameAs(o))
	want, current := o.digest(), m.generations()[0]
	o.announceRaw(announce.Announcement{Clock: current.Clock + 1000, MagnetURI: "magnet:?xt=urn:btih:" + strings.Repeat("ab", 20)})
	m.eventually("the new announcement is known", func() bool { return m.knows(current.Clock + 1000) })
	end()
	o.stop()
	m.stop()
	m = w.openNode(m.dir, store.RoleMember)
	m.follow()
	third := w.newNode(store.RoleMember)
	first := m.announcement(current.Clock)
	third.update(func(tx store.Tx) error { return tx.PutAnnouncement(first) }) // all it will know
	third.member.Bus = silent{}
	third.follow()
	third.eventually("the third node has all from the one that restarted", func() bool { return third.digest() == want })
}

// silent is a bus on which nothing is heard.
type silent struct{ member.Listener }

func (silent) Subscribe(ctx context.Context, _ message.CommunityID, _ func(announce.Received)) error {
	<-ctx.Done()
	return nil
}

func (silent) Query(context.Context, message.CommunityID, time.Time, func(announce.Received)) error {
	return announce.ErrNoStorePeers
}

func (silent) Ask(context.Context, message.CommunityID, announce.Request) error {
	return announce.ErrNoPeers
}

// announcement returns the stored announcement with the clock.
func (n *node) announcement(clock uint64) (found store.Announcement) {
	n.t.Helper()
	n.view(func(tx store.Tx) error {
		all, err := tx.Announcements(n.community, 0)
		for _, a := range all {
			if a.Clock == clock {
				found = a
			}
		}
		return err
	})
	return found
}
