package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/shirou/gopsutil/v4/disk"

	"seeder/api"
	"seeder/config"
	"seeder/internal/hoststate"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/swarm"
)

// limitsView puts together what the database and the daemon know of limits.
type limitsView struct {
	app         *app
	loaded      config.Loaded
	rules       rules
	communities []store.Community
	// counted is what folders take, looked up once while no daemon runs.
	counted map[message.CommunityID]swarm.Usage
}

func newLimitsView(a *app, loaded config.Loaded) *limitsView {
	return &limitsView{app: a, loaded: loaded, rules: newRules(loaded, nil)}
}

// read takes the rules of the node and of its communities, or of one, from the
// database.
func (v *limitsView) read(tx store.Tx, only *store.Community) error {
	r, err := readRules(tx, v.loaded)
	if err != nil {
		return err
	}
	all, err := tx.Communities()
	if err != nil {
		return err
	}
	v.rules, v.communities = r, nil
	for _, c := range all {
		if only == nil || only.ID == c.ID {
			v.communities = append(v.communities, c)
		}
	}
	return nil
}

// state adds what is used of the limits now.
func (v *limitsView) state(ctx context.Context) (limitsState, error) {
	s := v.known(v.app.clock.Now())
	node, err := readNode(v.loaded.Config)
	if err != nil {
		return s, err
	}
	s.Running = node.Running
	s.Node.Disk.measure(v.loaded.Config.DataDir, v.rules.Node.MinFree)
	if live, ok := v.app.live(ctx, v.loaded.Config); ok {
		v.counted = nil
		s.overlay(live)
		return s, nil
	}
	err = v.count(&s)
	s.Node.Storage.compare()
	for i := range s.Communities {
		s.Communities[i].Storage.compare()
	}
	return s, err
}

// of returns the limits of a community; nil when it has none.
func (s limitsState) of(id message.CommunityID) *limitsUse {
	for i := range s.Communities {
		if s.Communities[i].ID == id {
			return &s.Communities[i].limitsUse
		}
	}
	return nil
}

// measure looks up the disk of a folder, or of the one above it that exists.
// What a system does not tell stays 0.
func (d *diskState) measure(dir string, keep quota.Free) {
	for {
		u, err := disk.Usage(dir)
		if err == nil {
			d.Free, d.Total, d.Keep = int64(u.Free), int64(u.Total), keep.Of(int64(u.Total))
			return
		}
		above := filepath.Dir(dir)
		if above == dir {
			return
		}
		dir = above
	}
}

// known is what follows from the settings alone.
func (v *limitsView) known(now time.Time) limitsState {
	rows := v.rules.nodeRows()
	s := limitsState{Communities: []communityLimits{}, Node: nodeLimits{
		Storage: storageState{Cap: int64(v.rules.Node.Cap), From: fromOf(rows, "cap")},
		Disk:    diskState{From: fromOf(rows, "min_free")}, Settings: rows,
		Damaged: v.rules.damaged(message.CommunityID{}),
	}}
	s.Node.Up, s.Node.Down = v.rules.nodeFlows(now, rows)
	for _, c := range v.communities {
		l := communityLimits{ID: c.ID, Name: c.Name}
		l.Settings, l.Damaged = v.rules.communityRows(c.ID), v.rules.damaged(c.ID)
		set := v.rules.Community(c.ID)
		l.Mode = modeState(v.rules.ModeOf(c.ID, hoststate.State{}))
		l.Storage = storageState{Cap: int64(set.Cap), From: fromOf(l.Settings, "cap")}
		l.Up, l.Down = v.rules.communityFlows(c.ID, now, l.Settings)
		s.Communities = append(s.Communities, l)
	}
	return s
}

// count looks at the files, which a daemon would have told of.
func (v *limitsView) count(s *limitsState) error {
	files := swarm.NewFiles(v.loaded.Config.DataDir)
	if v.counted == nil {
		v.counted = make(map[message.CommunityID]swarm.Usage)
	}
	for i := range s.Communities {
		c := &s.Communities[i]
		u, ok := v.counted[c.ID]
		if !ok {
			var err error
			if u, err = files.Usage(c.ID); err != nil {
				return err
			}
			v.counted[c.ID] = u
		}
		c.Storage.count(u)
		s.Node.Storage.count(u)
	}
	return nil
}

// compare says how much is over the cap while no daemon runs that would know why.
func (s *storageState) compare() {
	if over := s.Used + s.Reserved - s.Cap; s.Cap > 0 && over > 0 {
		s.Over, s.OverReason = over, "the next `seeder run` evicts what may go"
	}
}

// count adds what the folder of a community takes.
func (s *storageState) count(u swarm.Usage) {
	s.Overhead += u.Overhead
	s.Used += u.Overhead
	s.Archives += len(u.Archives)
	for _, a := range u.Archives {
		s.Used += a.Bytes
	}
}

// overlay puts in what the daemon tells.
func (s *limitsState) overlay(live api.Limits) {
	s.Answering = true
	s.Node.Up.overlay(live.Node.Up)
	s.Node.Down.overlay(live.Node.Down)
	s.Node.Storage.overlay(live.Node.Storage)
	s.Node.Battery, s.Node.Metered = live.Battery, live.Metered
	s.Node.Damaged = damagedNow(live.Node.Ignored, s.Node.Settings, live.Node.Settings)
	for i := range s.Communities {
		c := &s.Communities[i]
		for _, l := range live.Communities {
			if l.ID != c.ID.String() {
				continue
			}
			c.Mode = modeState(l.Mode)
			c.Peers, c.Copies = l.Peers, l.Copies
			c.Up.overlay(l.Up)
			c.Down.overlay(l.Down)
			c.Storage.overlay(l.Storage)
			c.Damaged = damagedNow(l.Ignored, c.Settings, l.Settings)
		}
	}
}

func (f *flowState) overlay(live api.Flow) {
	f.Limit, f.Rate, f.Bytes = live.Limit, int64(live.Rate), live.Bytes
	f.Waiting, f.WaitedSeconds = live.Waiting, live.WaitedSeconds
}

func (s *storageState) overlay(live api.Storage) {
	s.Used, s.Reserved, s.Overhead, s.Cap, s.Archives = live.Used, live.Reserved, live.Overhead, live.Cap, live.Archives
	s.Over, s.OverReason = live.Over, live.OverReason
}
