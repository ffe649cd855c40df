// Package bittorrent implements [swarm.Swarm] with BitTorrent version 1
// (BEP 3, with metadata exchange by BEP 9): one client, shared by every
// community, over the archive files of [swarm.Files].
//
// # How a generation is fetched
//
// The torrent is added by its infohash. When peers have sent its info
// dictionary, which is checked against every rule of a community's torrent,
// the pieces of the index are fetched, and only these: before the index is
// read nobody knows which bytes of the data belong to which archive. The
// receiver names the archives it wants; they are fetched in that order through
// a window of some MiB, and put in place one by one as they become whole. A
// window also bounds what an abort loses.
//
// # What carries over
//
// Generations of a community share the pieces of an archive where the archive
// id and all of its piece hashes are equal; whole archives and verified pieces
// of unfinished ones then count as complete in a new generation, unread. One
// generation of a community is written to at a time. An older one only gives,
// and is drained of requests in flight before the newer one begins.
//
// # Restarts
//
// The torrent, index and layout of a generation are kept, and verified pieces
// are saved each second, after their bytes were synced. A restart reads no
// archive. But each piece is compared with its hash before it is first given to
// a peer in a run, and again when its file was touched. An archive that turns
// out to be damaged becomes an unfinished download that lacks the damaged pieces.
//
// # Room
//
// No piece of an archive is asked for before the receiver has made room for it.
// Archives without room, and what a full disk refuses, end the fetch with
// [swarm.ErrNoSpace]; all that is here goes on being served, and the next fetch
// goes on where it stopped.
package bittorrent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/anacrolix/torrent"
	"golang.org/x/time/rate"

	"seeder/internal/clock"
	"seeder/message"
	"seeder/swarm"
)

// Options configure a [Swarm]. Files is required.
type Options struct {
	// Files is the folder of archives.
	Files *swarm.Files
	// Listen is the address host:port for incoming connections. An empty host
	// is every interface by IPv4 and by IPv6, 0.0.0.0 those by IPv4 and [::] those
	// by IPv6; port 0 is a free one. Peers are dialled by the same. Default ":0".
	Listen string
	// DHT finds peers by the mainline DHT (BEP 5) and announces to it.
	DHT bool
	// DHTNodes are addresses host:port by which the DHT is entered. Default: the
	// well-known ones.
	DHTNodes []string
	// PEX exchanges peer addresses with connected peers (BEP 11).
	PEX bool
	// UTP also listens and dials by uTP (BEP 29), which passes some routers (with
	// the help of a peer, BEP 55) but is far slower than TCP: peers are tried by TCP
	// first.
	UTP bool
	// UTPOnly does without TCP.
	UTPOnly bool
	// UseTrackers announces to the trackers below and to those of magnet links
	// that speak UDP.
	UseTrackers bool
	// Trackers are announce URLs, named in the magnet links and torrents made.
	Trackers []string
	// Peers are addresses host:port tried for every community.
	Peers []string
	// External are this node's addresses host:port as others reach them, named
	// in the magnet links made. Without any, public addresses of Mapped are, and
	// those that peers of different networks agree on.
	External []string
	// Mapped returns the addresses at which a router forwards to this node. It is
	// called when a magnet link is made, and returns at once. Default: none.
	Mapped func() []netip.AddrPort
	// MaxConns bounds the connections of a torrent. Default 50.
	MaxConns int
	// RedialMin and RedialMax bound the time between two attempts to reach a
	// peer, which doubles with each. Defaults 1 s and 1 min.
	RedialMin, RedialMax time.Duration
	// Throttle holds payload to limits. Default: none.
	Throttle Throttle
	// EvictGrace is how long an evicted archive goes on being served to peers that
	// were told that it is going. Default 3 s.
	EvictGrace time.Duration
	// HoldBack is how long an archive that is in place waits for one wanted before
	// it. Archives wanted first come first, and one that nobody has keeps the
	// others for no longer than this. Default 5 s.
	HoldBack time.Duration
	// Hashers bounds how many pieces and archives are hashed at a time, over all
	// torrents. 0 is the library's choice: two for each torrent, as many as there
	// are CPUs in all, and no bound for what is checked before it is first served.
	Hashers int
	// Damaged is told of an archive in the folder that was found damaged and set
	// aside: it counts as missing until it is fetched again or put in place. The
	// calls come from goroutines that Close waits for. Default: nobody.
	Damaged func(message.CommunityID, message.ArchiveID)
	// Clock tells the time. Default [clock.System].
	Clock clock.Clock
	// Logger receives warnings. Default: none.
	Logger *slog.Logger
}

