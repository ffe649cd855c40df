package swarm

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"seeder/internal/atomicfile"
	"seeder/message"
)

// block is the unit in which files count (quota.Block): what a small file takes on
// common file systems.
const block = 4096

func onDisk(n int64) int64 { return (n + block - 1) / block * block }

// Usage is what the folder of a community takes, in bytes. Each file and folder
// counts rounded up to 4096 bytes.
type Usage struct {
	// Archives are those of which anything is here.
	Archives map[message.ArchiveID]ArchiveUsage
	// Overhead is everything else: torrents, indexes and the folders themselves.
	Overhead int64
	// Next is what one more generation would add to Overhead, as far as can be
	// told from those that are here; zero when none is.
	Next int64
}

// ArchiveUsage is what one archive takes, side files included.
type ArchiveUsage struct {
	Bytes int64
	// Whole says that its file is in place. An unfinished one may yet grow.
	Whole bool
}

// Takes returns what an archive takes on disk, in bytes: whole once it is in place
// with its piece hashes; at most peak while it is downloaded. That is the padded
// file, the list of its pieces and the next list beside it, its piece
// hashes, and what the folder grows by.
func Takes(f File) (whole, peak int64) {
	raw, size := clamp(f.Size-min(f.Padding, f.Size)), clamp(f.Size)
	pieces := size / PieceLength
	hashes := onDisk(int64(piecesHeader) + 32 + HashSize*pieces)
	list := onDisk(128 + int64(len("false,"))*pieces)
	whole = onDisk(raw) + hashes
	return whole, onDisk(size) + 2*list + 2*hashes + block
}

// clamp keeps sums of sizes that an index made up from overflowing.
func clamp(n uint64) int64 { return int64(min(n, math.MaxInt64/64)) }

// Usage measures the folder of a community. Temporary files beside archives are
// left out: they belong to downloads, see [Takes].
func (f *Files) Usage(c message.CommunityID) (Usage, error) {
	u := Usage{Archives: make(map[message.ArchiveID]ArchiveUsage)}
	generations := make(map[string]int64)
	root := f.Dir(c)
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		size, err := sizeOf(e, err)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed meanwhile, or nothing is there yet
		}
		if err != nil {
			return err
		}
		switch parent := filepath.Dir(path); {
		case e.IsDir():
		case parent == f.archives(c):
			if strings.HasSuffix(path, atomicfile.TempSuffix) {
				return nil
			}
			if id, whole, ok := archiveOf(e.Name()); ok {
				a := u.Archives[id]
				u.Archives[id] = ArchiveUsage{a.Bytes + size, a.Whole || whole}
				return nil
			}
		case parent == f.generations(c):
			generations[strings.TrimSuffix(e.Name(), torrentSuffix)] += size
		case filepath.Dir(parent) == f.generations(c):
			generations[filepath.Base(parent)] += size
		}
		u.Overhead += size
		return nil
	})
	if err != nil {
		return Usage{}, fmt.Errorf("measure archive folder: %w", err)
	}
	for _, size := range generations {
		u.Next = max(u.Next, onDisk(size+size/4)+8*block)
	}
	return u, nil
}

// sizeOf returns what a file or folder takes.
func sizeOf(e fs.DirEntry, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	info, err := e.Info()
	if err != nil {
		return 0, err
	}
	return onDisk(info.Size()), nil
}

// archiveOf returns the archive that a file in the folder of archives belongs to.
func archiveOf(name string) (id message.ArchiveID, whole, ok bool) {
	name, _, side := strings.Cut(name, ".")
	id, err := message.ParseArchiveID(name)
	return id, !side, err == nil
}

// ArchiveUsage measures what one archive takes; zero when nothing of it is here.
func (f *Files) ArchiveUsage(c message.CommunityID, id message.ArchiveID) (ArchiveUsage, error) {
	var u ArchiveUsage
	err := f.eachFile(c, id, func(path string, info fs.FileInfo) {
		u.Bytes += onDisk(info.Size())
		u.Whole = u.Whole || path == f.Path(c, id)
	})
	return u, err
}

// Written returns how many bytes of an archive are on the disk, without the holes of an
// unfinished download; zero when they cannot be looked up. So much of what
// [Takes] says takes no more room.
func (f *Files) Written(c message.CommunityID, id message.ArchiveID) int64 {
	var n int64
	err := f.eachFile(c, id, func(_ string, info fs.FileInfo) { n += min(onDisk(info.Size()), allocated(info)) })
	if err != nil {
		return 0
	}
	return n
}

// eachFile calls fn for each file of an archive.
func (f *Files) eachFile(c message.CommunityID, id message.ArchiveID, fn func(path string, info fs.FileInfo)) error {
	sides, err := filepath.Glob(f.Path(c, id) + ".*")
	if err != nil {
		return fmt.Errorf("measure archive: %w", err)
	}
	for _, path := range append(sides, f.Path(c, id)) {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("measure archive: %w", err)
		}
		fn(path, info)
	}
	return nil
}
