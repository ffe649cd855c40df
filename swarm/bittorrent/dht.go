package bittorrent

import (
	"time"
)

const (
	// announceEvery is how often a torrent is announced to the DHT (BEP 5
	// nodes forget after half an hour).
	announceEvery = 15 * time.Minute
	// announceAtOnce bounds the announces that run at a time, and announceFor
	// the time each may take.
	announceAtOnce = 8
	announceFor    = time.Minute
	announceTick   = time.Second
)

// keepAnnouncing announces every torrent to the DHT in turn, a few at a time,
// and gives the peers found to the torrent.
func (s *Swarm) keepAnnouncing() {
	tick := time.NewTicker(announceTick)
	defer tick.Stop()
	last := make(map[*generation]time.Time)
	slots := make(chan struct{}, announceAtOnce)
	for {
		open := make(map[*generation]time.Time)
		for _, c := range s.all() {
			for _, g := range c.generations() {
				at := last[g]
				if now := s.opts.Clock.Now(); now.Sub(at) >= announceEvery && s.announce(g, slots) {
					at = now
				}
				open[g] = at
			}
		}
		last = open
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			return
		}
	}
}

// announce begins an announce if one more may run.
func (s *Swarm) announce(g *generation, slots chan struct{}) bool {
	select {
	case slots <- struct{}{}:
	default:
		return false
	}
	s.running.Go(func() {
		defer func() { <-slots }()
		timeout := time.NewTimer(announceFor)
		defer timeout.Stop()
		for _, server := range s.client.DhtServers() {
			done, stop, err := g.t.AnnounceToDht(server)
			if err != nil {
				continue // no node is known yet; the next turn tries again
			}
			select {
			case <-done:
			case <-timeout.C:
			case <-g.dropped:
			case <-s.ctx.Done():
			}
			stop()
			<-done
		}
	})
	return true
}