const (
	// keepAlive frees connections whose wake-up was lost, see New.
	keepAlive = 500 * time.Millisecond
	// dialsPerSecond bounds connection attempts over all torrents.
	dialsPerSecond = 200
	openFileLimit  = 128
	bindFor        = 2 * time.Second
	bindEvery      = 20 * time.Millisecond
	// rememberOver is how long beyond two redials a peer that parted is counted.
	rememberOver = 30 * time.Second
)

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = ":0"
	}
	if o.MaxConns == 0 {
		o.MaxConns = 50
	}
	if o.RedialMin == 0 {
		o.RedialMin = time.Second
	}
	if o.RedialMax == 0 {
		o.RedialMax = time.Minute
	}
	if o.EvictGrace == 0 {
		o.EvictGrace = 3 * time.Second
	}
	if o.HoldBack == 0 {
		o.HoldBack = 5 * time.Second
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Swarm implements [swarm.Swarm].
type Swarm struct {
	opts   Options
	files  *swarm.Files
	open   *openFiles
	client *torrent.Client
	// withoutIPv6 says that the system has none.
	withoutIPv6 bool

	// ctx ends when Close begins; running counts what Close waits for.
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	// conns is the book of connections that the library's callbacks keep.
	conns   *connections
	hashers hashers

	mu          sync.Mutex
	communities map[message.CommunityID]*community
	lists       lists
	closed      bool
	// over is closed when Close has ended.
	over chan struct{}
}

var _ swarm.Swarm = (*Swarm)(nil)

// New starts a client. End it with Close.
func New(opts Options) (*Swarm, error) {
	opts = opts.withDefaults()
	if opts.Files == nil {
		return nil, errors.New("no folder of archives given")
	}
	s := &Swarm{
		opts: opts, files: opts.Files, open: newOpenFiles(openFileLimit),
		conns: newConnections(opts.Clock, 2*opts.RedialMax+rememberOver), communities: make(map[message.CommunityID]*community),
		hashers: newHashers(opts.Hashers), lists: lists{peers: opts.Peers, trackers: opts.Trackers}, over: make(chan struct{}),
	}
	s.conns.punch = opts.UTP || opts.UTPOnly
	if err := s.startClient(); err != nil {
		return nil, err
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.running.Go(s.keepDialling)
	if opts.DHT {
		s.running.Go(s.keepAnnouncing)
	}
	return s, nil
}

// startClient tries for a while when the port is taken: a client that was just
// closed gives it back a moment later.
func (s *Swarm) startClient() error {
	until := time.NewTimer(bindFor)
	defer until.Stop()
	for {
		cfg, err := s.clientConfig()
		if err != nil {
			return err
		}
		s.client, err = torrent.NewClient(cfg)
		if err == nil {
			s.useDialers()
			return nil
		}
		if !s.withoutIPv6 && lacksIPv6(cfg.ListenHost(""), err) {
			s.withoutIPv6 = true
			continue
		}
		err = fmt.Errorf("start BitTorrent client: %w", err)
		if !errors.Is(err, syscall.EADDRINUSE) {
			return err
		}
		pause := time.NewTimer(bindEvery)
		select {
		case <-pause.C:
		case <-until.C:
			pause.Stop()
			return err
		}
	}
}

func (s *Swarm) clientConfig() (*torrent.ClientConfig, error) {
	host, portText, err := net.SplitHostPort(s.opts.Listen)
	if err != nil {
		return nil, fmt.Errorf("read listen address: %w", err)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("read listen port: %w", err)
	}
	cfg := torrent.NewDefaultClientConfig()
	cfg.ListenPort = int(port)
	s.setTransports(cfg, host)
	cfg.Seed = true
	// The library loses wake-ups of the peer writer; the keep-alive frees the
	// connection, by default after a minute.
	cfg.KeepAliveTimeout = keepAlive
	cfg.DialRateLimiter = rate.NewLimiter(dialsPerSecond, dialsPerSecond)
	cfg.EstablishedConnsPerTorrent = s.opts.MaxConns
	if s.opts.Hashers > 0 {
		cfg.PieceHashersPerTorrent = s.opts.Hashers // those that wait cost a little each
	}
	cfg.DropDuplicatePeerIds = true    // both sides keep dialling each other
	cfg.NoDefaultPortForwarding = true // the library neither renews nor tells
	s.configureDHT(cfg)
	cfg.DisablePEX = !s.opts.PEX
	cfg.DisableTrackers = !s.opts.UseTrackers
	cfg.DisableWebtorrent = true
	cfg.DisableWebseeds = true
	// Every torrent brings its own storage; this one refuses.
	cfg.DefaultStorage = newView(message.CommunityID{}, swarm.InfoHash{}, s.open)
	cfg.Slogger = slog.New(quiet{s.opts.Logger.Handler()})
	cfg.Callbacks.PeerConnReadExtensionMessage = []func(torrent.PeerConnReadExtensionMessageEvent){guardMetadata, s.conns.guardHolepunch}
	cfg.Callbacks.PeerConnAdded = []func(*torrent.PeerConn){s.conns.added}
	cfg.Callbacks.ReadMessage = s.conns.read
	cfg.Callbacks.ReceivedUsefulData = []func(torrent.ReceivedUsefulDataEvent){s.conns.useful}
	cfg.Callbacks.SentRequest = []func(torrent.PeerRequestEvent){s.conns.asked}
	cfg.Callbacks.ReadExtendedHandshake = s.conns.opened
	cfg.Callbacks.PeerConnClosed = s.conns.closed
	return cfg, nil
}

// Addrs implements [swarm.Swarm].
func (s *Swarm) Addrs() []string {
	var addrs []string
	seen := make(map[string]bool)
	for _, a := range s.client.ListenAddrs() {
		if text := a.String(); !seen[text] {
			seen[text] = true
			addrs = append(addrs, text)
		}
	}
	return addrs
}

// community returns the state of a community, made at its first use.
func (s *Swarm) community(id message.CommunityID) (*community, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, swarm.ErrClosed
	}
	c := s.communities[id]
	if c == nil {
		c = newCommunity(s, id)
		c.book.add(s.lists.peers...)
		s.communities[id] = c
	}
	return c, nil
}

func (s *Swarm) all() []*community {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*community, 0, len(s.communities))
	for _, c := range s.communities {
		list = append(list, c)
	}
	return list
}

