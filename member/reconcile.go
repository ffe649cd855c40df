package member

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"seeder/announce"
	"seeder/archive"
	"seeder/catalog"
	"seeder/message"
	"seeder/operation"
	"seeder/store"
	"seeder/swarm"
)

// errNewer ends a fetch because a newer announcement has come.
var errNewer = errors.New("a newer announcement has come")

// reconcile takes one step after the other until ctx ends.
func (m *Member) reconcile(ctx context.Context) error {
	pause := m.pauses()
	for err := m.resume(ctx); err != nil && ctx.Err() == nil; err = m.resume(ctx) {
		m.log.Error("cannot resume", "error", err)
		pause.Wait(ctx)
	}
	pause.Reset()
	for ctx.Err() == nil {
		due, isDue := m.operate(ctx)
		next, err := m.step(ctx)
		switch {
		case errors.Is(err, errNewer):
			continue
		case err != nil && ctx.Err() == nil:
			next = pause.Next()
			m.board.Failed(ctx, catalog.PartFetch, err, next)
			m.log.Warn("round failed", "error", err, "retry_in", next.Round(time.Millisecond))
		default:
			pause.Reset()
		}
		m.operate(ctx, operation.Join)
		if isDue {
			next = min(next, due)
		}
		m.wait(ctx, next)
	}
	return nil
}

// wait returns after d, or when a newer announcement comes, or ctx ends.
func (m *Member) wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-m.kick:
	case <-t.C:
	}
}

// resume makes rows agree with files and serves every generation that is known,
// oldest first: the newest announcement may name another that nobody has yet.
// An archive whose file is gone is listed again and will be fetched.
func (m *Member) resume(ctx context.Context) error {
	rows, gens, err := m.state(ctx)
	if err != nil {
		return err
	}
	for i := range rows {
		row := rows[i]
		if row.State != store.Stored && row.State != store.Imported {
			continue
		}
		if _, err := os.Stat(m.opts.Files.Path(m.id, row.ID)); !errors.Is(err, os.ErrNotExist) {
			continue
		}
		m.log.Warn("archive file is gone, it will be fetched again", "archive", row.ID.String())
		row.State, row.Reason = store.Listed, "file was missing"
		if err := m.putArchive(ctx, row); err != nil {
			return err
		}
	}
	for i := len(gens) - 1; i >= 0; i-- {
		ref, err := swarm.ParseMagnet(gens[i].Magnet)
		if err != nil {
			return fmt.Errorf("resume generation %s: %w", gens[i].InfoHash, err)
		}
		ref.Community = m.id
		serve := &serving{index: gens[i].Index}
		if err := m.serve(ctx, ref, serve); err != nil {
			m.log.Warn("cannot serve generation", "infohash", gens[i].InfoHash.String(), "error", err)
		}
	}
	return nil
}

// serve starts a generation whose index is known; nothing is waited for.
func (m *Member) serve(ctx context.Context, ref swarm.Ref, r swarm.Receiver) error {
	ctx, cancel := context.WithTimeout(ctx, serveTimeout)
	defer cancel()
	return m.opts.Swarm.Fetch(ctx, ref, r)
}

// serveTimeout bounds how long a generation takes whose index is on disk.
const serveTimeout = 10 * time.Second

// serving is the receiver of a generation that is only served.
type serving struct{ index []byte }

func (s *serving) Index([]byte) ([]swarm.File, []message.ArchiveID, error) {
	files, err := catalog.ParseIndex(s.index)
	return files, nil, err
}

func (s *serving) Room(message.ArchiveID) error { return nil }

func (s *serving) Archive(message.ArchiveID) error { return nil }

