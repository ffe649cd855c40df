package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"

	"seeder/config"
	"seeder/internal/nat"
)

const (
	// clockWarn and clockFail are how far a clock may be off. Announcements of others
	// that lie ahead of it by a day are refused; messages say when they were sent.
	clockWarn = 20 * time.Second
	clockFail = 10 * time.Minute
)

// reachable tells whether others can reach this node. Without somebody outside who
// tries, which is asked of nobody, a node knows it when somebody came.
func (l looker) reachable() Check {
	live := l.Live
	if live == nil {
		return onlyRunning("reachable")
	}
	const name = "reachable"
	if !slices.ContainsFunc(live.Swarm, func(a string) bool { return !config.Loopback(a) }) {
		return check(name, Warn, "listens on this machine alone, at "+english.WordSeries(live.Swarm, "and"), "set swarm.listen to :26881, unless that is meant")
	}
	at := ""
	if len(live.Reach.External) > 0 {
		at = " at " + english.WordSeries(live.Reach.External, "and")
	}
	if n := live.Reach.Incoming; n > 0 {
		return check(name, OK, fmt.Sprintf("others reach this node%s: %s since the start, the last one at %s", at,
			english.Plural(int(n), "connection came from outside", "connections came from outside"), live.Reach.IncomingAt.UTC().Format(time.RFC3339)), "")
	}
	if f := live.Forwarding; f != nil && len(f.Mappings) > 0 {
		return l.forwarded(f)
	}
	switch {
	case at != "":
		return check(name, Unknown, "others should reach this node"+at+", but nobody has come from outside yet", "")
	case live.Public:
		return check(name, Unknown, "this machine has a public address, but nobody has come from outside yet",
			"open the port of swarm.listen in the firewall, TCP and UDP")
	case live.Forwarding == nil:
		return check(name, Warn, "the router is not asked to forward ports (swarm.port_mapping), and nobody has come from outside yet",
			"switch it on, or forward the port of swarm.listen at the router and name the address in swarm.external")
	case live.Forwarding.Trying:
		return check(name, Unknown, "the router is being asked to forward ports", "")
	}
	return check(name, Warn, "ports are not forwarded: "+live.Forwarding.Error, behind(live.Reach.UTP))
}

// forwarded judges what the router does.
func (l looker) forwarded(f *nat.State) Check {
	var list []string
	for _, m := range f.Mappings {
		list = append(list, fmt.Sprintf("%d/%s", m.Outside, m.Protocol))
	}
	seen := fmt.Sprintf("the router forwards %s (%s at %s)", english.WordSeries(list, "and"), f.Protocol, f.Router)
	switch {
	case !f.Address.IsValid():
		return check("reachable", Unknown, seen+"; its own address is not known", "name it in swarm.external")
	case !nat.Public(f.Address):
		return check("reachable", Warn, fmt.Sprintf("%s; its own address %s is private: there is another router before it", seen, f.Address),
			"forward the port at the other one as well, or ask the provider for a public address; "+behind(l.Live.Reach.UTP))
	case f.Error != "":
		return check("reachable", Warn, seen+" as "+f.Address.String()+"; "+f.Error, "free the port at the router")
	}
	return check("reachable", OK, seen+" as "+f.Address.String()+"; nobody has come from outside yet", "")
}

// behind says what a node does that nobody can reach.
func behind(utp bool) string {
	advice := "allow UPnP or NAT-PMP at the router, or forward the port of swarm.listen there and name the address in swarm.external"
	if !utp {
		advice += "; swarm.utp lets nodes behind routers meet all the same"
	}
	return advice
}

func (l looker) peers() Check {
	if l.Live == nil {
		return onlyRunning("peers")
	}
	total, active := 0, 0
	var lonely []string
	for _, c := range l.Live.Communities {
		total += c.Peers
		if !c.Active {
			continue
		}
		active++
		if c.Peers == 0 {
			lonely = append(lonely, c.Name)
		}
	}
	const advice = "see what is said of reachable and dht; name a peer in swarm.peers as host:port"
	switch {
	case active == 0:
		return check("peers", Unknown, "no community fetches or serves now", "")
	case total == 0:
		return check("peers", Warn, "no peer is connected", advice)
	case len(lonely) > 0:
		return check("peers", Warn, fmt.Sprintf("%s; none for %s", english.Plural(total, "connection", ""), strings.Join(lonely, ", ")), advice)
	}
	return check("peers", OK, fmt.Sprintf("%s in %s", english.Plural(total, "connection", ""), english.Plural(active, "community", "communities")), "")
}

func (l looker) dht() Check {
	switch {
	case l.Live == nil:
		return onlyRunning("dht")
	case !l.Live.Reach.DHT:
		return check("dht", OK, "not used (swarm.dht)", "")
	case l.Live.Reach.DHTNodes == 0:
		return check("dht", Warn, "no node of the distributed hash table answers", "let UDP through the firewall at the port of swarm.listen; look at swarm.dht_nodes")
	}
	return check("dht", OK, english.Plural(l.Live.Reach.DHTNodes, "node answers", "nodes answer"), "")
}

func (l looker) waku() Check {
	live := l.Live
	switch {
	case live == nil:
		return onlyRunning("waku")
	case live.WakuPeers == 0 && live.WakuConfigured == 0:
		return check("waku", Warn, "no Waku peer: announcements are neither sent nor heard", "name one in waku.peers")
	case live.WakuPeers == 0:
		return check("waku", Warn, fmt.Sprintf("none of %s is connected: announcements are neither sent nor heard",
			english.Plural(live.WakuConfigured, "configured Waku peer", "")), "look at waku.peers and at the firewall; the peers may be down")
	case live.WakuConfigured > 0 && live.WakuConnected == 0:
		return check("waku", Warn, fmt.Sprintf("%s, none of them configured", english.Plural(live.WakuPeers, "connection", "")), "look at waku.peers: they may be down")
	}
	return check("waku", OK, fmt.Sprintf("%s; %d of %s are connected", english.Plural(live.WakuPeers, "connection", ""), live.WakuConnected,
		english.Plural(live.WakuConfigured, "configured peer", "")), "")
}

// clock compares the clock with time servers where any are configured, or else
// with what Waku messages say.
func (l looker) clock(ctx context.Context) Check {
	const name, advice = "clock", "set the clock, and have the system keep it right (NTP)"
	var ahead time.Duration
	var by string
	switch {
	case len(l.cfg.Doctor.NTP) > 0:
		ctx, cancel := context.WithTimeout(ctx, timeFor)
		defer cancel()
		var answered int
		var err error
		if ahead, answered, err = askServers(ctx, l.Clock, l.cfg.Doctor.NTP); answered == 0 {
			return check(name, Unknown, "no time server answers: "+err.Error(), "look at doctor.ntp and at the firewall")
		}
		by = english.Plural(answered, "time server", "")
	case l.Live == nil:
		return check(name, Unknown, "only a running node can compare it, or time servers (doctor.ntp)", "")
	case l.Live.WakuMessages == 0:
		return check(name, Unknown, "too few Waku messages have come to compare it", "")
	default:
		ahead, by = l.Live.ClockAhead, english.Plural(l.Live.WakuMessages, "Waku message", "")
	}
	off, way := ahead.Abs().Round(time.Millisecond), "ahead"
	if ahead < 0 {
		way = "behind"
	}
	seen := fmt.Sprintf("%s %s, by %s", off, way, by)
	switch {
	case off >= clockFail:
		return check(name, Fail, seen, advice)
	case off >= clockWarn:
		return check(name, Warn, seen, advice)
	}
	return check(name, OK, seen, "")
}