// enter counts a call that Close has to wait for, and gives it a context that
// ends with the swarm.
func (s *Swarm) enter(ctx context.Context) (context.Context, func(), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, swarm.ErrClosed
	}
	s.running.Add(1)
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.ctx, func() { cancel(swarm.ErrClosed) })
	return ctx, func() {
		stop()
		cancel(nil)
		s.running.Done()
	}, nil
}

// spawn runs f in a goroutine that Close waits for; not once it has begun.
func (s *Swarm) spawn(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.running.Go(f)
	}
}

// AddPeers implements [swarm.Swarm].
func (s *Swarm) AddPeers(id message.CommunityID, addrs ...string) {
	c, err := s.community(id)
	if err != nil {
		return
	}
	c.book.add(addrs...)
	c.dial()
}

// Stats implements [swarm.Swarm].
func (s *Swarm) Stats(id message.CommunityID) swarm.Stats {
	s.mu.Lock()
	c := s.communities[id]
	s.mu.Unlock()
	if c == nil {
		return swarm.Stats{Torrents: []swarm.TorrentStats{}}
	}
	return c.stats()
}

// Drop implements [swarm.Swarm].
func (s *Swarm) Drop(id message.CommunityID, hash swarm.InfoHash) error {
	c, err := s.served(id)
	if err != nil || c == nil {
		return err
	}
	return c.drop(hash)
}

// Close implements [swarm.Swarm].
func (s *Swarm) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		<-s.over
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	defer close(s.over)
	s.cancel()
	s.running.Wait()
	var errs []error
	for _, c := range s.all() {
		errs = append(errs, c.close())
	}
	errs = append(errs, s.client.Close()...)
	s.open.close()
	return errors.Join(errs...)
}

// quiet passes warnings and errors only: the library reports each connection. It
// also reports each chunk that could not be written, of which there are
// hundreds on a full disk; the fetch ends with that error and says so once.
type quiet struct{ slog.Handler }

// chunkNotWritten begins such a report, behind what the library puts before it.
const chunkNotWritten = "writing received chunk"

// Handle implements [slog.Handler].
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if strings.Contains(r.Message, chunkNotWritten) {
		return nil
	}
	return q.Handler.Handle(ctx, r)
}

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
