// Package rebuild restores the database of a node from its folder: the
// archives, the index and torrent of each generation, and the keys.
//
// What comes back is everything that was archived: communities (owned where
// the key is here, followed otherwise), generations, archive rows, covered
// spans and messages. The archives are verified as when they came. What cannot
// come back is what was in the database alone: messages that were not archived
// yet, names of communities without a key, and announcements; an owner makes a
// new announcement of the same torrent, a member hears or asks for the newest.
//
// A rebuild that was interrupted is begun again and goes on with what is left.
package rebuild

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/dustin/go-humanize/english"

	"seeder/archive"
	"seeder/catalog"
	"seeder/importer"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/signer"
	"seeder/store"
	"seeder/swarm"
)

var (
	// ErrNotEmpty reports a database that holds something already.
	ErrNotEmpty = errors.New("database is not empty")
	// ErrNothing reports a folder without communities.
	ErrNothing = errors.New("folder holds no archives and no keys")
)

// part is the name of a rebuild among the work of a community. Its row says
// whether it was finished.
const part = "rebuild"

// Options are what a rebuild needs. All but Progress are required.
type Options struct {
	DB       store.DB
	Files    *swarm.Files
	Keys     *signer.Keystore
	Importer *importer.Importer
	Clock    clock.Clock
	// Import says whether members keep messages; owners always do.
	Import bool
	// Grace is how long generations before the newest go on being served.
	Grace time.Duration
	// Progress is told of each archive that was dealt with; nil for nobody.
	Progress func(Progress)
}

// Progress tells how far the rebuild of a community is.
type Progress struct {
	Community message.CommunityID
	// Done of Total archives were dealt with.
	Done, Total int
}

// Report is what a rebuild did for one community.
type Report struct {
	Community message.CommunityID `json:"community"`
	Role      store.Role          `json:"role"`
	// Generations counts torrents, Archives those that are here and verified,
	// Messages what they hold.
	Generations int    `json:"generations"`
	Archives    int    `json:"archives"`
	Messages    uint64 `json:"messages"`
	// Missing and Damaged archives are to be fetched again.
	Missing int `json:"missing"`
	Damaged int `json:"damaged"`
	// Unlisted counts archive files that no index names, so that nothing is
	// known of them. They stay where they are for now.
	Unlisted int `json:"unlisted"`
}

// Run restores the communities of the folder. [ErrNotEmpty] when the database
// has rows that are not those of a rebuild that was interrupted; [ErrNothing]
// when there is nothing to restore.
func Run(ctx context.Context, opts Options) ([]Report, error) {
	if err := mayBegin(ctx, opts.DB); err != nil {
		return nil, err
	}
	ids, err := communities(opts)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNothing, opts.Files.Root())
	}
	b := &builder{opts: opts}
	// All are recorded before the first is filled, so that one that was
	// interrupted is told from a database in use.
	var plans []*plan
	for _, id := range ids {
		p, err := b.plan(id)
		if err == nil {
			err = b.begin(ctx, p)
		}
		if err != nil {
			return nil, fmt.Errorf("rebuild %s: %w", id, err)
		}
		plans = append(plans, p)
	}
	var reports []Report
	for _, p := range plans {
		if err := b.fill(ctx, p); err != nil {
			return reports, fmt.Errorf("rebuild %s: %w", p.community.ID, err)
		}
		reports = append(reports, p.report)
	}
	for _, p := range plans {
		if err := b.note(ctx, p.community.ID, store.Idle, "rebuilt from its archives"); err != nil {
			return reports, err
		}
	}
	return reports, nil
}

// communities returns those that have archives in the folder, then those of which
// only the key is there.
func communities(opts Options) ([]message.CommunityID, error) {
	ids, err := opts.Files.Communities()
	if err != nil {
		return nil, err
	}
	keys, _ := opts.Keys.List() // plan says which of those with archives cannot be read
	for _, k := range keys {
		if !slices.Contains(ids, k.Community) {
			ids = append(ids, k.Community)
		}
	}
	return ids, nil
}

