// Package doctor looks a node over: what is wrong, how it was seen, and what to
// do about it. A running daemon tells what only it knows by [Options].Live;
// without one the doctor looks at the configuration, the data folder and the
// database by itself. It asks no server that the configuration does not name.
package doctor

import "slices"

// State says how a check ended.
type State string

// The states, from good to bad. Unknown is what cannot be told now, or only by
// somebody else; it is no fault.
const (
	OK      State = "ok"
	Unknown State = "unknown"
	Warn    State = "warn"
	Fail    State = "fail"
)

// Check is one thing that was looked at. It holds no secrets.
type Check struct {
	// Name is a stable word, such as disk; see [Names].
	Name  string `json:"name"`
	State State  `json:"state"`
	// Seen says in words what was found.
	Seen string `json:"seen"`
	// Advice says what to do about it; empty where nothing is to be done.
	Advice string `json:"advice,omitempty"`
}

// Report is what the doctor found.
type Report struct {
	// At is the time of the report, in milliseconds since the Unix epoch.
	At int64 `json:"at"`
	// State is that of the worst check; unknown ones do not count.
	State State `json:"state"`
	// Checks are in the order of [Names].
	Checks []Check `json:"checks"`
}

// Failed reports whether a check failed.
func (r Report) Failed() bool { return r.State == Fail }

// Names are the names of all checks, in the order in which a report has them.
func Names() []string {
	return []string{
		"config", "daemon", "folder", "permissions", "database", "disk", "ports", "reachable", "peers", "dht", "waku", "clock",
	}
}

// With returns the report with another check in place of the one of its name.
func (r Report) With(c Check) Report {
	checks := slices.DeleteFunc(slices.Clone(r.Checks), func(old Check) bool { return old.Name == c.Name })
	return report(r.At, append(checks, c))
}

// rank orders states by how bad they are; unknown is no worse than good.
func rank(s State) int { return max(0, slices.Index([]State{OK, Warn, Fail}, s)) }

// report puts checks in order and finds the worst.
func report(at int64, checks []Check) Report {
	order := Names()
	slices.SortStableFunc(checks, func(a, b Check) int { return slices.Index(order, a.Name) - slices.Index(order, b.Name) })
	r := Report{At: at, State: OK, Checks: checks}
	for _, c := range checks {
		if rank(c.State) > rank(r.State) {
			r.State = c.State
		}
	}
	return r
}
