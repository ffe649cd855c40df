package limits_test

import (
	"log/slog"
	"slices"
	"testing"

	"seeder/limits"
	"seeder/message"
	"seeder/quota"
)

// Who imports is told of the pace at first and when it is another one.
func TestPaceIsTold(t *testing.T) {
	base := quota.DefaultNode()
	base.Pace = quota.PaceFast
	w := newWorld(t, base, first)
	var told []string
	keeper := limits.NewKeeper(limits.Options{
		DB: w.db, Node: base, Clock: w.clock, Logger: slog.New(slog.DiscardHandler), Bandwidth: w, Ledger: w.ledger,
		SetServing: func(message.CommunityID, bool) {}, SetPace: func(p string) { told = append(told, p) },
	})
	for _, values := range []map[string]string{
		{"up": "1000"}, {"pace": "background"}, {"pace": "background", "up": "2000"}, {"pace": limits.Default},
	} {
		if err := keeper.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.set(whole, values)
	}
	if err := keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{quota.PaceFast, quota.PaceBackground, quota.PaceFast}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}
