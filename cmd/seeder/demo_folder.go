package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"seeder/api"
	"seeder/internal/lockfile"
)

const (
	demoFolderPrefix = "seeder-demo-"
	// demoLock is held in the folder of a demonstration while that runs. A
	// folder to be kept has none.
	demoLock = "demo.lock"
)

// demoFolder is the folder of a demonstration.
type demoFolder struct {
	path string
	lock *lockfile.Lock // nil when it is to be kept
}

// openDemoFolder makes a folder, and removes those that killed demonstrations
// have left.
func (a *app) openDemoFolder(keep bool) (*demoFolder, error) {
	a.clearDemoFolders()
	for {
		path, err := os.MkdirTemp("", demoFolderPrefix)
		if err != nil {
			return nil, fmt.Errorf("create folder of the demonstration: %w", err)
		}
		if keep {
			return &demoFolder{path: path}, nil
		}
		lock, err := lockfile.Acquire(filepath.Join(path, demoLock))
		if err == nil {
			return &demoFolder{path: path, lock: lock}, nil
		}
		// Another demonstration may have taken the folder for a dead one's
		// before it was locked; that one removes it.
		if !errors.Is(err, lockfile.ErrHeld) && !errors.Is(err, os.ErrNotExist) {
			return nil, errors.Join(err, os.RemoveAll(path))
		}
	}
}

// remove removes the folder, unless it is to be kept.
func (f *demoFolder) remove() error {
	if f.lock == nil {
		return nil
	}
	return errors.Join(removeNodes(f.path), f.lock.Release())
}

// removeNodes removes the folder of a demonstration, and what killed nodes have
// left elsewhere.
func removeNodes(path string) error {
	nodes, _ := filepath.Glob(filepath.Join(path, "*", "data")) // the pattern is well-formed
	var errs []error
	for _, dir := range nodes {
		errs = append(errs, api.Clear(dir))
	}
	return errors.Join(append(errs, os.RemoveAll(path))...)
}

// clearDemoFolders removes folders of demonstrations that do not run any more.
// Failing to is no reason not to begin.
func (a *app) clearDemoFolders() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), demoFolderPrefix+"*")) // the pattern is well-formed
	for _, path := range folders {
		removed, err := removeDead(path)
		switch {
		case err != nil:
			fmt.Fprintf(a.stderr(), "cannot remove %s, which a killed demonstration has left: %v\n", path, err)
		case removed:
			fmt.Fprintf(a.stderr(), "removed %s, which a killed demonstration had left\n", path)
		}
	}
}

// removeDead removes a folder when its demonstration and all its nodes are
// dead. Others may write to the folder of temporary files: nothing that is no
// plain folder with a plain lock file is touched.
func removeDead(path string) (removed bool, err error) {
	lockPath := filepath.Join(path, demoLock)
	folder, err := os.Lstat(path)
	if err != nil || !folder.IsDir() {
		return false, nil // gone meanwhile, or nothing of ours
	}
	if info, err := os.Lstat(lockPath); err != nil || !info.Mode().IsRegular() {
		return false, nil // kept, or nothing of ours
	}
	lock, err := lockfile.Acquire(lockPath)
	if err != nil {
		return false, nil // it runs
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	nodes, _ := filepath.Glob(filepath.Join(path, "*", "data", "lock")) // the pattern is well-formed
	for _, n := range nodes {
		held, err := lockfile.Acquire(n)
		if err != nil {
			return false, nil // a node still runs
		}
		if err := held.Release(); err != nil {
			return false, err
		}
	}
	return true, removeNodes(path)
}
