package logring_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"seeder/internal/logring"
)

func TestLastLines(t *testing.T) {
	var ring logring.Ring
	if got := ring.Last(); len(got) != 0 {
		t.Errorf("an empty ring has %q", got)
	}
	for n := range 3*logring.Lines + 7 {
		fmt.Fprintf(&ring, "line %d\n", n)
		got := ring.Last()
		oldest := max(0, n+1-logring.Lines)
		if len(got) != n+1-oldest || got[0] != fmt.Sprintf("line %d\n", oldest) || got[len(got)-1] != fmt.Sprintf("line %d\n", n) {
			t.Fatalf("after line %d there are %d, from %q to %q", n, len(got), got[0], got[len(got)-1])
		}
	}
	if n, err := ring.Write(bytes.Repeat([]byte("x"), 3*logring.MaxLine)); n != 3*logring.MaxLine || err != nil {
		t.Errorf("a long line: %d, %v", n, err)
	}
	if got := ring.Last(); len(got[len(got)-1]) != logring.MaxLine {
		t.Errorf("a long line has %d bytes", len(got[len(got)-1]))
	}
}

// What is logged goes on to where it went, and is kept.
func TestHandler(t *testing.T) {
	var ring logring.Ring
	var out bytes.Buffer
	var level slog.LevelVar
	log := slog.New(ring.Handler(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: &level})))
	log.Debug("nobody wants this")
	log.With("part", "swarm").WithGroup("g").Info("first", "n", 1)
	log.Warn("second")
	level.Set(slog.LevelError)
	log.Info("for the ring alone")
	level.Set(slog.LevelDebug)
	log.Debug("details")
	for what, text := range map[string]string{"the log": out.String(), "the ring": strings.Join(ring.Last(), "")} {
		if !strings.Contains(text, "msg=first part=swarm g.n=1\n") || !strings.Contains(text, "level=WARN msg=second\n") ||
			!strings.Contains(text, "msg=details") || strings.Contains(text, "nobody") || strings.Contains(text, "alone") != (what == "the ring") {
			t.Errorf("%s has\n%s", what, text)
		}
	}
}
