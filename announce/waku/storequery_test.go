package waku

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-msgio/pbio"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	storev3 "github.com/waku-org/go-waku/waku/v2/protocol/store"
	"github.com/waku-org/go-waku/waku/v2/protocol/store/pb"
	"google.golang.org/protobuf/proto"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/internal/clock"
)

// testTime is when the store tests take place.
var testTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// shelve puts n announcements on a shelf, one every step back from testTime;
// the newest has the clock n.
func shelve(t *testing.T, o announcetest.Owner, n int, step time.Duration) *announcetest.Shelf {
	t.Helper()
	shelf := &announcetest.Shelf{}
	for i := range n {
		at := testTime.Add(-time.Duration(i) * step)
		envelope, err := o.Channel.Seal(o.Signed(t, uint64(n-i)), at)
		if err != nil {
			t.Fatal(err)
		}
		shelf.Put(o.ID(), envelope, at)
	}
	return shelf
}

// newServer starts a node that serves a community from a shelf.
func newServer(t *testing.T, o announcetest.Owner, shelf announce.Shelf) *Node {
	t.Helper()
	n := newNode(t, func(opts *Options) { opts.Shelf, opts.Clock = shelf, clock.NewFixed(testTime) })
	n.Serve(o.ID())
	return n
}

// newAsker starts a node whose store peer is the given one, and which is connected
// with it: a query does not try again to connect.
func newAsker(t *testing.T, of *Node) *Node {
	t.Helper()
	n := newNode(t, func(o *Options) { o.StorePeers, o.Clock = of.Addrs(), clock.NewFixed(testTime) })
	eventually(t, "connected with the store", func() bool { return n.host.Network().Connectedness(of.host.ID()) == network.Connected })
	return n
}

func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testDeadline)
	t.Cleanup(cancel)
	return ctx
}

// clocksOf lists clocks; announcement n is the newest.
func clocksOf(list []announce.Received) []uint64 {
	var clocks []uint64
	for _, r := range list {
		clocks = append(clocks, r.Announcement.Clock)
	}
	return clocks
}

func countdown(from, to uint64) (list []uint64) {
	for c := from; c >= to; c-- {
		list = append(list, c)
	}
	return list
}

func TestQueryPagesAndWindows(t *testing.T) {
	for _, test := range []struct {
		name  string
		count int
		step  time.Duration
		since time.Time
		want  []uint64
	}{
		{"many in one window", 50, time.Minute, testTime.Add(-time.Hour), countdown(50, 1)},
		{"of one instant", 45, 0, testTime.Add(-time.Hour), countdown(45, 1)},
		{"over many windows", 12, 12 * time.Hour, testTime.Add(-6 * 24 * time.Hour), countdown(12, 1)},
		{"on the edges of windows", 8, 24 * time.Hour, testTime.Add(-7 * 24 * time.Hour), countdown(8, 1)},
		{"since a time between", 12, 12 * time.Hour, testTime.Add(-36 * time.Hour), countdown(12, 9)},
		{"not deeper than the limit", 40, 24 * time.Hour, time.Time{}, countdown(40, 10)},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := announcetest.NewOwner(t)
			server := newServer(t, o, shelve(t, o, test.count, test.step))
			found, err := announcetest.Collect(testContext(t), newAsker(t, server), o.ID(), test.since)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, clocksOf(found)); diff != "" {
				t.Errorf("clocks (-want +got)\n%s", diff)
			}
		})
	}
}

// fakeStore answers a node's store queries as it is told.
func fakeStore(t *testing.T, answer func(req *pb.StoreQueryRequest) *pb.StoreQueryResponse) *Node {
	t.Helper()
	n := newNode(t, nil)
	n.host.SetStreamHandler(storev3.StoreQueryID_v300, func(s network.Stream) {
		defer func() { _ = s.Close() }()
		var req pb.StoreQueryRequest
		if pbio.NewDelimitedReader(s, MaxRequest).ReadMsg(&req) != nil {
			return
		}
		resp := answer(&req)
		resp.RequestId = req.RequestId
		_ = pbio.NewDelimitedWriter(s).WriteMsg(resp)
	})
	return n
}

func rowOf(t *testing.T, envelope []byte, pubsubTopic string) *pb.WakuMessageKeyValue {
	t.Helper()
	m, err := wakupb.Unmarshal(envelope)
	if err != nil {
		t.Fatal(err)
	}
	hash := m.Hash(pubsubTopic)
	return &pb.WakuMessageKeyValue{MessageHash: hash[:], Message: m, PubsubTopic: proto.String(pubsubTopic)}
}

