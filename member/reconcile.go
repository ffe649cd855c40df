package member

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"seeder/announce"
	"seeder/catalog"
	"seeder/message"
	"seeder/operation"
	"seeder/quota"
	"seeder/store"
	"seeder/swarm"
)

// errNewer ends a fetch because a newer announcement has come.
var errNewer = errors.New("a newer announcement has come")

// reconcile takes one step after the other until ctx ends.
func (m *Member) reconcile(ctx context.Context) error {
	pause := m.pauses()
	for ctx.Err() == nil {
		due, isDue := m.operate(ctx)
		next, err := m.step(ctx)
		switch {
		case errors.Is(err, errNewer):
			continue
		case err != nil && ctx.Err() == nil:
			next = pause.Next()
			m.board.Failed(ctx, catalog.PartFetch, inShort(err), next)
			m.log.Warn("round failed", "error", err, "retry_in", next.Round(time.Millisecond))
		default:
			pause.Reset()
		}
		m.operate(ctx, operation.Join, operation.Fetch)
		longest := spaceLongest
		if isDue {
			next, longest = min(next, due), min(longest, due)
		}
		if noSpace(err) {
			m.waitForRoom(ctx, err, next, longest, pause)
			continue
		}
		m.wait(ctx, next)
	}
	return nil
}

// wait returns after d, or when a newer announcement comes, or ctx ends. It
// reports whether it waited to the end.
func (m *Member) wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-m.kick:
	case <-t.C:
		return true
	}
	return false
}

// begin lets the other work of the member begin, after the first attempt to serve
// what is known.
func (m *Member) begin(ctx context.Context) {
	select {
	case <-m.begun:
	default:
		m.opts.Served(ctx)
		close(m.begun)
	}
}

// resume makes rows agree with files and serves every generation that is known,
// oldest first: the newest announcement may name another that nobody has yet.
// An archive whose file is gone is listed again and will be fetched.
func (m *Member) resume(ctx context.Context) error {
	lost, err := m.auditor.CheckFiles(ctx, m.id)
	if err != nil {
		return err
	}
	if lost > 0 {
		m.log.Warn("archive files are gone, they will be fetched again", "archives", lost)
	}
	gens, err := catalog.Generations(ctx, m.opts.DB, m.id)
	if err != nil {
		return err
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

// Room implements [swarm.Receiver]: it is not called, nothing is wanted.
func (s *serving) Room(message.ArchiveID) error { return nil }

func (s *serving) Archive(message.ArchiveID) error { return nil }

// step follows the newest announcement to its end and returns when to look
// again.
func (m *Member) step(ctx context.Context) (time.Duration, error) {
	may, err := m.mayWork(ctx)
	m.begin(ctx)
	if err != nil || !may {
		return queryEvery, err
	}
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
	m.board.Waiting(ctx, catalog.PartFetch, "waiting for an announcement", noTime)
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
	m.operate(ctx, operation.Join)
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
	r := &receiver{member: m, ctx: ctx, ref: ref, row: a, announced: opened}
	err = m.opts.Swarm.Fetch(ctx, ref, r)
	cancel(nil)
	// The wake-up counts although the fetch may have ended by itself meanwhile.
	if kicked := <-watched; kicked {
		return errNewer
	}
	if errors.Is(err, swarm.ErrConflict) {
		err = errors.Join(err, m.discardConflicts(parent))
	}
	if errors.Is(err, quota.ErrNoRoom) && r.total > 0 {
		m.log.Info("archives are left out", "reason", err)
		err = m.leaveOut(parent, r.choice.want)
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
		if err := m.giveUp(m.id, rows[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// nextLook returns when the next archive in quarantine or generation in its
// grace time is due, or when it is to be looked again whether there is room.
func (m *Member) nextLook(ctx context.Context) (time.Duration, error) {
	rows, gens, err := m.state(ctx)
	if err != nil {
		return 0, err
	}
	next := m.nowMillis() + queryEvery.Milliseconds()
	var n tally
	mode := m.mode()
	for i := range rows {
		switch row := &rows[i]; {
		case row.State == store.Quarantined:
			n.aside++
			if mode.Fetch {
				next = min(next, row.NextTry)
			}
		case beyond(row):
			n.beyond++
			next = min(next, m.nowMillis()+beyondEvery.Milliseconds())
		case row.State == store.Listed, row.State == store.Downloading:
			n.missing++
		case row.State == store.Evicted: // replaced by its owner
		default:
			n.here++
		}
	}
	if !mode.Fetch && n.missing > 0 {
		m.board.Resting(ctx, catalog.PartFetch, mode.Reason+": "+n.String())
	} else {
		m.board.Idle(ctx, catalog.PartFetch, n.String())
	}
	for i := range gens {
		if gens[i].RetireAt != 0 {
			next = min(next, gens[i].RetireAt)
		}
	}
	return max(time.Duration(next-m.nowMillis())*time.Millisecond, m.opts.RetryMin), nil
}

// beyondEvery is how often it is looked whether there is room now for archives
// that are beyond a cap, beside when limits change: other communities may have
// given some back.
const beyondEvery = 10 * time.Minute

// noTime is of what is waited for without knowing until when.
var noTime time.Time

// tally counts archives that are here, refused, beyond a storage cap, and still to
// be fetched.
type tally struct{ here, aside, beyond, missing int }

// String says in words what is here and what is not.
func (n tally) String() string {
	all := n.here + n.aside + n.beyond + n.missing
	if all == n.here {
		return fmt.Sprintf("all %d archives are here", all)
	}
	text := fmt.Sprintf("%d of %d archives are here", n.here, all)
	if n.aside > 0 {
		text += fmt.Sprintf(", %d refused", n.aside)
	}
	if n.beyond > 0 {
		text += fmt.Sprintf(", %d are beyond the cap", n.beyond)
	}
	return text
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
