package waku

import (
	"context"
	"crypto/rand"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/waku-org/go-waku/waku/v2/protocol/store/pb"
	"google.golang.org/protobuf/proto"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/internal/clock"
)

// windows notes which times a store is asked for, and answers from a shelf.
type windows struct {
	mu     sync.Mutex
	oldest time.Time
	asked  int
}

func (w *windows) answer(rows []*pb.WakuMessageKeyValue) func(*pb.StoreQueryRequest) *pb.StoreQueryResponse {
	return func(req *pb.StoreQueryRequest) *pb.StoreQueryResponse {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.asked++
		w.oldest = time.Unix(0, req.GetTimeStart())
		resp := &pb.StoreQueryResponse{StatusCode: proto.Uint32(statusOK)}
		for _, row := range rows {
			if ts := row.Message.GetTimestamp(); ts >= req.GetTimeStart() && ts <= req.GetTimeEnd() {
				resp.Messages = append(resp.Messages, row)
			}
		}
		return resp
	}
}

// A query goes back no further than an announcement newer than the newest found
// can be, and never past one that is: what is old may have been sent again
// since.
func TestQueryStopsEarly(t *testing.T) {
	const day = 24 * time.Hour
	o := announcetest.NewOwner(t)
	ms := func(at time.Time) uint64 { return uint64(at.UnixMilli()) }
	type sent struct{ made, sent time.Duration } // before testTime
	for _, test := range []struct {
		name      string
		there     []sent
		newest    time.Duration
		minDays   int
		maxWindow int
	}{
		{"made today", []sent{{time.Hour, time.Hour}, {8 * day, 8 * day}}, time.Hour, 1, 3},
		{"made three days ago", []sent{{3 * day, 3 * day}, {20 * day, 20 * day}}, 3 * day, 4, 6},
		{"an old one sent again", []sent{{20 * day, time.Hour}, {2 * day, 2 * day}}, 2 * day, 3, 5},
		{"sent before its time", []sent{{5 * day, time.Hour}, {4 * day, 5*day - time.Hour}}, 4 * day, 5, 7},
		{"older than stores keep", []sent{{90 * day, day}}, 90 * day, 30, 31},
	} {
		t.Run(test.name, func(t *testing.T) {
			var rows []*pb.WakuMessageKeyValue
			for _, s := range test.there {
				e, err := o.Channel.Seal(o.Signed(t, ms(testTime.Add(-s.made))), testTime.Add(-s.sent))
				if err != nil {
					t.Fatal(err)
				}
				rows = append(rows, rowOf(t, e, "/waku/2/rs/77/3"))
			}
			var w windows
			found, err := announcetest.Collect(testContext(t), newAsker(t, fakeStore(t, w.answer(rows))), o.ID(), time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if len(found) == 0 || found[0].Announcement.Clock != ms(testTime.Add(-test.newest)) {
				t.Errorf("the newest found is not that of %v ago: %v", test.newest, clocksOf(found))
			}
			if back := testTime.Sub(w.oldest); back < time.Duration(test.minDays)*day || w.asked > test.maxWindow {
				t.Errorf("asked %d times, back to %v, want at least %d days and at most %d times", w.asked, back, test.minDays, test.maxWindow)
			}
		})
	}
}

// A clock from the future does not cut a query short.
func TestQueryIsNotStoppedByTheFuture(t *testing.T) {
	o := announcetest.NewOwner(t)
	var rows []*pb.WakuMessageKeyValue
	clocks := []uint64{announce.MaxClock, uint64(testTime.Add(-10 * 24 * time.Hour).UnixMilli())}
	for i, clk := range clocks {
		e, err := o.Channel.Seal(o.Signed(t, clk), testTime.Add(-time.Duration(i)*10*24*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, rowOf(t, e, "/waku/2/rs/77/3"))
	}
	var w windows
	found, err := announcetest.Collect(testContext(t), newAsker(t, fakeStore(t, w.answer(rows))), o.ID(), time.Time{})
	if err != nil || !slices.Equal(clocksOf(found), clocks) {
		t.Errorf("found %v, error %v, want %v", clocksOf(found), err, clocks)
	}
}

// silentPeer takes connections and says nothing, which is how a peer behind a
// broken wire looks.
func silentPeer(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { _, _ = io.Copy(io.Discard, c); _ = c.Close() })
		}
	})
	t.Cleanup(func() { _ = l.Close(); wg.Wait() })
	_, pub, err := crypto.GenerateSecp256k1Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := peer.IDFromPublicKey(pub)
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "/ip4/127.0.0.1/tcp/" + port + "/p2p/" + id.String()
}

