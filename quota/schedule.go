package quota

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	// MaxWindows is the most windows of a schedule.
	MaxWindows = 64

	dayMinutes = 24 * 60

	scheduleForms = `windows with ";" between them, such as "08:00-18:00 mon-fri up=256KiB/s down=1MiB/s; 22:00-06:00 daily up=0", or none`
)

// Rates are limits for both directions.
type Rates struct {
	Up   Rate `json:"up"`
	Down Rate `json:"down"`
}

// Days are days of the week, a bit each: 1<<[time.Sunday] and so on.
type Days uint8

const everyDay Days = 1<<7 - 1

// Has reports whether d is among the days.
func (ds Days) Has(d time.Weekday) bool { return ds>>d&1 == 1 }

// Window is a part of each week and what holds in it.
type Window struct {
	Days Days
	// From and To are minutes after midnight, 0 <= From < 1440 and 0 <= To <= 1440.
	// When To is not above From the window ends on the day after.
	From, To int
	// Up and Down are nil where the window leaves a direction as it is.
	Up, Down *Rate
}

// Apply returns rates with those of the window put in.
func (w Window) Apply(r Rates) Rates {
	if w.Up != nil {
		r.Up = *w.Up
	}
	if w.Down != nil {
		r.Down = *w.Down
	}
	return r
}

// holds reports whether the window contains a minute of a day.
func (w Window) holds(day time.Weekday, minute int) bool {
	if w.To > w.From {
		return w.Days.Has(day) && w.From <= minute && minute < w.To
	}
	return w.Days.Has(day) && minute >= w.From || w.Days.Has((day+6)%7) && minute < w.To
}

// Schedule is windows of a week; the first one that holds decides.
type Schedule []Window

// At returns the window that holds at t, by the wall clock of t's location.
func (s Schedule) At(t time.Time) (w Window, ok bool) {
	if i := s.index(t); i >= 0 {
		return s[i], true
	}
	return Window{}, false
}

// index returns which window holds at t; -1 for none.
func (s Schedule) index(t time.Time) int {
	hour, minute, _ := t.Clock()
	return slices.IndexFunc(s, func(w Window) bool { return w.holds(t.Weekday(), hour*60+minute) })
}

// horizon is how far [Schedule.Next] looks: a schedule has the length of a week,
// and a time that clocks skip in one week is there in the next.
const horizon = 16 * 24 * time.Hour

// Next returns the first time after t at which [Schedule.At] has another answer,
// in t's location; the zero time where it has the same always.
func (s Schedule) Next(t time.Time) time.Time {
	if len(s) == 0 {
		return time.Time{}
	}
	now := s.index(t)
	for next := s.edge(t); next.Sub(t) <= horizon; next = s.edge(next) {
		if s.index(next) != now {
			return next
		}
	}
	return time.Time{}
}

// edge returns the first time after t at which a window begins or ends on any
// day, or the clocks change.
func (s Schedule) edge(t time.Time) time.Time {
	// Until the clocks change the wall clock is t plus a fixed offset.
	_, offset := t.Zone()
	wall := t.In(time.FixedZone("", offset))
	year, month, day := wall.Date()
	midnight := time.Date(year, month, day, 0, 0, 0, 0, wall.Location())
	var next time.Time
	for _, w := range s {
		for _, minute := range []int{w.From, w.To, w.From + dayMinutes, w.To + dayMinutes} {
			edge := midnight.Add(time.Duration(minute) * time.Minute)
			if edge.After(t) && (next.IsZero() || edge.Before(next)) {
				next = edge
			}
		}
	}
	if _, end := t.ZoneBounds(); !end.IsZero() && end.Before(next) {
		next = end
	}
	return next.In(t.Location())
}

// String returns a form that [ParseSchedule] reads as s.
func (s Schedule) String() string {
	if len(s) == 0 {
		return none
	}
	parts := make([]string, len(s))
	for i, w := range s {
		parts[i] = w.String()
	}
	return strings.Join(parts, "; ")
}

// String returns the window as it stands in a schedule.
func (w Window) String() string {
	text := fmt.Sprintf("%02d:%02d-%02d:%02d %s", w.From/60, w.From%60, w.To/60, w.To%60, w.Days)
	if w.Up != nil {
		text += " up=" + w.Up.String()
	}
	if w.Down != nil {
		text += " down=" + w.Down.String()
	}
	return text
}

// String returns the days as they stand in a schedule: "daily", or runs such
// as "mon-fri,sun", from Monday on.
func (ds Days) String() string {
	if ds&everyDay == everyDay {
		return "daily"
	}
	var runs []string
	for i := 0; i < 7; i++ {
		first := weekday(i)
		if !ds.Has(first) {
			continue
		}
		for i+1 < 7 && ds.Has(weekday(i+1)) {
			i++
		}
		run := dayNames[first]
		if last := weekday(i); last != first {
			run += "-" + dayNames[last]
		}
		runs = append(runs, run)
	}
	return strings.Join(runs, ",")
}

// weekday counts from Monday.
func weekday(i int) time.Weekday { return time.Weekday((i + 1) % 7) }
