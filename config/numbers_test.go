package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"seeder/config"
)

// Numbers count as they are written, as they do in flags.
func TestNumbersAreReadAsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	load := func(text string) (config.Loaded, error) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return config.LoadFile(path)
	}
	for _, value := range []string{"0x10", "0o17", "0b11", "1_000", "1e3", ".inf"} {
		if _, err := load("limits:\n  up: " + value + "\n"); !errors.Is(err, config.ErrValue) {
			t.Errorf("%s: %v, want it refused", value, err)
		}
	}
	loaded, err := load("limits:\n  cap: 010\n  up: 262144\nimport:\n  workers: 2\n")
	if q := loaded.Config.Quota(); err != nil || q.Cap != 10 || q.Rates.Up != 262144 || loaded.Config.Import.Workers != 2 {
		t.Errorf("read %+v, %v", q, err)
	}
}
