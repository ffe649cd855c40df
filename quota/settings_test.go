package quota_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seeder/quota"
)

type settings interface {
	Set(key, value string) error
	Get(key string) string
}

// both calls f with the settings of a node and of a community, as they are by
// default.
func both(t *testing.T, f func(t *testing.T, keys []quota.Key, fresh func() settings)) {
	t.Helper()
	t.Run("node", func(t *testing.T) {
		f(t, quota.NodeKeys(), func() settings { n := quota.DefaultNode(); return &n })
	})
	t.Run("community", func(t *testing.T) {
		f(t, quota.CommunityKeys(), func() settings { c := quota.DefaultCommunity(); return &c })
	})
}

// examples are values for each setting, as they are printed.
var examples = map[string][]string{
	"up": {"256KiB/s", "unlimited"}, "down": {"1MB/s"}, "alternative_up": {"1B/s"}, "alternative_down": {"7KiB/s"},
	"schedule": {"08:00-18:00 mon-fri up=1KiB/s", "none"}, "timezone": {"Europe/Berlin", "UTC", "local"}, "cap": {"2GiB", "none"}, "min_free": {"5%", "1GiB", "none"},
	"pace": {"background", "fast", "normal"}, "pins": {"2024-01-01..2024-02-01,2024-03-01..2024-03-01T12:00:00Z", "none"},
}

func TestEverySettingIsReadAndPrinted(t *testing.T) {
	both(t, func(t *testing.T, keys []quota.Key, fresh func() settings) {
		for _, k := range keys {
			if k.Accepts == "" || k.Doc == "" || k.Default == "" {
				t.Errorf("%+v is not described", k)
			}
			s := fresh()
			values := examples[k.Name]
			if values == nil {
				values = []string{"on", "off"}
			}
			for _, v := range values {
				if err := s.Set(k.Name, v); err != nil || s.Get(k.Name) != v {
					t.Errorf("%s set to %q reads %q, %v", k.Name, v, s.Get(k.Name), err)
				}
				for _, other := range keys {
					if other.Name != k.Name && s.Get(other.Name) != other.Default {
						t.Errorf("%s also sets %s", k.Name, other.Name)
					}
				}
			}
			if err := s.Set(k.Name, ""); err != nil || s.Get(k.Name) != k.Default {
				t.Errorf("%s emptied reads %q, %v; want %q", k.Name, s.Get(k.Name), err, k.Default)
			}
		}
	})
}

func TestAValueThatIsRefusedChangesNothing(t *testing.T) {
	both(t, func(t *testing.T, keys []quota.Key, fresh func() settings) {
		for _, k := range keys {
			s := fresh()
			err := s.Set(k.Name, "nonsense\x1b[2J")
			var form *quota.FormError
			if !errors.As(err, &form) || form.Key != k.Name || form.Accepts == "" || !strings.HasPrefix(err.Error(), k.Name+": ") || strings.Contains(err.Error(), "\x1b") {
				t.Errorf("%s refuses with %v", k.Name, err)
			}
			if s.Get(k.Name) != k.Default {
				t.Errorf("%s is %s after a refusal", k.Name, s.Get(k.Name))
			}
		}
	})
}

func TestUnknownSettingsNameTheNearest(t *testing.T) {
	n := quota.DefaultNode()
	for key, near := range map[string]string{"min-free": "min_free", "schedul": "schedule", "dwon": "", "Cap": "cap", "alternative_upp": "alternative_up", "zzzzzzzz": "", strings.Repeat("x", 1<<16): "", "": ""} {
		err := n.Set(key, "1")
		var unknown *quota.KeyError
		if !errors.Is(err, quota.ErrKey) || !errors.As(err, &unknown) || unknown.Nearest != near || len(err.Error()) > 300 {
			t.Errorf("%.20q: %v, want %q as the nearest", key, err, near)
		}
	}
	if n.Get("zzz") != "" {
		t.Error("an unknown setting has a value")
	}
}

