package node

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/shirou/gopsutil/v4/disk"

	"seeder/internal/hoststate"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/swarm"
)

// known is what the database and the configuration say of limits.
type known struct {
	rules       rules
	communities []store.Community
}

// readKnown takes the rules of the node and of its communities, or of some, from
// the database.
func (n *Node) readKnown(tx store.Tx, only []message.CommunityID) (known, error) {
	r, err := readRules(tx, n.opts.Loaded())
	if err != nil {
		return known{}, err
	}
	k := known{rules: r}
	k.communities, err = some(tx, only)
	return k, err
}

// some returns the communities that are named, or all.
func some(tx store.Tx, only []message.CommunityID) ([]store.Community, error) {
	all, err := tx.Communities()
	if err != nil || len(only) == 0 {
		return all, err
	}
	return slices.DeleteFunc(all, func(c store.Community) bool { return !slices.Contains(only, c.ID) }), nil
}

// Limits returns the limits of the node and of its communities, or of those that are
// named, with what is used of them.
func (n *Node) Limits(ctx context.Context, only ...message.CommunityID) (Limits, error) {
	k := known{rules: newRules(n.opts.Loaded(), nil)}
	err := n.view(ctx, func(tx store.Tx) (err error) {
		k, err = n.readKnown(tx, only)
		return err
	})
	if err != nil {
		return Limits{}, err
	}
	return n.use(ctx, k)
}

// use adds what is used of the limits now.
func (n *Node) use(ctx context.Context, k known) (Limits, error) {
	s := k.limits(n.opts.Clock.Now())
	for _, i := range k.rules.Ignored {
		s.Notes = append(s.Notes, i.String())
	}
	process, err := n.opts.Process()
	if err != nil {
		return s, err
	}
	s.Running = process.PID != 0
	s.Node.Disk.measure(n.opts.Loaded().Config.DataDir, k.rules.Node.MinFree)
	if n.opts.Live != nil {
		live, err := n.opts.Live.Limits(ctx)
		if err != nil {
			return s, err
		}
		s.overlay(live)
		return s, nil
	}
	err = n.count(&s)
	s.Node.Storage.compare()
	for i := range s.Communities {
		s.Communities[i].Storage.compare()
	}
	return s, err
}

// Of returns the limits of a community; nil when it has none.
func (s Limits) Of(id message.CommunityID) *LimitsUse {
	for i := range s.Communities {
		if s.Communities[i].ID == id {
			return &s.Communities[i].LimitsUse
		}
	}
	return nil
}

// measure looks up the disk of a folder, or of the one above it that exists.
// What a system does not tell stays 0.
func (d *Disk) measure(dir string, keep quota.Free) {
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

// limits is what follows from the settings alone.
func (k known) limits(now time.Time) Limits {
	rows := k.rules.nodeRows()
	s := Limits{Communities: []CommunityLimits{}, Node: NodeLimits{
		Storage: Storage{Cap: int64(k.rules.Node.Cap), From: fromOf(rows, "cap")},
		Disk:    Disk{From: fromOf(rows, "min_free")}, Settings: rows,
		Damaged: k.rules.damaged(message.CommunityID{}),
	}}
	s.Node.Up, s.Node.Down = k.rules.nodeFlows(now, rows)
	for _, c := range k.communities {
		l := CommunityLimits{ID: c.ID, Name: c.Name}
		l.Settings, l.Damaged = k.rules.communityRows(c.ID), k.rules.damaged(c.ID)
		set := k.rules.Community(c.ID)
		l.Mode = Mode(k.rules.ModeOf(c.ID, hoststate.State{}))
		l.Storage = Storage{Cap: int64(set.Cap), From: fromOf(l.Settings, "cap")}
		l.Up, l.Down = k.rules.communityFlows(c.ID, now, l.Settings)
		s.Communities = append(s.Communities, l)
	}
	return s
}

// count looks at the files, which a daemon would have told of.
func (n *Node) count(s *Limits) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range s.Communities {
		c := &s.Communities[i]
		u, ok := n.counted[c.ID]
		if !ok {
			var err error
			if u, err = n.opts.Files.Usage(c.ID); err != nil {
				return err
			}
			n.counted[c.ID] = u
		}
		c.Storage.count(u)
		s.Node.Storage.count(u)
	}
	return nil
}

// compare says how much is over the cap while no daemon runs that would know why.
func (s *Storage) compare() {
	if over := s.Used + s.Reserved - s.Cap; s.Cap > 0 && over > 0 {
		s.Over, s.OverReason = over, "the next `seeder run` evicts what may go"
	}
}

// count adds what the folder of a community takes.
func (s *Storage) count(u swarm.Usage) {
	s.Overhead += u.Overhead
	s.Used += u.Overhead
	s.Archives += len(u.Archives)
	for _, a := range u.Archives {
		s.Used += a.Bytes
	}
}

// overlay puts in what the daemon tells.
func (s *Limits) overlay(live LiveLimits) {
	s.Answering = true
	s.Node.Up.overlay(live.Node.Up)
	s.Node.Down.overlay(live.Node.Down)
	s.Node.Storage.overlay(live.Node.LiveStorage)
	s.Node.Battery, s.Node.Metered = live.Battery, live.Metered
	s.Node.Damaged = damagedNow(live.Node.Ignored, s.Node.Settings, live.Node.Get)
	for i := range s.Communities {
		c := &s.Communities[i]
		l, ok := live.Communities[c.ID]
		if !ok {
			continue
		}
		c.Mode = Mode(l.Mode)
		c.Peers, c.Copies = l.Peers, l.Copies
		c.Up.overlay(l.Up)
		c.Down.overlay(l.Down)
		c.Storage.overlay(l.LiveStorage)
		c.Damaged = damagedNow(l.Ignored, c.Settings, l.Get)
	}
}

func (f *Flow) overlay(live quota.Flow) {
	f.Limit, f.Rate, f.Bytes = int64(live.Limit), int64(live.Rate), live.Bytes
	f.Waiting, f.WaitedSeconds = live.Waiting, live.Waited.Seconds()
}

func (s *Storage) overlay(live LiveStorage) {
	s.Used, s.Reserved, s.Overhead, s.Cap, s.Archives = live.Used, live.Reserved, live.Overhead, int64(live.Cap), live.Archives
	s.Over, s.OverReason = live.Excess.Bytes, live.Excess.String()
}
