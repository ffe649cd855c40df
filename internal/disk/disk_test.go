package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"seeder/internal/disk"
)

func TestSame(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !disk.Same(dir, file) {
		t.Error("a file is not on the disk of its folder")
	}
	if disk.Same(dir, filepath.Join(dir, "nowhere")) {
		t.Error("nowhere is on a disk")
	}
}

func TestFree(t *testing.T) {
	dir := t.TempDir()
	free, total, err := disk.Free(dir)
	if err != nil || free <= 0 || total < free {
		t.Errorf("%d of %d bytes are free (%v)", free, total, err)
	}
	if _, _, err := disk.Free(filepath.Join(dir, "nowhere")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("free space of nowhere: %v, want ErrNotExist", err)
	}
}
