package owner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"seeder/announce"
	"seeder/archive"
	"seeder/catalog"
	"seeder/message"
	"seeder/store"
	"seeder/swarm"
)

// Publish seeds the generation of all archives and stores its announcement,
// unless the newest announcement names it already. It adds to r.
func (o *Owner) Publish(ctx context.Context, r *Report) error {
	r.Community = o.id
	entries, err := o.entries(ctx)
	if err != nil || len(entries) == 0 {
		return err
	}
	gen, err := o.generation(entries)
	if err != nil {
		return err
	}
	if gen.Absent, err = o.givenAway(ctx); err != nil {
		return err
	}
	torrent, err := o.opts.Swarm.Seed(ctx, gen)
	if err != nil {
		return fmt.Errorf("seed generation: %w", err)
	}
	r.HashedBytes = torrent.HashedBytes
	r.InfoHash = store.InfoHash(torrent.InfoHash).String()
	if err := o.announce(ctx, gen, torrent, entries, r); err != nil {
		return fmt.Errorf("announce generation: %w", err)
	}
	if r.New {
		if err := o.reviewForks(ctx); err != nil {
			return err
		}
	}
	return o.retire(ctx)
}

// givenAway returns the archives that were evicted with the owner's leave.
func (o *Owner) givenAway(ctx context.Context) (ids []message.ArchiveID, err error) {
	err = o.opts.DB.View(ctx, func(tx store.Tx) error {
		rows, err := tx.Archives(o.id)
		ids = nil
		for i := range rows {
			if givenAway(&rows[i]) {
				ids = append(ids, rows[i].ID)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list evicted archives: %w", err)
	}
	return ids, nil
}

// retire stops seeding generations whose grace time is over, and removes what
// is kept of them.
func (o *Owner) retire(ctx context.Context) error {
	drop := func(hash store.InfoHash) error { return o.opts.Swarm.Drop(o.id, hash) }
	if err := catalog.Retire(ctx, o.opts.DB, o.id, o.nowMillis(), drop); err != nil {
		return err
	}
	if err := catalog.Forget(ctx, o.opts.DB, o.opts.Files, o.id, drop); err != nil {
		return err
	}
	return o.measure(ctx)
}

// entries returns the index entries of every archive that is in place, in
// order of offset.
func (o *Owner) entries(ctx context.Context) ([]archive.Entry, error) {
	var rows []store.Archive
	err := o.opts.DB.View(ctx, func(tx store.Tx) (err error) {
		rows, err = tx.Archives(o.id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	return catalog.Entries(rows)
}

// generation builds the index and reads it back before anything refers to it.
func (o *Owner) generation(entries []archive.Entry) (swarm.Generation, error) {
	index := archive.EncodeIndex(entries)
	back, err := archive.DecodeIndex(index, catalog.DataSize(entries))
	if err != nil {
		return swarm.Generation{}, fmt.Errorf("read back index: %w", err)
	}
	if !bytes.Equal(archive.EncodeIndex(back), index) {
		return swarm.Generation{}, fmt.Errorf("read back index: %w", archive.ErrIndex)
	}
	return swarm.Generation{Community: o.id, Index: index, Files: catalog.Files(entries)}, nil
}

// announce stores generation and announcement in one transaction, so that
// what is announced is what is seeded after a restart.
func (o *Owner) announce(ctx context.Context, gen swarm.Generation, t swarm.Torrent, entries []archive.Entry, r *Report) error {
	return o.opts.DB.Update(ctx, func(tx store.Tx) error {
		own, highest, err := o.announced(tx)
		if err != nil {
			return err
		}
		if own != nil && covers(own.Magnet, t.Magnet) {
			r.Clock, r.Sent, r.New = own.Clock, own.SentAt, false
			return nil
		}
		now := o.nowMillis()
		next := max(uint64(now), highest+1)
		signed, err := announce.Sign(announce.Announcement{
			Clock:     next,
			MagnetURI: t.Magnet,
			Head:      entries[len(entries)-1].ID,
			Archives:  uint64(len(entries)),
			Bytes:     catalog.DataSize(entries),
		}, o.opts.Key)
		if err != nil {
			return err
		}
		current := store.Generation{Community: o.id, InfoHash: t.InfoHash, Clock: next, Index: gen.Index, Magnet: t.Magnet}
		if err := catalog.MakeCurrent(tx, current, now, o.opts.Grace); err != nil {
			return err
		}
		r.Clock, r.Sent, r.New = next, 0, true
		return tx.PutAnnouncement(store.Announcement{Community: o.id, Clock: next, Signed: signed,
			Magnet: t.Magnet, ReceivedAt: now, Own: true})
	})
}

// covers reports whether a link that was announced serves members as well as
// another one: it names the same torrent and trackers, and all addresses. An
// address that is not known at the moment is no reason for an announcement.
func covers(announced, link string) bool {
	was, err := swarm.ParseMagnet(announced)
	if err != nil {
		return announced == link
	}
	is, err := swarm.ParseMagnet(link)
	if err != nil || was.InfoHash != is.InfoHash || was.Community != is.Community || !slices.Equal(was.Trackers, is.Trackers) {
		return false
	}
	return !slices.ContainsFunc(is.Peers, func(addr string) bool { return !slices.Contains(was.Peers, addr) })
}

// Resume seeds the generations that were being seeded when the node stopped,
// oldest first, so that the current one is the one that stays writable. Of one
// whose files are not all there it serves the others.
func (o *Owner) Resume(ctx context.Context) error {
	gens, err := catalog.Generations(ctx, o.opts.DB, o.id)
	if err != nil {
		return err
	}
	for i := len(gens) - 1; i >= 0; i-- {
		files, err := catalog.ParseIndex(gens[i].Index)
		if err != nil {
			return fmt.Errorf("resume generation %s: %w", gens[i].InfoHash, err)
		}
		_, err = o.opts.Swarm.Seed(ctx, swarm.Generation{Community: o.id, Index: gens[i].Index, Files: files})
		if errors.Is(err, swarm.ErrMissing) {
			err = o.fetch(ctx, gens[i], nil)
		}
		if err != nil {
			return fmt.Errorf("resume generation %s: %w", gens[i].InfoHash, err)
		}
	}
	return nil
}

// announced returns the newest announcement that this node made, nil when there
// is none, and the highest clock that anybody's has. Another owner with the
// same key may be ahead: that raises the next clock and is no reason for an
// announcement, or two owners would answer each other for ever.
func (o *Owner) announced(tx store.Tx) (own *store.Announcement, highest uint64, err error) {
	all, err := tx.Announcements(o.id, 0)
	if err != nil {
		return nil, 0, err
	}
	for i := range all {
		highest = max(highest, all[i].Clock)
		if all[i].Own && own == nil {
			own = &all[i]
		}
	}
	return own, highest, nil
}

// Announced reports whether this node has announced every archive.
func (o *Owner) Announced(ctx context.Context) (announced bool, err error) {
	err = o.opts.DB.View(ctx, func(tx store.Tx) error {
		rows, err := tx.Archives(o.id)
		if err != nil || len(rows) == 0 {
			announced = err == nil
			return err
		}
		own, _, err := o.announced(tx)
		if err != nil || own == nil {
			return err
		}
		a, err := announce.Open(o.id, own.Signed)
		if err != nil {
			return err
		}
		announced = a.Head == lastArchive(rows) && a.Archives == uint64(len(rows))
		return nil
	})
	return announced, err
}

// lastArchive returns the id of the archive with the highest offset.
func lastArchive(rows []store.Archive) message.ArchiveID {
	last := rows[0]
	for _, row := range rows[1:] {
		if row.Offset > last.Offset {
			last = row
		}
	}
	return last.ID
}