// mayBegin returns [ErrNotEmpty] unless the database has no community, or an
// unfinished rebuild.
func mayBegin(ctx context.Context, db store.DB) error {
	return db.View(ctx, func(tx store.Tx) error {
		all, err := tx.Communities()
		if err != nil || len(all) == 0 {
			return err
		}
		for _, c := range all {
			works, err := tx.Works(c.ID)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(works, func(w store.Work) bool { return w.Part == part && w.State == store.Working }) {
				return nil
			}
		}
		return fmt.Errorf("%w: it has %s", ErrNotEmpty, english.Plural(len(all), "community", "communities"))
	})
}

// builder rebuilds communities.
type builder struct{ opts Options }

// plan is what the folder says of a community.
type plan struct {
	community store.Community
	gens      []store.Generation
	rows      []store.Archive
	report    Report
}

// plan reads what is in the folder of a community.
func (b *builder) plan(id message.CommunityID) (*plan, error) {
	p := &plan{community: store.Community{ID: id, Role: store.RoleMember, CreatedAt: b.now()}}
	stored, unreadable := b.opts.Keys.List()
	for _, k := range stored {
		if k.Community == id {
			p.community.Role, p.community.Name = store.RoleOwner, k.Name
		}
	}
	if unreadable != nil && p.community.Role != store.RoleOwner {
		// The key of this community may be among those that cannot be read.
		if _, err := b.opts.Keys.Load(id); err != nil && !errors.Is(err, signer.ErrNoKey) {
			return nil, err
		}
	}
	kept, err := b.kept(id)
	if err != nil {
		return nil, err
	}
	p.take(kept, b.now(), b.opts.Grace)
	p.report = Report{Community: id, Role: p.community.Role, Generations: len(p.gens)}
	files, err := b.opts.Files.List(id)
	if err != nil {
		return nil, err
	}
	listed := make(map[message.ArchiveID]bool, len(p.rows))
	for i := range p.rows {
		listed[p.rows[i].ID] = true
	}
	for _, f := range files {
		if !listed[f] {
			p.report.Unlisted++
		}
	}
	return p, nil
}

func (b *builder) now() int64 { return b.opts.Clock.Now().UnixMilli() }

// keptGeneration is a generation of the folder whose torrent and index verify.
type keptGeneration struct {
	swarm.Kept
	entries []archive.Entry
	written time.Time
}

// kept returns the generations of the folder, oldest first: the one with more
// archives is the newer one, and of equal ones the one that was written later.
// One that does not verify is passed over.
func (b *builder) kept(id message.CommunityID) ([]keptGeneration, error) {
	hashes, err := b.opts.Files.Generations(id)
	if err != nil {
		return nil, err
	}
	var out []keptGeneration
	for _, h := range hashes {
		k, err := b.opts.Files.Kept(id, h)
		if errors.Is(err, swarm.ErrMissing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		g := keptGeneration{Kept: k}
		if g.entries, err = archive.DecodeIndex(k.Index, 0); err != nil {
			continue // an index that was refused is served to nobody
		}
		if info, err := os.Stat(b.opts.Files.TorrentPath(id, h)); err == nil {
			g.written = info.ModTime()
		}
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b keptGeneration) int {
		return cmp.Or(cmp.Compare(len(a.entries), len(b.entries)), a.written.Compare(b.written),
			slices.Compare(a.Meta.InfoHash[:], b.Meta.InfoHash[:]))
	})
	return out, nil
}

// take makes rows of generations. Their true clocks are in announcements,
// which the folder does not have: they are numbered, so that any announcement
// is newer.
func (p *plan) take(kept []keptGeneration, now int64, grace time.Duration) {
	seen := make(map[message.ArchiveID]bool)
	for i := len(kept) - 1; i >= 0; i-- {
		k := kept[i]
		g := store.Generation{
			Community: p.community.ID, InfoHash: k.Meta.InfoHash, Clock: uint64(i + 1), Index: k.Index,
			Magnet: swarm.Ref{Community: p.community.ID, InfoHash: k.Meta.InfoHash}.Magnet(),
		}
		newest := i == len(kept)-1
		if !newest {
			g.RetireAt = now + grace.Milliseconds()
		}
		p.gens = append(p.gens, g)
		if !newest && p.community.Role == store.RoleOwner {
			continue // an owner announces what it has rows of: those of one history
		}
		for e := range k.entries {
			if seen[k.entries[e].ID] {
				continue
			}
			seen[k.entries[e].ID] = true
			row := catalog.Row(p.community.ID, &k.entries[e], store.Listed)
			row.UpdatedAt = now
			p.rows = append(p.rows, row)
		}
	}
	slices.SortStableFunc(p.rows, func(a, b store.Archive) int { return cmp.Compare(a.Offset, b.Offset) })
}

