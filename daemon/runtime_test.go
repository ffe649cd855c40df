package daemon

import (
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"seeder/config"
)

// What the configuration says goes before GOMEMLIMIT and GOMAXPROCS, which the
// Go runtime has applied when the process began; where it says nothing, these
// hold.
func TestRuntimeIsApplied(t *testing.T) {
	limit, procs := debug.SetMemoryLimit(-1), runtime.GOMAXPROCS(0)
	t.Cleanup(func() {
		debug.SetMemoryLimit(limit)
		runtime.GOMAXPROCS(procs)
	})
	debug.SetMemoryLimit(5 << 30) // as from the environment
	runtime.GOMAXPROCS(3)
	for _, c := range []struct {
		cfg  config.Runtime
		want string
	}{
		{config.Runtime{}, "max_procs=3 memory_limit=5368709120"},
		{config.Runtime{MemoryLimit: 6 << 30}, "max_procs=3 memory_limit=6442450944"},
		{config.Runtime{MaxProcs: 2}, "max_procs=2 memory_limit=6442450944"},
	} {
		var log strings.Builder
		applyRuntime(c.cfg, slog.New(slog.NewTextHandler(&log, nil)))
		if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), c.want) {
			t.Errorf("%+v: logged %q, want one line with %q", c.cfg, log.String(), c.want)
		}
	}
	if got := debug.SetMemoryLimit(-1); got != 6<<30 {
		t.Errorf("memory limit is %d", got)
	}
	if got := runtime.GOMAXPROCS(0); got != 2 {
		t.Errorf("%d processors are used", got)
	}
}
