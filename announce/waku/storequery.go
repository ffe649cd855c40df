package waku

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-msgio/pbio"
	storev3 "github.com/waku-org/go-waku/waku/v2/protocol/store"
	"github.com/waku-org/go-waku/waku/v2/protocol/store/pb"
	"google.golang.org/protobuf/proto"

	"seeder/announce"
	"seeder/internal/clock"
	"seeder/message"
)

// Limits of a query.
const (
	// QueryWindow is the longest range of time asked for at once; the stores of
	// today's networks refuse more.
	QueryWindow = 24 * time.Hour
	// QueryDepth is how far back queries go, whatever the caller asks for.
	QueryDepth = 30 * 24 * time.Hour
	// QueryPeers is how many peers are asked, the configured ones first.
	QueryPeers = 16
	// QueryEnvelopes is how many envelopes are taken from one peer.
	QueryEnvelopes = 2000
	// MaxResponse is the longest response read, in bytes: a page of envelopes
	// of the greatest size.
	MaxResponse = queryPage*(announce.MaxEnvelope+1<<10) + 1<<10
)

const (
	queryPage    = 20
	queryTimeout = 15 * time.Second // of one request
	// querySkew is how far ahead of this node's clock a sender's may be.
	querySkew = 10 * time.Minute
	// A peer that is asked too often says so; then it is asked again this many
	// times, after this wait.
	busyTries = 5
	busyWait  = time.Second
)

// Status codes of a response.
const (
	statusOK         = 200
	statusBadRequest = 400
	statusBusy       = 429
	statusInternal   = 500
)

// errBusy reports a peer that answers less often than it is asked.
var errBusy = errors.New("store peer is busy")

// Query implements [announce.Bus]. A peer that fails half-way still counts
// with what it gave before.
func (n *Node) Query(ctx context.Context, c message.CommunityID, since time.Time, fn func(announce.Received)) error {
	if err := n.enter(); err != nil {
		return err
	}
	defer n.work.Done()
	ctx, cancel := n.bound(ctx)
	defer cancel()
	ch := n.routes.channel(c)
	found := &findings{ctx: ctx, now: n.clock.Now(), fn: fn, given: make(map[[32]byte]struct{})}
	var asked sync.WaitGroup
	for _, info := range n.queryPeers() {
		asked.Go(func() {
			if err := n.queryPeer(ctx, info, ch, since, found); err != nil {
				found.fail(fmt.Errorf("%s: %w", info.ID, err))
				n.log.Debug("store query failed", slog.String("peer", info.ID.String()), slog.Any("error", err))
			}
		})
	}
	asked.Wait()
	if !found.answered {
		return n.ended(errors.Join(append([]error{announce.ErrNoStorePeers}, found.errs...)...))
	}
	return nil
}

// findings passes on what several peers answer.
type findings struct {
	ctx context.Context // of the query: when it has ended, nothing is passed on
	now time.Time
	fn  func(announce.Received)

	mu       sync.Mutex
	answered bool
	errs     []error
	given    map[[32]byte]struct{} // SHA-256 of signed bytes
	highest  uint64
}

func (f *findings) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errs = append(f.errs, err)
}

// answer notes that a peer answered and passes on what is new.
func (f *findings) answer(given []announce.Received) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answered = true
	for _, r := range given {
		hash := sha256.Sum256(r.Signed)
		if _, ok := f.given[hash]; ok || f.ctx.Err() != nil {
			continue
		}
		f.given[hash] = struct{}{}
		if r.Announcement.CheckClock(f.now) == nil {
			f.highest = max(f.highest, r.Announcement.Clock)
		}
		f.fn(r)
	}
}

// floor returns the time before which nothing newer than the findings can have
// been sent: a clock is at most [announce.MaxClockAhead] ahead of the sending.
func (f *findings) floor() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.UnixMilli(int64(f.highest)).Add(-announce.MaxClockAhead - querySkew)
}

// queryPeers returns whom to ask: the configured peers, then, unless told
// otherwise, connected ones that are known to speak the protocol.
func (n *Node) queryPeers() []peer.AddrInfo {
	static, peers := n.configured()
	if !n.storePeersOnly {
		peers = mergePeers(peers, static)
		for _, id := range n.host.Network().Peers() {
			speaks, err := n.host.Peerstore().SupportsProtocols(id, storev3.StoreQueryID_v300)
			if err == nil && len(speaks) > 0 {
				peers = mergePeers(peers, []peer.AddrInfo{{ID: id}})
			}
		}
	}
	peers = slices.DeleteFunc(slices.Clone(peers), func(p peer.AddrInfo) bool { return p.ID == n.host.ID() })
	return peers[:min(len(peers), QueryPeers)]
}

