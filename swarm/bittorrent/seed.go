package bittorrent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"seeder/swarm"
)

// Seed implements [swarm.Swarm].
func (s *Swarm) Seed(ctx context.Context, gen swarm.Generation) (swarm.Torrent, error) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return swarm.Torrent{}, err
	}
	defer leave()
	c, err := s.community(gen.Community)
	if err != nil {
		return swarm.Torrent{}, err
	}
	if err := c.lock(ctx); err != nil {
		return swarm.Torrent{}, err
	}
	defer c.unlock()
	before := c.hashed.Load()
	m, err := c.build(ctx, gen)
	if err != nil {
		return swarm.Torrent{}, err
	}
	t := swarm.Torrent{InfoHash: m.InfoHash, Magnet: c.magnet(m)}
	if err := c.seed(ctx, swarm.Kept{Meta: m, Index: gen.Index, Files: gen.Files}); err != nil {
		return swarm.Torrent{}, err
	}
	t.HashedBytes = c.hashed.Load() - before
	return t, nil
}

// build makes the torrent of a generation from the kept piece hashes of its
// archives.
func (c *community) build(ctx context.Context, gen swarm.Generation) (*swarm.Metainfo, error) {
	if len(gen.Files) == 0 || len(gen.Index) == 0 {
		return nil, fmt.Errorf("%w: empty generation", swarm.ErrLayout)
	}
	last := gen.Files[len(gen.Files)-1]
	if err := swarm.CheckLayout(gen.Files, last.Offset+last.Size); err != nil {
		return nil, err
	}
	absent, err := c.s.files.AbsentPieces(c.id, gen.Absent)
	if err != nil {
		return nil, fmt.Errorf("seed without absent archives: %w", err)
	}
	var hashes []byte
	for _, f := range gen.Files {
		if p, ok := absent[f.ID]; ok && p.Raw == f.Size-f.Padding {
			hashes = append(hashes, p.Hashes...)
			continue
		}
		p, hashed, err := c.s.hashers.soundPieces(ctx, c.s.files, c.id, f.ID)
		c.hashed.Add(hashed)
		if errors.Is(err, swarm.ErrDamaged) {
			err = errors.Join(swarm.ErrMissing, err, c.reject(ctx, f, p))
		}
		if err != nil {
			return nil, fmt.Errorf("seed archive %s: %w", f.ID, err)
		}
		if p.Raw != f.Size-f.Padding {
			return nil, fmt.Errorf("%w: archive %s has %d bytes, want %d", swarm.ErrLayout, f.ID, p.Raw, f.Size-f.Padding)
		}
		hashes = append(hashes, p.Hashes...)
	}
	m, err := swarm.NewMetainfo(c.id, hashes, gen.Index)
	if err != nil {
		return nil, err
	}
	c.countIndex(gen.Index)
	m.Trackers = c.s.trackers()
	return m, nil
}

// reject sets an archive aside that is not what its kept piece hashes are of.
func (c *community) reject(ctx context.Context, f swarm.File, p swarm.Pieces) error {
	f.Size, f.Padding = swarm.Place(p.Raw)
	c.mu.Lock()
	a := c.contents[keyOf(f.ID, p.Hashes)]
	c.mu.Unlock()
	if a == nil {
		a = c.newContent(f, p.Hashes)
	}
	_, err := a.load(ctx) // finds the damage
	if err == nil && a.state().stored {
		err = errors.New("cannot be set aside")
	}
	c.tell(a, nil)
	return err
}

func (c *community) magnet(m *swarm.Metainfo) string {
	return swarm.Ref{
		Community: c.id, InfoHash: m.InfoHash, Trackers: c.s.trackers(), Peers: c.s.external(),
	}.Magnet()
}

// seed serves a generation that is complete in the folder.
func (c *community) seed(ctx context.Context, k swarm.Kept) error {
	if g := c.find(k.Meta.InfoHash); g != nil && g.view.slots.Load() != nil {
		return c.reload(ctx, g)
	} else if g != nil {
		// It was being fetched and not even its index was known.
		if err := c.remove(g); err != nil {
			return err
		}
	}
	if err := c.s.files.Prepare(c.id); err != nil {
		return err
	}
	if err := c.keep(k); err != nil {
		return err
	}
	index := c.s.files.IndexPath(c.id, k.Meta.InfoHash)
	if b, err := os.ReadFile(index); err != nil || !bytes.Equal(b, k.Index) {
		return errors.Join(errors.New("read back another index than was written"), err)
	}
	_, err := c.restore(ctx, k, k.Meta.Trackers)
	return err
}

// keep keeps a generation that is not kept yet: a restart needs no room on the
// disk.
func (c *community) keep(k swarm.Kept) error {
	old, err := c.s.files.Kept(c.id, k.Meta.InfoHash)
	if err == nil && bytes.Equal(old.Index, k.Index) && slices.Equal(old.Files, k.Files) &&
		slices.Equal(old.Meta.Trackers, k.Meta.Trackers) {
		return nil
	}
	return c.s.files.Keep(k)
}

// restore adds a generation whose torrent, index and layout are known.
func (c *community) restore(ctx context.Context, k swarm.Kept, trackers []string) (*generation, error) {
	v := newView(c.id, k.Meta.InfoHash, c.s.open)
	v.setMeta(k.Meta)
	v.setIndexFile(c.s.files.IndexPath(c.id, k.Meta.InfoHash))
	if err := c.show(ctx, v, k.Files); err != nil {
		return nil, err
	}
	g, err := c.add(v, trackers)
	if err != nil {
		c.release(*v.slots.Load())
	}
	return g, err
}

// reload looks again at the files of a generation that is open: others may have
// removed some or put them in place.
func (c *community) reload(ctx context.Context, g *generation) error {
	for _, s := range *g.view.slots.Load() {
		before := s.content.state()
		if err := c.lookAgain(ctx, s.content); err != nil {
			return err
		}
		if s.content.state() != before {
			g.update(s)
			c.tell(s.content, g)
		}
	}
	return nil
}
