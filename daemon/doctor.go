package daemon

import (
	"context"
	"os"

	"seeder/api"
	"seeder/doctor"
	"seeder/internal/nat"
)

var _ api.Live = live{}

// Doctor looks this node over.
func (d *Daemon) Doctor(ctx context.Context) (doctor.Report, error) {
	return doctor.Look(ctx, doctor.Options{
		Loaded:   *d.loaded.Load(),
		Clock:    d.opts.Clock,
		Version:  d.opts.Version,
		Daemon:   &doctor.Daemon{PID: os.Getpid(), Version: d.opts.Version},
		Database: d.db.Check,
		MinFree:  d.holders.keeper.NodeState().Settings.MinFree,
		Live:     d.vitals(ctx),
	}), nil
}

// Doctor implements [api.Live].
func (l live) Doctor(ctx context.Context) (doctor.Report, error) { return l.d.Doctor(ctx) }

// vitals is what the doctor cannot see from outside.
func (d *Daemon) vitals(ctx context.Context) *doctor.Live {
	v := &doctor.Live{
		Swarm: d.swarm.Addrs(), Waku: d.bus.Addrs(), API: d.apiURL,
		Reach: d.torrents.Reach(), Public: nat.OwnPublic(), Forwarding: d.forwarding(), WakuPeers: d.bus.Peers(),
	}
	v.WakuConfigured, v.WakuConnected = d.relay.Configured()
	v.ClockAhead, v.WakuMessages = d.relay.Skew()
	communities, err := d.communities(ctx)
	if err != nil {
		return v // the check of the database says why
	}
	for _, c := range communities {
		one := doctor.Community{Name: c.Name, Peers: d.swarm.Stats(c.ID).Peers}
		if one.Name == "" {
			one.Name = c.ID.String()[:12]
		}
		mode := d.holders.keeper.State(c.ID).Mode
		one.Active = mode.Serve || mode.Fetch
		v.Communities = append(v.Communities, one)
	}
	return v
}
