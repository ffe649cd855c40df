package waku

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-msgio/pbio"
	"github.com/waku-org/go-waku/waku/v2/protocol"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	storev3 "github.com/waku-org/go-waku/waku/v2/protocol/store"
	"github.com/waku-org/go-waku/waku/v2/protocol/store/pb"
	"google.golang.org/protobuf/proto"

	"seeder/announce"
	"seeder/announce/announcetest"
	"seeder/internal/clock"
	"seeder/message"
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

// What the database damaged does not hide the rest.
func TestServerSkipsDamagedEnvelope(t *testing.T) {
	o := announcetest.NewOwner(t)
	shelf := shelve(t, o, 2, time.Minute)
	shelf.Put(o.ID(), []byte("\xff\xff"), testTime)
	found, err := newAsker(t, newServer(t, o, shelf)).Query(testContext(t), o.ID(), testTime.Add(-time.Hour))
	if err != nil || len(found) != 2 {
		t.Errorf("found %d, error %v", len(found), err)
	}
}

// newServer starts a node that serves a community from a shelf.
func newServer(t *testing.T, o announcetest.Owner, shelf announce.Shelf) *Node {
	t.Helper()
	n := newNode(t, func(opts *Options) { opts.Shelf, opts.Clock = shelf, clock.NewFixed(testTime) })
	if err := n.Serve(o.ID()); err != nil {
		t.Fatal(err)
	}
	return n
}

// newAsker starts a node whose store peer is the given one.
func newAsker(t *testing.T, of *Node) *Node {
	t.Helper()
	return newNode(t, func(o *Options) { o.StorePeers, o.Clock = of.Addrs(), clock.NewFixed(testTime) })
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
			found, err := newAsker(t, server).Query(testContext(t), o.ID(), test.since)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, clocksOf(found)); diff != "" {
				t.Errorf("clocks (-want +got)\n%s", diff)
			}
		})
	}
}