// However many store peers cannot be reached, the answer of the one that can is
// there at once.
func TestUnreachablePeersDelayNobody(t *testing.T) {
	o := announcetest.NewOwner(t)
	server := newServer(t, o, shelve(t, o, 1, 0))
	asker := newNode(t, func(opts *Options) { opts.StaticPeers, opts.Clock = server.Addrs(), clock.NewFixed(testTime) })
	eventually(t, "connected", func() bool { return asker.Peers() > 0 })
	var peers []string
	for range QueryPeers - 1 {
		peers = append(peers, silentPeer(t))
	}
	if err := asker.SetPeers(append(peers, server.Addrs()...)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	found, ended := make(chan announce.Received, 1), make(chan error, 1)
	system := clock.System{}
	begun := system.Now()
	go func() {
		ended <- asker.Query(ctx, o.ID(), testTime.Add(-time.Hour), func(r announce.Received) { found <- r })
	}()
	select {
	case <-found:
	case err := <-ended:
		t.Fatalf("ended without an answer: %v", err)
	}
	if took := system.Now().Sub(begun); took > dialTimeout/2 {
		t.Errorf("the answer took %v", took)
	}
	select {
	case <-ended:
		t.Error("the query ended before the silent peers were given up")
	default:
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("a peer answered, but: %v", err)
	}
}

// Anybody can write requests: they are passed on and delivered at a limited
// rate, and more come through later.
func TestRequestsAreLimited(t *testing.T) {
	o := announcetest.NewOwner(t)
	clk := clock.NewFixed(testTime)
	middle := newNode(t, func(opts *Options) { opts.Clock = clk })
	sender := newPeerOf(t, middle)
	far := newNode(t, func(opts *Options) { opts.StaticPeers, opts.Clock = middle.Addrs(), clk })
	got := make(chan announce.Request, 1000)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	listen := func(n *Node, fn func(announce.Request)) {
		wg.Go(func() { _ = n.Requests(ctx, o.ID(), fn) })
		eventually(t, "listening", func() bool { return n.routes.byTopic(o.Channel.ContentTopics()[0]) != nil })
	}
	t.Cleanup(func() { cancel(); wg.Wait() })
	listen(middle, func(r announce.Request) { got <- r })
	passed := make(chan announce.Request, 1000)
	listen(far, func(r announce.Request) { passed <- r })
	eventually(t, "connected", func() bool { return meshed(sender) && passesOn(middle, far) })
	const sent = 5 * requestBurst
	for i := range uint64(sent) {
		e, err := o.Channel.SealRequest(announce.Request{Clock: i + 1}, testTime)
		if err != nil {
			t.Fatal(err)
		}
		sender.inject(t, e)
	}
	announced := follow(t, middle, o)
	eventually(t, "all were looked at", func() bool {
		sender.inject(t, mustSeal(t, o, uint64(sent)))
		return len(announced) > 0
	})
	eventually(t, "requests are delivered", func() bool { return len(got) > 0 })
	if n := len(got); n > requestBurst {
		t.Errorf("%d of %d requests were delivered, want at most %d", n, sent, requestBurst)
	}
	if n := len(passed); n > requestBurst {
		t.Errorf("%d of %d requests were passed on, want at most %d", n, sent, requestBurst)
	}
	clk.Advance(time.Minute)
	for len(got) > 0 {
		<-got
	}
	e, err := o.Channel.SealRequest(announce.Request{Clock: 1 << 20}, testTime)
	if err != nil {
		t.Fatal(err)
	}
	sender.inject(t, e)
	eventually(t, "a request a minute later", func() bool { return len(got) > 0 })
}

func mustSeal(t *testing.T, o announcetest.Owner, clk uint64) []byte {
	t.Helper()
	e, err := o.Channel.Seal(o.Signed(t, clk), testTime)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Listening to requests follows the community like a subscription, until it
// ends.
func TestRequestsFollowTheCommunity(t *testing.T) {
	o := announcetest.NewOwner(t)
	n := newNode(t, nil)
	topic := o.Channel.ContentTopics()[0]
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.Requests(ctx, o.ID(), func(announce.Request) {}) }()
	eventually(t, "followed", func() bool { return n.routes.byTopic(topic) != nil })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	eventually(t, "no longer followed", func() bool { return n.routes.byTopic(topic) == nil })
}
