package announcetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seeder/announce"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/signer"
)

// deadline bounds everything that the suite waits for.
const deadline = time.Minute

// Driver is what the suite needs to know of a driver.
type Driver struct {
	// NewNetwork returns a function that adds a bus to a network of its own,
	// connected with all that were added before. The driver closes them by
	// t.Cleanup.
	NewNetwork func(t *testing.T) func(shelf announce.Shelf) announce.Bus
	// Inject sends an envelope from a bus to all that were added before it, as
	// it is. The bus does not follow the community that it pretends to be of.
	Inject func(t *testing.T, from announce.Bus, envelope []byte)
}

// Run runs the suite.
func Run(t *testing.T, d Driver) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Driver)
	}{
		{"PublishReachesSubscribers", publishReachesSubscribers},
		{"QueryFindsWhatWasMissed", queryFindsWhatWasMissed},
		{"QueryActsOnFirstAnswer", queryActsOnFirstAnswer},
		{"RequestsReachOthers", requestsReachOthers},
		{"RequestsAreChecked", requestsAreChecked},
		{"NoPeers", noPeers},
		{"PublishRefusesInvalid", publishRefusesInvalid},
		{"InvalidIsDropped", invalidIsDropped},
		{"CommunitiesAreApart", communitiesAreApart},
		{"SlowSubscriberKeepsNewest", slowSubscriberKeepsNewest},
		{"ContextEndsSubscribe", contextEndsSubscribe},
		{"CloseEndsEverything", closeEndsEverything},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, d) })
	}
}

// Owner is a community with its key, for tests.
type Owner struct {
	Key     *signer.Key
	Channel *announce.Channel
}

// NewOwner makes a community with a random key.
func NewOwner(t testing.TB) Owner {
	t.Helper()
	k, err := signer.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Owner{Key: k, Channel: announce.NewChannel(k.Community())}
}

// ID returns the community's id.
func (o Owner) ID() message.CommunityID { return o.Key.Community() }

// Announcement returns an announcement with the given clock.
func (o Owner) Announcement(clock uint64) announce.Announcement {
	return announce.Announcement{
		Clock:     clock,
		MagnetURI: fmt.Sprintf("magnet:?xt=urn:btih:%040x&dn=%s", clock, o.ID()),
		Archives:  clock,
	}
}

