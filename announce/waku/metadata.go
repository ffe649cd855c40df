package waku

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-msgio/pbio"
	"github.com/waku-org/go-waku/waku/v2/protocol/metadata"
	"github.com/waku-org/go-waku/waku/v2/protocol/metadata/pb"
	"google.golang.org/protobuf/proto"

	"seeder/internal/clock"
)

// Bounds of a metadata request: it holds a few numbers.
const (
	metadataMaxBytes = 4 << 10
	metadataTimeout  = 10 * time.Second
)

// answerMetadata answers the question that Waku peers ask on connecting, of
// which cluster and shards a node is. It takes the place of the library's
// handler, which allocates whatever length a stranger declares and waits for
// ever.
func (n *Node) answerMetadata(cluster, shard uint16) {
	answer := &pb.WakuMetadataResponse{ClusterId: proto.Uint32(uint32(cluster)), Shards: []uint32{uint32(shard)}}
	n.host.SetStreamHandler(metadata.MetadataID_v1, func(s network.Stream) {
		n.serveStream(s, metadataTimeout, func(context.Context) error {
			if err := pbio.NewDelimitedReader(s, metadataMaxBytes).ReadMsg(&pb.WakuMetadataRequest{}); err != nil {
				return fmt.Errorf("read metadata request: %w", err)
			}
			return pbio.NewDelimitedWriter(s).WriteMsg(answer)
		})
	})
}

// serveStream runs fn for a stream that a peer opened and closes it. The
// stream ends after the timeout, or when the node is closed, which waits for fn.
func (n *Node) serveStream(s network.Stream, timeout time.Duration, fn func(context.Context) error) {
	if err := n.enter(); err != nil {
		_ = s.Reset()
		return
	}
	defer n.work.Done()
	ctx, cancel := context.WithTimeout(n.ctx, timeout)
	defer cancel()
	defer context.AfterFunc(n.ctx, func() { _ = s.Reset() })()
	_ = s.SetDeadline(clock.System{}.Now().Add(timeout))
	if err := fn(ctx); err != nil {
		n.log.Debug("request of a peer failed", slog.String("protocol", string(s.Protocol())),
			slog.String("peer", s.Conn().RemotePeer().String()), slog.Any("error", err))
		_ = s.Reset()
		return
	}
	_ = s.Close()
}
