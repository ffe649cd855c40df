package quota_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seeder/quota"
)

func schedule(t *testing.T, text string) quota.Schedule {
	t.Helper()
	s, err := quota.ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestSchedulesAreReadAndPrinted(t *testing.T) {
	for text, want := range map[string]string{
		"": "none", " None ": "none",
		"08:00-18:00 mon-fri up=256KiB/s down=1MiB/s; 22:00-06:00 daily up=0": "08:00-18:00 mon-fri up=256KiB/s down=1MiB/s; 22:00-06:00 daily up=unlimited",
		"08:00-18:00 up=1kB/s;":                          "08:00-18:00 daily up=1KB/s",
		"00:00-24:00 Weekends DOWN=1 MB/s up=2MB":        "00:00-24:00 sat-sun up=2MB/s down=1MB/s",
		"00:00-24:00 weekdays down=1Mbit/s":              "00:00-24:00 mon-fri down=125KB/s",
		"01:00-01:00 fri-mon up=1":                       "01:00-01:00 mon,fri-sun up=1B/s",
		"01:00-02:00 wed,mon,sun up=1":                   "01:00-02:00 mon,wed,sun up=1B/s",
		"8:00-18:00 monday up=1":                         "08:00-18:00 mon up=1B/s",
		"8:00-18:00 mon, Tue ,wednesday - fri up=1 MB/s": "08:00-18:00 mon-fri up=1MB/s",
		"01:00-02:00 sun-sat up=1":                       "01:00-02:00 daily up=1B/s",
	} {
		s := schedule(t, text)
		if got := s.String(); got != want {
			t.Errorf("%q is printed as %q, want %q", text, got, want)
		}
		if got := schedule(t, s.String()).String(); got != want {
			t.Errorf("%q is read as %q", want, got)
		}
	}
}

func TestNonsenseIsNoSchedule(t *testing.T) {
	for _, text := range []string{
		"daily", "08:00-18:00", "08:00-18:00 daily", "08:00 18:00 up=1", "08:00-25:00 up=1", "24:00-08:00 up=1", "08:60-09:00 up=1",
		"08:00-18:00 someday up=1", "08:00-18:00 mon- up=1", "08:00-18:00 , up=1", "08:00-18:00 mon up", "08:00-18:00 mon up=", "08:00-18:00 mon up=1 up=2",
		"08:00-18:00 mon left=1", "08:00-18:00 mon up=-1", "08:00-18:00 mon up=1Mb/s", "08:00-18:00 mon up=1 apples", "08:00-18:00 mon tue up=1", "08:00-18:00 mon, up=1", "0:8:00-18:00 up=1", ";", "08:00-18:00 up=1;;",
		"-8:00-18:00 up=1", "08:00-18:00 mon up=1 MB /s", "08:00-18:00 mon=up", strings.Repeat("08:00-18:00 up=1;", quota.MaxWindows+1),
	} {
		s, err := quota.ParseSchedule(text)
		if !errors.Is(err, quota.ErrForm) {
			t.Errorf("%.60q is read as %s, %v", text, s, err)
		}
	}
}

func TestTheFirstWindowThatHoldsDecides(t *testing.T) {
	s := schedule(t, "08:00-18:00 mon-fri up=1; 22:00-06:00 fri-sat up=2; 12:00-13:00 daily up=3; 05:00-07:00 sun up=4")
	for at, want := range map[string]string{
		"2024-01-01 07:59": "", "2024-01-01 08:00": "1", "2024-01-01 12:30": "1", "2024-01-01 18:00": "", // a Monday
		"2024-01-04 23:00": "",                          // Thursday
		"2024-01-05 21:59": "", "2024-01-05 22:00": "2", // Friday
		"2024-01-06 05:59": "2", "2024-01-06 06:00": "", "2024-01-06 12:00": "3", "2024-01-06 23:59": "2",
		"2024-01-07 00:00": "2", "2024-01-07 05:30": "2", "2024-01-07 06:00": "4", "2024-01-07 22:30": "", // Sunday
		"2024-01-08 01:00": "",
	} {
		when, err := time.Parse("2006-01-02 15:04", at)
		if err != nil {
			t.Fatal(err)
		}
		w, ok := s.At(when)
		got := ""
		if ok {
			got = fmt.Sprint(int64(*w.Up))
		}
		if got != want {
			t.Errorf("at %s window %q holds, want %q", at, got, want)
		}
	}
}

// In Berlin clocks went from 02:00 to 03:00 on 2024-03-31 and from 03:00 to
// 02:00 on 2024-10-27.
func TestClocksThatChange(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	s := schedule(t, "02:30-04:00 daily up=1")
	edges := func(from, to string) []string {
		at, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		at = at.In(berlin)
		_, held := s.At(at)
		var out []string
		for {
			if at = s.Next(at); at.Format(time.RFC3339) > to {
				return out
			}
			if _, holds := s.At(at); holds != held {
				held = holds
				out = append(out, at.Format("15:04 MST"))
			}
		}
	}
	for _, c := range []struct{ from, to, want string }{
		{"2024-03-30T00:00:00+01:00", "2024-03-31", "[02:30 CET 04:00 CET]"},
		{"2024-03-31T00:00:00+01:00", "2024-04-01", "[03:00 CEST 04:00 CEST]"},
		{"2024-10-27T00:00:00+02:00", "2024-10-28", "[02:30 CEST 02:00 CET 02:30 CET 04:00 CET]"},
	} {
		if got := fmt.Sprint(edges(c.from, c.to)); got != c.want {
			t.Errorf("from %s the window begins and ends at %s, want %s", c.from, got, c.want)
		}
	}
}

func TestWithoutWindowsNothingChanges(t *testing.T) {
	var s quota.Schedule
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, ok := s.At(now); ok || !s.Next(now).IsZero() {
		t.Error("a schedule without windows changes")
	}
}

func windows() *rapid.Generator[quota.Schedule] {
	one := rapid.Custom(func(t *rapid.T) quota.Window {
		w := quota.Window{
			Days: quota.Days(rapid.IntRange(1, 127).Draw(t, "days")),
			From: rapid.IntRange(0, 1439).Draw(t, "from"), To: rapid.IntRange(0, 1440).Draw(t, "to"),
		}
		up, down := quota.Rate(rapid.Int64Range(0, int64(quota.MaxRate)).Draw(t, "up")), quota.Rate(rapid.Int64Range(0, 1<<30).Draw(t, "down"))
		directions := rapid.IntRange(1, 3).Draw(t, "directions")
		if directions&1 != 0 {
			w.Up = &up
		}
		if directions&2 != 0 {
			w.Down = &down
		}
		return w
	})
	return rapid.Custom(func(t *rapid.T) quota.Schedule {
		return rapid.SliceOfN(one, 1, 5).Draw(t, "windows")
	})
}

// Until the next edge the answer stays the same, and it comes.
func TestNothingChangesBeforeTheNextEdge(t *testing.T) {
	zones := []*time.Location{time.UTC, zone(t, "Europe/Berlin"), zone(t, "America/St_Johns"), zone(t, "Australia/Lord_Howe"), zone(t, "Africa/Casablanca"), zone(t, "Pacific/Apia")}
	rapid.Check(t, func(t *rapid.T) {
		s := windows().Draw(t, "schedule")
		// A year with many changes of clocks; in 2011 Apia skipped a day.
		at := time.Unix(rapid.Int64Range(1293840000, 1356998400).Draw(t, "at"), 0).In(rapid.SampledFrom(zones).Draw(t, "zone"))
		next := s.Next(at)
		want, wantOK := s.At(at)
		never := next.IsZero()
		if never {
			next = at.Add(21 * 24 * time.Hour)
		}
		if got, ok := s.At(next); !next.After(at) || !never && ok == wantOK && got == want {
			t.Fatalf("%s: after %s comes %s, where nothing changes", s, at, next)
		}
		for range 20 {
			d := time.Duration(rapid.Int64Range(0, int64(next.Sub(at))-1).Draw(t, "later"))
			if got, ok := s.At(at.Add(d)); ok != wantOK || got != want {
				t.Fatalf("%s: at %s %v holds, at %s %v, though the next edge is %s", s, at, want, at.Add(d), got, next)
			}
		}
	})
}

// The days of a window count: on a Friday the next change of one of Mondays is on
// Monday.
func TestTheNextChangeIsOnADayOfTheWindow(t *testing.T) {
	friday := time.Date(2024, 1, 5, 12, 0, 0, 0, time.UTC)
	s := schedule(t, "08:00-18:00 mon up=100KiB/s")
	if got, want := s.Next(friday), time.Date(2024, 1, 8, 8, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("the next change is at %s, want %s", got, want)
	}
	if got := schedule(t, "00:00-24:00 daily up=1").Next(friday); !got.IsZero() {
		t.Errorf("a window that always holds ends at %s", got)
	}
}

func TestSchedulesThatArePrintedAreReadAsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := windows().Draw(t, "schedule")
		got, err := quota.ParseSchedule(s.String())
		if err != nil || got.String() != s.String() {
			t.Fatalf("%s is read as %s, %v", s, got, err)
		}
		for i := range s {
			if got[i].Days != s[i].Days || got[i].From != s[i].From || got[i].To != s[i].To {
				t.Fatalf("%s is read as %s", s, got)
			}
		}
	})
}

func FuzzSchedule(f *testing.F) {
	for _, seed := range []string{"08:00-18:00 mon-fri up=256KiB/s down=1MiB/s; 22:00-06:00 daily up=0", "none", "00:00-00:00 sun-mon down=1 MB/s", ";;", "24:00-01:00 up=1"} {
		f.Add(seed, int64(1711846800))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		s, err := quota.ParseSchedule(text)
		if err != nil {
			return
		}
		again, err := quota.ParseSchedule(s.String())
		if err != nil || again.String() != s.String() {
			t.Errorf("%q is printed as %s and read as %s, %v", text, s, again, err)
		}
		at := time.Unix(unix%(1<<33), 0).UTC()
		if next := s.Next(at); !next.IsZero() && !next.After(at) {
			t.Errorf("%q: after %s comes %s", text, at, next)
		}
	})
}
