// Package api is how programs on the same machine talk to a running node: HTTP
// over a Unix socket that only its user may open.
//
//	GET  /v1/limits    limits in force and what they cost, as [Limits]
//	POST /v1/refresh   apply what was written to the database now; 204
//	GET  /metrics      Prometheus' text format
//
// Paths carry the version of what they answer; /metrics has that of its format.
// Answers are JSON, names are in snake case, sizes in bytes, times in seconds
// or RFC 3339. An error has a status of 400 or above and the body
//
//	{"error": "what failed", "hint": "what to do, if anything"}
//
// New fields may be added to an answer of a version; none is renamed or changes
// its meaning.
package api

import "errors"

var (
	// ErrNoDaemon reports that no node answers at the socket.
	ErrNoDaemon = errors.New("no running node")
	// ErrInUse reports a socket at which another node answers.
	ErrInUse = errors.New("another node answers at the control socket")
	// ErrNotSocket reports that something else stands where the socket belongs.
	ErrNotSocket = errors.New("not a socket")
	// ErrAnswer reports an answer that is not one of a node of this version.
	ErrAnswer = errors.New("unexpected answer of the node")
)

// Limits is the answer to GET /v1/limits.
type Limits struct {
	Node        Holder      `json:"node"`
	Communities []Community `json:"communities"`
	// Alternative says whether the alternative limits of the node are on.
	Alternative bool `json:"alternative"`
	// Battery and Metered say what the system tells: yes, no or not available.
	Battery string `json:"battery"`
	Metered string `json:"metered"`
}

// Community is one community in [Limits].
type Community struct {
	// ID is 66 hex digits, Role owner or member.
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
	Mode Mode   `json:"mode"`
	// Peers is the number of connections for the community.
	Peers int `json:"peers"`
	// Copies is how many connected peers have all of the archive that the
	// fewest of them have, of those that are here; nil while nobody knows.
	Copies *int `json:"copies,omitempty"`
	Holder
}

// Holder is what a node and a community have in common.
type Holder struct {
	// Settings are the values in force before schedules, as people write them,
	// of every key; Overrides those that were set by commands.
	Settings  map[string]string `json:"settings"`
	Overrides map[string]string `json:"overrides"`
	// Ignored are rows of the database that nobody understands.
	Ignored []Ignored `json:"ignored,omitempty"`
	// Window is the part of the schedule that is in force; empty for none.
	Window  string  `json:"window,omitempty"`
	Up      Flow    `json:"up"`
	Down    Flow    `json:"down"`
	Storage Storage `json:"storage"`
}

// Ignored is a setting that is not obeyed.
type Ignored struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Error string `json:"error"`
	// InForce is the value that goes on instead; empty for none. Stops says that
	// nothing is transferred because of it, Hint how to mend it.
	InForce string `json:"in_force,omitempty"`
	Stops   bool   `json:"stops,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

// Flow is traffic in one direction.
type Flow struct {
	// Limit is in bytes a second now; 0 for none.
	Limit int64 `json:"limit"`
	// Rate is the mean of the last seconds in bytes a second, Bytes all that
	// passed since the start.
	Rate  float64 `json:"rate"`
	Bytes int64   `json:"bytes"`
	// Waiting is how many transfers wait for the limit, WaitedSeconds how long
	// all together have waited since the start.
	Waiting       int     `json:"waiting"`
	WaitedSeconds float64 `json:"waited_seconds"`
}

// Storage is what archives take on the disk, in bytes.
type Storage struct {
	// Used is on the disk and Reserved for what is being fetched; Overhead is
	// the part of Used that goes for torrents and indexes.
	Used     int64 `json:"used"`
	Reserved int64 `json:"reserved"`
	Overhead int64 `json:"overhead"`
	// Cap is what they may take; 0 for no cap.
	Cap      int64 `json:"cap"`
	Archives int   `json:"archives"`
	// Over is by how much Used and Reserved are above Cap, OverReason says in
	// words why; 0 and empty when they are not.
	Over       int64  `json:"over,omitempty"`
	OverReason string `json:"over_reason,omitempty"`
}

// Mode is what may go on for a community.
type Mode struct {
	Serve   bool `json:"serve"`
	Fetch   bool `json:"fetch"`
	Archive bool `json:"archive"`
	// Reason says in words why not all of it may; empty when all may.
	Reason string `json:"reason,omitempty"`
}
