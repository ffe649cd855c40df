package daemon

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"seeder/internal/retry"
	"seeder/message"
	"seeder/node"
	"seeder/store"
)

// work is what goes on for one community.
type work struct {
	row    store.Community // as it was when the work began
	cancel context.CancelFunc
	done   chan struct{} // closed when nothing of it runs any more
}

// team is what goes on for all communities.
type team struct {
	look chan struct{} // of one: the list of communities may have changed

	mu      sync.Mutex
	works   map[message.CommunityID]*work
	halted  map[message.CommunityID]int  // times that Halt was called and not released
	parting map[message.CommunityID]bool // being ended and forgotten
	// known are those for which something has begun and that were not forgotten,
	// cleared those that were left, as it was when nothing remained to be removed.
	known   map[message.CommunityID]bool
	cleared map[message.CommunityID]store.Left
}

func newTeam() *team {
	return &team{
		look: make(chan struct{}, 1), works: make(map[message.CommunityID]*work),
		halted: make(map[message.CommunityID]int), parting: make(map[message.CommunityID]bool),
		known: make(map[message.CommunityID]bool), cleared: make(map[message.CommunityID]store.Left),
	}
}

// wake makes Run look at the list of communities at once.
func (t *team) wake() {
	select {
	case t.look <- struct{}{}:
	default: // it is to look already
	}
}

// wait returns when it is to be looked at the list of communities again; false when
// ctx has ended.
func (t *team) wait(ctx context.Context) bool {
	pause := time.NewTimer(pollInterval)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.look:
	case <-pause.C:
	}
	return true
}

// working reports whether work for a community goes on, or may not begin now.
func (t *team) working(id message.CommunityID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.works[id] != nil || t.parting[id] || t.halted[id] > 0
}

// begin notes the work of a community; nil when there is some already, or none may
// begin.
func (t *team) begin(ctx context.Context, c store.Community) (context.Context, *work) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.works[c.ID] != nil || t.parting[c.ID] || t.halted[c.ID] > 0 {
		return nil, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	w := &work{row: c, cancel: cancel, done: make(chan struct{})}
	t.works[c.ID], t.known[c.ID] = w, true
	delete(t.cleared, c.ID)
	return ctx, w
}

// each calls fn for each community that is worked for.
func (t *team) each(fn func(message.CommunityID)) {
	t.mu.Lock()
	ids := slices.Collect(maps.Keys(t.works))
	t.mu.Unlock()
	for _, id := range ids {
		fn(id)
	}
}

// ended notes that nothing of a work runs any more.
func (t *team) ended(w *work) {
	w.cancel()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.works[w.row.ID] == w {
		delete(t.works, w.row.ID)
	}
	close(w.done)
}

// end ends the work of a community and returns when nothing of it runs.
func (t *team) end(ctx context.Context, id message.CommunityID) error {
	t.mu.Lock()
	w := t.works[id]
	t.mu.Unlock()
	if w == nil {
		return nil
	}
	w.cancel()
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// leavers returns the communities whose work is to be ended and that are to be
// forgotten: those that are gone from the list, or were replaced, and those that were
// left and have something on the disk. They count as parting from then on.
func (t *team) leavers(list []store.Community, left []store.Left) map[message.CommunityID]*store.Left {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make(map[message.CommunityID]*store.Left)
	for id := range t.known {
		out[id] = nil
	}
	for _, l := range left {
		if t.cleared[l.ID] != l || t.known[l.ID] {
			out[l.ID] = &l
		}
	}
	for _, c := range list {
		w := t.works[c.ID]
		if w == nil || w.row.Role == c.Role && w.row.CreatedAt == c.CreatedAt {
			delete(out, c.ID)
		}
	}
	for id := range out {
		if t.parting[id] || t.halted[id] > 0 {
			delete(out, id)
			continue
		}
		t.parting[id] = true
	}
	return out
}

// parted notes how the end of a community went.
func (t *team) parted(id message.CommunityID, left *store.Left, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.parting, id)
	if err == nil {
		delete(t.known, id)
		if left != nil {
			t.cleared[id] = *left
		}
	}
}

// partAgain is the time after which the end of a community is tried again.
const partAgain = 10 * time.Second

// part ends the work of a community and forgets it, with all that it has on the disk
// where it was left.
func (d *Daemon) part(ctx context.Context, id message.CommunityID, left *store.Left) {
	removed, err := d.forget(ctx, id, left)
	log := d.opts.Logger.With("community", id.String())
	switch {
	case err != nil && ctx.Err() == nil:
		log.Error("cannot leave community", "error", err, "retry_in", partAgain)
		retry.Sleep(ctx, partAgain)
	case err == nil:
		log.Info("community ended", "freed_bytes", removed.FreedBytes, "messages_deleted", removed.DeletedMessages)
	}
	d.team.parted(id, left, err)
}

func (d *Daemon) forget(ctx context.Context, id message.CommunityID, left *store.Left) (removed node.Left, err error) {
	if err := d.still(ctx, id); err != nil {
		return removed, err
	}
	d.holders.ledger.Load(id, nil)
	d.holders.ledger.Overhead(id, 0)
	if err := d.holders.keeper.Refresh(ctx); err != nil {
		return removed, err
	}
	if left == nil {
		return removed, nil
	}
	return node.FinishLeaving(ctx, d.db, d.files, *left)
}

// still ends the work of a community and what the swarm does for it.
func (d *Daemon) still(ctx context.Context, id message.CommunityID) error {
	if err := d.team.end(ctx, id); err != nil {
		return fmt.Errorf("end work: %w", err)
	}
	d.mu.Lock()
	delete(d.wakers, id)
	d.mu.Unlock()
	if err := d.swarm.Leave(id); err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}

// Halt implements [node.Live].
func (l live) Halt(ctx context.Context, id message.CommunityID) (release func(), err error) {
	t := l.d.team
	t.mu.Lock()
	t.halted[id]++
	t.mu.Unlock()
	release = sync.OnceFunc(func() {
		t.mu.Lock()
		if t.halted[id]--; t.halted[id] == 0 {
			delete(t.halted, id)
		}
		t.mu.Unlock()
		t.wake()
	})
	if err := l.d.still(ctx, id); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// AddPeers implements [node.Live].
func (l live) AddPeers(id message.CommunityID, peers []string) { l.d.swarm.AddPeers(id, peers...) }

// Refresh implements [node.Live].
func (l live) Refresh(ctx context.Context) error {
	err := l.d.holders.keeper.Refresh(ctx)
	l.d.team.wake()
	return err
}
