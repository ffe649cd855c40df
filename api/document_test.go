package api_test

import (
	"bytes"
	"flag"
	"log/slog"
	"os"
	"testing"

	"seeder/api"
	"seeder/internal/clock"
)

var update = flag.Bool("update", false, "write openapi.json anew")

//go:generate go test . -run ^TestDocument$ -count=1 -update

// The document that is committed is that of the code. `go generate ./api` writes it.
func TestDocument(t *testing.T) {
	got := api.New(api.Options{Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler)}).Document()
	if *update {
		if err := os.WriteFile("openapi.json", got, 0o644); err != nil { //nolint:gosec // a source file
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("openapi.json is not that of the code: go generate ./api")
	}
}
