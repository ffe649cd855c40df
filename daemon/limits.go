package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"seeder/catalog"
	"seeder/internal/disk"
	"seeder/internal/hoststate"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/store/sqlite"
)

// ErrOnlyCopy reports an archive of this node that no other node is known to
// hold, so that it is not evicted.
var ErrOnlyCopy = errors.New("no connected peer holds the archive")

// holders is what holds limits, and what says which.
type holders struct {
	bandwidth *quota.Bandwidth
	ledger    *quota.Ledger
	evictor   *limits.Evictor
	keeper    *limits.Keeper
	host      *hoststate.Watcher
	stopHost  context.CancelFunc
}

// openHolders makes what holds limits. Nothing has a limit yet.
func (d *Daemon) openHolders() {
	h := &d.holders
	h.bandwidth = quota.NewBandwidth(d.opts.Clock)
	h.ledger = quota.NewLedger(quota.LedgerOptions{
		Free:    d.freeForArchives,
		Written: d.written,
		Evict:   d.evict,
		Logger:  d.opts.Logger.With("part", "ledger"),
	})
	ctx, cancel := context.WithCancel(context.Background())
	h.host, h.stopHost = hoststate.Watch(ctx, d.opts.Logger.With("part", "host")), cancel
}

// free reads the disk that archives are on, which may be another than that of the
// rest of the data folder.
func (d *Daemon) free() (free, total int64, err error) {
	free, total, err = disk.Free(filepath.Join(d.opts.Config.DataDir, "communities"))
	if errors.Is(err, os.ErrNotExist) {
		return disk.Free(d.opts.Config.DataDir)
	}
	return free, total, err
}

// freeForArchives is what free says without what a database on the same disk may grow
// by at any time: its log by what is lacking to its usual size, and its file by all
// that is in the log. Who reads the database for long lets the log become larger.
func (d *Daemon) freeForArchives() (free, total int64, err error) {
	free, total, err = d.free()
	if _, shared := d.sharedDatabase(); err == nil && shared {
		free -= max(sqlite.LogBytes, fileSize(d.opts.Config.SQLitePath()+"-wal"))
	}
	return free, total, err
}

// beside is what storing the messages of an archive takes on the disk of archives.
func (d *Daemon) beside(row store.Archive) int64 {
	size, shared := d.sharedDatabase()
	if !shared {
		return 0
	}
	return limits.Beside(row, size)
}

// sharedDatabase returns the size of the database where it is a file on the disk
// of archives.
func (d *Daemon) sharedDatabase() (size int64, shared bool) {
	if _, ok := d.opts.Config.PostgresURL(); ok {
		return 0, false
	}
	path := d.opts.Config.SQLitePath()
	archives := filepath.Join(d.opts.Config.DataDir, "communities")
	if _, err := os.Stat(archives); errors.Is(err, os.ErrNotExist) {
		archives = d.opts.Config.DataDir
	}
	return fileSize(path), disk.Same(archives, path)
}

// hostTimeout bounds how long a start waits for what the system says of battery
// and network.
const hostTimeout = 3 * time.Second

// awaitHost waits until it is known whether the machine is on battery and whether its
// network is metered, where communities pause because of that, so that nothing is
// fetched before, and puts in force what follows.
func (d *Daemon) awaitHost(ctx context.Context) error {
	if n := d.holders.keeper.Node(); !n.PauseOnBattery && !n.PauseOnMetered {
		return nil
	}
	d.opts.Logger.Debug("waiting for what the system says of battery and network")
	limit := time.NewTimer(hostTimeout)
	defer limit.Stop()
	select {
	case <-d.holders.host.Known():
	case <-limit.C:
	case <-ctx.Done():
	}
	return d.holders.keeper.Refresh(ctx)
}

// fileSize is zero of a file that cannot be looked at.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// written is how much of a download is on the disk. What cannot be read counts
// as nothing: more room is kept than is needed.
func (d *Daemon) written(i quota.Item) int64 {
	return d.files.Written(i.Community, i.ID)
}

// evict removes an archive. One that this node made goes only when somebody
// else has it.
func (d *Daemon) evict(ctx context.Context, i quota.Item) error {
	if i.Original && d.swarm.Copies(i.Community, i.ID) == 0 {
		return fmt.Errorf("evict archive %s: %w: %w", i.ID, quota.ErrNoRoom, ErrOnlyCopy)
	}
	err := d.holders.evictor.Evict(ctx, i)
	if err == nil {
		d.measured.evicted(i)
		d.holders.keeper.Evicted(i)
	}
	return err
}

// restrain counts what is on the disk, without what processes that died have
// left there, and puts limits in force. Nothing is transferred before.
func (d *Daemon) restrain(ctx context.Context) error {
	h := &d.holders
	h.evictor = &limits.Evictor{
		DB: d.db, Swarm: d.swarm, Clock: d.opts.Clock, Logger: d.opts.Logger,
		Policy: func(c message.CommunityID) bool { return h.keeper.Community(c).DropMessages },
	}
	h.keeper = limits.NewKeeper(limits.Options{
		DB: d.db, Node: d.opts.Config.Quota(), Clock: d.opts.Clock, Logger: d.opts.Logger.With("part", "limits"),
		Bandwidth: h.bandwidth, Ledger: h.ledger, SetServing: d.swarm.SetServing, SetPace: d.pace.Set, Host: h.host.State, Beat: d.pulses.limits.beat,
	})
	if err := h.keeper.Refresh(ctx); err != nil {
		return err
	}
	if err := d.awaitHost(ctx); err != nil {
		return err
	}
	if err := d.count(ctx); err != nil {
		return err
	}
	// Caps may have been lowered while no node ran. What fails now is tried again
	// by the keeper.
	if err := h.ledger.Enforce(ctx); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		d.opts.Logger.Warn("storage caps are exceeded", "error", err)
	}
	return nil
}

// counters is how many communities are counted at a time.
const counters = 4

// count tells the ledger what is on the disk.
func (d *Daemon) count(ctx context.Context) error {
	communities, err := d.communities(ctx)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(counters)
	for _, c := range communities {
		g.Go(func() error { return d.countCommunity(ctx, c) })
	}
	return g.Wait()
}

func (d *Daemon) countCommunity(ctx context.Context, c store.Community) error {
	s, err := d.takeStock(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("count archives of %s: %w", c.ID, err)
	}
	d.holders.ledger.Load(c.ID, limits.Held(c.ID, s.rows, s.usage, c.Role))
	d.holders.ledger.Overhead(c.ID, catalog.OverheadOf(s.usage))
	return nil
}

// close ends what openHolders began.
func (h *holders) close() {
	if h.stopHost != nil {
		h.stopHost()
		h.host.Wait()
	}
}
