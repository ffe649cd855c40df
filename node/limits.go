package node

import (
	"slices"
	"time"

	"seeder/message"
	"seeder/quota"
)

// Limits is every limit of a node, and what is used of it.
type Limits struct {
	// Running says whether a daemon runs, Answering whether it told what is used
	// now; otherwise rates are 0, and Used is what files take.
	Running     bool              `json:"running"`
	Answering   bool              `json:"answering"`
	Node        NodeLimits        `json:"node"`
	Communities []CommunityLimits `json:"communities"`
	// Notes say in words which rows of the database are not understood.
	Notes []string `json:"notes,omitempty"`
}

// NodeLimits are the limits of the node.
type NodeLimits struct { //nolint:revive // Limits is all of them
	Up      Flow    `json:"up"`
	Down    Flow    `json:"down"`
	Storage Storage `json:"storage"`
	Disk    Disk    `json:"disk"`
	// Battery and Metered are yes, no or not available; empty without a daemon.
	Battery string `json:"battery"`
	Metered string `json:"metered"`
	// Settings are all of them, in the order of documentation.
	Settings []Setting `json:"settings,omitempty"`
	Damaged  []Damaged `json:"damaged,omitempty"`
}

// CommunityLimits are the limits of a community.
type CommunityLimits struct {
	ID   message.CommunityID `json:"id"`
	Name string              `json:"name"`
	LimitsUse
}

// LimitsUse is what a community may do and take, and what it does and takes.
type LimitsUse struct {
	Mode    Mode    `json:"mode"`
	Up      Flow    `json:"up"`
	Down    Flow    `json:"down"`
	Storage Storage `json:"storage"`
	// Peers counts connections. Copies is how many peers have all of the archive
	// that the fewest have; nil while nobody knows.
	Peers  int  `json:"peers"`
	Copies *int `json:"copies,omitempty"`
	// Settings are all of them, in the order of documentation.
	Settings []Setting `json:"settings,omitempty"`
	Damaged  []Damaged `json:"damaged,omitempty"`
}

// Flow is a direction of transfers.
type Flow struct {
	// Limit is bytes a second that may pass now, 0 for unlimited, Rate those
	// that do.
	Limit int64 `json:"limit"`
	Rate  int64 `json:"rate"`
	// From says why Limit holds: default, set, schedule, alternative, or where
	// the configuration has it.
	From string `json:"from"`
	// Until is when the schedule may change it, in milliseconds since the Unix
	// epoch; 0 for never.
	Until int64 `json:"until"`
	// Bytes is how much has passed since the daemon began, Waiting how many
	// transfers the limit holds up, WaitedSeconds how long all together were.
	Bytes         int64   `json:"bytes"`
	Waiting       int     `json:"waiting"`
	WaitedSeconds float64 `json:"waited_seconds"`
}

// Storage is what archives take on disk, in bytes.
type Storage struct {
	// Used is on the disk, Overhead the part of it that is torrents and indexes;
	// Reserved is what downloads under way may still take. Used and Reserved
	// together are never above the cap.
	Used     int64 `json:"used"`
	Reserved int64 `json:"reserved"`
	Overhead int64 `json:"overhead"`
	// Cap is 0 for none; From says why it holds.
	Cap  int64  `json:"cap"`
	From string `json:"from"`
	// Archives is how many are on the disk.
	Archives int `json:"archives"`
	// Over is how much is over the cap, OverReason why, in words.
	Over       int64  `json:"over,omitempty"`
	OverReason string `json:"over_reason,omitempty"`
}

// Disk is the disk that archives are on, in bytes.
type Disk struct {
	Free  int64 `json:"free"`
	Total int64 `json:"total"`
	// Keep stays free for others; From says why.
	Keep int64  `json:"keep"`
	From string `json:"from"`
}

// Mode is what a community does.
type Mode struct {
	Serve bool `json:"serve"`
	Fetch bool `json:"fetch"`
	// Archive is work on what is here: archiving, importing.
	Archive bool `json:"archive"`
	// Reason says in words why not all of it goes on; empty when all does.
	Reason string `json:"reason,omitempty"`
}

// Setting is a setting as it holds.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	// From is default, set, or where the configuration has it.
	From string `json:"from"`
	// Otherwise is what holds without what was set.
	Otherwise string `json:"otherwise"`
}

// FromSet and FromDefault are where values come from.
const (
	FromSet         = "set"
	FromDefault     = "default"
	FromSchedule    = "schedule"
	FromAlternative = "alternative"
)

// fromOf returns where a setting comes from.
func fromOf(rows []Setting, key string) string {
	for _, s := range rows {
		if s.Key == key {
			return s.From
		}
	}
	return FromDefault
}

// nodeFlows returns both directions of the node, at a time.
func (r rules) nodeFlows(now time.Time, rows []Setting) (up, down Flow) {
	rates := r.Node.RatesAt(now)
	up = Flow{Limit: int64(rates.Up), From: fromOf(rows, "up")}
	down = Flow{Limit: int64(rates.Down), From: fromOf(rows, "down")}
	if r.Node.UseAlternative {
		up.From, down.From = FromAlternative, FromAlternative
		return up, down
	}
	scheduled(&up, &down, r.Node.Schedule, r.Node.Zone, now)
	return up, down
}

// communityFlows returns both directions of a community, at a time.
func (r rules) communityFlows(id message.CommunityID, now time.Time, rows []Setting) (up, down Flow) {
	c := r.Community(id)
	rates := c.RatesAt(now, r.Node.Zone)
	up = Flow{Limit: int64(rates.Up), From: fromOf(rows, "up")}
	down = Flow{Limit: int64(rates.Down), From: fromOf(rows, "down")}
	scheduled(&up, &down, c.Schedule, r.Node.Zone, now)
	return up, down
}

// scheduled says what of a limit comes from a schedule, and until when.
func scheduled(up, down *Flow, s quota.Schedule, zone *time.Location, now time.Time) {
	if zone == nil {
		zone = time.Local
	}
	now = now.In(zone)
	holds, _ := s.At(now)
	next := s.Next(now)
	for _, d := range []struct {
		flow *Flow
		rate func(quota.Window) *quota.Rate
	}{
		{up, func(w quota.Window) *quota.Rate { return w.Up }},
		{down, func(w quota.Window) *quota.Rate { return w.Down }},
	} {
		if d.rate(holds) != nil {
			d.flow.From = FromSchedule
		}
		if slices.ContainsFunc(s, func(w quota.Window) bool { return d.rate(w) != nil }) && !next.IsZero() {
			d.flow.Until = next.UnixMilli()
		}
	}
}
