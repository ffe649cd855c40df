package waku

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"testing"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pspb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/peer"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	"github.com/waku-org/go-waku/waku/v2/protocol/store/pb"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"seeder/announce"
)

func newPubsubMessage(data []byte) *pspb.Message { return &pspb.Message{Data: data} }

func TestMailboxKeepsNewest(t *testing.T) {
	b := newMailbox[announce.Received]()
	const last = mailboxSize + 10
	for n := uint64(1); n <= last; n++ {
		b.put(announce.Received{Announcement: announce.Announcement{Clock: n}})
	}
	<-b.ready
	items := b.take()
	if len(items) != mailboxSize || items[0].Announcement.Clock != 11 || items[mailboxSize-1].Announcement.Clock != last {
		t.Errorf("%d items, from %d to %d", len(items), items[0].Announcement.Clock, items[len(items)-1].Announcement.Clock)
	}
	if more := b.take(); len(more) != 0 {
		t.Errorf("%d items were left", len(more))
	}
}

func TestRecentForgetsOldest(t *testing.T) {
	hash := func(n uint64) (h [32]byte) { binary.BigEndian.PutUint64(h[:], n); return h }
	r := newRecent(3)
	for n := uint64(1); n <= 4; n++ {
		r.add(hash(n))
		r.add(hash(n)) // counts once
	}
	for n, want := range map[uint64]bool{1: false, 2: true, 3: true, 4: true} {
		if r.has(hash(n)) != want {
			t.Errorf("knows %d: %v, want %v", n, !want, want)
		}
	}
}

func TestTracerCountsPeersOfItsEnvelope(t *testing.T) {
	tracer := newSendTracer()
	rpc := &pubsub.RPC{RPC: pspb.RPC{Publish: []*pspb.Message{newPubsubMessage([]byte("other")), newPubsubMessage([]byte("mine"))}}}
	other := &pubsub.RPC{RPC: pspb.RPC{Publish: []*pspb.Message{newPubsubMessage([]byte("other"))}}}
	hash := sha256.Sum256([]byte("mine"))
	tracer.SendRPC(rpc, "early") // nobody watches yet
	w := tracer.watch(hash)
	tracer.SendRPC(other, "a")
	if n := tracer.count(w); n != 0 {
		t.Errorf("%d peers, before it was sent to any", n)
	}
	for _, p := range []peer.ID{"a", "b", "a"} {
		tracer.SendRPC(rpc, p)
	}
	<-w.first
	if n := tracer.count(w); n != 2 {
		t.Errorf("%d peers, want 2", n)
	}
	tracer.unwatch(hash)
	tracer.SendRPC(rpc, "c")
	if n := tracer.count(w); n != 2 {
		t.Errorf("%d peers after the end", n)
	}
}

// Paging gives every row once, in order, whatever the page size and direction.
func TestPagingGivesEverythingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 60).Draw(t, "rows")
		rows := make([]row, count)
		for i := range rows {
			m := &wakupb.WakuMessage{
				Payload:   rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(t, "payload"),
				Timestamp: proto.Int64(rapid.Int64Range(0, 5).Draw(t, "timestamp")),
			}
			rows[i] = row{hash: sha256.Sum256([]byte{byte(i)}), message: m}
		}
		slices.SortFunc(rows, compareRows)
		forward := rapid.Bool().Draw(t, "forward")
		req := &pb.StoreQueryRequest{
			PaginationForward: forward,
			PaginationLimit:   proto.Uint64(rapid.Uint64Range(0, 2*MaxPage).Draw(t, "limit")),
		}
		var got []row
		for pages := 0; ; pages++ {
			page, more, err := cutPage(rows, req)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) > MaxPage || (more && len(page) == 0) || pages > count {
				t.Fatalf("page of %d, more %v", len(page), more)
			}
			if forward {
				got = append(got, page...)
			} else {
				got = append(slices.Clone(page), got...)
			}
			if !more {
				break
			}
			cursor := page[0].hash
			if forward {
				cursor = page[len(page)-1].hash
			}
			req.PaginationCursor = cursor[:]
		}
		same := func(a, b row) bool { return a.hash == b.hash }
		if !slices.EqualFunc(rows, got, same) {
			t.Fatalf("%d rows came back as %d", len(rows), len(got))
		}
	})
}

// Pages end early when they would become large, but never hold nothing.
func TestPageIsBoundedInBytes(t *testing.T) {
	var rows []row
	for i := range 10 {
		m := &wakupb.WakuMessage{Payload: make([]byte, maxPageBytes/2), Timestamp: proto.Int64(int64(i))}
		rows = append(rows, row{hash: sha256.Sum256([]byte{byte(i)}), message: m})
	}
	page, more, err := cutPage(rows, &pb.StoreQueryRequest{IncludeData: true, PaginationForward: true})
	if err != nil || len(page) != 1 || !more {
		t.Errorf("page of %d, more %v, error %v", len(page), more, err)
	}
	page, more, err = cutPage(rows, &pb.StoreQueryRequest{PaginationForward: true})
	if err != nil || len(page) != len(rows) || more {
		t.Errorf("without data: page of %d, more %v, error %v", len(page), more, err)
	}
}
