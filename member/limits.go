package member

import (
	"context"
	"errors"
	"fmt"

	"seeder/archive"
	"seeder/catalog"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/swarm"
)

func (m *Member) mode() limits.Mode { return m.opts.Limits.Mode(m.id) }

// watch wakes the reconciling goroutine when what may go on, or what there is
// room for, has changed. A fetch that runs goes on with what still fits.
func (m *Member) watch(ctx context.Context) error {
	changed, stop := m.opts.Limits.Watch(m.id)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			m.Wake()
		}
	}
}

// mayWork reports whether anything is to be done for the community: not while
// it may neither fetch nor serve. It stops serving then, and begins again
// thereafter.
func (m *Member) mayWork(ctx context.Context) (bool, error) {
	mode := m.mode()
	if mode.Fetch || mode.Serve {
		if m.resumed {
			return true, nil
		}
		if err := m.resume(ctx); err != nil {
			return false, fmt.Errorf("resume: %w", err)
		}
		m.resumed = true
		return true, nil
	}
	m.board.Resting(ctx, catalog.PartFetch, mode.Reason)
	if !m.resumed {
		return false, nil
	}
	if err := m.dropAll(ctx); err != nil {
		return false, err
	}
	m.resumed = false
	return false, nil
}

// choice is what is to be fetched of a generation.
type choice struct {
	// want are the archives, items what they count.
	want  map[message.ArchiveID]bool
	items map[message.ArchiveID]quota.Item
	// why the others are left out.
	why string
	// first are those that come before the others, because somebody asked for them,
	// again those of them that are tried whatever became of them before.
	first, again map[message.ArchiveID]bool
	// asked are the fetch operations that room was looked for.
	asked asks
}

// choose asks the ledger which archives of an index there is room for. Fresh
// returns the row of an archive that is not known.
func (m *Member) choose(ctx context.Context, entries []archive.Entry, fresh func(*archive.Entry) store.Archive) (choice, error) {
	rows, _, err := m.state(ctx)
	if err != nil {
		return choice{}, err
	}
	known := make(map[message.ArchiveID]*store.Archive, len(rows))
	for i := range rows {
		known[rows[i].ID] = &rows[i]
	}
	asked, err := m.asks(ctx)
	if err != nil {
		return choice{}, err
	}
	c := choice{want: make(map[message.ArchiveID]bool), items: make(map[message.ArchiveID]quota.Item), why: store.BeyondCap,
		first: make(map[message.ArchiveID]bool), again: make(map[message.ArchiveID]bool)}
	var listed []quota.Item
	for i := range entries {
		id := entries[i].ID
		var row store.Archive
		if r := known[id]; r != nil && !replaced(r) {
			row = *r
		} else {
			row = fresh(&entries[i])
		}
		var isNew bool
		c.first[id], isNew = asked.touch(row.Span)
		c.again[id] = isNew && row.State == store.Quarantined && row.Attempts > 0
		if m.wants(&row) || c.again[id] {
			item := limits.Item(row, store.RoleMember)
			item.Beside, item.Asked = m.opts.Beside(row), c.first[id]
			c.items[id] = item
			listed = append(listed, item)
		}
	}
	if mode := m.mode(); !mode.Fetch {
		c.why = mode.Reason
		return c, nil
	}
	for _, id := range m.opts.Ledger.Wanted(m.id, listed) {
		c.want[id] = true
	}
	c.asked = asked
	return c, nil
}

// replaced reports whether a row is of an archive that was no longer in the
// index. When it is again, it begins anew.
func replaced(row *store.Archive) bool {
	return row.State == store.Evicted && row.Reason != store.OverCap
}

