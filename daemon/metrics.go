package daemon

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"seeder/importer"
	"seeder/internal/disk"
	"seeder/internal/hoststate"
	"seeder/internal/meter"
	"seeder/internal/spans"
	"seeder/message"
	"seeder/metrics"
	"seeder/quota"
	"seeder/store"
)

// openMetrics makes what answers requests for metrics.
func (d *Daemon) openMetrics() {
	registry := metrics.Registry(metrics.Options{
		Source: d, Clock: d.opts.Clock, Version: d.opts.Version, MaxCommunities: int(d.opts.Config.Metrics.Communities),
	})
	d.metrics = promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2})
}

// measured is what is counted for metrics. It is safe for concurrent use.
type measured struct {
	mu        sync.Mutex
	imports   map[message.CommunityID]*metrics.Imports
	evictions map[message.CommunityID]map[string]int64
	// shelves are what was last read of the database, with the revision of the
	// community then: it is read again only after a change.
	shelves map[message.CommunityID]shelf
	known   []store.Community
}

// shelf is what the rows of a community say.
type shelf struct {
	revision   int64
	archives   map[string]int
	attempts   int
	gap        float64 // seconds
	announced  time.Time
	sent       time.Time
	outbox     int
	operations int
}

// imported counts an import that has ended.
func (m *measured) imported(c message.CommunityID, o importer.Outcome) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.imports == nil {
		m.imports = make(map[message.CommunityID]*metrics.Imports)
	}
	sum := m.imports[c]
	if sum == nil {
		sum = &metrics.Imports{Archives: make(map[string]int64), Messages: make(map[string]int64)}
		m.imports[c] = sum
	}
	sum.Time += o.Took
	switch {
	case o.Err == nil:
		sum.Archives["imported"]++
	case importer.Refused(o.Err):
		sum.Archives["refused"]++
	default:
		sum.Archives["failed"]++
	}
	a := o.Result.Added
	for result, n := range map[string]uint64{"new": a.New, "known": a.Known, "promoted": a.Promoted, "restored": a.Restored} {
		sum.Messages[result] += int64(n)
	}
}

// evicted counts an archive that was removed for room.
func (m *measured) evicted(i quota.Item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.evictions == nil {
		m.evictions = make(map[message.CommunityID]map[string]int64)
	}
	if m.evictions[i.Community] == nil {
		m.evictions[i.Community] = make(map[string]int64)
	}
	m.evictions[i.Community][string(i.Cause)]++
}

// Metrics implements [metrics.Source].
func (d *Daemon) Metrics(ctx context.Context) (metrics.Node, error) {
	h, m := &d.holders, &d.measured
	communities, works, err := d.readShelves(ctx)
	node := metrics.Node{
		Traffic: traffics(h.bandwidth.NodeUsage()), Storage: stored(h.ledger.NodeUsage()),
		Battery: answer(h.host.State().Battery), Metered: answer(h.host.State().Metered),
		Communities: make([]metrics.Community, 0, len(communities)),
	}
	if free, total, err := disk.Free(d.opts.Config.DataDir); err == nil {
		minimum := h.keeper.Node().MinFree
		node.DiskFree, node.DiskTotal = free, total
		node.MinFree = max(minimum.Bytes, int64(float64(total)*minimum.Percent/100))
	}
	costs := meter.Costs()
	for _, c := range communities {
		one := d.measure(c)
		one.Attempts = works[c.ID]
		for kind, cost := range costs[c.ID] {
			one.Work[string(kind)] = metrics.Work{CPU: cost.CPU, Allocated: cost.Allocated}
		}
		m.mu.Lock()
		m.shelves[c.ID].fill(&one)
		one.Evictions = maps.Clone(m.evictions[c.ID])
		if sum := m.imports[c.ID]; sum != nil {
			one.Imports = metrics.Imports{Archives: maps.Clone(sum.Archives), Messages: maps.Clone(sum.Messages), Time: sum.Time}
		}
		m.mu.Unlock()
		node.Communities = append(node.Communities, one)
	}
	return node, err
}

// measure reads of a community what is in memory.
func (d *Daemon) measure(c store.Community) metrics.Community {
	h := &d.holders
	st, mode := d.swarm.Stats(c.ID), h.keeper.Mode(c.ID)
	return metrics.Community{
		ID: c.ID, Role: string(c.Role), Name: c.Name,
		Traffic: traffics(h.bandwidth.Usage(c.ID)), Storage: stored(h.ledger.Usage(c.ID)),
		Peers: st.Peers, Torrents: len(st.Torrents),
		HashedBytes: st.HashedBytes, HashedIndexBytes: st.HashedIndexBytes,
		CheckedBytes: st.CheckedBytes, DamagedPieces: st.DamagedPieces,
		Serving: mode.Serve, Fetching: mode.Fetch, Archiving: mode.Archive && c.Role == store.RoleOwner,
		Work: make(map[string]metrics.Work),
	}
}

