package swarm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"seeder/internal/atomicfile"
	"seeder/internal/fault"
	"seeder/message"
)

const (
	dirPerm  = 0o755
	filePerm = 0o644

	piecesSuffix  = ".pieces"
	partSuffix    = ".part"
	torrentSuffix = ".torrent"
)

// Files is the folder that holds every archive of this node, a folder a
// community:
//
//	<root>/communities/<community id>/archives/<archive id>         plain encoded bytes
//	<root>/communities/<community id>/archives/<archive id>.pieces  its piece hashes
//	<root>/communities/<community id>/generations/<infohash>.torrent
//	<root>/communities/<community id>/generations/<infohash>/       its index and layout
//
// A file is in place whole or not at all. Files is safe for concurrent use;
// it holds no state but the path.
type Files struct {
	root string
	// communities is the folder of the communities, with a separator behind it.
	// Paths are put together often, and joining parts that are clean costs.
	communities string
}

// separator is what is between the parts of a path.
const separator = string(filepath.Separator)

// NewFiles returns the folder at root, which is created when first written to.
func NewFiles(root string) *Files {
	return &Files{root: root, communities: filepath.Join(root, "communities") + separator}
}

// Root returns the path given to NewFiles.
func (f *Files) Root() string { return f.root }

// Dir returns the folder of one community, whether it exists or not.
func (f *Files) Dir(c message.CommunityID) string {
	return f.communities + c.String()
}

func (f *Files) archives(c message.CommunityID) string {
	return f.Dir(c) + separator + "archives"
}

func (f *Files) generations(c message.CommunityID) string {
	return f.Dir(c) + separator + "generations"
}

// Path returns where an archive's file is, or would be.
func (f *Files) Path(c message.CommunityID, id message.ArchiveID) string {
	return f.archives(c) + separator + id.String()
}

// PartPath returns where a download keeps the unfinished bytes of an archive.
// The tag tells apart contents that share an id.
func (f *Files) PartPath(c message.CommunityID, id message.ArchiveID, tag string) string {
	return f.Path(c, id) + "." + tag + partSuffix
}

// TorrentPath returns where the .torrent file of a generation is kept.
func (f *Files) TorrentPath(c message.CommunityID, hash InfoHash) string {
	return filepath.Join(f.generations(c), fmt.Sprintf("%x", hash)+torrentSuffix)
}

func (f *Files) generationDir(c message.CommunityID, hash InfoHash) string {
	return filepath.Join(f.generations(c), fmt.Sprintf("%x", hash))
}

// Prepare creates the folders of a community.
func (f *Files) Prepare(c message.CommunityID) error {
	for _, dir := range []string{f.archives(c), f.generations(c)} {
		if err := os.MkdirAll(dir, dirPerm); err != nil {
			return fmt.Errorf("create archive folder: %w", err)
		}
	}
	return nil
}

// Open opens an archive for reading. The error wraps [ErrMissing] when it is
// not in the folder.
func (f *Files) Open(c message.CommunityID, id message.ArchiveID) (*os.File, error) {
	file, err := os.Open(f.Path(c, id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrMissing, id)
	}
	if err != nil {
		return nil, fmt.Errorf("open archive: %w", err)
	}
	return file, nil
}

// Remove deletes an archive, its piece hashes and what an unfinished download
// of it left. It is no error when there is none.
func (f *Files) Remove(c message.CommunityID, id message.ArchiveID) error {
	dir := f.archives(c)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove archive: %w", err)
	}
	// In order of name the archive goes first: piece hashes without a file are
	// swept, a file without piece hashes would have to be hashed.
	for _, e := range entries {
		if e.Name() != id.String() && !strings.HasPrefix(e.Name(), id.String()+".") {
			continue
		}
		if err := fault.Point(fault.ArchiveRemoveBefore); err != nil {
			return fmt.Errorf("remove archive: %w", err)
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove archive: %w", err)
		}
		if err := fault.Point(fault.ArchiveRemoveAfter); err != nil {
			return fmt.Errorf("remove archive: %w", err)
		}
	}
	return atomicfile.SyncDir(dir)
}

// List returns the archives in the folder in order of id.
func (f *Files) List(c message.CommunityID) ([]message.ArchiveID, error) {
	entries, err := os.ReadDir(f.archives(c))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	var ids []message.ArchiveID
	for _, e := range entries {
		if id, err := message.ParseArchiveID(e.Name()); err == nil && e.Type().IsRegular() {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Begun returns the archives in the folder of which an unfinished download is
// there, or something that one left.
func (f *Files) Begun(c message.CommunityID) (map[message.ArchiveID]bool, error) {
	dir, err := os.Open(f.archives(c))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list downloads: %w", err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, fmt.Errorf("list downloads: %w", err)
	}
	begun := make(map[message.ArchiveID]bool)
	for _, name := range names {
		if !strings.Contains(name, partSuffix) {
			continue
		}
		if id, _, ok := archiveOf(name); ok {
			begun[id] = true
		}
	}
	return begun, nil
}

// Communities returns the communities that have a folder, in order of id.
func (f *Files) Communities() ([]message.CommunityID, error) {
	entries, err := os.ReadDir(f.communities)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list communities: %w", err)
	}
	var ids []message.CommunityID
	for _, e := range entries {
		if id, err := message.ParseCommunityID(e.Name()); err == nil && e.IsDir() {
			ids = append(ids, id)
		}
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i].String() < ids[j].String() })
	return ids, nil
}

// Sweep removes what a process that died left half-written, in every
// community: temporary files, and piece hashes without an archive. It must
// not run while something writes to the folder. Unfinished downloads stay.
func (f *Files) Sweep() error {
	communities, err := f.Communities()
	if err != nil {
		return err
	}
	for _, c := range communities {
		archive := "" // the last file without a suffix; in order of name its piece hashes follow
		err := filepath.WalkDir(f.Dir(c), func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			if filepath.Ext(path) == "" {
				archive = path
				return nil
			}
			if !strings.HasSuffix(path, atomicfile.TempSuffix) && (path == archive+piecesSuffix || !orphaned(path)) {
				return nil
			}
			if err := fault.Point(fault.SweepBefore); err != nil {
				return err
			}
			return os.Remove(path)
		})
		if err != nil {
			return fmt.Errorf("sweep archive folder: %w", err)
		}
	}
	return nil
}

// orphaned reports piece hashes whose archive does not exist.
func orphaned(path string) bool {
	archive, ok := strings.CutSuffix(path, piecesSuffix)
	if !ok {
		return false
	}
	_, err := os.Stat(archive)
	return errors.Is(err, fs.ErrNotExist)
}
