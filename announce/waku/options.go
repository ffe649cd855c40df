package waku

import (
	"crypto/ecdsa"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
	"github.com/waku-org/go-waku/waku/v2/protocol"

	"seeder/announce"
	"seeder/internal/clock"
)

// The shard that Status communities use.
const (
	DefaultCluster = 16
	DefaultShard   = 32
)

// NodeKeySize is the length of a node's private key in bytes.
const NodeKeySize = 32

// ErrOption reports an option that no node can be made of.
var ErrOption = errors.New("bad waku option")

// Options says what a [Node] is made of. The zero value is a node of the
// Status network on any free port, with no peers.
type Options struct {
	// Listen is the TCP address, host:port; port 0 takes any free one. Empty
	// means 0.0.0.0:0.
	Listen string
	// Cluster and Shard name the pubsub topic. Cluster 0 means
	// [DefaultCluster] and [DefaultShard], whatever Shard says.
	Cluster, Shard uint16
	// StaticPeers are multiaddrs with /p2p/<peer id> that the node stays
	// connected to.
	StaticPeers []string
	// StorePeers are multiaddrs with /p2p/<peer id> that queries go to; the
	// node stays connected to them as well.
	StorePeers []string
	// StorePeersOnly sends queries to StorePeers only. Otherwise the static
	// peers and connected peers that speak the protocol are asked too.
	StorePeersOnly bool
	// Shelf is what store queries of others are answered from; nil answers none.
	Shelf announce.Shelf
	// PeerQueries is how many store queries a second a peer may send, and
	// PeerBytes how many bytes a second it is sent in answer. Who asks for
	// nothing saves that up for six seconds. 0 means the default.
	PeerQueries, PeerBytes uint64
	// NodeKey is the secp256k1 private key that the peer id comes from; nil
	// makes a new one, so that the peer id changes with every start.
	NodeKey []byte
	// Clock stamps envelopes and bounds queries; nil means the system's.
	Clock clock.Clock
	// Logger takes the node's log; nil drops it.
	Logger *slog.Logger
}

// NewNodeKey makes a private key for [Options] from rand (crypto/rand.Reader
// outside tests).
func NewNodeKey(rand io.Reader) ([]byte, error) {
	b := make([]byte, NodeKeySize)
	for {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("read randomness: %w", err)
		}
		if _, err := crypto.ToECDSA(b); err == nil {
			return b, nil
		}
	}
}

// settings are options in the form that the libraries take.
type settings struct {
	listen      *net.TCPAddr
	key         *ecdsa.PrivateKey
	pubsubTopic string
	static      []peer.AddrInfo
	store       []peer.AddrInfo
}

func (o *Options) setDefaults() {
	if o.Listen == "" {
		o.Listen = "0.0.0.0:0"
	}
	if o.Cluster == 0 {
		o.Cluster, o.Shard = DefaultCluster, DefaultShard
	}
	if o.PeerQueries == 0 {
		o.PeerQueries = DefaultPeerQueries
	}
	if o.PeerBytes == 0 {
		o.PeerBytes = DefaultPeerBytes
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
}

func (o *Options) parse() (settings, error) {
	var s settings
	var err error
	if s.listen, err = net.ResolveTCPAddr("tcp", o.Listen); err != nil {
		return settings{}, fmt.Errorf("%w: listen address %q: %w", ErrOption, o.Listen, err)
	}
	if s.listen.IP == nil {
		s.listen.IP = net.IPv4zero
	}
	key := o.NodeKey
	if key == nil {
		fresh, err := crypto.GenerateKey()
		if err != nil {
			return settings{}, fmt.Errorf("make node key: %w", err)
		}
		key = crypto.FromECDSA(fresh)
	}
	if s.key, err = crypto.ToECDSA(key); err != nil {
		return settings{}, fmt.Errorf("%w: node key: %w", ErrOption, err)
	}
	if s.static, err = parsePeers(o.StaticPeers); err != nil {
		return settings{}, fmt.Errorf("static peers: %w", err)
	}
	if s.store, err = parsePeers(o.StorePeers); err != nil {
		return settings{}, fmt.Errorf("store peers: %w", err)
	}
	s.pubsubTopic = protocol.NewStaticShardingPubsubTopic(o.Cluster, o.Shard).String()
	return s, nil
}

// parsePeers joins the addresses of the same peer.
func parsePeers(addrs []string) ([]peer.AddrInfo, error) {
	parsed := make([]multiaddr.Multiaddr, 0, len(addrs))
	for _, a := range addrs {
		m, err := multiaddr.NewMultiaddr(a)
		if err != nil {
			return nil, fmt.Errorf("%w: address %q: %w", ErrOption, a, err)
		}
		parsed = append(parsed, m)
	}
	infos, err := peer.AddrInfosFromP2pAddrs(parsed...)
	if err != nil {
		return nil, fmt.Errorf("%w: an address has no /p2p/<peer id>: %w", ErrOption, err)
	}
	return infos, nil
}

// mergePeers returns the peers of both lists, each once.
func mergePeers(a, b []peer.AddrInfo) []peer.AddrInfo {
	merged := append([]peer.AddrInfo(nil), a...)
	at := make(map[peer.ID]int, len(a)+len(b))
	for i, info := range merged {
		at[info.ID] = i
	}
	for _, info := range b {
		if i, ok := at[info.ID]; ok {
			merged[i].Addrs = append(merged[i].Addrs[:len(merged[i].Addrs):len(merged[i].Addrs)], info.Addrs...)
			continue
		}
		at[info.ID] = len(merged)
		merged = append(merged, info)
	}
	return merged
}
