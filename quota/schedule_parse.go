package quota

import (
	"fmt"
	"strings"
	"time"
)

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
	for rest < len(fields) && !strings.Contains(fields[rest], "=") {
		rest++
	}
	if rest > 1 {
		if w.Days, ok = joinDays(fields[1:rest]); !ok {
			return w, false
		}
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

// parseMinute reads hh:mm or h:mm, up to 24:00.
func parseMinute(s string) (int, bool) {
	if len(s) == len("h:mm") {
		s = "0" + s
	}
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

// joinDays reads days that stand in one field or in several, where a comma or a
// hyphen says that the list goes on.
func joinDays(fields []string) (Days, bool) {
	list := fields[0]
	for _, f := range fields[1:] {
		if !strings.HasSuffix(list, ",") && !strings.HasSuffix(list, "-") && !strings.HasPrefix(f, ",") && !strings.HasPrefix(f, "-") {
			return 0, false
		}
		list += f
	}
	return parseDays(list)
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
		if s == name || s == strings.ToLower(time.Weekday(d).String()) {
			return time.Weekday(d), true
		}
	}
	return 0, false
}
