package waku

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

func TestLibraryLogGoesOneLevelDown(t *testing.T) {
	var out bytes.Buffer
	log := zapTo(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo})))
	log.Warn("a warning of the library is worth debug")
	log.Named("relay").With(zap.String("peer", "p1")).Error("went away", zap.Int("tries", 3))
	if err := log.Sync(); err != nil {
		t.Error(err)
	}

	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("want one line, have %q: %v", out.String(), err)
	}
	for key, want := range map[string]any{"level": "INFO", "msg": "went away", "library": "relay", "peer": "p1", "tries": 3.0} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
}

func TestDroppedLogIsNotWritten(t *testing.T) {
	core := slogCore{slog.New(slog.DiscardHandler)}
	if e := core.Check(zapcore.Entry{Level: zapcore.ErrorLevel}, nil); e != nil {
		t.Error("an entry that the logger drops is written")
	}
}