// The library's own client pages through our server, in both directions.
func TestLibraryClientPagesThroughServer(t *testing.T) {
	o := announcetest.NewOwner(t)
	const count = 23
	server := newServer(t, o, shelve(t, o, count, time.Minute))
	client := newNode(t, func(opts *Options) { opts.StaticPeers = server.Addrs() })
	eventually(t, "connected", func() bool { return client.Peers() > 0 })
	criteria := storev3.FilterCriteria{
		ContentFilter: protocol.NewContentFilter(server.PubsubTopic(), o.Channel.ContentTopics()...),
		TimeStart:     proto.Int64(testTime.Add(-time.Hour).UnixNano()),
		TimeEnd:       proto.Int64(testTime.UnixNano()),
	}
	var ascending []uint64
	for n := range uint64(count) {
		ascending = append(ascending, n+1)
	}
	for _, forward := range []bool{true, false} {
		result, err := client.node.Store().Query(testContext(t), criteria,
			storev3.WithPeer(server.host.ID()), storev3.WithPaging(forward, 5))
		if err != nil {
			t.Fatal(err)
		}
		var clocks []uint64
		for !result.IsComplete() {
			page := clocksOfRows(t, o, result.Messages())
			if forward {
				clocks = append(clocks, page...)
			} else {
				clocks = append(page, clocks...) // a page is ascending in both directions
			}
			if err := result.Next(testContext(t)); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(ascending, clocks); diff != "" {
			t.Errorf("forward %v: clocks (-want +got)\n%s", forward, diff)
		}
	}
}

func clocksOfRows(t *testing.T, o announcetest.Owner, rows []*pb.WakuMessageKeyValue) (clocks []uint64) {
	t.Helper()
	for _, row := range rows {
		b, err := proto.Marshal(row.Message)
		if err != nil {
			t.Fatal(err)
		}
		r, err := o.Channel.Open(b)
		if err != nil {
			t.Fatal(err)
		}
		clocks = append(clocks, r.Announcement.Clock)
	}
	return clocks
}

func TestLibraryClientAsksByHash(t *testing.T) {
	o := announcetest.NewOwner(t)
	shelf := shelve(t, o, 3, time.Minute)
	server := newServer(t, o, shelf)
	client := newNode(t, func(opts *Options) { opts.StaticPeers = server.Addrs() })
	eventually(t, "connected", func() bool { return client.Peers() > 0 })
	envelopes, err := shelf.Envelopes(context.Background(), o.ID(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := wakupb.Unmarshal(envelopes[1])
	if err != nil {
		t.Fatal(err)
	}
	hash := m.Hash(server.PubsubTopic())
	for _, known := range []bool{true, false} {
		if !known {
			hash[0] ^= 1
		}
		ok, err := client.node.Store().Exists(testContext(t), hash, storev3.WithPeer(server.host.ID()))
		if err != nil || ok != known {
			t.Errorf("exists: %v, error %v, want %v", ok, err, known)
		}
	}
}

func TestServerRefuses(t *testing.T) {
	o := announcetest.NewOwner(t)
	server := newServer(t, o, shelve(t, o, 3, time.Minute))
	client := newAsker(t, server)
	topic := proto.String(server.PubsubTopic())
	topics := o.Channel.ContentTopics()
	for _, test := range []struct {
		name   string
		req    *pb.StoreQueryRequest
		status uint32
	}{
		{"everything", &pb.StoreQueryRequest{PubsubTopic: topic}, statusBadRequest},
		{"no pubsub topic", &pb.StoreQueryRequest{ContentTopics: topics}, statusBadRequest},
		{"range backwards", &pb.StoreQueryRequest{PubsubTopic: topic, ContentTopics: topics, TimeStart: proto.Int64(2), TimeEnd: proto.Int64(1)}, statusBadRequest},
		{"short hash", &pb.StoreQueryRequest{MessageHashes: [][]byte{{1}}}, statusBadRequest},
		{"short cursor", &pb.StoreQueryRequest{PubsubTopic: topic, ContentTopics: topics, PaginationCursor: []byte{1}}, statusBadRequest},
		{"unknown cursor", &pb.StoreQueryRequest{PubsubTopic: topic, ContentTopics: topics, PaginationCursor: make([]byte, 32)}, statusBadRequest},
		{"many topics", &pb.StoreQueryRequest{PubsubTopic: topic, ContentTopics: slices.Repeat([]string{"/a/1/b/c"}, MaxAsked+1)}, statusBadRequest},
		{"sound", &pb.StoreQueryRequest{PubsubTopic: topic, ContentTopics: topics}, statusOK},
	} {
		resp := exchange(t, client, server, test.req)
		if resp.GetStatusCode() != test.status {
			t.Errorf("%s: status %d %q, want %d", test.name, resp.GetStatusCode(), resp.GetStatusDesc(), test.status)
		}
		if resp.RequestId != test.req.RequestId {
			t.Errorf("%s: response to request %q, want %q", test.name, resp.RequestId, test.req.RequestId)
		}
	}
	other := &pb.StoreQueryRequest{PubsubTopic: proto.String("/waku/2/rs/77/4"), ContentTopics: topics}
	if resp := exchange(t, client, server, other); resp.GetStatusCode() != statusOK || len(resp.Messages) != 0 {
		t.Errorf("another shard: status %d, %d messages", resp.GetStatusCode(), len(resp.Messages))
	}
	server.Unserve(o.ID())
	sound := &pb.StoreQueryRequest{PubsubTopic: topic, ContentTopics: topics}
	if resp := exchange(t, client, server, sound); len(resp.Messages) != 0 {
		t.Errorf("no longer served: %d messages", len(resp.Messages))
	}
}

// exchange sends one request as it is.
func exchange(t *testing.T, from, to *Node, req *pb.StoreQueryRequest) *pb.StoreQueryResponse {
	t.Helper()
	req.RequestId = "test"
	var resp pb.StoreQueryResponse
	s := openStream(t, from, to)
	if err := pbio.NewDelimitedWriter(s).WriteMsg(req); err != nil {
		t.Fatal(err)
	}
	if err := pbio.NewDelimitedReader(s, MaxResponse).ReadMsg(&resp); err != nil {
		t.Fatal(err)
	}
	return &resp
}

func openStream(t *testing.T, from, to *Node) network.Stream {
	t.Helper()
	if err := from.dial(testContext(t), peer.AddrInfo{ID: to.host.ID(), Addrs: to.host.Addrs()}); err != nil {
		t.Fatal(err)
	}
	s, err := from.host.NewStream(testContext(t), to.host.ID(), storev3.StoreQueryID_v300)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Reset() })
	return s
}

func TestServerLimitsRate(t *testing.T) {
	o := announcetest.NewOwner(t)
	server := newServer(t, o, shelve(t, o, 1, 0))
	client := newAsker(t, server)
	req := &pb.StoreQueryRequest{PubsubTopic: proto.String(server.PubsubTopic()), ContentTopics: o.Channel.ContentTopics()}
	for range PeerBurst {
		if resp := exchange(t, client, server, req); resp.GetStatusCode() != statusOK {
			t.Fatalf("status %d within the allowance", resp.GetStatusCode())
		}
	}
	if resp := exchange(t, client, server, req); resp.GetStatusCode() != statusBusy {
		t.Errorf("status %d beyond the allowance, want %d", resp.GetStatusCode(), statusBusy)
	}
	other := newAsker(t, server)
	if resp := exchange(t, other, server, req); resp.GetStatusCode() != statusOK {
		t.Errorf("status %d for a peer that asked for nothing yet", resp.GetStatusCode())
	}
	server.clock.(*clock.Fixed).Advance(time.Second)
	if resp := exchange(t, client, server, req); resp.GetStatusCode() != statusOK {
		t.Errorf("status %d a second later", resp.GetStatusCode())
	}
}

func TestServerRemembersFewPeers(t *testing.T) {
	s := newStoreServer(&Node{clock: clock.NewFixed(testTime)}, nil)
	for i := range 3 * rememberedPeers {
		if !s.allow(peer.ID(fmt.Sprint(i))) {
			t.Fatal("a new peer is refused")
		}
		if len(s.limits) > rememberedPeers {
			t.Fatalf("%d limiters kept, at most %d", len(s.limits), rememberedPeers)
		}
	}
}

func TestServerReportsShelfError(t *testing.T) {
	o := announcetest.NewOwner(t)
	server := newServer(t, o, brokenShelf{})
	req := &pb.StoreQueryRequest{PubsubTopic: proto.String(server.PubsubTopic()), ContentTopics: o.Channel.ContentTopics()}
	resp := exchange(t, newAsker(t, server), server, req)
	if resp.GetStatusCode() != statusInternal || resp.GetStatusDesc() != "internal error" {
		t.Errorf("status %d %q, want %d without the cause", resp.GetStatusCode(), resp.GetStatusDesc(), statusInternal)
	}
}

type brokenShelf struct{}

func (brokenShelf) Envelopes(context.Context, message.CommunityID, time.Time) ([][]byte, error) {
	return nil, errors.New("disk on fire")
}

// A peer that says nothing, or declares more than a query may have, neither
// costs memory nor holds the node up.
func TestServerSurvivesBadStreams(t *testing.T) {
	o := announcetest.NewOwner(t)
	server := newServer(t, o, shelve(t, o, 1, 0))
	client := newAsker(t, server)
	silent := openStream(t, client, server)
	if _, err := silent.Write([]byte{0x10}); err != nil { // a length, and then nothing
		t.Fatal(err)
	}
	huge := openStream(t, client, server)
	if _, err := huge.Write([]byte{0xff, 0xff, 0xff, 0xff, 0x07}); err != nil {
		t.Fatal(err)
	}
	if n, err := huge.Read(make([]byte, 1)); err == nil || n != 0 {
		t.Error("a query of 2 GiB is answered")
	}
	closed := make(chan error, 1)
	go func() { closed <- server.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(testDeadline):
		t.Fatal("an idle stream holds Close up")
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
	found, err := newAsker(t, store).Query(testContext(t), o.ID(), testTime.Add(-time.Hour))
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
	found, err := newAsker(t, store).Query(testContext(t), o.ID(), time.Time{})
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
		_, err := newAsker(t, store).Query(testContext(t), o.ID(), testTime.Add(-time.Hour))
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
	if _, err := newAsker(t, store).Query(testContext(t), o.ID(), testTime.Add(-time.Hour)); err != nil {
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
		_, err := asker.Query(ctx, o.ID(), testTime)
		ended <- err
	}()
	<-asked
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
	if found, err := relayPeer(false).Query(testContext(t), o.ID(), time.Time{}); err != nil || len(found) != 2 {
		t.Errorf("relay peers too: found %d, error %v", len(found), err)
	}
	if _, err := relayPeer(true).Query(testContext(t), o.ID(), time.Time{}); !errors.Is(err, announce.ErrNoStorePeers) {
		t.Errorf("store peers only: %v, want %v", err, announce.ErrNoStorePeers)
	}
}