// step follows the newest announcement to its end and returns when to look
// again.
func (m *Member) step(ctx context.Context) (time.Duration, error) {
	if err := m.importStored(ctx); err != nil {
		return 0, err
	}
	a, err := m.latest(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return m.stepUnannounced(ctx)
	}
	if err != nil {
		return 0, fmt.Errorf("read newest announcement: %w", err)
	}
	opened, err := announce.Open(m.id, a.Signed)
	if err != nil {
		return 0, fmt.Errorf("open newest announcement: %w", err)
	}
	if opened.Policy.ServingDisabled {
		m.board.Idle(ctx, catalog.PartFetch, "the owner asks not to serve this community")
		m.log.Info("the owner asks not to serve this community")
		return m.opts.RetryMax, m.dropAll(ctx)
	}
	if err := m.settle(ctx, a); err != nil {
		return 0, err
	}
	if err := m.follow(ctx, a, opened); err != nil {
		return 0, err
	}
	if err := m.retire(ctx); err != nil {
		return 0, err
	}
	return m.nextLook(ctx)
}

// stepUnannounced serves and completes the generation that a database which
// was rebuilt has without its announcement.
func (m *Member) stepUnannounced(ctx context.Context) (time.Duration, error) {
	_, gens, err := m.state(ctx)
	if err != nil {
		return 0, err
	}
	for _, g := range gens {
		if g.RetireAt == 0 && len(g.Index) > 0 {
			a := store.Announcement{Community: m.id, Clock: g.Clock, Magnet: g.Magnet}
			if err := m.follow(ctx, a, announce.Announcement{}); err != nil {
				return 0, err
			}
			return m.nextLook(ctx)
		}
	}
	m.board.Waiting(ctx, catalog.PartFetch, "waiting for an announcement", time.Time{})
	return m.opts.RetryMax, nil
}

// settle lets an announcement stand for a while, because owners that publish
// several in a row would otherwise be followed through each of them.
func (m *Member) settle(ctx context.Context, a store.Announcement) error {
	age := time.Duration(m.nowMillis()-a.ReceivedAt) * time.Millisecond
	if age < 0 || age >= m.opts.Settle {
		return ctx.Err()
	}
	select {
	case <-m.kick:
		return errNewer
	default:
	}
	m.board.Waiting(ctx, catalog.PartFetch, "letting the announcement settle", m.opts.Clock.Now().Add(m.opts.Settle-age))
	t := time.NewTimer(m.opts.Settle - age)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-m.kick:
		return errNewer
	case <-t.C:
		return nil
	}
}

// follow fetches the generation of an announcement until it is complete or a
// newer announcement comes.
func (m *Member) follow(ctx context.Context, a store.Announcement, opened announce.Announcement) error {
	ref, err := swarm.ParseMagnet(a.Magnet)
	if err != nil {
		return fmt.Errorf("follow announcement %d: %w", a.Clock, err)
	}
	ref.Community = m.id
	m.board.Working(ctx, catalog.PartFetch, "looking for peers that have the index")
	parent := ctx
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watched := make(chan bool, 1)
	go func() { // ends with the fetch, see the two cancels
		select {
		case <-m.kick:
			cancel(errNewer)
			watched <- true
		case <-ctx.Done():
			watched <- false
		}
	}()
	err = m.opts.Swarm.Fetch(ctx, ref, &receiver{member: m, ctx: ctx, ref: ref, row: a, announced: opened})
	cancel(nil)
	// The wake-up counts although the fetch may have ended by itself meanwhile.
	if kicked := <-watched; kicked {
		return errNewer
	}
	if errors.Is(err, swarm.ErrConflict) {
		err = errors.Join(err, m.discardConflicts(parent))
	}
	if err != nil {
		return fmt.Errorf("fetch generation %s: %w", store.InfoHash(ref.InfoHash), err)
	}
	return nil
}

// discardConflicts removes the files of archives that are still to be fetched:
// what is in their place was never verified, and is in the way.
func (m *Member) discardConflicts(ctx context.Context) error {
	rows, _, err := m.state(ctx)
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i].State != store.Listed && rows[i].State != store.Downloading {
			continue
		}
		if _, err := os.Stat(m.opts.Files.Path(m.id, rows[i].ID)); err != nil {
			continue
		}
		m.log.Warn("a file that is not the archive is removed", "archive", rows[i].ID.String())
		if err := m.opts.Swarm.Discard(m.id, rows[i].ID); err != nil {
			return fmt.Errorf("discard archive %s: %w", rows[i].ID, err)
		}
	}
	return nil
}