func TestQueryChecksWhatItIsGiven(t *testing.T) {
	o, other := announcetest.NewOwner(t), announcetest.NewOwner(t)
	seal := func(from announcetest.Owner, clk uint64) []byte {
		e, err := from.Channel.Seal(from.Signed(t, clk), testTime)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	const pubsubTopic = "/waku/2/rs/77/3"
	wrongHash := rowOf(t, seal(o, 2), pubsubTopic)
	wrongHash.MessageHash = make([]byte, 32)
	noData := rowOf(t, seal(o, 3), pubsubTopic)
	noData.Message = nil
	noHash := rowOf(t, seal(o, 4), pubsubTopic)
	noHash.MessageHash = nil
	torn := rowOf(t, seal(o, 5), pubsubTopic)
	torn.Message.Payload[7] ^= 1
	torn.MessageHash = func() []byte { h := torn.Message.Hash(pubsubTopic); return h[:] }()
	rows := []*pb.WakuMessageKeyValue{
		wrongHash, noData, noHash, torn,
		rowOf(t, seal(o, 6), "/waku/2/rs/77/4"),
		rowOf(t, seal(other, 7), pubsubTopic),
		rowOf(t, seal(o, 1), pubsubTopic),
	}
	store := fakeStore(t, func(*pb.StoreQueryRequest) *pb.StoreQueryResponse {
		return &pb.StoreQueryResponse{StatusCode: proto.Uint32(statusOK), Messages: rows}
	})
	found, err := announcetest.Collect(testContext(t), newAsker(t, store), o.ID(), testTime.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint64{1}, clocksOf(found)); diff != "" {
		t.Errorf("clocks (-want +got)\n%s", diff)
	}
}

// A store that never comes to an end is left after a bounded number of rows.
func TestQueryEndsWithEndlessStore(t *testing.T) {
	o := announcetest.NewOwner(t)
	envelope, err := o.Channel.Seal(o.Signed(t, 1), testTime)
	if err != nil {
		t.Fatal(err)
	}
	row := rowOf(t, envelope, "/waku/2/rs/77/3")
	var asked atomic.Int32
	store := fakeStore(t, func(*pb.StoreQueryRequest) *pb.StoreQueryResponse {
		asked.Add(1)
		return &pb.StoreQueryResponse{
			StatusCode: proto.Uint32(statusOK), Messages: slices.Repeat([]*pb.WakuMessageKeyValue{row}, 100), PaginationCursor: row.MessageHash,
		}
	})
	found, err := announcetest.Collect(testContext(t), newAsker(t, store), o.ID(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || asked.Load() != QueryEnvelopes/100 {
		t.Errorf("found %d, asked %d times", len(found), asked.Load())
	}
}

func TestQueryOfFailingStores(t *testing.T) {
	o := announcetest.NewOwner(t)
	status := func(code uint32) func(*pb.StoreQueryRequest) *pb.StoreQueryResponse {
		return func(*pb.StoreQueryRequest) *pb.StoreQueryResponse {
			return &pb.StoreQueryResponse{StatusCode: proto.Uint32(code)}
		}
	}
	for name, store := range map[string]*Node{
		"refuses":          fakeStore(t, status(statusBadRequest)),
		"says nothing":     fakeStore(t, func(*pb.StoreQueryRequest) *pb.StoreQueryResponse { return &pb.StoreQueryResponse{} }),
		"not a store":      newNode(t, nil),
		"answers too much": fakeStore(t, hugeAnswer),
	} {
		_, err := announcetest.Collect(testContext(t), newAsker(t, store), o.ID(), testTime.Add(-time.Hour))
		if !errors.Is(err, announce.ErrNoStorePeers) {
			t.Errorf("%s: %v, want %v", name, err, announce.ErrNoStorePeers)
		}
	}
}

func hugeAnswer(*pb.StoreQueryRequest) *pb.StoreQueryResponse {
	return &pb.StoreQueryResponse{StatusCode: proto.Uint32(statusOK), StatusDesc: proto.String(string(make([]byte, MaxResponse)))}
}

func TestQueryAsksBusyStoreAgain(t *testing.T) {
	o := announcetest.NewOwner(t)
	var asked atomic.Int32
	store := fakeStore(t, func(*pb.StoreQueryRequest) *pb.StoreQueryResponse {
		if asked.Add(1) == 1 {
			return &pb.StoreQueryResponse{StatusCode: proto.Uint32(statusBusy)}
		}
		return &pb.StoreQueryResponse{StatusCode: proto.Uint32(statusOK)}
	})
	if _, err := announcetest.Collect(testContext(t), newAsker(t, store), o.ID(), testTime.Add(-time.Hour)); err != nil {
		t.Error(err)
	}
}

// A store that takes the question and never answers holds a query no longer
// than its context.
func TestQueryEndsWithItsContext(t *testing.T) {
	o := announcetest.NewOwner(t)
	release := make(chan struct{})
	asked := make(chan struct{}, 8)
	store := fakeStore(t, func(*pb.StoreQueryRequest) *pb.StoreQueryResponse {
		asked <- struct{}{}
		<-release
		return &pb.StoreQueryResponse{}
	})
	t.Cleanup(func() { close(release) })
	asker := newAsker(t, store)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		_, err := announcetest.Collect(ctx, asker, o.ID(), testTime)
		ended <- err
	}()
	select {
	case <-asked:
	case err := <-ended:
		t.Fatalf("ended before the store was asked: %v", err)
	}
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, announce.ErrNoStorePeers) {
			t.Errorf("%v, want %v", err, announce.ErrNoStorePeers)
		}
	case <-time.After(testDeadline):
		t.Fatal("the query does not end")
	}
}

func TestQueryGoesToStorePeersOnly(t *testing.T) {
	o := announcetest.NewOwner(t)
	server := newServer(t, o, shelve(t, o, 2, time.Minute))
	relayPeer := func(only bool) *Node {
		n := newNode(t, func(opts *Options) {
			opts.StaticPeers, opts.Clock, opts.StorePeersOnly = server.Addrs(), clock.NewFixed(testTime), only
		})
		eventually(t, "connected", func() bool { return n.Peers() > 0 })
		return n
	}
	if found, err := announcetest.Collect(testContext(t), relayPeer(false), o.ID(), time.Time{}); err != nil || len(found) != 2 {
		t.Errorf("relay peers too: found %d, error %v", len(found), err)
	}
	if _, err := announcetest.Collect(testContext(t), relayPeer(true), o.ID(), time.Time{}); !errors.Is(err, announce.ErrNoStorePeers) {
		t.Errorf("store peers only: %v, want %v", err, announce.ErrNoStorePeers)
	}
}
