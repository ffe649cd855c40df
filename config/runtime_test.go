package config

import (
	"errors"
	"strings"
	"testing"
)

func TestRuntime(t *testing.T) {
	clean(t)
	t.Setenv("SEEDER_RUNTIME_MAX_PROCS", "2")
	got, err := Load(write(t, `
runtime: {memory_limit: 256MiB}
import: {pace: background, workers: 3, parallel: 4}
swarm: {hashers: 1}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Runtime{MemoryLimit: 256 << 20, MaxProcs: 2}); got.Config.Runtime != want {
		t.Errorf("runtime is %+v, want %+v", got.Config.Runtime, want)
	}
	if want := (Import{Pace: "background", Workers: 3, Parallel: 4}); got.Config.Import != want {
		t.Errorf("import is %+v, want %+v", got.Config.Import, want)
	}
	if got.Config.Swarm.Hashers != 1 {
		t.Errorf("%d hashers, want 1", got.Config.Swarm.Hashers)
	}
}

func TestMemoryLimits(t *testing.T) {
	for text, want := range map[string]uint64{
		"0": 0, "none": 0, "32MiB": 32 << 20, "1GB": 1e9, "33554432": 32 << 20, "1TiB": 1 << 40,
	} {
		if got, err := readMemory(text); err != nil || got != want {
			t.Errorf("%s is read as %v, %v; want %d", text, got, err, want)
		}
	}
}

func TestRuntimeRefusals(t *testing.T) {
	for yaml, hint := range map[string]string{
		"runtime: {memory_limit: 31MiB}":  "from 32MiB",
		"runtime: {memory_limit: 33}":     "from 32MiB",
		"runtime: {memory_limit: 2000TB}": "from 32MiB",
		"runtime: {memory_limit: half}":   "from 32MiB",
		"runtime: {memory_limit: -1GB}":   "from 32MiB",
		"runtime: {max_procs: -1}":        "from 0 to 256",
		"runtime: {max_procs: 257}":       "from 0 to 256",
		"import: {workers: many}":         "from 0 to 256",
		"import: {parallel: 1.5}":         "from 0 to 256",
		"swarm: {hashers: 4294967297}":    "from 0 to 256",
	} {
		clean(t)
		_, err := Load(write(t, yaml), nil)
		var fault *Error
		if !errors.Is(err, ErrValue) || !errors.As(err, &fault) || !strings.Contains(fault.Hint(), hint) {
			t.Errorf("%s: %v, want a hint at %q", yaml, err, hint)
		}
	}
}
