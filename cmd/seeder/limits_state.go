package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/dustin/go-humanize"

	"seeder/internal/terminal"
	"seeder/message"
	"seeder/quota"
)

// limitsState is every limit of a node, and what is used of it. The names in
// JSON are those of the control socket.
type limitsState struct {
	// Running says whether a daemon runs, Answering whether it told what is used
	// now; otherwise rates are 0, and Used is what files take.
	Running     bool              `json:"running"`
	Answering   bool              `json:"answering"`
	Node        nodeLimits        `json:"node"`
	Communities []communityLimits `json:"communities"`
}

// nodeLimits are the limits of the node.
type nodeLimits struct {
	Up      flowState    `json:"up"`
	Down    flowState    `json:"down"`
	Storage storageState `json:"storage"`
	Disk    diskState    `json:"disk"`
	// Battery and Metered are yes, no or not available; empty without a daemon.
	Battery string `json:"battery"`
	Metered string `json:"metered"`
	// Settings are all of them, in the order of documentation.
	Settings []settingState `json:"settings,omitempty"`
	Damaged  []damagedRow   `json:"damaged,omitempty"`
}

// communityLimits are the limits of a community.
type communityLimits struct {
	ID   message.CommunityID `json:"id"`
	Name string              `json:"name"`
	limitsUse
}

// limitsUse is what a community may do and take, and what it does and takes.
type limitsUse struct {
	Mode    modeState    `json:"mode"`
	Up      flowState    `json:"up"`
	Down    flowState    `json:"down"`
	Storage storageState `json:"storage"`
	// Peers counts connections. Copies is how many peers have all of the archive
	// that the fewest have; nil while nobody knows.
	Peers  int  `json:"peers"`
	Copies *int `json:"copies,omitempty"`
	// Settings are all of them, in the order of documentation.
	Settings []settingState `json:"settings,omitempty"`
	Damaged  []damagedRow   `json:"damaged,omitempty"`
}

// flowState is a direction of transfers.
type flowState struct {
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

// storageState is what archives take on disk, in bytes.
type storageState struct {
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

// diskState is the disk that archives are on, in bytes.
type diskState struct {
	Free  int64 `json:"free"`
	Total int64 `json:"total"`
	// Keep stays free for others; From says why.
	Keep int64  `json:"keep"`
	From string `json:"from"`
}

// modeState is what a community does.
type modeState struct {
	Serve bool `json:"serve"`
	Fetch bool `json:"fetch"`
	// Archive is work on what is here: archiving, importing.
	Archive bool `json:"archive"`
	// Reason says in words why not all of it goes on; empty when all does.
	Reason string `json:"reason,omitempty"`
}

// settingState is a setting as it holds.
type settingState struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	// From is default, set, or where the configuration has it.
	From string `json:"from"`
	// Otherwise is what holds without what was set.
	Otherwise string `json:"otherwise"`
}

// fromSet and fromDefault are where values come from.
const (
	fromSet         = "set"
	fromDefault     = "default"
	fromSchedule    = "schedule"
	fromAlternative = "alternative"
)

// fromOf returns where a setting comes from.
func fromOf(rows []settingState, key string) string {
	for _, s := range rows {
		if s.Key == key {
			return s.From
		}
	}
	return fromDefault
}

// nodeFlows returns both directions of the node, at a time.
func (r rules) nodeFlows(now time.Time, rows []settingState) (up, down flowState) {
	rates := r.Node.RatesAt(now)
	up = flowState{Limit: int64(rates.Up), From: fromOf(rows, "up")}
	down = flowState{Limit: int64(rates.Down), From: fromOf(rows, "down")}
	if r.Node.UseAlternative {
		up.From, down.From = fromAlternative, fromAlternative
		return up, down
	}
	scheduled(&up, &down, r.Node.Schedule, r.Node.Zone, now)
	return up, down
}

// communityFlows returns both directions of a community, at a time.
func (r rules) communityFlows(id message.CommunityID, now time.Time, rows []settingState) (up, down flowState) {
	c := r.Community(id)
	rates := c.RatesAt(now, r.Node.Zone)
	up = flowState{Limit: int64(rates.Up), From: fromOf(rows, "up")}
	down = flowState{Limit: int64(rates.Down), From: fromOf(rows, "down")}
	scheduled(&up, &down, c.Schedule, r.Node.Zone, now)
	return up, down
}

// scheduled says what of a limit comes from a schedule, and until when.
func scheduled(up, down *flowState, s quota.Schedule, zone *time.Location, now time.Time) {
	if zone == nil {
		zone = time.Local
	}
	now = now.In(zone)
	holds, _ := s.At(now)
	next := s.Next(now)
	for _, d := range []struct {
		flow *flowState
		rate func(quota.Window) *quota.Rate
	}{
		{up, func(w quota.Window) *quota.Rate { return w.Up }},
		{down, func(w quota.Window) *quota.Rate { return w.Down }},
	} {
		if d.rate(holds) != nil {
			d.flow.From = fromSchedule
		}
		if slices.ContainsFunc(s, func(w quota.Window) bool { return d.rate(w) != nil }) && !next.IsZero() {
			d.flow.Until = next.UnixMilli()
		}
	}
}

// text says in words what a community does.
func (m modeState) text() string {
	if m.Reason == "" {
		return "active"
	}
	return terminal.Visible(m.Reason)
}

// rateText is bytes a second for people.
func rateText(n int64) string { return humanize.IBytes(uint64(max(n, 0))) + "/s" }

// sizeText is bytes for people.
func sizeText(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }

// text says what passes, what may pass, and why.
func (f flowState) text(running bool) string {
	s := quota.Rate(f.Limit).String()
	switch {
	case running && f.Limit == 0:
		s = rateText(f.Rate) + ", " + s
	case running:
		s = rateText(f.Rate) + " of " + s
	}
	s += " (" + f.From
	if f.Until != 0 {
		s += ", may change " + millisText(uint64(f.Until))
	}
	s += ")"
	if f.Waiting > 0 {
		s += fmt.Sprintf(", %d waiting", f.Waiting)
	}
	return s
}

// text says what is taken, what may be taken, and why.
func (s storageState) text() string {
	out := sizeText(s.Used) + " used"
	if s.Reserved > 0 {
		out += " and " + sizeText(s.Reserved) + " reserved"
	}
	if s.Cap == 0 {
		return out + ", no cap (" + s.From + ")"
	}
	out += " of " + quota.Size(s.Cap).String() + " (" + s.From + ")"
	if s.Over > 0 {
		out += ", " + sizeText(s.Over) + " over the cap: " + terminal.Visible(s.OverReason)
	}
	return out
}

// text says what is free, what has to stay free, and why.
func (d diskState) text() string {
	s := sizeText(d.Free) + " free of " + sizeText(d.Total)
	if d.Keep > 0 {
		s += fmt.Sprintf(", %s stay free (%s)", sizeText(d.Keep), d.From)
	}
	return s
}
