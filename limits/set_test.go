package limits_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"seeder/internal/clock"
	"seeder/limits"
	"seeder/message"
	"seeder/quota"
	"seeder/store"
	"seeder/store/sqlite"
)

func TestSetIsAllOrNothing(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	for name, test := range map[string]struct {
		c      message.CommunityID
		values map[string]string
		want   error
	}{
		"a bad value":          {first, map[string]string{"up": "1 MiB/s", "cap": "big"}, quota.ErrForm},
		"an unknown key":       {first, map[string]string{"up": "1 MiB/s", "tax": "0"}, quota.ErrKey},
		"a key of the node":    {first, map[string]string{"timezone": "UTC"}, quota.ErrKey},
		"an unknown community": {second, map[string]string{"up": "1 MiB/s"}, store.ErrNotFound},
		"unknown, taken back":  {second, map[string]string{"up": limits.Default}, store.ErrNotFound},
		"a bad key taken back": {whole, map[string]string{"tax": limits.Default}, quota.ErrKey},
		"nothing":              {whole, nil, limits.ErrNothing},
	} {
		if err := limits.Set(t.Context(), w.db, test.c, test.values); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	got, err := limits.Load(t.Context(), w.db, quota.DefaultNode())
	if err != nil || len(got.Overrides(first)) != 0 || len(got.Overrides(whole)) != 0 {
		t.Errorf("stored %v and %v of the node (%v)", got.Overrides(first), got.Overrides(whole), err)
	}
	err = limits.Change(t.Context(), w.db, second, func(quota.Community) (map[string]string, error) { return nil, nil })
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("change of an unknown community: %v", err)
	}
}

func TestChangesOfOneSettingAddUp(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	var wg sync.WaitGroup
	for day := range uint64(20) {
		wg.Go(func() {
			err := limits.Change(t.Context(), w.db, first, func(c quota.Community) (map[string]string, error) {
				pins := append(slices.Clone(c.Pins), message.Span{From: 2 * day * 86400, To: (2*day + 1) * 86400})
				return map[string]string{"pins": quota.FormatPins(pins)}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := limits.Load(t.Context(), w.db, quota.DefaultNode())
	if err != nil || len(got.Community(first).Pins) != 20 {
		t.Errorf("%d pins, want 20 (%v)", len(got.Community(first).Pins), err)
	}
	boom := errors.New("boom")
	err = limits.Change(t.Context(), w.db, first, func(quota.Community) (map[string]string, error) { return nil, boom })
	if !errors.Is(err, boom) {
		t.Errorf("error of a change came as %v", err)
	}
}

// Each value that can be printed is stored as it is.
func TestStoredValuesReadBack(t *testing.T) {
	w := newWorld(t, quota.DefaultNode(), first)
	n := quota.DefaultNode()
	values := map[string]string{
		"up": "1.5 MiB/s", "down": "8 Mbit/s", "schedule": "22:00-06:00 sat,sun up=0; 08:00-18:00 mon-fri down=1KiB/s",
		"timezone": "America/St_Johns", "alternative": "yes", "alternative_up": "123", "cap": "1.5GiB", "min_free": "2.5%",
		"pace": "FAST", "pause_on_battery": "true", "pause_on_metered": "on",
	}
	for key, value := range values {
		if err := n.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	w.set(whole, values)
	w.refresh()
	if got := w.keeper.Node(); !reflect.DeepEqual(got, n) {
		t.Errorf("stored %+v, want %+v", got, n)
	}
}

// Rows of a hundred communities cost little, where nothing has changed.
func BenchmarkKeeper(b *testing.B) {
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "seeder.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	w := &world{rates: make(map[message.CommunityID]quota.Rates), serving: make(map[message.CommunityID]bool), log: new(strings.Builder)}
	k := limits.NewKeeper(limits.Options{
		DB: db, Node: quota.DefaultNode(), Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler), Bandwidth: w,
		Ledger: quota.NewLedger(quota.LedgerOptions{}), SetServing: func(message.CommunityID, bool) {},
	})
	for n := range byte(100) {
		c := message.CommunityID{2, n}
		if err := db.Update(b.Context(), func(tx store.Tx) error { return tx.PutCommunity(store.Community{ID: c}) }); err != nil {
			b.Fatal(err)
		}
		values := map[string]string{"up": "1MiB/s", "down": "2MiB/s", "cap": "2GiB", "schedule": "08:00-18:00 mon-fri up=256KiB/s"}
		if err := limits.Set(b.Context(), db, c, values); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if err := k.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
