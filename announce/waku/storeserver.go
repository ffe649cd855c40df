package waku

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-msgio/pbio"
	wakupb "github.com/waku-org/go-waku/waku/v2/protocol/pb"
	storev3 "github.com/waku-org/go-waku/waku/v2/protocol/store"
	"github.com/waku-org/go-waku/waku/v2/protocol/store/pb"
	"google.golang.org/protobuf/proto"

	"seeder/announce"
	"seeder/message"
)

// Limits of the store server.
const (
	// MaxRequest is the longest query read, in bytes.
	MaxRequest = 16 << 10
	// MaxPage is how many messages a response holds at most, and DefaultPage
	// how many when the query does not say.
	MaxPage     = 100
	DefaultPage = 20
	// ServerStreams is how many queries are answered at the same time.
	ServerStreams = 16
	// MaxAsked is how many content topics, or how many hashes, a query names.
	MaxAsked = 100
)

const (
	serveTimeout = 20 * time.Second
	// maxPageBytes is where a page ends early; a single message always fits.
	maxPageBytes = 2 << 20
)

// errBadQuery reports a query that the server refuses.
var errBadQuery = errors.New("bad query")

// storeServer answers store queries from a shelf.
type storeServer struct {
	node  *Node
	shelf announce.Shelf
	slots chan struct{}
	peers *allowances
}

func newStoreServer(n *Node, shelf announce.Shelf, queries, bytes uint64) *storeServer {
	return &storeServer{
		node:  n,
		shelf: shelf,
		slots: make(chan struct{}, ServerStreams),
		peers: newAllowances(queries, bytes),
	}
}

func (s *storeServer) mount() {
	s.node.host.SetStreamHandler(storev3.StoreQueryID_v300, func(stream network.Stream) {
		s.node.serveStream(stream, serveTimeout, func(ctx context.Context) error { return s.serve(ctx, stream) })
	})
}

func (s *storeServer) unmount() { s.node.host.RemoveStreamHandler(storev3.StoreQueryID_v300) }

// serve reads one query and writes one response.
func (s *storeServer) serve(ctx context.Context, stream network.Stream) error {
	var req pb.StoreQueryRequest
	if err := pbio.NewDelimitedReader(stream, MaxRequest).ReadMsg(&req); err != nil {
		return fmt.Errorf("read store query: %w", err)
	}
	from := stream.Conn().RemotePeer()
	resp := s.respond(ctx, from, &req)
	s.peers.spendBytes(from, s.node.clock.Now(), proto.Size(resp))
	if err := pbio.NewDelimitedWriter(stream).WriteMsg(resp); err != nil {
		return fmt.Errorf("write store response: %w", err)
	}
	return nil
}

func (s *storeServer) respond(ctx context.Context, from peer.ID, req *pb.StoreQueryRequest) *pb.StoreQueryResponse {
	status := func(code uint32, text string) *pb.StoreQueryResponse {
		return &pb.StoreQueryResponse{RequestId: req.RequestId, StatusCode: &code, StatusDesc: &text}
	}
	if !s.peers.spendQuery(from, s.node.clock.Now()) {
		return status(statusBusy, "too many requests")
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		return status(statusBusy, "too many requests")
	}
	rows, cursor, err := s.query(ctx, req)
	switch {
	case errors.Is(err, errBadQuery):
		return status(statusBadRequest, err.Error())
	case err != nil:
		s.node.log.Warn("store query could not be answered", slog.Any("error", err))
		return status(statusInternal, "internal error")
	}
	resp := status(statusOK, "OK")
	resp.Messages, resp.PaginationCursor = rows, cursor
	return resp
}

// row is a stored message and its place in the order.
type row struct {
	hash    [32]byte
	message *wakupb.WakuMessage
}

func compareRows(a, b row) int {
	if c := cmp.Compare(a.message.GetTimestamp(), b.message.GetTimestamp()); c != 0 {
		return c
	}
	return bytes.Compare(a.hash[:], b.hash[:])
}

// query returns one page in ascending order, and the cursor of the next page
// when there is one.
func (s *storeServer) query(ctx context.Context, req *pb.StoreQueryRequest) ([]*pb.WakuMessageKeyValue, []byte, error) {
	if err := s.check(req); err != nil {
		return nil, nil, err
	}
	rows, err := s.matching(ctx, req)
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(rows, compareRows)
	rows = slices.CompactFunc(rows, func(a, b row) bool { return a.hash == b.hash })
	page, more, err := cutPage(rows, req)
	if err != nil {
		return nil, nil, err
	}
	var cursor []byte
	if more && req.PaginationForward {
		cursor = page[len(page)-1].hash[:]
	} else if more {
		cursor = page[0].hash[:]
	}
	return s.encode(page, req.IncludeData), cursor, nil
}