// apply gives a row the state that the choice gives it, and reports whether
// that is another.
func (c *choice) apply(m *Member, row *store.Archive) bool {
	if !m.wants(row) && !c.again[row.ID] {
		return false
	}
	before := *row
	switch {
	case c.want[row.ID]:
		row.State, row.Reason = store.Downloading, ""
	case row.State == store.Evicted:
	case row.State == store.Quarantined && c.why != store.BeyondCap:
	default:
		row.State, row.Reason = store.Listed, c.why
	}
	if row.State == before.State && row.Reason == before.Reason {
		return false
	}
	row.UpdatedAt = m.nowMillis()
	return true
}

// keepRoom counts what keeping a generation is going to take, and makes room
// for it where that is needed.
func (m *Member) keepRoom(ctx context.Context, hash swarm.InfoHash, index []byte, files []swarm.File) error {
	if _, err := m.opts.Files.Kept(m.id, hash); err == nil {
		return nil
	}
	now, err := catalog.Overhead(m.opts.Files, m.id)
	if err != nil {
		return err
	}
	more, err := catalog.KeepBytes(index, files)
	if err != nil {
		return err
	}
	m.opts.Ledger.Overhead(m.id, now+more)
	if !m.opts.Ledger.Usage(m.id).OverCap() && !m.opts.Ledger.NodeUsage().OverCap() {
		return nil
	}
	err = m.opts.Ledger.Enforce(ctx)
	if errors.Is(err, quota.ErrNoRoom) {
		m.opts.Ledger.Overhead(m.id, now)
		err = fmt.Errorf("keep torrent and index of %d bytes: %w: %w", more, swarm.ErrNoSpace, err)
	}
	return err
}

// measure counts what the folder takes beside archives.
func (m *Member) measure() error {
	now, err := catalog.Overhead(m.opts.Files, m.id)
	if err == nil {
		m.opts.Ledger.Overhead(m.id, now)
	}
	return err
}

// Room implements [swarm.Receiver]: it makes room for an archive before its
// first byte is asked for.
func (r *receiver) Room(id message.ArchiveID) error {
	item, ok := r.choice.items[id]
	if !ok {
		return fmt.Errorf("%w: archive %s was not asked for", swarm.ErrNoSpace, id)
	}
	err := r.member.opts.Ledger.Reserve(r.ctx, item)
	if errors.Is(err, quota.ErrNoRoom) || errors.Is(err, quota.ErrNoSpace) {
		return fmt.Errorf("%w: %w", swarm.ErrNoSpace, err)
	}
	return err
}

// commit counts an archive that is in place by what it takes.
func (m *Member) commit(id message.ArchiveID) error {
	u, err := m.opts.Files.ArchiveUsage(m.id, id)
	if err == nil && u.Whole {
		m.opts.Ledger.Commit(m.id, id, u.Bytes)
	}
	return err
}

// giveUp stops serving an archive, removes its file and gives its room back.
func (m *Member) giveUp(_ message.CommunityID, id message.ArchiveID) error {
	if err := m.opts.Swarm.Discard(m.id, id); err != nil {
		return fmt.Errorf("discard archive %s: %w", id, err)
	}
	m.opts.Ledger.Release(m.id, id)
	return nil
}

// leaveOut notes that there was no room for archives that were about to be
// fetched: a cap was lowered meanwhile, or another community was quicker. It is
// no failure; they are looked at again when limits change.
func (m *Member) leaveOut(ctx context.Context, want map[message.ArchiveID]bool) error {
	err := m.opts.DB.Update(ctx, func(tx store.Tx) error {
		for id := range want {
			row, err := tx.Archive(m.id, id)
			if err != nil {
				return err
			}
			if row.State != store.Downloading {
				continue
			}
			row.State, row.Reason, row.UpdatedAt = store.Listed, store.BeyondCap, m.nowMillis()
			if err := tx.PutArchive(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("list archives without room: %w", err)
	}
	return nil
}

// beyond reports whether an archive is not here because of a storage cap.
func beyond(row *store.Archive) bool {
	return row.State == store.Listed && row.Reason == store.BeyondCap ||
		row.State == store.Evicted && row.Reason == store.OverCap
}
