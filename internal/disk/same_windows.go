package disk

import (
	"os"
	"path/filepath"
	"strings"
)

func same(_, _ os.FileInfo, a, b string) bool {
	a, errA := filepath.Abs(a)
	b, errB := filepath.Abs(b)
	return errA == nil && errB == nil && strings.EqualFold(filepath.VolumeName(a), filepath.VolumeName(b))
}