func (s *storeServer) check(req *pb.StoreQueryRequest) error {
	switch {
	case len(req.MessageHashes) > MaxAsked || len(req.ContentTopics) > MaxAsked:
		return fmt.Errorf("%w: more than %d hashes or content topics", errBadQuery, MaxAsked)
	case len(req.MessageHashes) == 0 && len(req.ContentTopics) == 0:
		// Listing everything would tell strangers what this node follows.
		return fmt.Errorf("%w: no content topics and no hashes", errBadQuery)
	case len(req.MessageHashes) == 0 && req.GetPubsubTopic() == "":
		return fmt.Errorf("%w: no pubsub topic", errBadQuery)
	case req.TimeStart != nil && req.TimeEnd != nil && req.GetTimeStart() > req.GetTimeEnd():
		return fmt.Errorf("%w: time range ends before it begins", errBadQuery)
	case len(req.PaginationCursor) != 0 && len(req.PaginationCursor) != 32:
		return fmt.Errorf("%w: cursor of %d bytes", errBadQuery, len(req.PaginationCursor))
	}
	return nil
}

// matching returns the rows that a query asks for, in any order.
func (s *storeServer) matching(ctx context.Context, req *pb.StoreQueryRequest) ([]row, error) {
	if len(req.MessageHashes) > 0 {
		return s.byHash(ctx, req.MessageHashes)
	}
	if req.GetPubsubTopic() != s.node.pubsubTopic {
		return nil, nil
	}
	var rows []row
	done := make(map[message.CommunityID]bool)
	for _, topic := range req.ContentTopics {
		rt := s.node.routes.byTopic(topic)
		if rt == nil || done[rt.channel.Community()] {
			continue
		}
		done[rt.channel.Community()] = true
		all, err := s.shelved(ctx, rt.channel.Community(), time.Unix(0, req.GetTimeStart()))
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			ts := r.message.GetTimestamp()
			if slices.Contains(req.ContentTopics, r.message.ContentTopic) &&
				ts >= req.GetTimeStart() && (req.TimeEnd == nil || ts <= req.GetTimeEnd()) {
				rows = append(rows, r)
			}
		}
	}
	return rows, nil
}

func (s *storeServer) byHash(ctx context.Context, hashes [][]byte) ([]row, error) {
	wanted := make(map[[32]byte]bool, len(hashes))
	for _, h := range hashes {
		if len(h) != 32 {
			return nil, fmt.Errorf("%w: hash of %d bytes", errBadQuery, len(h))
		}
		wanted[[32]byte(h)] = true
	}
	var rows []row
	for _, c := range s.node.routes.communities() {
		all, err := s.shelved(ctx, c, s.node.clock.Now().Add(-QueryDepth))
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			if wanted[r.hash] {
				rows = append(rows, r)
			}
		}
	}
	return rows, nil
}

// shelved returns what the shelf has of a community since a time by the
// senders' clocks, which may be ahead of the time of reception.
func (s *storeServer) shelved(ctx context.Context, c message.CommunityID, since time.Time) ([]row, error) {
	if oldest := s.node.clock.Now().Add(-QueryDepth); since.Before(oldest) {
		since = oldest
	}
	envelopes, err := s.shelf.Envelopes(ctx, c, since.Add(-querySkew))
	if err != nil {
		return nil, fmt.Errorf("read shelf: %w", err)
	}
	rows := make([]row, 0, len(envelopes))
	for _, e := range envelopes {
		m := new(wakupb.WakuMessage)
		if err := proto.Unmarshal(e, m); err != nil {
			s.node.log.Warn("shelved envelope is damaged", slog.String("community", c.String()), slog.Any("error", err))
			continue
		}
		rows = append(rows, row{hash: m.Hash(s.node.pubsubTopic), message: m})
	}
	return rows, nil
}

// cutPage takes the page that begins behind the cursor, in the direction
// asked for, out of sorted rows. It reports whether there is more behind it.
func cutPage(rows []row, req *pb.StoreQueryRequest) (page []row, more bool, err error) {
	if len(req.PaginationCursor) > 0 {
		at := slices.IndexFunc(rows, func(r row) bool { return r.hash == [32]byte(req.PaginationCursor) })
		if at < 0 {
			return nil, false, fmt.Errorf("%w: unknown cursor", errBadQuery)
		}
		if req.PaginationForward {
			rows = rows[at+1:]
		} else {
			rows = rows[:at]
		}
	}
	limit := DefaultPage
	if asked := req.GetPaginationLimit(); asked > 0 {
		limit = int(min(asked, MaxPage))
	}
	take, size := 0, 0
	for take < min(limit, len(rows)) {
		next := rows[take]
		if !req.PaginationForward {
			next = rows[len(rows)-1-take]
		}
		if size += proto.Size(next.message); req.IncludeData && take > 0 && size > maxPageBytes {
			break
		}
		take++
	}
	if req.PaginationForward {
		return rows[:take], take < len(rows), nil
	}
	return rows[len(rows)-take:], take < len(rows), nil
}

func (s *storeServer) encode(page []row, data bool) []*pb.WakuMessageKeyValue {
	rows := make([]*pb.WakuMessageKeyValue, 0, len(page))
	for _, r := range page {
		kv := &pb.WakuMessageKeyValue{MessageHash: r.hash[:]}
		if data {
			kv.Message, kv.PubsubTopic = r.message, proto.String(s.node.pubsubTopic)
		}
		rows = append(rows, kv)
	}
	return rows
}
