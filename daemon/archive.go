package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"seeder/internal/retry"
	"seeder/message"
	"seeder/owner"
	"seeder/store"
)

// ArchiveOnce runs one archiving round for each of the communities and
// returns when their announcements were taken by a peer. When a daemon holds
// the data folder the archives are sealed here, and the daemon seeds and
// announces them; otherwise this process does, and the archives are seeded by
// the next daemon that runs. When ctx ends before an announcement was taken it
// stays in the outbox, and the error says so.
func ArchiveOnce(ctx context.Context, opts Options, ids []message.CommunityID, progress func(owner.Progress)) ([]owner.Report, error) {
	d, err := New(ctx, opts)
	if errors.Is(err, ErrRunning) {
		return archiveBeside(ctx, opts, ids, progress)
	}
	if err != nil {
		return nil, err
	}
	reports, err := d.archiveAll(ctx, ids, progress)
	return reports, errors.Join(err, d.Close())
}

func (d *Daemon) archiveAll(ctx context.Context, ids []message.CommunityID, progress func(owner.Progress)) ([]owner.Report, error) {
	var reports []owner.Report
	for _, id := range ids {
		o, err := d.Owner(id, progress)
		if err != nil {
			return reports, err
		}
		r, err := o.Round(ctx)
		if err != nil {
			return reports, fmt.Errorf("archive %s: %w", id, err)
		}
		if r.Sent, err = d.sendNow(ctx, o, id); err != nil {
			return append(reports, r), fmt.Errorf("announce %s: %w", id, err)
		}
		reports = append(reports, r)
	}
	return reports, nil
}

// sendNow sends what is due and returns when the newest announcement was last
// sent.
func (d *Daemon) sendNow(ctx context.Context, o *owner.Owner, id message.CommunityID) (int64, error) {
	if _, err := o.SendDue(ctx); err != nil {
		return 0, err
	}
	return sentAt(ctx, d.db, id)
}

func sentAt(ctx context.Context, db store.DB, id message.CommunityID) (at int64, err error) {
	err = db.View(ctx, func(tx store.Tx) error {
		a, err := tx.LatestAnnouncement(id)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		at = a.SentAt
		return err
	})
	return at, err
}

// archiveBeside seals next to a running daemon and waits until that daemon
// has seeded and announced the result.
func archiveBeside(ctx context.Context, opts Options, ids []message.CommunityID, progress func(owner.Progress)) ([]owner.Report, error) {
	db, err := OpenStore(ctx, opts.Config)
	if err != nil {
		return nil, err
	}
	d := &Daemon{opts: opts, db: db, files: OpenFiles(opts.Config), keys: Keystore(opts.Config)}
	reports, err := d.sealAll(ctx, ids, progress)
	return reports, errors.Join(err, db.Close())
}

func (d *Daemon) sealAll(ctx context.Context, ids []message.CommunityID, progress func(owner.Progress)) ([]owner.Report, error) {
	var reports []owner.Report
	for _, id := range ids {
		o, err := d.Owner(id, progress)
		if err != nil {
			return reports, err
		}
		var r owner.Report
		if err := o.Seal(ctx, &r); err != nil {
			return reports, fmt.Errorf("archive %s: %w", id, err)
		}
		if err := d.awaitAnnounced(ctx, o, id, &r); err != nil {
			return append(reports, r), err
		}
		reports = append(reports, r)
	}
	return reports, nil
}

// awaitAnnounced waits until the daemon has announced every archive and a
// peer took it.
func (d *Daemon) awaitAnnounced(ctx context.Context, o *owner.Owner, id message.CommunityID, r *owner.Report) error {
	const poll = 200 * time.Millisecond
	for {
		announced, err := o.Announced(ctx)
		if err != nil {
			return fmt.Errorf("read announcements of %s: %w", id, err)
		}
		if announced {
			r.Sent, err = sentAt(ctx, d.db, id)
			if err != nil || r.Sent != 0 {
				return err
			}
			if empty, err := d.noArchives(ctx, id); err != nil || empty {
				return err
			}
		}
		if !retry.Sleep(ctx, poll) {
			return fmt.Errorf("wait for the running daemon to announce %s: %w", id, ctx.Err())
		}
	}
}

func (d *Daemon) noArchives(ctx context.Context, id message.CommunityID) (none bool, err error) {
	err = d.db.View(ctx, func(tx store.Tx) error {
		rows, err := tx.Archives(id)
		none = len(rows) == 0
		return err
	})
	return none, err
}
