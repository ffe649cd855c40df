package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"seeder/api"
	"seeder/config"
	"seeder/message"
	"seeder/node"
)

// Control returns a client of the daemon that has a data folder.
// [api.ErrNoDaemon] when there is none.
func Control(cfg config.Config) (*api.Client, error) {
	n, err := ReadNodeFile(cfg)
	if errors.Is(err, os.ErrNotExist) || err == nil && n.Control == "" {
		return nil, fmt.Errorf("%w has %s", api.ErrNoDaemon, cfg.DataDir)
	}
	if err != nil {
		return nil, err
	}
	return api.NewClient(n.Control), nil
}

// openControl answers at the control socket, and at the address for metrics
// when there is one.
func (d *Daemon) openControl(ctx context.Context) error {
	d.node = d.newNode()
	d.copies = &copies{db: d.db, swarm: d.swarm, clock: d.opts.Clock}
	log := d.opts.Logger.With("part", "api")
	if address := d.opts.Config.Metrics.Listen; address != "" {
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, config.Network("tcp", address), address)
		if err != nil {
			return fmt.Errorf("serve metrics: %w", err)
		}
		d.metricsAddr = l.Addr().String()
		d.servers = append(d.servers, api.ServeMetrics(l, d.metrics, log))
	}
	if err := d.openAPI(ctx, log); err != nil {
		return err
	}
	socket, err := api.Listen(ctx, d.opts.Config.DataDir)
	if err != nil {
		return err
	}
	d.controlPath = socket.Path()
	d.servers = append(d.servers, api.Serve(socket, d.api.Local(), log))
	return nil
}

// LiveLimits returns the limits in force and what is used of them.
func (d *Daemon) LiveLimits(ctx context.Context) (node.LiveLimits, error) {
	communities, err := d.communities(ctx)
	if err != nil {
		return node.LiveLimits{}, err
	}
	h := &d.holders
	n := h.keeper.NodeState()
	out := node.LiveLimits{
		Node: node.LiveHolder{
			LiveStorage: node.LiveStorage{Usage: h.ledger.NodeUsage(), Excess: h.ledger.NodeExcess()},
			Ignored:     n.Ignored, Get: n.Settings.Get,
		},
		Communities: make(map[message.CommunityID]node.LiveCommunity, len(communities)),
		Battery:     n.Host.Battery.String(),
		Metered:     n.Host.Metered.String(),
	}
	traffic := h.bandwidth.NodeUsage()
	out.Node.Up, out.Node.Down = traffic.Up, traffic.Down
	for _, c := range communities {
		one := h.community(c.ID)
		if one.Peers = d.swarm.Stats(c.ID).Peers; one.Peers > 0 {
			if one.Copies, err = d.copies.least(ctx, c.ID); err != nil {
				return node.LiveLimits{}, err
			}
			one.CopiesOf = func(a message.ArchiveID) int { return d.swarm.Copies(c.ID, a) }
		}
		out.Communities[c.ID] = one
	}
	return out, nil
}

func (h *holders) community(id message.CommunityID) node.LiveCommunity {
	s, traffic := h.keeper.State(id), h.bandwidth.Usage(id)
	return node.LiveCommunity{
		LiveHolder: node.LiveHolder{
			LiveStorage: node.LiveStorage{Usage: h.ledger.Usage(id), Excess: h.ledger.Excess(id)},
			Up:          traffic.Up, Down: traffic.Down, Ignored: s.Ignored, Get: s.Settings.Get,
		},
		Mode: s.Mode,
	}
}

// live is what only this process knows.
type live struct{ d *Daemon }

// Limits implements [node.Live].
func (l live) Limits(ctx context.Context) (node.LiveLimits, error) { return l.d.LiveLimits(ctx) }

// Node returns what this daemon shows and does.
func (d *Daemon) Node() *node.Node { return d.node }

// newNode returns what this daemon shows and does.
func (d *Daemon) newNode() *node.Node {
	return node.New(node.Options{
		Loaded: func() config.Loaded { return *d.loaded.Load() },
		DB:     d.db, Files: d.files, Keys: d.keys, Clock: d.opts.Clock, Rand: d.random(), Live: live{d},
		Process: func() (node.Process, error) {
			return node.Process{
				PID: os.Getpid(), Version: d.opts.Version, Waku: d.bus.Addrs(), Swarm: d.swarm.Addrs(),
				External: d.torrents.Reach().External, ForwardedBy: d.forwardedBy(),
			}, nil
		},
	})
}
