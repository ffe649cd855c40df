package quota

import (
	"fmt"
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
	hour, minute, _ := t.Clock()
	for _, w := range s {
		if w.holds(t.Weekday(), hour*60+minute) {
			return w, true
		}
	}
	return Window{}, false
}

// Next returns the first time after t at which [Schedule.At] may change, in t's
// location: a window begins or ends, or the clocks change. Without windows
// that is never, the zero time.
func (s Schedule) Next(t time.Time) time.Time {
	if len(s) == 0 {
		return time.Time{}
	}
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

var dayNames = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

var dayWords = map[string]Days{
	"daily": everyDay, "weekdays": everyDay &^ (1<<time.Saturday | 1<<time.Sunday), "weekends": 1<<time.Saturday | 1<<time.Sunday,
}

// ParseSchedule reads a schedule; the empty text and "none" are one without
// windows. The error is a [*FormError].
func ParseSchedule(text string) (Schedule, error) {
	if s := strings.TrimSpace(text); s == "" || strings.EqualFold(s, none) {
		return nil, nil
	}
	parts := strings.Split(strings.TrimSuffix(strings.TrimSpace(text), ";"), ";")
	if len(parts) > MaxWindows {
		return nil, &FormError{Value: text, Accepts: fmt.Sprintf("at most %d windows", MaxWindows)}
	}
	s := make(Schedule, 0, len(parts))
	for _, part := range parts {
		w, ok := parseWindow(strings.Fields(strings.ToLower(part)), strings.Fields(part))
		if !ok {
			return nil, &FormError{Value: strings.TrimSpace(part), Accepts: scheduleForms}
		}
		s = append(s, w)
	}
	return s, nil
}

// parseWindow reads the fields of a window, given in lower case and as they
// were written, since case tells bits from bytes.
func parseWindow(fields, written []string) (w Window, ok bool) {
	if len(fields) < 2 || len(fields) != len(written) {
		return w, false
	}
	from, to, ok := strings.Cut(fields[0], "-")
	if !ok {
		return w, false
	}
	var okFrom, okTo bool
	w.From, okFrom = parseMinute(from)
	w.To, okTo = parseMinute(to)
	if !okFrom || !okTo || w.From == dayMinutes {
		return w, false
	}
	w.Days = everyDay
	rest := 1
	if !strings.Contains(fields[1], "=") {
		if w.Days, ok = parseDays(fields[1]); !ok {
			return w, false
		}
		rest = 2
	}
	ok = w.readRates(fields[rest:], written[rest:])
	return w, ok
}

// readRates reads "up=RATE" and "down=RATE", each once at most and one at
// least. A rate may have a space before its unit.
func (w *Window) readRates(fields, written []string) bool {
	for i := 0; i < len(fields); i++ {
		key, _, ok := strings.Cut(fields[i], "=")
		_, value, _ := strings.Cut(written[i], "=")
		if !ok || value == "" {
			return false
		}
		if i+1 < len(fields) && !strings.Contains(fields[i+1], "=") {
			i++
			value += " " + written[i]
		}
		rate, err := ParseRate(value)
		switch {
		case err != nil:
			return false
		case key == "up" && w.Up == nil:
			w.Up = &rate
		case key == "down" && w.Down == nil:
			w.Down = &rate
		default:
			return false
		}
	}
	return w.Up != nil || w.Down != nil
}

// parseMinute reads hh:mm, up to 24:00.
func parseMinute(s string) (int, bool) {
	if len(s) != len("hh:mm") || s[2] != ':' {
		return 0, false
	}
	var digits [4]int
	for i, c := range []byte{s[0], s[1], s[3], s[4]} {
		if c < '0' || c > '9' {
			return 0, false
		}
		digits[i] = int(c - '0')
	}
	hour, minute := digits[0]*10+digits[1], digits[2]*10+digits[3]
	return hour*60 + minute, minute < 60 && hour*60+minute <= dayMinutes
}

func parseDays(s string) (Days, bool) {
	if ds, ok := dayWords[s]; ok {
		return ds, true
	}
	var ds Days
	for item := range strings.SplitSeq(s, ",") {
		first, last, span := strings.Cut(item, "-")
		if !span {
			last = first
		}
		from, okFrom := parseDay(first)
		to, okTo := parseDay(last)
		if !okFrom || !okTo {
			return 0, false
		}
		for d := from; ; d = (d + 1) % 7 {
			ds |= 1 << d
			if d == to {
				break
			}
		}
	}
	return ds, true
}

func parseDay(s string) (time.Weekday, bool) {
	for d, name := range dayNames {
		if s == name {
			return time.Weekday(d), true
		}
	}
	return 0, false
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
