package waku

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

	"seeder/announce/announcetest"
	"seeder/internal/clock"
	"seeder/message"
)

// What the database damaged does not hide the rest.
func TestServerSkipsDamagedEnvelope(t *testing.T) {
	o := announcetest.NewOwner(t)
	shelf := shelve(t, o, 2, time.Minute)
	shelf.Put(o.ID(), []byte("\xff\xff"), testTime)
	found, err := announcetest.Collect(testContext(t), newAsker(t, newServer(t, o, shelf)), o.ID(), testTime.Add(-time.Hour))
	if err != nil || len(found) != 2 {
		t.Errorf("found %d, error %v", len(found), err)
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
	for range DefaultPeerQueries * savedSeconds {
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

// A peer that has been sent much waits until that is paid off; another one does
// not.
func TestServerLimitsBytes(t *testing.T) {
	o := announcetest.NewOwner(t)
	shelf := shelve(t, o, 40, time.Second)
	const perSecond = 500
	server := newNode(t, func(opts *Options) {
		opts.Shelf, opts.Clock, opts.PeerBytes = shelf, clock.NewFixed(testTime), perSecond
	})
	server.Serve(o.ID())
	client := newAsker(t, server)
	req := &pb.StoreQueryRequest{IncludeData: true, PubsubTopic: proto.String(server.PubsubTopic()),
		ContentTopics: o.Channel.ContentTopics(), PaginationLimit: proto.Uint64(MaxPage)}
	resp := exchange(t, client, server, req)
	if resp.GetStatusCode() != statusOK || len(resp.Messages) != 40 {
		t.Fatalf("status %d, %d messages", resp.GetStatusCode(), len(resp.Messages))
	}
	owed := proto.Size(resp) - perSecond*savedSeconds
	if owed <= perSecond {
		t.Fatalf("the answer is too small for this test: %d bytes are owed", owed)
	}
	if resp := exchange(t, client, server, req); resp.GetStatusCode() != statusBusy {
		t.Errorf("status %d for a peer that owes, want %d", resp.GetStatusCode(), statusBusy)
	}
	if resp := exchange(t, newAsker(t, server), server, req); resp.GetStatusCode() != statusOK {
		t.Errorf("status %d for another peer", resp.GetStatusCode())
	}
	server.clock.(*clock.Fixed).Advance(-48 * time.Hour)
	if resp := exchange(t, client, server, req); resp.GetStatusCode() != statusBusy {
		t.Errorf("status %d after the clock was set back, want %d", resp.GetStatusCode(), statusBusy)
	}
	server.clock.(*clock.Fixed).Advance(time.Duration(owed/perSecond+2) * time.Second)
	if resp := exchange(t, client, server, req); resp.GetStatusCode() != statusOK {
		t.Errorf("status %d when it is paid off", resp.GetStatusCode())
	}
}

func TestServerRemembersFewPeers(t *testing.T) {
	a := newAllowances(DefaultPeerQueries, DefaultPeerBytes)
	for i := range 3 * rememberedPeers {
		if !a.spendQuery(peer.ID(fmt.Sprint(i)), testTime) {
			t.Fatal("a new peer is refused")
		}
		if len(a.peers) > rememberedPeers {
			t.Fatalf("%d allowances kept, at most %d", len(a.peers), rememberedPeers)
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
