package waku

import (
	"context"
	"log/slog"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// zapTo returns a zap logger that writes to l. The libraries report peers
// coming and going as errors, so all they say is worth one level less here.
func zapTo(l *slog.Logger) *zap.Logger { return zap.New(slogCore{l}) }

type slogCore struct{ log *slog.Logger }

func slogLevel(l zapcore.Level) slog.Level {
	switch {
	case l > zapcore.ErrorLevel:
		return slog.LevelError
	case l == zapcore.ErrorLevel:
		return slog.LevelInfo
	default:
		return slog.LevelDebug
	}
}

// Enabled implements [zapcore.LevelEnabler]. It claims everything, and Check
// sorts out: libraries complain on standard error of a core that takes less
// than a logger of theirs is set to.
func (slogCore) Enabled(zapcore.Level) bool { return true }

func (c slogCore) wants(l zapcore.Level) bool {
	return c.log.Enabled(context.Background(), slogLevel(l))
}

// With implements [zapcore.Core].
func (c slogCore) With(fields []zapcore.Field) zapcore.Core {
	return slogCore{slog.New(c.log.Handler().WithAttrs(attrs(fields)))}
}

// Check implements [zapcore.Core].
func (c slogCore) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.wants(e.Level) {
		return ce.AddCore(e, c)
	}
	return ce
}

// Write implements [zapcore.Core].
func (c slogCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	r := slog.NewRecord(e.Time, slogLevel(e.Level), e.Message, 0)
	r.AddAttrs(slog.String("library", e.LoggerName))
	r.AddAttrs(attrs(fields)...)
	return c.log.Handler().Handle(context.Background(), r)
}

// Sync implements [zapcore.Core].
func (slogCore) Sync() error { return nil }

func attrs(fields []zapcore.Field) []slog.Attr {
	list := make([]slog.Attr, 0, len(fields))
	for _, f := range fields {
		enc := zapcore.NewMapObjectEncoder()
		f.AddTo(enc)
		for k, v := range enc.Fields {
			list = append(list, slog.Any(k, v))
		}
	}
	return list
}
