package daemon

import (
	"context"
	"errors"

	"seeder/activity"
	"seeder/api"
	"seeder/internal/logring"
	"seeder/internal/meter"
	"seeder/message"
	"seeder/node"
	"seeder/rates"
	"seeder/store"
	"seeder/swarm"
)

// telling is what a daemon keeps to tell of itself.
type telling struct {
	log   logring.Ring // the last lines
	told  *activity.Log
	rates *rates.Recorder
	use   *useMeter
}

// openTelling puts the database behind what listens to it. The data folder is this
// process' own.
func (d *Daemon) openTelling() {
	cfg := d.opts.Config
	d.telling.told = activity.Open(activity.Options{
		Path: cfg.ActivityFile(), Clock: d.opts.Clock, Logger: d.opts.Logger.With("part", "activity"),
	})
	d.db = activity.Watch(d.db, d.telling.told)
	d.telling.rates = rates.Open(rates.Options{
		Path: cfg.RatesFile(), Read: d.reading, Clock: d.opts.Clock, Logger: d.opts.Logger.With("part", "rates"),
	})
	d.telling.use = newUseMeter(d.opts.Clock.Now)
}

// close saves what is not saved yet. Nothing is committed any more.
func (t *telling) close() error {
	if t.told == nil {
		return nil
	}
	return t.told.Close()
}

// reading reads what passed since the start.
func (d *Daemon) reading(ctx context.Context) (rates.Reading, error) {
	communities, err := d.communities(ctx)
	if err != nil {
		return rates.Reading{}, err
	}
	total := func(up, down int64) rates.Bytes { return rates.Bytes{Up: up, Down: down} }
	sum := d.holders.bandwidth.NodeUsage()
	r := rates.Reading{
		Node: total(sum.Up.Bytes, sum.Down.Bytes), Communities: make(map[message.CommunityID]rates.Bytes, len(communities)),
	}
	r.CPU, r.RSS = meter.Process()
	for _, c := range communities {
		one := d.holders.bandwidth.Usage(c.ID)
		r.Communities[c.ID] = total(one.Up.Bytes, one.Down.Bytes)
	}
	return r, nil
}

// Rates implements [api.Live].
func (l live) Rates(_ context.Context, id *message.CommunityID, over rates.Range) (rates.Series, error) {
	if id == nil {
		return l.d.telling.rates.Node(over), nil
	}
	return l.d.telling.rates.Community(*id, over), nil
}

// Subscribe implements [api.Live].
func (l live) Subscribe(after string) *activity.Subscription {
	return l.d.telling.told.Subscribe(after)
}

// Activity implements [api.Live].
func (l live) Activity(before string, limit int) []activity.Event {
	return l.d.telling.told.List(before, limit)
}

// Use implements [api.Live].
func (l live) Use() api.Use { return l.d.telling.use.now() }

// Transfers implements [api.Live].
func (l live) Transfers(ctx context.Context, id message.CommunityID) (node.Transfers, error) {
	now := l.d.swarm.Transfers(id)
	t := node.Transfers{Community: id, Torrents: now.Torrents, Archives: []node.ArchiveTransfer{}, Peers: now.Peers}
	if len(now.Archives) == 0 {
		return t, nil
	}
	err := l.d.db.View(ctx, func(tx store.Tx) error {
		var err error
		t.Archives, err = underWay(tx, id, now.Archives)
		return err
	})
	return t, err
}

// underWay adds to archives the spans that they are of.
func underWay(tx store.Tx, id message.CommunityID, archives []swarm.ArchiveTransfer) ([]node.ArchiveTransfer, error) {
	list := make([]node.ArchiveTransfer, 0, len(archives))
	for _, a := range archives {
		row, err := tx.Archive(id, a.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		list = append(list, node.ArchiveTransfer{ArchiveTransfer: a, From: row.Span.From, To: row.Span.To})
	}
	return list, nil
}