// Signed returns that announcement, signed.
func (o Owner) Signed(t testing.TB, clock uint64) []byte {
	t.Helper()
	signed, err := announce.Sign(o.Announcement(clock), o.Key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func publishReachesSubscribers(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	o := NewOwner(t)
	owner, first, second := add(nil), add(nil), add(nil)
	self, a, b := listen(t, owner, o.ID()), listen(t, first, o.ID()), listen(t, second, o.ID())
	reach(t, owner, o, 2, a, b)
	reach(t, first, o, 2, self)
	signed := o.Signed(t, 2)
	receipt := publish(t, owner, o, signed)
	for _, l := range []*listener{a, b} {
		if r := l.nextOf(t, o, receipt); !bytes.Equal(r.Signed, signed) {
			t.Error("received other signed bytes than were published")
		}
	}
	// Anybody can send the signed bytes on.
	onward := publish(t, first, o, signedOf(t, o, receipt))
	b.nextOf(t, o, onward)
	self.await(t, o, "what another one sent on", func(r announce.Received) bool {
		if bytes.Equal(r.Envelope, receipt.Envelope) {
			t.Error("the owner received its own envelope")
		}
		return bytes.Equal(r.Envelope, onward.Envelope)
	})
	for len(self.got) > 0 {
		if r := <-self.got; bytes.Equal(r.Envelope, receipt.Envelope) {
			t.Error("the owner received its own envelope")
		}
	}
	if owner.Peers() < 1 || len(owner.Addrs()) == 0 {
		t.Errorf("%d peers, addresses %q", owner.Peers(), owner.Addrs())
	}
}

// signedOf opens a receipt's envelope and returns the signed bytes in it.
func signedOf(t *testing.T, o Owner, r announce.Receipt) []byte {
	t.Helper()
	got, err := o.Channel.Open(r.Envelope)
	if err != nil {
		t.Fatalf("open envelope of the receipt: %v", err)
	}
	return got.Signed
}

func queryFindsWhatWasMissed(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	o, stranger := NewOwner(t), NewOwner(t)
	shelf := &Shelf{}
	owner, _ := add(shelf), add(nil)
	start := now()
	for _, n := range []uint64{1, 3, 2} {
		r := publish(t, owner, o, o.Signed(t, n))
		shelf.Put(o.ID(), r.Envelope, now())
	}
	shelf.Put(o.ID(), stranger.seal(t, stranger.Signed(t, 9)), now())

	late := add(nil)
	connected(t, late, 2)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	found, err := Collect(ctx, late, o.ID(), start.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	var clocks []uint64
	for _, r := range found {
		clocks = append(clocks, r.Announcement.Clock)
	}
	if diff := cmp.Diff([]uint64{3, 2, 1}, clocks); diff != "" {
		t.Errorf("clocks found (-want +got)\n%s", diff)
	}
	if len(found) > 0 && !bytes.Equal(found[0].Signed, o.Signed(t, 3)) {
		t.Error("found other signed bytes than were published")
	}
	if found, err := Collect(ctx, late, o.ID(), now().Add(time.Hour)); err != nil || len(found) != 0 {
		t.Errorf("since a later time: found %d, error %v", len(found), err)
	}
	if found, err := Collect(ctx, late, stranger.ID(), start.Add(-time.Hour)); err != nil || len(found) != 0 {
		t.Errorf("of a community without announcements: found %d, error %v", len(found), err)
	}
}

// seal puts signed bytes into an envelope of the owner's channel.
func (o Owner) seal(t testing.TB, signed []byte) []byte {
	t.Helper()
	e, err := o.Channel.Seal(signed, now())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func noPeers(t *testing.T, d Driver) {
	lone := d.NewNetwork(t)(&Shelf{})
	o := NewOwner(t)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := lone.Publish(ctx, o.ID(), o.Signed(t, 1)); !errors.Is(err, announce.ErrNoPeers) {
		t.Errorf("publish: %v, want %v", err, announce.ErrNoPeers)
	}
	if err := lone.Ask(ctx, o.ID(), announce.Request{}); !errors.Is(err, announce.ErrNoPeers) {
		t.Errorf("ask: %v, want %v", err, announce.ErrNoPeers)
	}
	if err := lone.Query(context.Background(), o.ID(), time.Time{}, nil); !errors.Is(err, announce.ErrNoStorePeers) {
		t.Errorf("query: %v, want %v", err, announce.ErrNoStorePeers)
	}
	if n := lone.Peers(); n != 0 {
		t.Errorf("%d peers", n)
	}
}

func publishRefusesInvalid(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	bus, _ := add(nil), add(nil)
	o, other := NewOwner(t), NewOwner(t)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	if _, err := bus.Publish(ctx, o.ID(), other.Signed(t, 1)); !errors.Is(err, announce.ErrSigner) {
		t.Errorf("signed by another community: %v, want %v", err, announce.ErrSigner)
	}
	if _, err := bus.Publish(ctx, o.ID(), []byte("garbage")); !errors.Is(err, announce.ErrMalformed) {
		t.Errorf("garbage: %v, want %v", err, announce.ErrMalformed)
	}
}

func invalidIsDropped(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	owner, member, liar := add(nil), add(nil), add(nil)
	o, other := NewOwner(t), NewOwner(t)
	l := listen(t, member, o.ID())
	reach(t, owner, o, 2, l)
	valid := o.seal(t, o.Signed(t, 7))
	torn := bytes.Clone(valid)
	torn[len(torn)/2] ^= 1
	for _, envelope := range [][]byte{[]byte("garbage"), torn, valid[:len(valid)-5], other.seal(t, other.Signed(t, 8))} {
		d.Inject(t, liar, envelope)
	}
	publish(t, owner, o, o.Signed(t, 2))
	l.next(t, o, 2) // fails when something that is not the owner's came before
	d.Inject(t, liar, valid)
	l.next(t, o, 7)
}

func communitiesAreApart(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	owner, member := add(nil), add(nil)
	o, p := NewOwner(t), NewOwner(t)
	lo, lp := listen(t, member, o.ID()), listen(t, member, p.ID())
	reach(t, owner, o, 1, lo)
	reach(t, owner, p, 1, lp)
	publish(t, owner, o, o.Signed(t, 2))
	publish(t, owner, p, p.Signed(t, 3))
	lo.next(t, o, 2) // both fail on an announcement of the other community
	lp.next(t, p, 3)
}

func slowSubscriberKeepsNewest(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	owner, member := add(nil), add(nil)
	o := NewOwner(t)
	quick := listen(t, member, o.ID())

	ctx, cancel := context.WithCancel(context.Background())
	begun, held, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	release := sync.OnceFunc(func() { close(held) })
	slow := make(chan uint64, 4096)
	go func() {
		first := true
		ended <- member.Subscribe(ctx, o.ID(), func(r announce.Received) {
			if first {
				first = false
				close(begun)
				<-held
			}
			slow <- r.Announcement.Clock
		})
	}()
	defer func() { cancel(); release(); <-ended }()
	reach(t, owner, o, 1, quick)
	for waiting, end := true, now().Add(deadline); waiting; {
		publish(t, owner, o, o.Signed(t, 1))
		select {
		case <-begun:
			waiting = false
		case <-time.After(100 * time.Millisecond):
			if now().After(end) {
				t.Fatal("the slow subscriber gets nothing")
			}
		}
	}
	const last = 200
	for n := uint64(2); n <= last; n++ {
		publish(t, owner, o, o.Signed(t, n))
		quick.next(t, o, n) // the quick one is not held up
	}
	release()
	timeout := time.After(deadline)
	for got, count := uint64(0), 0; got != last; count++ {
		select {
		case got = <-slow:
			if count >= last {
				t.Fatal("the slow subscriber was given everything: nothing bounds what waits for it")
			}
		case <-timeout:
			t.Fatal("the slow subscriber does not get the newest announcement")
		}
	}
}

func contextEndsSubscribe(t *testing.T, d Driver) {
	bus := d.NewNetwork(t)(nil)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- bus.Subscribe(ctx, NewOwner(t).ID(), func(announce.Received) {}) }()
	cancel()
	expectEnd(t, ended, nil)
}

func expectEnd(t *testing.T, ended <-chan error, want error) {
	t.Helper()
	select {
	case err := <-ended:
		if !errors.Is(err, want) {
			t.Errorf("ended with %v, want %v", err, want)
		}
	case <-time.After(deadline):
		t.Fatal("does not end")
	}
}

func closeEndsEverything(t *testing.T, d Driver) {
	add := d.NewNetwork(t)
	owner, bus := add(nil), add(nil)
	o := NewOwner(t)
	l := &listener{got: make(chan announce.Received, 4096), ended: make(chan error, 1)}
	go func() {
		l.ended <- bus.Subscribe(context.Background(), o.ID(), func(r announce.Received) { l.got <- r })
	}()
	reach(t, owner, o, 1, l) // the subscription has begun
	if err := bus.Close(); err != nil {
		t.Fatal(err)
	}
	expectEnd(t, l.ended, announce.ErrClosed)
	if err := bus.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	ctx := context.Background()
	if _, err := bus.Publish(ctx, o.ID(), o.Signed(t, 1)); !errors.Is(err, announce.ErrClosed) {
		t.Errorf("publish: %v, want %v", err, announce.ErrClosed)
	}
	if err := bus.Query(ctx, o.ID(), time.Time{}, nil); !errors.Is(err, announce.ErrClosed) {
		t.Errorf("query: %v, want %v", err, announce.ErrClosed)
	}
	if err := bus.Subscribe(ctx, o.ID(), nil); !errors.Is(err, announce.ErrClosed) {
		t.Errorf("subscribe: %v, want %v", err, announce.ErrClosed)
	}
	if err := bus.Ask(ctx, o.ID(), announce.Request{}); !errors.Is(err, announce.ErrClosed) {
		t.Errorf("ask: %v, want %v", err, announce.ErrClosed)
	}
	if err := bus.Requests(ctx, o.ID(), nil); !errors.Is(err, announce.ErrClosed) {
		t.Errorf("requests: %v, want %v", err, announce.ErrClosed)
	}
}

// now is the time of the machine: the suite waits for real things.
func now() time.Time { return clock.System{}.Now() }
