package e2e

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"seeder/daemon"
)

// footprint is what a folder takes, in bytes: the lengths of files, the same
// rounded up to blocks, and the blocks that the system says it has given them.
type footprint struct{ apparent, rounded, allocated int64 }

func (f footprint) most() int64 { return max(f.apparent, f.rounded, f.allocated) }

// measureFolder looks at all files below a folder, and the folders themselves. It
// lists names before it looks, so that what moves from one name to another does
// not count twice.
func measureFolder(dir string) (f footprint, err error) {
	var paths []string
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		paths = append(paths, path)
		return err
	})
	if err != nil {
		return f, err
	}
	for _, path := range paths {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return f, err
		}
		f.apparent += info.Size()
		f.rounded += (info.Size() + 4095) / 4096 * 4096
		f.allocated += allocated(info)
	}
	return f, nil
}

// folderWatch looks at a folder all the time.
type folderWatch struct {
	t    *testing.T
	dir  string
	stop chan struct{}
	done sync.WaitGroup
	once sync.Once

	mu      sync.Mutex
	limit   int64
	samples int
	largest int64 // under the limit that holds now
}

// watchFolder begins to look at the folder of the community of a node. The test
// fails as soon as it is above the limit.
func watchFolder(t *testing.T, n *node, limit int64) *folderWatch {
	t.Helper()
	w := &folderWatch{t: t, dir: daemon.OpenFiles(n.cfg).Dir(community()), stop: make(chan struct{}), limit: limit}
	w.done.Go(w.run)
	t.Cleanup(w.end)
	return w
}

func (w *folderWatch) run() {
	for {
		select {
		case <-w.stop:
			return
		case <-time.After(2 * time.Millisecond):
		}
		w.mu.Lock()
		f, err := measureFolder(w.dir)
		w.samples++
		w.largest = max(w.largest, f.most())
		over := f.most() > w.limit
		if err != nil || over {
			w.t.Errorf("sample %d: the folder takes %+v, the cap is %d (%v)", w.samples, f, w.limit, err)
		}
		w.mu.Unlock()
		if err != nil || over {
			return
		}
	}
}

// lower sets another limit.
func (w *folderWatch) lower(limit int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.t.Logf("%d samples, at most %d bytes under a cap of %d", w.samples, w.largest, w.limit)
	w.limit, w.largest = limit, 0
}

// end says what was seen.
func (w *folderWatch) end() {
	w.once.Do(func() {
		close(w.stop)
		w.done.Wait()
		w.lower(w.limit)
	})
}