func TestPins(t *testing.T) {
	spans, err := quota.ParsePins("2024-01-01..2024-02-01, 1970-01-01..2024-01-01T12:00:00Z")
	if err != nil || len(spans) != 1 || spans[0].From != 0 || spans[0].To != 1706745600 {
		t.Errorf("spans that overlap are read as %v, %v", spans, err)
	}
	spans, err = quota.ParsePins("2024-01-01..2024-02-01, 1970-01-01..2023-01-01T12:00:00Z")
	if err != nil || len(spans) != 2 || spans[1].From != 1704067200 || spans[1].To != 1706745600 || spans[0].From != 0 || spans[0].To != 1672574400 {
		t.Errorf("read %v, %v", spans, err)
	}
	for _, text := range []string{"2024-01-01", "2024-01-01..", "..", "2024-02-01..2024-01-01", "2024-01-01..2024-01-01", "1969-01-01..2024-01-01", "2024-13-01..2025-01-01", ",",
		"0001-01-01..2024-01-01", "2024-01-01T00:00:00.5Z..2025-01-01", strings.Repeat("2024-01-01..2024-02-01,", quota.MaxPins) + "2024-01-01..2024-02-01"} {
		if spans, err := quota.ParsePins(text); !errors.Is(err, quota.ErrForm) {
			t.Errorf("%.60q is read as %v, %v", text, spans, err)
		}
	}
}

func TestAlternativeBeforeScheduleBeforeBase(t *testing.T) {
	n := quota.DefaultNode()
	for key, value := range map[string]string{
		"up": "1KiB/s", "down": "2KiB/s", "alternative_up": "3KiB/s", "alternative_down": "4KiB/s", "timezone": "America/New_York", "schedule": "08:00-09:00 daily up=5KiB/s",
	} {
		if err := n.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	in, out := time.Date(2024, 7, 1, 12, 30, 0, 0, time.UTC), time.Date(2024, 7, 1, 8, 30, 0, 0, time.UTC)
	if got := n.RatesAt(out); got != (quota.Rates{Up: 1 << 10, Down: 2 << 10}) {
		t.Errorf("outside the window %v holds", got)
	}
	if got := n.RatesAt(in); got != (quota.Rates{Up: 5 << 10, Down: 2 << 10}) {
		t.Errorf("in the window %v holds", got)
	}
	n.UseAlternative = true
	if got := n.RatesAt(in); got != (quota.Rates{Up: 3 << 10, Down: 4 << 10}) {
		t.Errorf("with the alternative limits on %v holds", got)
	}
	c := quota.DefaultCommunity()
	c.Schedule = n.Schedule
	if got := c.RatesAt(in, n.Zone); got != (quota.Rates{Up: 5 << 10}) {
		t.Errorf("for a community %v holds in the window", got)
	}
	c.RatesAt(in, nil) // the zone of the machine
}

func TestSettingsThatArePrintedAreReadAsTheSame(t *testing.T) {
	both(t, func(t *testing.T, keys []quota.Key, fresh func() settings) {
		rapid.Check(t, func(t *rapid.T) {
			s, copied := fresh(), fresh()
			for _, k := range keys {
				if values := examples[k.Name]; values != nil {
					if err := s.Set(k.Name, rapid.SampledFrom(values).Draw(t, k.Name)); err != nil {
						t.Fatal(err)
					}
				}
				if err := copied.Set(k.Name, s.Get(k.Name)); err != nil || copied.Get(k.Name) != s.Get(k.Name) {
					t.Fatalf("%s is printed as %q and read as %q, %v", k.Name, s.Get(k.Name), copied.Get(k.Name), err)
				}
			}
		})
	})
}

func FuzzPins(f *testing.F) {
	for _, seed := range []string{"2024-01-01..2024-02-01", "none", "1970-01-01..9999-12-31T23:59:59Z", "2024-01-01T00:00:00+23:59..2025-01-01", ",,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		spans, err := quota.ParsePins(text)
		if err != nil {
			return
		}
		again, err := quota.ParsePins(quota.FormatPins(spans))
		if err != nil || quota.FormatPins(again) != quota.FormatPins(spans) {
			t.Errorf("%q is printed as %s and read as %v, %v", text, quota.FormatPins(spans), again, err)
		}
	})
}
