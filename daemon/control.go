package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"seeder/api"
	"seeder/config"
	"seeder/limits"
	"seeder/quota"
	"seeder/store"
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
	d.copies = &copies{db: d.db, swarm: d.swarm, clock: d.opts.Clock}
	log := d.opts.Logger.With("part", "api")
	if address := d.opts.Config.Metrics.Listen; address != "" {
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, "tcp", address)
		if err != nil {
			return fmt.Errorf("serve metrics: %w", err)
		}
		d.metricsAddr = l.Addr().String()
		d.servers = append(d.servers, api.ServeMetrics(l, d.metrics, log))
	}
	socket, err := api.Listen(ctx, d.opts.Config.DataDir)
	if err != nil {
		return err
	}
	d.controlPath = socket.Path()
	d.servers = append(d.servers, api.Serve(socket, api.NewHandler(api.Options{
		Limits: d.Limits, Refresh: d.holders.keeper.Refresh, Metrics: d.metrics, Logger: log,
	}), log))
	return nil
}

// Limits returns the limits in force and what they cost.
func (d *Daemon) Limits(ctx context.Context) (api.Limits, error) {
	communities, err := d.communities(ctx)
	if err != nil {
		return api.Limits{}, err
	}
	h := &d.holders
	n := h.keeper.NodeState()
	out := api.Limits{
		Node: api.Holder{
			Settings: settings(quota.NodeKeys(), n.Settings.Get), Overrides: n.Overrides, Ignored: ignored(n.Ignored),
			Window: n.Window, Storage: storage(h.ledger.NodeUsage(), h.ledger.NodeExcess()),
		},
		Communities: make([]api.Community, 0, len(communities)),
		Alternative: n.Settings.UseAlternative,
		Battery:     n.Host.Battery.String(),
		Metered:     n.Host.Metered.String(),
	}
	out.Node.Up, out.Node.Down = traffic(h.bandwidth.NodeUsage())
	for _, c := range communities {
		one := h.community(c)
		if one.Peers = d.swarm.Stats(c.ID).Peers; one.Peers > 0 {
			if one.Copies, err = d.copies.least(ctx, c.ID); err != nil {
				return api.Limits{}, err
			}
		}
		out.Communities = append(out.Communities, one)
	}
	return out, nil
}

func (h *holders) community(c store.Community) api.Community {
	s := h.keeper.State(c.ID)
	out := api.Community{
		ID: c.ID.String(), Name: c.Name, Role: string(c.Role),
		Mode: api.Mode{Serve: s.Mode.Serve, Fetch: s.Mode.Fetch, Archive: s.Mode.Archive, Reason: s.Mode.Reason},
		Holder: api.Holder{
			Settings: settings(quota.CommunityKeys(), s.Settings.Get), Overrides: s.Overrides, Ignored: ignored(s.Ignored),
			Window: s.Window, Storage: storage(h.ledger.Usage(c.ID), h.ledger.Excess(c.ID)),
		},
	}
	out.Up, out.Down = traffic(h.bandwidth.Usage(c.ID))
	return out
}

func settings(keys []quota.Key, get func(string) string) map[string]string {
	out := make(map[string]string, len(keys))
	for _, k := range keys {
		out[k.Name] = get(k.Name)
	}
	return out
}

func ignored(rows []limits.Ignored) []api.Ignored {
	var out []api.Ignored
	for _, i := range rows {
		one := api.Ignored{Key: i.Key, Value: i.Value, Error: i.Err.Error(), InForce: i.InForce, Stops: i.Stops}
		if i.InForce != "" || i.Stops {
			one.Hint = i.Hint()
		}
		out = append(out, one)
	}
	return out
}

func traffic(t quota.Traffic) (up, down api.Flow) {
	flow := func(f quota.Flow) api.Flow {
		return api.Flow{
			Limit: int64(f.Limit), Rate: f.Rate, Bytes: f.Bytes, Waiting: f.Waiting, WaitedSeconds: f.Waited.Seconds(),
		}
	}
	return flow(t.Up), flow(t.Down)
}

func storage(u quota.Usage, over quota.Excess) api.Storage {
	return api.Storage{
		Used: u.Used, Reserved: u.Reserved, Overhead: u.Overhead, Cap: int64(u.Cap), Archives: u.Archives,
		Over: over.Bytes, OverReason: over.String(),
	}
}
