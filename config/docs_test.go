package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seeder/config"
)

// Examples of the manual are accepted as they are pasted.
func TestExamplesOfTheManual(t *testing.T) {
	manual, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(manual), "```yaml\n")[1:]
	if len(parts) < 2 {
		t.Fatalf("%d examples", len(parts))
	}
	for _, part := range parts {
		text, _, _ := strings.Cut(part, "```")
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.LoadFile(path); err != nil && !strings.Contains(text, "scrape_configs") && !strings.Contains(text, "job_name") {
			t.Errorf("%v in\n%s", err, text)
		}
	}
}
