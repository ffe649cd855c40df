package daemon

import (
	"log/slog"
	"math"
	"runtime"
	"runtime/debug"

	"seeder/config"
)

// applyRuntime gives the process what the configuration allows it, and tells
// what holds. Where that says nothing, GOMEMLIMIT and GOMAXPROCS do.
func applyRuntime(cfg config.Runtime, logger *slog.Logger) {
	if cfg.MemoryLimit > 0 {
		debug.SetMemoryLimit(int64(min(cfg.MemoryLimit, config.MaxMemoryLimit)))
	}
	if cfg.MaxProcs > 0 {
		runtime.GOMAXPROCS(cfg.MaxProcs)
	}
	attrs := []any{"max_procs", runtime.GOMAXPROCS(0)}
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		attrs = append(attrs, "memory_limit", limit)
	}
	logger.Info("machine", attrs...)
}
