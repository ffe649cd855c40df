package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"seeder/internal/disk"
)

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
