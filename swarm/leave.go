package swarm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"seeder/internal/atomicfile"
	"seeder/internal/fault"
	"seeder/message"
)

// RemoveCommunity removes the folder of a community that was left, and returns how
// much it took, in bytes as in [Usage]. That there is none is no error. Torrents go
// first: an archive that none of them names is litter to whoever finds it.
func (f *Files) RemoveCommunity(c message.CommunityID) (freed int64, err error) {
	dir := f.Dir(c)
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	u, err := f.Usage(c)
	if err != nil {
		return 0, err
	}
	freed = u.Overhead
	for _, a := range u.Archives {
		freed += a.Bytes
	}
	for _, part := range []string{f.generations(c), f.archives(c), dir} {
		if err := fault.Point(fault.FolderRemoveBefore); err != nil {
			return 0, fmt.Errorf("remove folder of community: %w", err)
		}
		if err := os.RemoveAll(part); err != nil {
			return 0, fmt.Errorf("remove folder of community: %w", err)
		}
	}
	return freed, atomicfile.SyncDir(filepath.Dir(dir))
}
