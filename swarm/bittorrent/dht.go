package bittorrent

import (
	"fmt"
	"time"

	"github.com/anacrolix/dht/v2"
	"github.com/anacrolix/torrent"
	"golang.org/x/time/rate"
)

const (
	// announceEvery is how often a connected torrent is announced to the DHT
	// (BEP 5 nodes forget after half an hour). One without peers is announced
	// with pauses that grow from announceSoon to announceAlone.
	announceEvery = 15 * time.Minute
	announceAlone = 2 * time.Minute
	announceSoon  = 2 * time.Second
	// announceAtOnce bounds the announces that run at a time, and announceFor
	// the time each may take.
	announceAtOnce = 8
	announceFor    = time.Minute
	announceTick   = 500 * time.Millisecond

	dhtPacketsPerSecond = 25
)

// configureDHT sets where the DHT is entered, if not at the usual nodes.
func (s *Swarm) configureDHT(cfg *torrent.ClientConfig) {
	cfg.NoDHT = !s.opts.DHT
	// The library would keep a goroutine for each torrent and server; see
	// keepAnnouncing.
	cfg.PeriodicallyAnnounceTorrentsToDht = false
	store := newDHTStore(s.opts.Clock)
	cfg.ConfigureAnacrolixDhtServer = func(server *dht.ServerConfig) {
		server.PeerStore = store
		// By default all servers of the process share one.
		server.SendLimiter = rate.NewLimiter(dhtPacketsPerSecond, dhtPacketsPerSecond)
	}
	if len(s.opts.DHTNodes) == 0 {
		return
	}
	cfg.DhtStartingNodes = func(network string) dht.StartingNodesGetter {
		return func() ([]dht.Addr, error) {
			addrs, err := dht.ResolveHostPorts(s.opts.DHTNodes)
			if err != nil {
				return nil, fmt.Errorf("find DHT nodes for %s: %w", network, err)
			}
			return addrs, nil
		}
	}
}

// keepAnnouncing announces every torrent to the DHT in turn, a few at a time,
// and gives the peers found to the torrent.
func (s *Swarm) keepAnnouncing() {
	tick := time.NewTicker(announceTick)
	defer tick.Stop()
	turns := make(chan struct{}, announceAtOnce)
	for {
		for _, c := range s.all() {
			for _, g := range c.generations() {
				s.announce(g, turns)
			}
		}
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			return
		}
	}
}

// announce begins an announce if it is time and one more may run.
func (s *Swarm) announce(g *generation, turns chan struct{}) {
	if s.opts.Clock.Now().UnixNano() < g.announceAt.Load() {
		return
	}
	select {
	case turns <- struct{}{}:
	default:
		return
	}
	// Not again while this one runs: two servers at most, one for IPv4 and one
	// for IPv6.
	g.announceAt.Store(s.opts.Clock.Now().Add(2*announceFor + announceSoon).UnixNano())
	s.running.Go(func() {
		defer func() { <-turns }()
		told := false
		for _, server := range s.client.DhtServers() {
			told = s.announceTo(g, server) || told
		}
		pause := min(max(2*g.announced, announceSoon), announceAlone)
		g.announced = pause
		if told && g.t.Stats().ActivePeers > 0 {
			pause, g.announced = announceEvery, 0
		}
		g.announceAt.Store(s.opts.Clock.Now().Add(pause).UnixNano())
	})
}

// announceTo announces a torrent to one DHT server and waits for the end;
// false when no node of the DHT is known yet.
func (s *Swarm) announceTo(g *generation, server torrent.DhtServer) bool {
	done, stop, err := g.t.AnnounceToDht(server)
	if err != nil {
		return false
	}
	timeout := time.NewTimer(announceFor)
	defer timeout.Stop()
	select {
	case <-done:
	case <-timeout.C:
	case <-g.dropped:
	case <-s.ctx.Done():
	}
	stop()
	<-done
	return true
}
