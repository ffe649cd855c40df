package bittorrent

import (
	"fmt"
	"sync"
	"time"

	"github.com/anacrolix/dht/v2"
	"github.com/anacrolix/torrent"
	"golang.org/x/time/rate"
)

const (
	// announceEvery is how often a torrent is announced to the DHT (BEP 5 nodes
	// forget after half an hour). Who looks for peers and has none announces
	// with pauses that grow from announceSoon to announceAlone; who has all it
	// wants is found by others, and only announces a second time soon, for the
	// nodes that were not known at first.
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
			fetching := c.fetching()
			for _, g := range c.generations() {
				s.announce(g, fetching, turns)
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
func (s *Swarm) announce(g *generation, fetching bool, turns chan struct{}) {
	if !g.announced.due(s.opts.Clock.Now(), fetching) {
		return
	}
	select {
	case turns <- struct{}{}:
	default:
		return
	}
	g.announced.begin()
	s.running.Go(func() {
		defer func() { <-turns }()
		told := false
		// Two at most, one for IPv4 and one for IPv6.
		for _, server := range s.client.DhtServers() {
			told = s.announceTo(g, server) || told
		}
		g.announced.end(s.opts.Clock.Now(), told, g.t.Stats().ActivePeers > 0)
	})
}

// announced is how the announces of a torrent went; at first one is due.
type announced struct {
	mu      sync.Mutex
	running bool
	ended   time.Time // of the last one
	told    bool      // it reached nodes
	met     bool      // there were peers then
	alone   int       // announces since there were, or since the first that reached nodes
}

// due reports whether it is time for another announce of a torrent that looks
// for peers, or has all it wants.
func (a *announced) due(now time.Time, fetching bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.running && (a.ended.IsZero() || !now.Before(a.ended.Add(a.pause(fetching))))
}

func (a *announced) pause(fetching bool) time.Duration {
	switch {
	case a.met, a.told && !fetching && a.alone > 1:
		return announceEvery
	case a.told && !fetching:
		return announceAlone
	default:
		return min(announceSoon<<min(a.alone-1, 10), announceAlone)
	}
}

func (a *announced) begin() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running = true
}

func (a *announced) end(now time.Time, told, met bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if told && (met || !a.told) {
		a.alone = 0
	}
	a.running, a.ended, a.told, a.met = false, now, told, told && met
	if !a.met {
		a.alone++
	}
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