// nextLook returns when the next archive in quarantine or generation in its
// grace time is due.
func (m *Member) nextLook(ctx context.Context) (time.Duration, error) {
	rows, gens, err := m.state(ctx)
	if err != nil {
		return 0, err
	}
	next := m.nowMillis() + queryEvery.Milliseconds()
	aside := 0
	for i := range rows {
		if rows[i].State == store.Quarantined {
			aside++
			next = min(next, rows[i].NextTry)
		}
	}
	m.board.Idle(ctx, catalog.PartFetch, complete(len(rows), aside))
	for i := range gens {
		if gens[i].RetireAt != 0 {
			next = min(next, gens[i].RetireAt)
		}
	}
	return max(time.Duration(next-m.nowMillis())*time.Millisecond, m.opts.RetryMin), nil
}

// complete says in words that everything is here that can be.
func complete(archives, aside int) string {
	if aside == 0 {
		return fmt.Sprintf("all %d archives are here", archives)
	}
	return fmt.Sprintf("%d of %d archives are here, %d refused", archives-aside, archives, aside)
}

// state reads the rows of the community.
func (m *Member) state(ctx context.Context) (rows []store.Archive, gens []store.Generation, err error) {
	err = m.opts.DB.View(ctx, func(tx store.Tx) error {
		if rows, err = tx.Archives(m.id); err != nil {
			return err
		}
		gens, err = tx.Generations(m.id)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read state: %w", err)
	}
	return rows, gens, nil
}

func (m *Member) putArchive(ctx context.Context, row store.Archive) error {
	row.UpdatedAt = m.nowMillis()
	err := m.opts.DB.Update(ctx, func(tx store.Tx) error { return tx.PutArchive(row) })
	if err != nil {
		return fmt.Errorf("record archive %s: %w", row.ID, err)
	}
	return nil
}

// importStored imports archives that were verified but not yet imported.
func (m *Member) importStored(ctx context.Context) error {
	if !m.opts.Import {
		return nil
	}
	rows, _, err := m.state(ctx)
	if err != nil {
		return err
	}
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].State != store.Stored {
			continue
		}
		if err := m.finish(ctx, rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// retire drops generations whose grace time is over, and archives that no
// generation holds any more.
func (m *Member) retire(ctx context.Context) error {
	drop := func(hash store.InfoHash) error { return m.opts.Swarm.Drop(m.id, hash) }
	if err := catalog.Retire(ctx, m.opts.DB, m.id, m.nowMillis(), drop); err != nil {
		return err
	}
	if err := catalog.Forget(ctx, m.opts.DB, m.opts.Files, m.id, drop); err != nil {
		return err
	}
	return m.discardUnlisted(ctx)
}

// discardUnlisted evicts archives that are in no generation: the owner has
// replaced them. Their messages stay.
func (m *Member) discardUnlisted(ctx context.Context) error {
	rows, gens, err := m.state(ctx)
	if err != nil {
		return err
	}
	listed := make(map[message.ArchiveID]bool)
	current := false
	for _, g := range gens {
		current = current || g.RetireAt == 0
		entries, err := archive.DecodeIndex(g.Index, 0)
		if err != nil {
			return fmt.Errorf("decode index of %s: %w", g.InfoHash, err)
		}
		for i := range entries {
			listed[entries[i].ID] = true
		}
	}
	if !current {
		return nil // its row was deleted: what it holds is not known now
	}
	for i := range rows {
		row := rows[i]
		if listed[row.ID] || row.State == store.Evicted {
			continue
		}
		row.State, row.Reason = store.Evicted, store.Unlisted
		if err := m.putArchive(ctx, row); err != nil {
			return err
		}
		if err := m.opts.Swarm.Discard(m.id, row.ID); err != nil {
			return fmt.Errorf("discard archive %s: %w", row.ID, err)
		}
	}
	return nil
}

// dropAll stops serving every generation.
func (m *Member) dropAll(ctx context.Context) error {
	_, gens, err := m.state(ctx)
	if err != nil {
		return err
	}
	for _, g := range gens {
		if err := m.opts.Swarm.Drop(m.id, g.InfoHash); err != nil {
			return fmt.Errorf("stop serving %s: %w", g.InfoHash, err)
		}
	}
	return nil
}