// readShelves reads what the database says of communities that have changed
// since the last time, and of all the failures of their work. After an error
// the communities are those of the last time.
func (d *Daemon) readShelves(ctx context.Context) ([]store.Community, map[message.CommunityID]map[string]int, error) {
	m := &d.measured
	m.mu.Lock()
	before := m.shelves
	m.mu.Unlock()
	var communities []store.Community
	var fresh map[message.CommunityID]shelf
	works := make(map[message.CommunityID]map[string]int)
	err := d.db.View(ctx, func(tx store.Tx) (err error) {
		if communities, err = tx.Communities(); err != nil {
			return err
		}
		revisions, err := tx.Revisions()
		if err != nil {
			return err
		}
		fresh = make(map[message.CommunityID]shelf, len(communities))
		for _, c := range communities {
			s, known := before[c.ID]
			if !known || s.revision != revisions[c.ID] {
				if s, err = readShelf(tx, c.ID); err != nil {
					return err
				}
				s.revision = revisions[c.ID]
			}
			fresh[c.ID] = s
			if works[c.ID], err = attempts(tx, c.ID); err != nil {
				return err
			}
		}
		return nil
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		return m.known, nil, fmt.Errorf("read metrics: %w", err)
	}
	m.known, m.shelves = communities, fresh
	return communities, works, nil
}

// attempts returns the failures since the last success of each part of the work.
func attempts(tx store.Tx, c message.CommunityID) (map[string]int, error) {
	works, err := tx.Works(c)
	if err != nil {
		return nil, err
	}
	failures := make(map[string]int, len(works))
	for i := range works {
		failures[works[i].Part] = works[i].Attempts
	}
	return failures, nil
}

func readShelf(tx store.Tx, c message.CommunityID) (s shelf, err error) {
	rows, err := tx.Archives(c)
	if err != nil {
		return s, err
	}
	announced, err := tx.Announcements(c, 0)
	if err != nil {
		return s, err
	}
	open, err := tx.Operations(c, true)
	if err != nil {
		return s, err
	}
	s.archives, s.operations = make(map[string]int), len(open)
	var gap []message.Span
	for i := range rows {
		s.archives[string(rows[i].State)]++
		s.attempts += rows[i].Attempts
		switch rows[i].State {
		case store.Listed, store.Downloading, store.Quarantined:
			gap = spans.Merge(gap, rows[i].Span)
		case store.Stored, store.Imported, store.Evicted: // it is here, or was
		}
	}
	for _, span := range gap {
		s.gap += float64(span.To - span.From)
	}
	if len(announced) > 0 { // newest first
		s.announced = time.UnixMilli(int64(announced[0].Clock))
		if announced[0].Own && announced[0].SentAt == 0 {
			s.outbox = 1 // those before it are not sent any more
		}
	}
	for i := range announced {
		if at := time.UnixMilli(announced[i].SentAt); announced[i].SentAt != 0 && at.After(s.sent) {
			s.sent = at
		}
	}
	return s, nil
}

// fill puts what the rows said into a reading.
func (s shelf) fill(c *metrics.Community) {
	c.Archives, c.GapSeconds, c.Operations, c.Outbox = maps.Clone(s.archives), s.gap, s.operations, s.outbox
	c.Announced, c.Sent = s.announced, s.sent
	if s.attempts > 0 {
		if c.Attempts == nil {
			c.Attempts = make(map[string]int)
		}
		c.Attempts["import"] += s.attempts
	}
}

func traffics(t quota.Traffic) metrics.Traffic {
	flow := func(f quota.Flow) metrics.Flow {
		return metrics.Flow{Bytes: f.Bytes, Rate: f.Rate, Limit: int64(f.Limit), Waiting: f.Waiting, Waited: f.Waited}
	}
	return metrics.Traffic{Up: flow(t.Up), Down: flow(t.Down)}
}

func stored(u quota.Usage) metrics.Storage {
	return metrics.Storage{Used: u.Used, Reserved: u.Reserved, Overhead: u.Overhead, Pinned: u.Pinned, Cap: int64(u.Cap)}
}

func answer(a hoststate.Answer) metrics.Answer {
	switch a {
	case hoststate.Yes:
		return metrics.Yes
	case hoststate.No:
		return metrics.No
	case hoststate.Unknown:
	}
	return metrics.Unknown
}