// begin records community, generations and archives. Rows that an interrupted
// rebuild has filled stay.
func (b *builder) begin(ctx context.Context, p *plan) error {
	err := b.opts.DB.Update(ctx, func(tx store.Tx) error {
		if err := tx.PutCommunity(p.community); err != nil {
			return err
		}
		for _, g := range p.gens {
			if err := tx.PutGeneration(g); err != nil {
				return err
			}
		}
		for i := range p.rows {
			row, err := tx.Archive(p.community.ID, p.rows[i].ID)
			switch {
			case err == nil:
				p.rows[i] = row
			case !errors.Is(err, store.ErrNotFound):
				return err
			default:
				if err := tx.PutArchive(p.rows[i]); err != nil {
					return err
				}
			}
		}
		return tx.PutWork(b.work(p.community.ID, store.Working, "the database is being rebuilt from the archives"))
	})
	if err != nil {
		return fmt.Errorf("record community: %w", err)
	}
	return nil
}

func (b *builder) work(c message.CommunityID, state store.WorkState, reason string) store.Work {
	return store.Work{Community: c, Part: part, State: state, Reason: reason, Since: b.now(), UpdatedAt: b.now()}
}

func (b *builder) note(ctx context.Context, c message.CommunityID, state store.WorkState, reason string) error {
	err := b.opts.DB.Update(ctx, func(tx store.Tx) error { return tx.PutWork(b.work(c, state, reason)) })
	if err != nil {
		return fmt.Errorf("record rebuild of %s: %w", c, err)
	}
	return nil
}

// fill verifies the archives of a community and imports them.
func (b *builder) fill(ctx context.Context, p *plan) error {
	keeps := b.opts.Import || p.community.Role == store.RoleOwner
	for i := range p.rows {
		row := p.rows[i]
		if row.State == store.Listed {
			if err := b.one(ctx, &row, keeps); err != nil {
				return err
			}
		}
		switch {
		case row.State == store.Imported || row.State == store.Stored:
			p.report.Archives++
			p.report.Messages += row.Messages
		case row.Reason == missing:
			p.report.Missing++
		default:
			p.report.Damaged++
		}
		if b.opts.Progress != nil {
			b.opts.Progress(Progress{Community: p.community.ID, Done: i + 1, Total: len(p.rows)})
		}
	}
	return nil
}

// missing is the reason of archives whose file is not there.
const missing = "file was missing"

// one brings back one archive. Of one that is refused the file is removed, so
// that it is fetched anew.
func (b *builder) one(ctx context.Context, row *store.Archive, keeps bool) error {
	err := b.verify(ctx, row, keeps)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, swarm.ErrMissing):
		row.Reason = missing
	case importer.Refused(err):
		row.Reason = err.Error()
	default:
		return err
	}
	if err := b.opts.DB.Update(ctx, func(tx store.Tx) error { return tx.PutArchive(*row) }); err != nil {
		return fmt.Errorf("record archive %s: %w", row.ID, err)
	}
	return b.opts.Files.Remove(row.Community, row.ID)
}

func (b *builder) verify(ctx context.Context, row *store.Archive, keeps bool) error {
	open := func() (io.ReadCloser, error) { return b.opts.Files.Open(row.Community, row.ID) }
	if keeps {
		result, err := b.opts.Importer.Import(ctx, *row, open)
		if err == nil {
			row.State, row.Messages = store.Imported, result.Messages
		}
		return err
	}
	e, err := archive.ParseEntry(row.Entry)
	if err != nil {
		return fmt.Errorf("read entry of archive %s: %w", row.ID, err)
	}
	f, err := open()
	if err != nil {
		return err
	}
	defer f.Close()
	sum, err := archive.Check(row.Community, &e, f, func(*message.Message) error { return ctx.Err() })
	if err != nil {
		return fmt.Errorf("verify archive %s: %w", row.ID, err)
	}
	row.State, row.SHA256, row.Messages = store.Stored, sum.SHA256, sum.Messages
	if err := b.opts.DB.Update(ctx, func(tx store.Tx) error { return tx.PutArchive(*row) }); err != nil {
		return fmt.Errorf("record archive %s: %w", row.ID, err)
	}
	return nil
}