// queryPeer asks one peer for what was sent since a time, newest window first,
// until nothing newer than what was found can come.
func (n *Node) queryPeer(ctx context.Context, info peer.AddrInfo, ch *announce.Channel, since time.Time, found *findings) error {
	if err := n.dial(ctx, info); err != nil {
		return err
	}
	now := n.clock.Now()
	if oldest := now.Add(-QueryDepth); since.Before(oldest) {
		since = oldest
	}
	newest := now.Add(querySkew)
	if newest.Before(since) {
		newest = since // nothing can be there, but the peer shall say so
	}
	taken := 0
	for end := newest; !end.Before(since) && !end.Before(found.floor()); end = end.Add(-QueryWindow) {
		start := end.Add(-QueryWindow + 1)
		if start.Before(since) {
			start = since
		}
		count, err := n.queryWindow(ctx, info.ID, ch, start, end, QueryEnvelopes-taken, found)
		if err != nil {
			return err
		}
		if taken += count; taken >= QueryEnvelopes {
			return nil
		}
	}
	return nil
}

// queryWindow pages through one range of time, both ends included, and
// returns how many messages it was given.
func (n *Node) queryWindow(
	ctx context.Context, id peer.ID, ch *announce.Channel, start, end time.Time, limit int, found *findings,
) (int, error) {
	req := &pb.StoreQueryRequest{
		IncludeData:     true,
		PubsubTopic:     proto.String(n.pubsubTopic),
		ContentTopics:   ch.ContentTopics(),
		TimeStart:       proto.Int64(start.UnixNano()),
		TimeEnd:         proto.Int64(end.UnixNano()),
		PaginationLimit: proto.Uint64(queryPage),
	}
	count := 0
	for {
		resp, err := n.request(ctx, id, req)
		if err != nil {
			return count, err
		}
		found.answer(n.accept(ch, resp.Messages))
		count += len(resp.Messages)
		cursor := resp.PaginationCursor
		if len(cursor) == 0 || len(resp.Messages) == 0 || count >= limit {
			return count, nil
		}
		req.PaginationCursor = cursor
	}
}

// accept returns the valid announcements among the rows of a response, highest
// clock first.
func (n *Node) accept(ch *announce.Channel, rows []*pb.WakuMessageKeyValue) []announce.Received {
	var valid []announce.Received
	for _, row := range rows {
		if row.Message == nil || row.GetPubsubTopic() != n.pubsubTopic {
			continue
		}
		hash := row.Message.Hash(n.pubsubTopic)
		if !bytes.Equal(row.MessageHash, hash[:]) {
			continue
		}
		envelope, err := proto.Marshal(row.Message)
		if err != nil {
			continue
		}
		if r, err := ch.Open(envelope); err == nil {
			valid = append(valid, r)
		}
	}
	slices.SortFunc(valid, func(a, b announce.Received) int {
		return cmp.Compare(b.Announcement.Clock, a.Announcement.Clock)
	})
	return valid
}

// request sends a query until the peer is not too busy to answer it.
func (n *Node) request(ctx context.Context, id peer.ID, req *pb.StoreQueryRequest) (*pb.StoreQueryResponse, error) {
	for try := 1; ; try++ {
		resp, err := n.requestOnce(ctx, id, req)
		if !errors.Is(err, errBusy) || try == busyTries {
			return resp, err
		}
		timer := time.NewTimer(busyWait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
	}
}

func (n *Node) requestOnce(ctx context.Context, id peer.ID, req *pb.StoreQueryRequest) (*pb.StoreQueryResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	s, err := n.host.NewStream(ctx, id, storev3.StoreQueryID_v300)
	if err != nil {
		return nil, fmt.Errorf("open store stream: %w", err)
	}
	defer func() { _ = s.Reset() }() // after Close it has no effect
	defer context.AfterFunc(ctx, func() { _ = s.Reset() })()
	_ = s.SetDeadline(clock.System{}.Now().Add(queryTimeout))
	req.RequestId = requestID()
	if err := pbio.NewDelimitedWriter(s).WriteMsg(req); err != nil {
		return nil, fmt.Errorf("write store query: %w", err)
	}
	_ = s.CloseWrite()
	var resp pb.StoreQueryResponse
	if err := pbio.NewDelimitedReader(s, MaxResponse).ReadMsg(&resp); err != nil {
		return nil, fmt.Errorf("read store response: %w", err)
	}
	_ = s.Close()
	switch resp.GetStatusCode() {
	case statusOK:
		return &resp, nil
	case statusBusy:
		return nil, errBusy
	default:
		return nil, fmt.Errorf("store peer refused: %d %.200q", resp.GetStatusCode(), resp.GetStatusDesc())
	}
}

func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
