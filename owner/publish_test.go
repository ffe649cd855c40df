package owner_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seeder/announce"
	"seeder/message"
	"seeder/owner"
	"seeder/store"
	"seeder/swarm"
)

func TestNothingIsAnnouncedWithoutArchives(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0)...)
	if report := r.round(); report.New || report.InfoHash != "" || len(r.seeds.seeded) != 0 {
		t.Errorf("report %+v of a community without archives", report)
	}
}

func TestNothingIsAnnouncedThatIsNotSeeded(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0)...)
	r.atWeek(3)
	r.seeds.fail = errors.New("no space")
	if _, err := r.owner().Round(t.Context()); !errors.Is(err, r.seeds.fail) {
		t.Fatalf("error %v, want the swarm's", err)
	}
	err := r.db.View(t.Context(), func(tx store.Tx) error {
		_, err := tx.LatestAnnouncement(r.key.Community())
		return err
	})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("announcement stored (%v) though nothing is seeded", err)
	}
	r.seeds.fail = nil
	if report := r.round(); !report.New {
		t.Error("not announced by the next round")
	}
}

func TestClockGrowsEvenWhenTimeDoesNot(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0)...)
	r.atWeek(3)
	first := r.round()
	r.add(history(6, 0)[5])
	r.clock.Advance(-48 * time.Hour)
	second := r.round()
	if !second.New || second.Clock <= first.Clock {
		t.Errorf("clock %d after %d, want a higher one", second.Clock, first.Clock)
	}
}

func TestPreviousGenerationIsSeededForTheGraceTime(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0)...)
	r.atWeek(3)
	r.round()
	r.add(history(5, 1)...)
	r.round()
	if len(r.seeds.seeded) != 2 || len(r.seeds.dropped) != 0 {
		t.Fatalf("seeded %d, dropped %d, want 2 and 0", len(r.seeds.seeded), len(r.seeds.dropped))
	}
	restarted := &seeds{}
	r.opts.Swarm = restarted
	if err := r.owner().Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(restarted.seeded, r.seeds.seeded) {
		t.Errorf("after a restart %x are seeded, want %x, the current one last", restarted.seeded, r.seeds.seeded)
	}
	r.clock.Advance(14*24*time.Hour + time.Second)
	r.round()
	if want := []swarm.InfoHash{r.seeds.seeded[0]}; !cmp.Equal(restarted.dropped, want) {
		t.Errorf("dropped %x after the grace time, want %x", restarted.dropped, want)
	}
}

// givingUp ends the caller's context as it begins to wait for a peer.
type givingUp struct {
	owner.Publisher
	giveUp context.CancelFunc
}

func (g givingUp) Publish(ctx context.Context, c message.CommunityID, signed []byte) (announce.Receipt, error) {
	g.giveUp()
	return g.Publisher.Publish(ctx, c, signed)
}

func TestAnnouncementIsSentUntilAPeerTookIt(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0)...)
	r.atWeek(3)
	r.round()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	bus := r.opts.Bus
	r.opts.Bus = givingUp{bus, cancel}
	if _, err := r.owner().SendDue(ctx); !errors.Is(err, announce.ErrNoPeers) {
		t.Fatalf("error %v without peers, want ErrNoPeers", err)
	}
	if a := r.latest(); a.SentAt != 0 {
		t.Fatal("marked as sent though nobody took it")
	}
	r.opts.Bus = bus
	peer := r.network.NewBus(nil)
	defer peer.Close()
	if _, err := r.owner().SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := r.latest()
	if sent.SentAt != r.clock.Now().UnixMilli() || sent.SentPeers != 1 || len(sent.Envelope) == 0 {
		t.Errorf("outbox row %+v, want sent now to 1 peer", sent)
	}
	due, err := r.owner().SendDue(t.Context())
	if err != nil || due != 8*time.Hour {
		t.Errorf("due in %s (%v), want 8 h", due, err)
	}
	r.clock.Advance(8 * time.Hour)
	if due, err := r.owner().SendDue(t.Context()); err != nil || due != 0 {
		t.Errorf("after 8 h: due in %s (%v), want sent again", due, err)
	}
	if again := r.latest(); again.Clock != sent.Clock || !cmp.Equal(again.Signed, sent.Signed) || cmp.Equal(again.Envelope, sent.Envelope) {
		t.Error("sent again: want the same signed bytes in a fresh envelope")
	}
}

// Run finds by itself what another process has sealed, and ends with its
// context.
func TestRunPublishesWhatIsSealedBesideIt(t *testing.T) {
	r := newRig(t)
	peer := r.network.NewBus(nil)
	defer peer.Close()
	heard := make(chan announce.Received, 10)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	listening := make(chan error, 1)
	go func() {
		listening <- peer.Subscribe(ctx, r.key.Community(), func(a announce.Received) { heard <- a })
	}()
	r.waitFor("the peer listens", func() bool { return peer.Listeners() > 0 })
	r.atWeek(3)
	o := r.owner()
	ended := make(chan error, 1)
	go func() { ended <- o.Run(ctx) }()
	r.add(history(5, 0)...)
	beside := r.owner()
	report, err := beside.Round(ctx)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case a := <-heard:
		if a.Announcement.Archives != 1 {
			t.Errorf("heard of %d archives, want 1 (%+v)", a.Announcement.Archives, report)
		}
	case <-ctx.Done():
		t.Fatal("nothing was announced")
	}
	cancel()
	if err := errors.Join(<-ended, <-listening); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// Two owners that hold different messages must not answer each other for ever.
func TestAnotherOwnersAnnouncementIsNotAnswered(t *testing.T) {
	r := newRig(t)
	r.add(history(5, 0)...)
	r.atWeek(3)
	first := r.round()
	other := first.Clock + 5000
	signed, err := announce.Sign(announce.Announcement{Clock: other, MagnetURI: "magnet:?xt=urn:btih:ff"}, r.key)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- r.owner().Run(ctx) }()
	peer := r.network.NewBus(nil)
	defer peer.Close()
	for r.latest().Clock != other {
		if _, err := peer.Publish(ctx, r.key.Community(), signed); err != nil {
			t.Fatal(err)
		}
	}
	if report := r.round(); report.New || report.Clock != first.Clock {
		t.Errorf("round after another owner's announcement: %+v, want nothing new after %+v", report, first)
	}
	if announced, err := r.owner().Announced(ctx); err != nil || !announced {
		t.Errorf("announced %v (%v), want true", announced, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	r.add(history(5, 1)...)
	if report := r.round(); !report.New || report.Clock <= other {
		t.Errorf("next generation %+v, want a clock above %d", report, other)
	}
}
