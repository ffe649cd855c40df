package swarm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"seeder/internal/atomicfile"
	"seeder/internal/fault"
	"seeder/message"
)

// keptPieces reads the piece hashes kept beside an archive, whatever became of
// the archive since.
func (f *Files) keptPieces(c message.CommunityID, id message.ArchiveID) (Pieces, error) {
	b, err := os.ReadFile(f.Path(c, id) + piecesSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return Pieces{}, fmt.Errorf("%w: %s has none", ErrStale, id)
	}
	if err != nil {
		return Pieces{}, fmt.Errorf("read piece hashes: %w", err)
	}
	p, _, err := decodePieces(b)
	return p, err
}

// SoundPieces returns the piece hashes of an archive like [Files.ReadPieces].
// But where it was touched since they were kept, and is no longer what they
// are of, it returns them with an [ErrDamaged]: whoever touched it, peers are
// not to get that.
func (f *Files) SoundPieces(ctx context.Context, c message.CommunityID, id message.ArchiveID) (Pieces, int64, error) {
	p, err := f.Pieces(c, id)
	if !errors.Is(err, ErrStale) {
		return p, 0, err
	}
	kept, err := f.keptPieces(c, id)
	if errors.Is(err, ErrStale) {
		return f.ReadPieces(ctx, c, id) // nothing to compare it with
	}
	if err != nil {
		return Pieces{}, 0, err
	}
	now, info, err := f.hashArchive(ctx, c, id)
	hashed := int64(now.Raw)
	if err != nil {
		return Pieces{}, hashed, err
	}
	if now.Raw != kept.Raw || !bytes.Equal(now.Hashes, kept.Hashes) {
		return kept, hashed, fmt.Errorf("%w: %s", ErrDamaged, id)
	}
	return now, hashed, f.keepPieces(c, id, now, info)
}

// SetAside makes a damaged archive what an unfinished download left at path,
// which is in the archive folder. It is padded with zeros to size bytes.
func (f *Files) SetAside(c message.CommunityID, id message.ArchiveID, path string, size int64) error {
	if err := fault.Point(fault.ArchiveAsideBefore); err != nil {
		return fmt.Errorf("set archive aside: %w", err)
	}
	if err := os.Rename(f.Path(c, id), path); err != nil {
		return fmt.Errorf("set archive aside: %w", err)
	}
	err := os.Truncate(path, size)
	if err == nil {
		err = fault.Point(fault.ArchiveAsideAfter)
	}
	if err != nil {
		return fmt.Errorf("set archive aside: %w", err)
	}
	// Hashes without an archive would be swept.
	if err := os.Remove(f.Path(c, id) + piecesSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("set archive aside: %w", err)
	}
	return atomicfile.SyncDir(f.archives(c))
}
